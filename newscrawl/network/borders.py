"""Keeps requests, and above all redirects, within the outlet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy.exceptions import IgnoreRequest

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler


class Offsite(IgnoreRequest):
    """The address is not the outlet's."""


class BordersMiddleware:
    """Downloader middleware: refuses addresses for which the spider's `is_ours` is false.

    Scrapy's own off-site middleware drops such a request without calling anyone, so that the URL it began with would
    never come to an end in the ledger.
    """

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> BordersMiddleware:
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        is_ours = getattr(self.crawler.spider, "is_ours", None)
        if is_ours and not is_ours(request.url):
            raise Offsite(f"leads off the outlet, to {request.url}")
