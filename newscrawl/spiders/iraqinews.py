"""Iraqi News, www.iraqinews.com: WordPress; its feed holds whole articles."""

from __future__ import annotations

from typing import ClassVar

from newscrawl.pages.iraqinews import IraqiNewsPage
from newscrawl.sources.feed import Feed
from newscrawl.spiders.wordpress import WordPressSpider, ways_of


class IraqiNewsSpider(WordPressSpider):
    name = "iraqinews"
    page = IraqiNewsPage
    own_arguments: ClassVar[dict[str, str]] = {}
    # The first <category> is the section, the others are tags.
    feed = Feed("/feed/", whole_text=True, sections=1)
    ways = ways_of(feed)
