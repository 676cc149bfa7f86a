"""A spider whose page class has a bug, for the tests of what then happens."""

from typing import ClassVar

from newscrawl.items import Article
from newscrawl.pages.iraqinews import IraqiNewsPage
from newscrawl.sources.sitemap import Sitemap
from newscrawl.spiders.outlet import OutletSpider


class FaultyPage(IraqiNewsPage):
    def read(self) -> Article:
        article = super().read()
        if article.id.endswith(":3"):
            1 / 0  # noqa: B018
        return article


class FaultySpider(OutletSpider):
    name = "faulty"
    page = FaultyPage
    ways: ClassVar = [[Sitemap("/sitemap_index.xml")]]
