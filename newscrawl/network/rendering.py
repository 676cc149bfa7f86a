"""Renders pages that a script has to fill, in a Chromium that is started when the first one comes.

In: an answer of a site, what to wait for and what to press. Out: the same answer with the page as its scripts left it;
None where there is no browser, which is told once.

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
from newscrawl.network.chromium import HOW, NoBrowser, find_chromium
from newscrawl.network.failure import Unrendered
from newscrawl.network.headers import flag_of
from newscrawl.network.pace import CrawlEnding

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from scrapy.crawler import Crawler
    from scrapy.http import Response

    from newscrawl.network.browser import Chromium
    from newscrawl.network.page_requests import Scripts
    from newscrawl.pages.steps import Reader, Steps

logger = logging.getLogger(__name__)

Policy = Literal["never", "needed", "always"]
PAGES_AT_ONCE = 2
NO_BROWSER = "newscrawl/no_browser"
"""The statistic that says why nothing is rendered."""
FAULTS = (Unrendered, DownloadCancelledError)
"""Why a page is not rendered that should be."""
NOT_OF_THE_PAGE = ("Content-Encoding", "Content-Length", "Transfer-Encoding")


class Rendered(NamedTuple):
    """A page as its scripts left it."""

    response: Response
    cut: str
    """Why it holds less than the site has, where that is so."""


class Renderer:
    """Scrapy extension."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self._room = asyncio.Semaphore(PAGES_AT_ONCE)
        self._starting = asyncio.Lock()
        self._browser: Chromium | None = None
        """The one that is given pages."""
        self._browsers: set[Chromium] = set()
        """All that have not ended."""
        self._has_started = False
        self._has_sandbox = False
        """Whether one has started in its sandbox: then a start that fails has another reason than the sandbox."""
        self._is_closed = False
        self._scripts: Scripts | None = None
        """The site's own scripts, which are asked for once a crawl."""
        self._told: set[str] = set()
        crawler.signals.connect(self.close, signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Renderer:
        return cls(crawler)

    @property
    def policy(self) -> Policy:
        arguments = getattr(self.crawler.spider, "arguments", None)
        return getattr(arguments, "render", None) or "needed"

    async def render(self, answer: Response, steps: Steps, reader: Reader) -> Rendered | None:
        """The answer as a browser has it. None: it stays as it is, for want of a browser or because it is a challenge.

        Raises Unrendered, DownloadCancelledError where the page has more than DOWNLOAD_MAXSIZE, and CrawlEnding.
        """
        if self.crawler.stats.get_value(NO_BROWSER) or challenge_of(answer.body):
            return None
        tries = 1 + self.crawler.settings.getint("RETRY_TIMES")
        async with self._room:
            for left in reversed(range(tries)):
                try:
                    return await self._once(answer, steps, reader)
                except NoBrowser as none:
                    self._do_without(none)
                    return None
                except Unrendered as error:
                    if not left:
                        raise
                    logger.debug("rendering %s again: %s", answer.url, error)
        raise AssertionError("every try ends in one of these")

    async def close(self) -> None:
        """End all browsers, also one that is about to start or to end."""
        self._is_closed = True
        await asyncio.gather(*(browser.end() for browser in self._browsers))

    async def _once(self, answer: Response, steps: Steps, reader: Reader) -> Rendered:
        async with self._in_browser() as browser:
            if self._scripts is None:
                self._scripts = _imported("page_requests").Scripts()
            html, cut = await browser.render(answer, steps, reader, self._scripts)
            headers = answer.headers.copy()
            for name in NOT_OF_THE_PAGE:
                headers.pop(name, None)
            headers["Content-Type"] = "text/html; charset=utf-8"
            flags = [*answer.flags, flag_of(browser.name)]
        self.crawler.stats.inc_value("newscrawl/rendered")
        response = HtmlResponse(
            answer.url, headers=headers, body=html, encoding="utf-8", request=answer.request, flags=flags
        )
        return Rendered(response, cut)

    @contextlib.asynccontextmanager
    async def _in_browser(self) -> AsyncIterator[Chromium]:
        """A browser that lives; one that has died or grown old is ended once its last page is done."""
        async with self._starting:
            browser = self._browser
            if browser is None or not browser.is_fit:
                if browser is not None and not browser.pages:
                    await self._end(browser)
                browser = self._browser = await self._start()
            browser.pages += 1
        try:
            yield browser
        finally:
            browser.pages -= 1
            if not browser.is_fit and not browser.pages:
                await self._end(browser)

    async def _start(self) -> Chromium:
        if self._is_closed:
            raise CrawlEnding("the crawl is ending")
        program = find_chromium(self.crawler.settings["PLAYWRIGHT_CHROMIUM"])
        browser: Chromium = _imported("browser").Chromium(
            self.crawler,
            program,
            self.crawler.settings.getint("BROWSER_PAGES"),
            self._tell,
            may_go_without=not self._has_sandbox,
        )
        self._browsers.add(browser)
        try:
            await browser.start()
        except Unrendered as error:
            await self._end(browser)
            if self._has_started:
                raise
            raise NoBrowser(f"{program} does not start, so no page is rendered: {error}; {HOW}") from error
        except BaseException:
            await self._end(browser)
            raise
        self._has_started = True
        self._has_sandbox = self._has_sandbox or browser.is_sandboxed
        return browser

    async def _end(self, browser: Chromium) -> None:
        await browser.end()
        self._browsers.discard(browser)

    def _tell(self, what: str) -> None:
        """Say something of the browser once a crawl, however many are started."""
        if what not in self._told:
            self._told.add(what)
            logger.warning("%s", what)

    def _do_without(self, none: NoBrowser) -> None:
        if not self.crawler.stats.get_value(NO_BROWSER):
            logger.warning("%s", none)
            self.crawler.stats.set_value(NO_BROWSER, str(none))


def policy_of(crawler: Crawler) -> Policy:
    """What `render=` says; "never" where nothing can be rendered, as for a command that reads one page."""
    renderer = crawler.get_extension(Renderer)
    return renderer.policy if renderer else "never"


async def rendered(
    crawler: Crawler, answer: Response, steps: Steps, reader: Reader, *, is_needed: bool
) -> Rendered | None:
    """The answer as a browser has it, where `render=` wants that of one that needs it or not; else None."""
    renderer = crawler.get_extension(Renderer)
    if renderer is None or renderer.policy == "never" or not (is_needed or renderer.policy == "always"):
        return None
    return await renderer.render(answer, steps, reader)


def _imported(module: str) -> Any:
    """Imported here, because Playwright takes longer to import than most of what a crawl needs."""
    return import_module(f"newscrawl.network.{module}")
