"""robots.txt, obeyed as RFC 9309 says.

Scrapy takes a robots.txt that cannot be had as leave to go anywhere; section 2.3.1.4 says the opposite: a server that
is unreachable or answers 5xx means stay out. A 4xx means that there are no rules (2.3.1.3), but for 429, which says
that the server is overrun (so Google reads it too).
"""

from __future__ import annotations

import asyncio
import re
from codecs import BOM_UTF8
from time import monotonic
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from scrapy.exceptions import IgnoreRequest, NotConfigured
from scrapy.http import Request
from scrapy.http.request import NO_CALLBACK
from scrapy.robotstxt import ProtegoRobotParser

from newscrawl.network.failure import sentence
from newscrawl.network.pace import CrawlEnding, robots_read

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.http import Response

MOST_BYTES = 500 * 1024
"""What is read of a robots.txt (RFC 9309, 2.5: at least 500 KiB); rules below that do not count."""

_AGENT = re.compile(rb"^([ \t]*user-?agent[ \t]*:?[ \t]*)([A-Za-z_-]+|\*)[^\r\n#]*", re.IGNORECASE | re.MULTILINE)


class Forbidden(IgnoreRequest):
    """robots.txt asks us not to fetch this address."""


class RobotsUnreachable(IgnoreRequest):
    """The site's robots.txt could not be had, so the site is left alone."""


class Rules(NamedTuple):
    """A host's robots.txt."""

    parser: ProtegoRobotParser
    response: Response


class RobotsMiddleware:
    """Downloader middleware: one robots.txt a host, fetched when first needed, and anew in a crawl that takes days."""

    def __init__(self, crawler: Crawler) -> None:
        if not crawler.settings.getbool("ROBOTSTXT_OBEY"):
            raise NotConfigured
        self.crawler = crawler
        self.agent: str = crawler.settings["ROBOTSTXT_USER_AGENT"]
        self.lifetime = crawler.settings.getfloat("ROBOTSTXT_REFETCH")
        self._rules: dict[str, tuple[float, asyncio.Future[Rules]]] = {}
        """By site, with the time (monotonic) until which they hold."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> RobotsMiddleware:
        return cls(crawler)

    async def process_request(self, request: Request) -> Response | None:
        """Let a request through, or raise why not; one for robots.txt itself has its answer already."""
        parts = urlsplit(request.url)
        if request.meta.get("dont_obey_robotstxt") or parts.scheme not in {"http", "https"}:
            return None
        rules = await self._of(f"{parts.scheme}://{parts.netloc}")
        if parts.path == "/robots.txt":
            return rules.response
        if not rules.parser.allowed(request.url, self.agent):
            raise Forbidden("forbidden by robots.txt")
        return None

    async def _of(self, site: str) -> Rules:
        until, rules = self._rules.get(site, (0.0, None))
        if rules is None or monotonic() > until:
            rules = asyncio.ensure_future(self._fetch(site + "/robots.txt"))
            self._rules[site] = monotonic() + self.lifetime, rules
        return await asyncio.shield(rules)

    async def _fetch(self, url: str) -> Rules:
        request = Request(url, priority=1000, meta={"dont_obey_robotstxt": True}, callback=NO_CALLBACK)
        try:
            response = await self.crawler.engine.download_async(request)
        except CrawlEnding:
            raise
        except Exception as error:
            raise RobotsUnreachable(f"{url}: {sentence(error)}") from error
        if response.status >= 500 or response.status == 429:
            raise RobotsUnreachable(f"{url} answers {response.status}, so the site is left alone (RFC 9309)")
        rules = rules_of(response.body, self.agent) if response.status < 300 else b""
        parser = ProtegoRobotParser(rules, self.crawler.spider)
        host = urlsplit(url).hostname or ""
        self.crawler.signals.send_catch_log(robots_read, host=host, crawl_delay=parser.crawl_delay(self.agent))
        return Rules(parser, response)


def rules_of(body: bytes, agent: str) -> bytes:
    """What counts of a robots.txt: its first 500 KiB, with only our own groups under our name.

    A group is ours by the whole product token (RFC 9309, 2.2.1): for newscrawl, "NewsCrawl/1.0" is, while "newscrawl-x"
    and "news" are not. The parser would take any part of our name.
    """
    body = body[:MOST_BYTES]
    if len(body) == MOST_BYTES:
        # A rule that was cut may forbid more than the whole one.
        body = body[: max(body.rfind(b"\n"), body.rfind(b"\r")) + 1]
    # Lines end as each system has them (RFC 9309, 2.2), and editors put a mark before the first.
    body = body.removeprefix(BOM_UTF8).replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    ours = {agent.lower().encode(), b"*"}
    return _AGENT.sub(lambda line: line[1] + (line[2] if line[2].lower() in ours else b"somebody-else"), body)
