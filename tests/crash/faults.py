"""Ways to die or to fail that nothing outside can time, switched on by ITEM_PIPELINES.

`-s FAULT=within` says where the crawl kills its own process, `-s FAULT_AT=7` with which line that it writes.
"""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING

from newscrawl.ledger import database
from newscrawl.pipelines.jsonlines import SYNC_EVERY, Appender, JsonLines

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from newscrawl.items import Article

BEFORE, WITHIN, AFTER, OPEN, SYNC = FAULTS = ("before", "within", "after", "open", "sync")
"""Before the line is appended; with a part of it appended; appended and not committed; in a transaction that is left
open with the lines before it; on the disk and not noted so."""
LONG_OPEN_SECONDS = 60
"""So that there is one, however slowly lines come."""
UNSYNCABLE = "unsyncable"
"""No death: the disk takes lines, and from this one on (0: only at the end) it does not say that it has them."""
PIPELINES = {
    "newscrawl.pipelines.validate.Validate": 100,
    "newscrawl.pipelines.dedupe.Dedupe": 200,
    "newscrawl.pipelines.near_duplicates.NearDuplicates": 250,
    "tests.crash.faults.Dying": 300,
}


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


class Dying(JsonLines):
    """The pipeline that writes, until it is killed."""

    def __init__(self, crawler: Crawler, looks: list) -> None:
        super().__init__(crawler, looks)
        self.fault = crawler.settings["FAULT"]
        self.left = crawler.settings.getint("FAULT_AT")
        if self.fault == OPEN:
            database.OPEN_SECONDS = LONG_OPEN_SECONDS

    async def process_item(self, item: Article) -> Article:
        self.left -= 1
        if self.left == 0 and self.fault in {SYNC, UNSYNCABLE}:
            self.unsynced = SYNC_EVERY
        written = await super().process_item(item)
        if self.left <= 0 and self.fault == OPEN and self.dataset.ledger._database._left_open:
            die()
        return written

    def _appender(self, name: str, outlet: str) -> Appender:
        appender = super()._appender(name, outlet)
        return Fatal(appender, self.fault) if self.left == 0 and self.fault in {BEFORE, WITHIN, AFTER} else appender

    def _sync(self) -> None:
        if self.left == 0 and self.fault == SYNC:
            for appender in self.open.values():
                appender.sync()
            die()
        if self.fault == UNSYNCABLE:
            for appender in self.open.values():
                put_pipe_in_place_of(appender._descriptor)
        super()._sync()


def put_pipe_in_place_of(descriptor: int) -> None:
    """Let a descriptor be one that no fsync can bring to a disk."""
    ends = os.pipe()
    os.dup2(ends[1], descriptor)
    for end in ends:
        os.close(end)


class Fatal:
    """An appender whose next line is the last thing that its process does."""

    def __init__(self, appender: Appender, fault: str) -> None:
        self.appender = appender
        self.fault = fault

    def append(self, line: bytes) -> tuple[int, int]:
        if self.fault == WITHIN:
            os.write(self.appender._descriptor, line[: len(line) // 2])
        if self.fault == AFTER:
            self.appender.append(line)
        die()
        raise AssertionError
