"""Asks for one page as politely as a crawl does, and writes nothing.

In: an address of an outlet. Out: the page with its further parts, or why there is none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy import Request, Spider

from newscrawl.network.pace import CrawlEnding
from newscrawl.spiders.ending import ending_of_answer, ending_of_failure
from newscrawl.spiders.source_page import Unread
from newscrawl.spiders.whole_page import page_of, with_whole_text

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from scrapy.http import Response
    from scrapy.settings import BaseSettings
    from twisted.python.failure import Failure

    from newscrawl.pages.article_page import ArticlePage, Outlet


class OnePageSpider(Spider):
    def __init__(self, url: str, outlet: Outlet, page_class: type[ArticlePage]) -> None:
        super().__init__(name=outlet.name)
        self.url = url
        self.outlet = outlet
        self.page: ArticlePage | None = None
        self.failure = "nothing came of it; -L DEBUG says more"
        """Why there is no page."""
        self._page_class = page_class

    @classmethod
    def update_settings(cls, settings: BaseSettings) -> None:
        super().update_settings(settings)
        # Without DATA_DIR: no ledger, no lock, no report and no kept pages.
        for name in ("EXTENSIONS_BASE", "ITEM_PIPELINES"):
            settings.set(name, {}, "spider")
        settings.set("KEEP_PAGES", False, "cmdline")

    async def start(self) -> AsyncIterator[Request]:
        yield Request(self.outlet.site.at_mirror(self.url), callback=self.parse, errback=self.fail)

    async def parse(self, response: Response) -> None:
        if ending := ending_of_answer(response):
            self.failure = ending.reason
            return
        page = self._read(response)
        try:
            await with_whole_text(self.crawler, page, self._read)
        except (Unread, CrawlEnding) as reason:
            self.failure = str(reason)
            return
        self.page = page

    def _read(self, response: Response) -> ArticlePage:
        return page_of(response, self._page_class, self.outlet, self.settings.getint("LEAST_FALLBACK_TEXT"))

    def fail(self, failure: Failure) -> None:
        assert failure.value is not None
        self.failure = ending_of_failure(failure.value).reason
