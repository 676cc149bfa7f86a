"""Waiting for Scrapy's engine, from within a spider's `start`."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from scrapy import signals

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

ITEM_ENDS = (signals.item_scraped, signals.item_dropped, signals.item_error)


def item_settled(crawler: Crawler) -> asyncio.Event:
    """Set when the pipelines are done with the next item: get it before the item is yielded."""
    settled = asyncio.Event()

    def settle() -> None:
        for signal in ITEM_ENDS:
            crawler.signals.disconnect(settle, signal)
        settled.set()

    for signal in ITEM_ENDS:
        crawler.signals.connect(settle, signal, weak=False)
    return settled


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
