"""Ends a crawl that has taken its time or its memory, before anyone else does.

In: `max_minutes`, and MAX_MEMORY. Out: a crawl that ends as by Ctrl-C, with a sentence for a reason; what was not asked
for stays due. The other bounds stand where they are kept: size and time of an answer in Scrapy's downloader, the length
of an address in `borders.py`, the pages of a source and the length of the queue in `spiders/source_reading.py`.
"""

from __future__ import annotations

import os
import resource
import sys
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

from scrapy import signals
from twisted.internet.task import LoopingCall

from newscrawl import garbage
from newscrawl.network.pace import Pace

if TYPE_CHECKING:
    from scrapy import Spider
    from scrapy.crawler import Crawler

LOOK_SECONDS = 0.5
"""How often the crawl looks what it has taken."""
MB = 1024 * 1024
LEFT_TO_OTHERS = 0.1
"""Share of what the system gives that is never used: at its end the system kills without a word."""
GO_ON = "run it again and it goes on from here"


class Bounds:
    """Scrapy extension."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.most_memory = min(crawler.settings.getfloat("MAX_MEMORY"), memory_given() * (1 - LEFT_TO_OTHERS))
        self._minutes: float | None = None
        self._began = monotonic()
        # Twisted's own, because with each of its timers Twisted lets go of the timeouts of answers that have come; else
        # it keeps those of the last thirty seconds, a kB each.
        self._watch = LoopingCall(self.look)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Bounds:
        bounds = cls(crawler)
        crawler.signals.connect(bounds.open, signals.spider_opened)
        crawler.signals.connect(bounds.close, signals.spider_closed)
        return bounds

    def open(self, spider: Spider) -> None:
        arguments = getattr(spider, "arguments", None)
        self._minutes = arguments.max_minutes if arguments else None
        self._began = monotonic()
        self._watch.start(LOOK_SECONDS, now=False)
        garbage.let_go_of_the_start()

    def close(self) -> None:
        if self._watch.running:
            self._watch.stop()

    def look(self) -> None:
        """End the crawl where it has taken what it may."""
        if self._minutes is not None and monotonic() - self._began > self._minutes * 60:
            self._end(f"the {self._minutes:g} minutes of max_minutes are over; {GO_ON}")
        elif (used := memory_used()) > self.most_memory:
            self._end(f"it uses {used:,.0f} MB of memory, and may use {self.most_memory:,.0f} (MAX_MEMORY); {GO_ON}")

    def _end(self, reason: str) -> None:
        self.close()
        pace = self.crawler.get_downloader_middleware(Pace)
        assert pace is not None
        pace.end(reason)


def memory_used() -> float:
    """MB that this process holds in memory; where the system does not tell, the most that it ever held."""
    try:
        pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    except (OSError, ValueError):
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return peak / MB if sys.platform == "darwin" else peak / 1024
    return pages * os.sysconf("SC_PAGE_SIZE") / MB


def memory_given() -> float:
    """MB that the system gives this process: all there are, or what its container may use."""
    given = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / MB
    try:
        return min(given, int(Path("/sys/fs/cgroup/memory.max").read_text("ascii")) / MB)
    except (OSError, ValueError):
        return given
