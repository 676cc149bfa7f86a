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

import contextlib
import logging
from time import monotonic
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urldefrag, urlsplit

from playwright.async_api import Error as PlaywrightError
from scrapy import Request

if TYPE_CHECKING:
    from playwright.async_api import Request as Asked
    from playwright.async_api import Route
    from scrapy.crawler import Crawler
    from scrapy.http import Response

logger = logging.getLogger(__name__)

FETCHED = {"script", "xhr", "fetch"}
"""What a page may ask for, by Playwright's names."""
MOST_REQUESTS = 100
"""Requests of one page that are answered: one that asks and asks is a trap, or a clock."""
SCRIPTS_KEPT = 32 * 1024 * 1024
"""Bytes of scripts that are held at most."""
SENT_ON = ("accept", "referer", "x-requested-with")
"""Headers of the browser's that matter for the answer. The others are those of every request of the crawl."""
_NOT_PASSED_ON = {"content-encoding", "content-length", "transfer-encoding", "connection", "set-cookie"}


class Served(NamedTuple):
    """An answer as the browser is given it."""

    status: int
    headers: dict[str, str]
    body: bytes


class PageRequests:
    """What one page asks for."""

    def __init__(self, crawler: Crawler, page: Response, scripts: dict[str, Served]) -> None:
        self.crawler = crawler
        self.size = 0
        """Bytes of all answers."""
        self.waited = 0.0
        """Seconds that the crawl's own delay took, or will take, of the page's time."""
        self._page: Response | None = page
        self._address = urldefrag(page.url).url
        self._scripts = scripts
        self._asked = 0
        self._open = 0
        self._last = monotonic()

    @property
    def quiet(self) -> float:
        """For how many seconds the page has asked for nothing."""
        return 0.0 if self._open else monotonic() - self._last

    async def serve(self, route: Route) -> None:
        """Answer a request, or refuse it."""
        served = self._own_page(route.request)
        if served is None and self._may(route.request):
            self._open += 1
            try:
                served = await self._fetch(route.request)
            finally:
                self._open -= 1
                self._last = monotonic()
        # The page may be gone by now.
        with contextlib.suppress(PlaywrightError):
            if served is None:
                # For "blockedbyclient" the browser would show a page of its own where a script leads on.
                await route.abort("aborted" if route.request.is_navigation_request() else "blockedbyclient")
            else:
                await route.fulfill(status=served.status, headers=served.headers, body=served.body)

    def _own_page(self, asked: Asked) -> Served | None:
        """The page, the first time that it is asked for."""
        page = self._page
        if page is None or not asked.is_navigation_request() or urldefrag(asked.url).url != self._address:
            return None
        self._page = None
        return _served(page)

    def _may(self, asked: Asked) -> bool:
        if asked.resource_type not in FETCHED or asked.method != "GET" or self._asked >= MOST_REQUESTS:
            return False
        self._asked += 1
        return True

    async def _fetch(self, asked: Asked) -> Served | None:
        is_script = asked.resource_type == "script"
        if is_script and asked.url in self._scripts:
            return self._scripts[asked.url]
        headers = {name: value for name, value in asked.headers.items() if name in SENT_ON}
        self.waited += self._delay(asked.url)
        try:
            answer = await self.crawler.engine.download_async(Request(asked.url, headers=headers))
        except Exception as error:  # noqa: BLE001 - whatever it is, the page is told that it failed
            logger.debug("a page does without %s: %s", asked.url, error)
            return None
        served = _served(answer)
        self.size += len(served.body)
        kept = sum(len(script.body) for script in self._scripts.values())
        if is_script and served.status == 200 and kept + len(served.body) <= SCRIPTS_KEPT:
            self._scripts[asked.url] = served
        return served

    def _delay(self, url: str) -> float:
        """How long the request will wait in its host's queue."""
        slot = self.crawler.engine.downloader.slots.get(urlsplit(url).hostname or "")
        return slot.delay * (len(slot.queue) + 1) if slot else 0.0


def _served(answer: Response) -> Served:
    headers = {name.decode("latin-1").lower(): values for name, values in answer.headers.items()}
    passed = {name: b", ".join(values).decode("latin-1") for name, values in headers.items()}
    return Served(
        answer.status, {name: value for name, value in passed.items() if name not in _NOT_PASSED_ON}, answer.body
    )
