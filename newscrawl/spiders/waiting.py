"""Waiting for Scrapy's engine, from within a spider's `start`."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from scrapy import signals

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

ITEM_ENDS = (signals.item_scraped, signals.item_dropped, signals.item_error)


class ItemSettled:
    """Tells when the pipelines are done with the next item: make it before the item is yielded."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._ended = asyncio.Event()
        for signal in ITEM_ENDS:
            # Also when nobody waits any more: a crawl that is stopped gives its spider up, not the item.
            crawler.signals.connect(self._end, signal, weak=False)

    def _end(self) -> None:
        for signal in ITEM_ENDS:
            self._crawler.signals.disconnect(self._end, signal, weak=False)
        self._counted_out = asyncio.ensure_future(self._let_close())
        self._ended.set()

    async def wait(self) -> None:
        await self._ended.wait()
        # A spider that ends before the item is counted out would stand still until the engine's next heartbeat; and one
        # that yields the next item before that would let this one's end look for it in vain, turn after turn.
        await asyncio.shield(self._counted_out)

    async def _until_counted_out(self) -> None:
        """Scrapy counts an item out right after the signal."""
        slot = self._crawler.engine.scraper.slot
        while slot is not None and slot.itemproc_size:  # noqa: ASYNC110 (a step or two, and nothing tells of it)
            await asyncio.sleep(0)

    async def _let_close(self) -> None:
        """Let a crawl end that was stopped meanwhile: Scrapy looks for that after answers, not after items."""
        await self._until_counted_out()
        slot, spider = self._crawler.engine.scraper.slot, self._crawler.spider
        if slot and spider and slot.closing and not slot.closing.called and slot.is_idle():
            slot.closing.callback(spider)


async def until_asked(crawler: Crawler) -> None:
    """Wait until every request that was yielded has left the scheduler."""
    scheduler = crawler.engine.scheduler
    assert scheduler is not None
    while scheduler.has_pending_requests():
        await crawler.signals.wait_for(signals.scheduler_empty)


async def until_answered(crawler: Crawler) -> None:
    """Wait until every request that was yielded has its answer, and the answer is dealt with."""
    engine = crawler.engine
    scheduler, scraper = engine.scheduler, engine.scraper.slot
    assert scheduler is not None
    assert scraper is not None
    while scheduler.has_pending_requests() or engine.downloader.active or scraper.queue or scraper.active:
        await crawler.signals.wait_for(signals.scheduler_empty)
