"""Iraqi News, www.iraqinews.com: WordPress; its feed holds whole articles."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from newscrawl.pages.iraqinews import IraqiNewsPage
from newscrawl.sources.feed import Feed
from newscrawl.sources.sitemap import Sitemap
from newscrawl.sources.wordpress import WordPressRest
from newscrawl.spiders.outlet import OutletSpider

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newscrawl.sources.source import Source


class IraqiNewsSpider(OutletSpider):
    name = "iraqinews"
    page = IraqiNewsPage
    ways: ClassVar[Sequence[Sequence[Source]]] = [
        [WordPressRest()],
        [
            # The first <category> is the section, the others are tags.
            Feed("/feed/", whole_text=True, sections=1),
            Sitemap("/sitemap_index.xml"),
            Sitemap("/wp-sitemap.xml"),
        ],
    ]
