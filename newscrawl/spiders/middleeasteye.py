"""Middle East Eye, www.middleeasteye.net: Drupal; its feeds are good for addresses and dates, not for text."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from newscrawl.pages.middleeasteye import MiddleEastEyePage
from newscrawl.sources.feed import Feed
from newscrawl.sources.listing import Listing
from newscrawl.sources.sitemap import Sitemap
from newscrawl.spiders.outlet import OutletSpider
from newscrawl.text.topic import slug

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newscrawl.spiders.survey import Way


def section(path: str) -> Listing:
    """A listing as all sections and topics of the site have it: a lead story, tiles, and "show more".

    That is a link to the next page; where it is a button that only a script answers, a browser presses it.
    """
    return Listing(
        path,
        item=".mee-article-tile, .main-article-wrapper",
        link="a.mee-tile-title, .main-article-title a",
        next=".pager__item a",
        render=True,
        show_more=".pager__item button",
        presses=20,
    )


class MiddleEastEyeSpider(OutletSpider):
    name = "middleeasteye"
    page = MiddleEastEyePage
    ways: ClassVar[Sequence[Way]] = [
        [
            Feed("/rss"),
            Feed("/fr/rss"),
            Sitemap("/sitemap.xml"),
            section("/news"),
            section("/opinion"),
            section("/countries/iraq"),
            section("/fr/actu-et-enquetes"),
            section("/fr/opinionfr"),
            section("/fr/reportages"),
        ],
    ]

    @classmethod
    def ways_to(cls, topic: str) -> Sequence[Way]:
        return [[section(f"/topics/{slug(topic)}"), section(f"/countries/{slug(topic)}")]]
