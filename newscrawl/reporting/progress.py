"""What a person sees while a crawl runs: one live line on a terminal, plain log lines elsewhere.

In: the crawl's counts. Out: text on standard error.
"""

from __future__ import annotations

import logging
import sys
from time import monotonic
from typing import TYPE_CHECKING

from rich.live import Live
from rich.text import Text
from scrapy import signals
from scrapy.exceptions import NotConfigured
from scrapy.utils.asyncio import AsyncioLoopingCall
from scrapy.utils.log import get_scrapy_root_handler

from newscrawl.reporting.screen import SafeConsole

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from newscrawl.spiders.outlet import OutletSpider

logger = logging.getLogger(__name__)

LIVE_SECONDS = 0.25
LOG_SECONDS = 30.0


class Progress:
    """Scrapy extension."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.started = monotonic()
        self.live: Live | None = None
        self.task = AsyncioLoopingCall(self.tell)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Progress:
        if not crawler.settings.getbool("PROGRESS"):
            raise NotConfigured
        progress = cls(crawler)
        crawler.signals.connect(progress.open, signals.spider_opened)
        crawler.signals.connect(progress.close, signals.spider_closed)
        return progress

    def open(self) -> None:
        if sys.stderr.isatty():
            self.live = Live(console=SafeConsole(stderr=True), auto_refresh=False, transient=True)
            self.live.start()
            _log_above(self.live)
        self.task.start(LIVE_SECONDS if self.live else LOG_SECONDS, now=bool(self.live))

    def close(self) -> None:
        if self.task.running:
            self.task.stop()
        if self.live:
            self.live.stop()
            _log_above(None)

    def tell(self) -> None:
        line = self.line()
        if self.live:
            self.live.update(Text(line, overflow="ellipsis", no_wrap=True), refresh=True)
        else:
            logger.info(line)

    def line(self) -> str:
        """The crawl in one line."""
        spider: OutletSpider = self.crawler.spider  # type: ignore[assignment]
        count = {
            name: self.crawler.stats.get_value(f"newscrawl/{name}", 0)
            for name in ("found", "fetched", "written", "duplicates", "refused", "failed", "blocked", "unexpected")
        }
        errors = count["refused"] + count["failed"] + count["blocked"] + count["unexpected"]
        rate = self.crawler.stats.get_value("downloader/response_count", 0) / max(monotonic() - self.started, 0.001)
        return (
            f"{spider.outlet.name}: {count['found']} found, {count['fetched']} fetched, {count['written']} written, "
            f"{count['duplicates']} duplicates, {errors} errors, {rate:.1f} requests/s, now: {spider.now_reading}"
        )


def _log_above(live: Live | None) -> None:
    """Send log lines through the live display, or back to where they went before."""
    handler = get_scrapy_root_handler()
    if isinstance(handler, logging.StreamHandler) and not isinstance(handler, logging.FileHandler):
        # While it runs, the live display stands in for sys.stderr and moves its line down for each text.
        handler.setStream(sys.stderr if live else sys.__stderr__)
