"""Renders pages that a script has to fill, in a Chromium that is started when the first one comes.

In: an answer of a site, and what to wait for. Out: the same answer with the page as its scripts left it; None where
there is no browser, which is told once.

A rendering asks the site for nothing by itself: the page is the answer that the crawl has already, and what its scripts
ask for goes through the crawl's own downloader (`page_requests.py`), with its robots.txt, delay and borders. Only a
crawl that renders something imports Playwright.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from importlib import import_module
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from scrapy import signals
from scrapy.exceptions import DownloadCancelledError
from scrapy.http import HtmlResponse

from newscrawl.network.blocked import challenge_of
from newscrawl.network.chromium import NoBrowser, find_chromium
from newscrawl.network.failure import Unrendered
from newscrawl.network.headers import RENDERED_BY

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from scrapy.crawler import Crawler
    from scrapy.http import Response

    from newscrawl.network.browser import Chromium
    from newscrawl.network.page_requests import Served

logger = logging.getLogger(__name__)

Policy = Literal["never", "needed", "always"]
PAGES_AT_ONCE = 2
PAGES_A_BROWSER = 200
"""After so many pages a browser is ended and another one started: what it leaks ends with it."""
NO_BROWSER = "newscrawl/no_browser"
"""The statistic that says why nothing is rendered."""
FAULTS = (Unrendered, DownloadCancelledError)
"""Why a page is not rendered that should be."""
NOT_OF_THE_PAGE = ("Content-Encoding", "Content-Length", "Transfer-Encoding")


class Steps(NamedTuple):
    """What is done with a page before it is read. Selectors are CSS."""

    wait_for: str = ""
    """An element without which the page is not ready."""
    show_more: str = ""
    """What is pressed for more; empty: the page is scrolled to its end instead."""
    presses: int = 0
    """How often, at most: a page that brings nothing more is not pressed again."""


class Renderer:
    """Scrapy extension."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self._room = asyncio.Semaphore(PAGES_AT_ONCE)
        self._starting = asyncio.Lock()
        self._browser: Chromium | None = None
        self._has_started = False
        self._scripts: dict[str, Served] = {}
        """The site's own scripts, which are asked for once a crawl."""
        crawler.signals.connect(self.close, signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Renderer:
        return cls(crawler)

    @property
    def policy(self) -> Policy:
        arguments = getattr(self.crawler.spider, "arguments", None)
        return getattr(arguments, "render", None) or "needed"

    async def render(self, answer: Response, steps: Steps) -> Response | None:
        """The answer as a browser has it. None: it stays as it is, for want of a browser or because it is a challenge.

        Raises Unrendered, DownloadCancelledError where the page has more than DOWNLOAD_MAXSIZE, and CrawlEnding.
        """
        if self.crawler.stats.get_value(NO_BROWSER) or challenge_of(answer.body):
            return None
        tries = 1 + self.crawler.settings.getint("RETRY_TIMES")
        async with self._room:
            for left in reversed(range(tries)):
                try:
                    return await self._once(answer, steps)
                except NoBrowser as none:
                    self._do_without(none)
                    return None
                except Unrendered as error:
                    if not left:
                        raise
                    logger.debug("rendering %s again: %s", answer.url, error)
        raise AssertionError("every try ends in one of these")

    async def close(self) -> None:
        """End the browser, where there is one."""
        if self._browser is not None:
            await self._browser.end()

    async def _once(self, answer: Response, steps: Steps) -> Response:
        async with self._in_browser() as browser:
            html = await browser.render(answer, steps, self._scripts)
            headers = answer.headers.copy()
            for name in NOT_OF_THE_PAGE:
                headers.pop(name, None)
            headers["Content-Type"] = "text/html; charset=utf-8"
            headers[RENDERED_BY] = browser.name
        self.crawler.stats.inc_value("newscrawl/rendered")
        return HtmlResponse(answer.url, headers=headers, body=html, encoding="utf-8", request=answer.request)

    @contextlib.asynccontextmanager
    async def _in_browser(self) -> AsyncIterator[Chromium]:
        """A browser that lives; one that has died or grown old is ended once its last page is done."""
        async with self._starting:
            browser = self._browser
            if browser is None or not browser.is_fit:
                if browser is not None and not browser.pages:
                    await browser.end()
                browser = self._browser = await self._start()
            browser.pages += 1
        try:
            yield browser
        finally:
            browser.pages -= 1
            if not browser.is_fit and not browser.pages:
                await browser.end()

    async def _start(self) -> Chromium:
        program = find_chromium(self.crawler.settings["PLAYWRIGHT_CHROMIUM"])
        browser: Chromium = _chromium_class()(self.crawler, program, PAGES_A_BROWSER)
        try:
            await browser.start()
        except Unrendered as error:
            await browser.end()
            if self._has_started:
                raise
            raise NoBrowser(f"{program} does not start, so no page is rendered: {error}") from error
        except BaseException:
            await browser.end()
            raise
        self._has_started = True
        return browser

    def _do_without(self, none: NoBrowser) -> None:
        if not self.crawler.stats.get_value(NO_BROWSER):
            logger.warning("%s", none)
            self.crawler.stats.set_value(NO_BROWSER, str(none))


async def rendered(crawler: Crawler, answer: Response, steps: Steps, *, is_needed: bool) -> Response | None:
    """The answer as a browser has it, where `render=` wants that of one that needs it or not; else None."""
    renderer = crawler.get_extension(Renderer)
    if renderer is None or renderer.policy == "never" or not (is_needed or renderer.policy == "always"):
        return None
    return await renderer.render(answer, steps)


def _chromium_class() -> Any:
    """Imported here, because Playwright takes longer to import than most of what a crawl needs."""
    return import_module("newscrawl.network.browser").Chromium
