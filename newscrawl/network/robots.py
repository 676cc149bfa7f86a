"""robots.txt, obeyed as RFC 9309 says.

Scrapy takes a robots.txt that cannot be had as leave to go anywhere; section 2.3.1.4 says the opposite: a server that
is unreachable or answers 5xx means stay out. A 4xx means that there are no rules (2.3.1.3).
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from scrapy.exceptions import IgnoreRequest, NotConfigured
from scrapy.http import Request
from scrapy.http.request import NO_CALLBACK
from scrapy.robotstxt import ProtegoRobotParser

from newscrawl.network.failure import sentence

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.http import Response


class Forbidden(IgnoreRequest):
    """robots.txt asks us not to fetch this address."""


class RobotsUnreachable(IgnoreRequest):
    """The site's robots.txt could not be had, so the site is left alone."""


class RobotsMiddleware:
    """Downloader middleware: one robots.txt a host and crawl, fetched when first needed."""

    def __init__(self, crawler: Crawler) -> None:
        if not crawler.settings.getbool("ROBOTSTXT_OBEY"):
            raise NotConfigured
        self.crawler = crawler
        self.agent: str = crawler.settings["ROBOTSTXT_USER_AGENT"]
        self._rules: dict[str, asyncio.Future[tuple[ProtegoRobotParser, Response]]] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> RobotsMiddleware:
        return cls(crawler)

    async def process_request(self, request: Request) -> Response | None:
        """Let a request through, or raise why not; one for robots.txt itself has its answer already."""
        parts = urlsplit(request.url)
        if request.meta.get("dont_obey_robotstxt") or parts.scheme not in {"http", "https"}:
            return None
        site = f"{parts.scheme}://{parts.netloc}"
        if site not in self._rules:
            self._rules[site] = asyncio.ensure_future(self._fetch(site + "/robots.txt"))
        rules, response = await asyncio.shield(self._rules[site])
        if parts.path == "/robots.txt":
            return response
        if not rules.allowed(request.url, self.agent):
            raise Forbidden("forbidden by robots.txt")
        return None

    async def _fetch(self, url: str) -> tuple[ProtegoRobotParser, Response]:
        request = Request(url, priority=1000, meta={"dont_obey_robotstxt": True}, callback=NO_CALLBACK)
        try:
            response = await self.crawler.engine.download_async(request)
        except Exception as error:
            raise RobotsUnreachable(f"{url}: {sentence(error)}") from error
        if response.status >= 500:
            raise RobotsUnreachable(f"{url} answers {response.status}, so the site is left alone (RFC 9309)")
        body = response.body if response.status < 300 else b""
        return ProtegoRobotParser(body, self.crawler.spider), response
