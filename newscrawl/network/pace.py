"""How often a host is asked: the one place that decides it, for articles, sources, robots.txt and redirects alike.

A host has one slot in Scrapy's downloader, with a delay between the starts of two requests and a number of requests at
once: DOWNLOAD_DELAY and CONCURRENT_REQUESTS_PER_DOMAIN, and here what the site itself says:

- `Crawl-delay` in its robots.txt makes the delay longer, up to MAX_CRAWL_DELAY;
- a 429 or 503 pauses the host for as long as Retry-After asks, or else for REFUSAL_PAUSE, twice as long each time, with
  jitter, so that many crawlers do not come back at once. What waits in the slot's queue waits with it;
- after MAX_REFUSALS refusals in a row, or where the site wants to be left alone for longer than MAX_PAUSE, the crawl
  ends and says why. What was not asked for stays due.
"""

from __future__ import annotations

import asyncio
import logging
import random
from time import monotonic
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from scrapy import signals
from scrapy.exceptions import IgnoreRequest
from scrapy.utils.asyncio import AsyncioLoopingCall
from twisted.python.failure import Failure

from newscrawl.network.blocked import blocked_by
from newscrawl.network.failure import UNREACHED, sentence
from newscrawl.network.headers import date_of, headers_of
from newscrawl.network.retry_after import retry_after

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.core.downloader import Slot
    from scrapy.crawler import Crawler
    from scrapy.http import Response

logger = logging.getLogger(__name__)

BUSY = {429, 503}
NOBODY_BEHIND = {502, 504, *range(520, 525)}
"""What a gateway answers for a server that does not: no fault of the page that was asked for (520 on: Cloudflare's)."""
LOOK_SECONDS = 0.2
"""How often a paused crawl looks whether it is to end."""
OF_A_PAGE = "of_a_page"
"""The key of `meta` of what a page's scripts ask for, with whoever asks for it (`page_requests.py`). Such a request
obeys every pause, but what comes of it does not tell whether the host answers a crawl: one broken endpoint would end
the crawl of all articles."""
SHORTEST_DELAY = 0.001
"""A slot without any delay does not look at its last request, and so cannot be paused."""


class CrawlEnding(IgnoreRequest):
    """The crawl ends before this request was made; its URL stays due."""


class Refusal(NamedTuple):
    """An answer, or none, with which a host keeps us out."""

    reason: str
    pause: float = 0.0
    """Seconds to leave the host alone."""


class Pace:
    """Downloader middleware."""

    def __init__(self, crawler: Crawler) -> None:
        settings = crawler.settings
        self.crawler = crawler
        self.delay = settings.getfloat("DOWNLOAD_DELAY")
        self.longest_delay = settings.getfloat("MAX_CRAWL_DELAY")
        self.first_pause = settings.getfloat("REFUSAL_PAUSE")
        self.longest_pause = settings.getfloat("MAX_PAUSE")
        self.most = settings.getint("MAX_REFUSALS")
        self._refusals: dict[str, set[tuple[str, int]]] = {}
        """In a row, by host: each URL once, but for those that asked us to wait, each time."""
        self._least: dict[str, float] = {}
        """The delays that sites ask for, by host."""
        self._closing: asyncio.Future[None] | None = None
        self._watch = AsyncioLoopingCall(self._let_go)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Pace:
        pace = cls(crawler)
        crawler.signals.connect(pace.robots_delay, robots_read)
        crawler.signals.connect(pace.response_downloaded, signals.response_downloaded)
        crawler.signals.connect(pace.stop, signals.spider_closed)
        return pace

    @property
    def is_ending(self) -> bool:
        """Whether the crawl ends as soon as it can, so that nothing new is to be begun."""
        return self._closing is not None or not self.crawler.engine.running

    def robots_delay(self, host: str, crawl_delay: float | None) -> None:
        """Take what robots.txt says of the delay between two requests."""
        if crawl_delay is None:
            return
        if crawl_delay > self.longest_delay:
            logger.info("%s asks for %.0f s between requests; %.0f s are kept", host, crawl_delay, self.longest_delay)
        downloader = self.crawler.engine.downloader
        own = self.crawler.settings.getdict("DOWNLOAD_SLOTS").get(host, {}).get("delay", self.delay)
        self._least[host] = delay = max(own, min(crawl_delay, self.longest_delay))
        # Also for the slot that is made anew after a minute without requests.
        downloader.per_slot_settings[host] = {**downloader.per_slot_settings.get(host, {}), "delay": delay}
        if slot := downloader.slots.get(host):
            slot.delay = delay

    def process_request(self, request: Request) -> None:
        if self._closing is not None:
            raise CrawlEnding("the crawl is ending")
        page = request.meta.get(OF_A_PAGE)
        if page is not None:
            page.make()

    def response_downloaded(self, request: Request, response: Response) -> None:
        """Before the slot's next request is made."""
        if least := self._least.get(_host(request)):
            # AutoThrottle knows nothing of robots.txt.
            slot: Slot = self.crawler.engine.downloader.slots[_host(request)]
            slot.delay = max(slot.delay, least)
        if response.status == 200:
            # What refuses with 200 asks for no pause, and is told once the answer is decoded.
            return
        if refusal := self._refusal(request, response):
            self._refuse(request, refusal)

    def process_response(self, request: Request, response: Response) -> Response:
        """Once the answer is decoded: some refusals stand in the text."""
        refusal = self._refusal(request, response)
        if OF_A_PAGE in request.meta:
            return response
        if refusal is None:
            self._refusals.pop(_host(request), None)
        elif not refusal.pause:
            self._refuse(request, refusal)
        return response

    def process_exception(self, request: Request, exception: Exception) -> None:
        if isinstance(exception, UNREACHED) and OF_A_PAGE not in request.meta:
            self._refuse(request, Refusal(f"could not be reached ({sentence(exception)})"))

    def stop(self) -> None:
        if self._watch.running:
            self._watch.stop()

    def _refusal(self, request: Request, response: Response) -> Refusal | None:
        headers = headers_of(response)
        if response.status in BUSY:
            asked = retry_after(headers.get("retry-after"), date_of(response))
            pause = self._growing_pause(_host(request)) if asked is None else asked
            return Refusal(f"asked us to wait ({response.status})", max(pause, SHORTEST_DELAY))
        if block := blocked_by(response.status, headers, response.body):
            return Refusal(block)
        # A source that is closed to us, or takes its server too long, is no refusal of the rest.
        if "row" in request.meta and (response.status == 403 or response.status in NOBODY_BEHIND):
            return Refusal(f"answered {response.status}")
        return None

    def _growing_pause(self, host: str) -> float:
        doubled: float = self.first_pause * 2 ** len(self._refusals.get(host, ()))
        return min(doubled * random.uniform(1, 1.5), self.longest_pause)  # noqa: S311

    def _refuse(self, request: Request, refusal: Refusal) -> None:
        host, in_a_row = _host(request), 0
        if OF_A_PAGE not in request.meta:
            tries = request.meta.get("retry_times", 0) if refusal.pause else 0
            self._refusals.setdefault(host, set()).add((request.url, tries))
            in_a_row = len(self._refusals[host])
        if refusal.pause > self.longest_pause:
            self.end(f"{host} asks us to stay away for {_span(refusal.pause)}; run the crawl again then")
        elif in_a_row >= self.most:
            self.end(f"{host} {refusal.reason}, {self.most} times in a row; run the crawl again later")
        elif refusal.pause:
            logger.info("%s %s; it is left alone for %s", host, refusal.reason, _span(refusal.pause))
            self._pause(host, refusal.pause)

    def _pause(self, host: str, seconds: float) -> None:
        slot: Slot | None = self.crawler.engine.downloader.slots.get(host)
        if slot is None:
            return
        slot.delay = max(slot.delay, SHORTEST_DELAY)
        slot.lastseen = max(slot.lastseen, monotonic() + seconds - slot.delay)
        if not self._watch.running:
            self._watch.start(LOOK_SECONDS, now=False)

    def end(self, reason: str) -> None:
        """End the crawl; what was not asked for stays due."""
        if self._closing is None:
            self._closing = asyncio.ensure_future(self.crawler.engine.close_spider_async(reason=reason))
            self._let_go()

    def _let_go(self) -> None:
        """Where the crawl is to end, give up what waits: Scrapy would ask for it first, however long the pause is."""
        if not self.is_ending:
            return
        for slot in self.crawler.engine.downloader.slots.values():
            while slot.queue:
                _, waiting = slot.queue.popleft()
                waiting.errback(Failure(CrawlEnding("the crawl is ending")))  # type: ignore[no-untyped-call]


robots_read = object()
"""Scrapy signal, with `host` and `crawl_delay` (seconds or None): a robots.txt was read."""


def _host(request: Request) -> str:
    return str(request.meta.get("download_slot") or urlsplit(request.url).hostname or "")


def _span(seconds: float) -> str:
    """A time for people."""
    if seconds < 120:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:.0f} h"
