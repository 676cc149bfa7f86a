"""Answers what a page in the browser asks for: from the crawl's own downloader, or not at all.

In: each request of a page. Out: its answer. The browser itself has no network, so that nothing that a page does can go
around robots.txt, the delay, the outlet's borders, or a recording (REPLAY_FROM, RECORD_TO).

- The page itself is the answer that the crawl already has; it is not asked for again.
- The outlet's own scripts, and what they fetch, pass the downloader as every request of the crawl does. Scripts are
  asked for once a crawl.
- Everything else is refused: other hosts (`borders.py`), pictures, fonts, media, style sheets, frames, pages that a
  script leads to, beacons, and whatever is no GET, for a crawl changes nothing at a site.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import Counter
from time import monotonic
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urldefrag

from playwright.async_api import Error as PlaywrightError
from scrapy import Request
from scrapy.exceptions import IgnoreRequest
from twisted.python.failure import Failure

from newscrawl.network.borders import Offsite
from newscrawl.network.failure import sentence
from newscrawl.network.pace import OF_A_PAGE, CrawlEnding

if TYPE_CHECKING:
    from playwright.async_api import Request as Asked
    from playwright.async_api import Route
    from scrapy.crawler import Crawler
    from scrapy.http import Response

logger = logging.getLogger(__name__)

FETCHED = {"script", "xhr", "fetch"}
"""What a page may ask for, by Playwright's names."""
MOST_REQUESTS = 100
"""Requests of one page that are answered, beside one for each time that it may be pressed: a page that asks and asks is
a trap, or a clock. The site is asked no more often either, where its answers lead on or have to be asked for again."""
TOO_MUCH = "it has asked for as much as a page may"
SCRIPTS_KEPT = 32 * 1024 * 1024
"""Bytes of scripts that are held at most."""
SENT_ON = ("accept", "referer", "x-requested-with")
"""Headers of the browser's that matter for the answer. The others are those of every request of the crawl."""
ADDRESS = "asked_of_a_page"
"""The key of `meta` with the address as the browser has it. The crawl may write it otherwise, or be led on."""
_NOT_PASSED_ON = {"content-encoding", "content-length", "transfer-encoding", "connection", "set-cookie"}


class Served(NamedTuple):
    """An answer as the browser is given it."""

    status: int
    headers: dict[str, str]
    body: bytes


class Scripts:
    """The outlet's own scripts, with whatever status they were answered; each is asked for once a crawl."""

    def __init__(self) -> None:
        self.known: dict[str, asyncio.Future[Served | None]] = {}
        self._size = 0

    async def get(self, url: str, requests: PageRequests, asked: Asked) -> Served | None:
        """A script, asked for by this page unless another one did or does; None where it cannot be had."""
        while (known := self.known.get(url)) is not None:
            served = await asyncio.shield(known)
            if served is not None or requests.is_closed:
                return served
            # The page that asked was closed, or had no answer; this one may fare better.
        served, future = None, asyncio.get_running_loop().create_future()
        self.known[url] = future
        try:
            served = await requests.fetch(asked)
        finally:
            if served is None or self._size + len(served.body) > SCRIPTS_KEPT:
                del self.known[url]
            else:
                self._size += len(served.body)
            future.set_result(served)
        return served


class PageRequests:
    """What one page asks for."""

    def __init__(self, crawler: Crawler, page: Response, scripts: Scripts, presses: int = 0) -> None:
        self.crawler = crawler
        self.size = 0
        """Bytes of all answers."""
        self.waited = 0.0
        """Seconds of the page's time in which something that it asks for waited for its turn: for the crawl's delay, or
        for a host that is left alone. As far as `look` saw it."""
        self.is_closed = False
        self.faults: list[str] = []
        """Why something that the outlet was asked for, or should have been, did not come; a plain 404 is an answer."""
        self._page: Response | None = page
        self._address = urldefrag(page.url).url
        self._scripts = scripts
        self._left = self._left_to_make = MOST_REQUESTS + presses
        self._open: Counter[str] = Counter()
        """The addresses that are asked for just now."""
        self._last = self._looked = monotonic()
        self._was_waiting = False

    @property
    def is_asking(self) -> bool:
        return bool(self._open)

    @property
    def quiet(self) -> float:
        """For how many seconds the page has asked for nothing."""
        return 0.0 if self._open else monotonic() - self._last

    def look(self) -> None:
        """Count the time since the last look as waited for, where something waited then."""
        now = monotonic()
        if self._was_waiting:
            self.waited += now - self._looked
        self._looked, self._was_waiting = now, self._is_waiting()

    def close(self) -> None:
        """Ask for nothing more: the page is gone, and nobody reads what it would be given."""
        self.is_closed = True
        for slot in self.crawler.engine.downloader.slots.values():
            for waiting in [entry for entry in slot.queue if entry[0].meta.get(OF_A_PAGE) is self]:
                slot.queue.remove(waiting)
                waiting[1].errback(Failure(IgnoreRequest("its page was closed")))  # type: ignore[no-untyped-call]

    def make(self) -> None:
        """Note that the site is asked for something. Raises IgnoreRequest where it is not to be asked any more."""
        if self.is_closed:
            raise IgnoreRequest("its page was closed")
        if not self._left_to_make:
            raise IgnoreRequest(TOO_MUCH)
        self._left_to_make -= 1

    async def serve(self, route: Route) -> None:
        """Answer a request, or refuse it."""
        asked = route.request
        served = self._own_page(asked)
        if served is None and self._may(asked):
            self._open[asked.url] += 1
            try:
                is_script = asked.resource_type == "script"
                served = await (self._scripts.get(asked.url, self, asked) if is_script else self.fetch(asked))
            finally:
                self._open -= Counter([asked.url])
                self._last = monotonic()
        # The page may be gone by now.
        with contextlib.suppress(PlaywrightError):
            if served is None:
                # For "blockedbyclient" the browser would show a page of its own where a script leads on.
                await route.abort("aborted" if asked.is_navigation_request() else "blockedbyclient")
            else:
                await route.fulfill(status=served.status, headers=served.headers, body=served.body)

    async def fetch(self, asked: Asked) -> Served | None:
        """An answer of the outlet; None where there is none, as where it is not to be asked."""
        if self.is_closed:
            return None
        headers = {name: value for name, value in asked.headers.items() if name in SENT_ON}
        try:
            request = Request(asked.url, headers=headers, meta={OF_A_PAGE: self, ADDRESS: asked.url})
            answer = await self.crawler.engine.download_async(request)
        except (Offsite, CrawlEnding) as error:
            logger.debug("a page does without %s: %s", asked.url, error)
            return None
        except Exception as error:  # noqa: BLE001 - whatever it is, the page is told that it failed
            self._fail(asked.url, sentence(error))
            return None
        served = _served(answer)
        self.size += len(served.body)
        if served.status >= 500 or served.status in {403, 429}:
            self._fail(asked.url, f"the site answers {served.status}")
        return served

    def _own_page(self, asked: Asked) -> Served | None:
        """The page, the first time that it is asked for."""
        page = self._page
        if page is None or not asked.is_navigation_request() or urldefrag(asked.url).url != self._address:
            return None
        self._page = None
        return _served(page)

    def _may(self, asked: Asked) -> bool:
        if asked.resource_type not in FETCHED or asked.method != "GET" or self.is_closed:
            return False
        if not self._left:
            self._fail(asked.url, TOO_MUCH)
            return False
        self._left -= 1
        return True

    def _fail(self, url: str, why: str) -> None:
        logger.debug("a page does without %s: %s", url, why)
        if len(self.faults) < MOST_REQUESTS:
            self.faults.append(f"{url:.200}: {why}")

    def _is_waiting(self) -> bool:
        """Whether the crawl's downloader has something in its queues that this page asks for."""
        queues = (slot.queue for slot in self.crawler.engine.downloader.slots.values())
        return bool(self._open) and any(
            request.meta.get(ADDRESS) in self._open for queue in queues for request, _ in queue
        )


def _served(answer: Response) -> Served:
    headers = {name.decode("latin-1").lower(): values for name, values in answer.headers.items()}
    passed = {name: b", ".join(values).decode("latin-1") for name, values in headers.items()}
    return Served(
        answer.status, {name: value for name, value in passed.items() if name not in _NOT_PASSED_ON}, answer.body
    )
