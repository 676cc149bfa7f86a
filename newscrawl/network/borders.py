"""Keeps requests, and above all redirects, within the outlet."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urljoin

from scrapy.exceptions import IgnoreRequest

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler

    from newscrawl.pages.outlet import Outlet
    from newscrawl.spiders.arguments import Credentials


SHOWN = 200
"""Characters of an address that are told."""


class Offsite(IgnoreRequest):
    """The address is not the outlet's."""


class TooLong(IgnoreRequest):
    """The address has more characters than URLLENGTH_LIMIT."""


class BordersMiddleware:
    """Downloader middleware: refuses what the spider's `site` does not know, and keeps a mirror's crawl at the mirror.

    A mirror's pages, sitemaps and redirects name the outlet's own host; asked for there, they would come from the live
    site. Scrapy's off-site middleware drops a refused request without calling anyone, so that the URL that it began
    with would never come to an end in the ledger.
    """

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.longest = int(crawler.settings.getfloat("URLLENGTH_LIMIT"))

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> BordersMiddleware:
        return cls(crawler)

    def process_request(self, request: Request) -> Request | None:
        outlet: Outlet | None = getattr(self.crawler.spider, "outlet", None)
        if outlet is None:
            return None
        if len(request.url) > self.longest:
            told = f"more than the {self.longest:,} that URLLENGTH_LIMIT allows"
            raise TooLong(f"leads to an address of {len(request.url):,} characters, {told}")
        if outlet.site.canonical(request.url) is None:
            raise Offsite(f"leads off the outlet, to {request.url:.{SHOWN}}")
        url = outlet.site.at_mirror(request.url)
        if url != request.url:
            return request.replace(url=url)
        known: Credentials | None = getattr(self.crawler.spider, "credentials", None)
        if known is not None and urljoin(url, "/").rstrip("/") == known.site:
            request.headers["Authorization"] = known.authorization
        return None
