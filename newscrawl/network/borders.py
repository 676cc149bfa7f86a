"""Keeps requests, and above all redirects, within the outlet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy.exceptions import IgnoreRequest

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler

    from newscrawl.pages.outlet import Outlet


class Offsite(IgnoreRequest):
    """The address is not the outlet's."""


class BordersMiddleware:
    """Downloader middleware: refuses what the spider's `site` does not know, and keeps a mirror's crawl at the mirror.

    A mirror's pages, sitemaps and redirects name the outlet's own host; asked for there, they would come from the live
    site. Scrapy's off-site middleware drops a refused request without calling anyone, so that the URL that it began
    with would never come to an end in the ledger.
    """

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> BordersMiddleware:
        return cls(crawler)

    def process_request(self, request: Request) -> Request | None:
        outlet: Outlet | None = getattr(self.crawler.spider, "outlet", None)
        if outlet is None:
            return None
        if outlet.site.canonical(request.url) is None:
            raise Offsite(f"leads off the outlet, to {request.url}")
        url = outlet.site.at_mirror(request.url)
        return request.replace(url=url) if url != request.url else None
