"""Lines and their commits: together where they come together, and none without the other."""

import asyncio
import os
import resource
import sqlite3
from types import SimpleNamespace

import pytest

from newscrawl.dataset import Dataset
from newscrawl.ledger import Outcome
from newscrawl.pipelines.dropped import Unwritten
from newscrawl.pipelines.jsonlines import SYNC_EVERY, JsonLines
from newscrawl.recovery import recover
from tests.articles import NOW, article

OUTLET = "outlet"
FILE = f"articles/{OUTLET}/2025-07.jsonl"


class Writing:
    """The pipeline in an event loop, as a crawl has it, and what others see of the ledger meanwhile."""

    def __init__(self, directory):
        self.dataset = Dataset(directory)
        self.file = directory / FILE
        self.ledger = directory / "ledger.db"
        self.ended_because: list[str] = []
        crawler = SimpleNamespace(
            get_extension=lambda _: self.dataset,
            get_item_pipeline=lambda _: None,
            signals=SimpleNamespace(send_catch_log=lambda *_, reason: self.ended_because.append(reason)),
            engine=SimpleNamespace(close_spider_async=self._close),
        )
        self.pipeline = JsonLines(crawler, [])

    async def _close(self, reason):
        assert reason == "unwritable"

    async def write(self, *numbers, **changes):
        for number in numbers:
            await self.pipeline.process_item(article(number, headline=f"Bridge {number}", **changes))

    def seen(self):
        """How many articles another program finds in the ledger."""
        with sqlite3.connect(self.ledger) as db:
            return db.execute("SELECT count(*) FROM articles").fetchone()[0]

    def can_write(self):
        """Whether another program could write to the ledger now."""
        db = sqlite3.connect(self.ledger, timeout=0, isolation_level=None)
        try:
            db.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            return False
        finally:
            db.close()
        return True

    def lines(self):
        return self.file.read_bytes().count(b"\n")

    def recovered(self):
        """What the next crawl knows, after it has brought files and ledger into agreement."""
        self.dataset.close()
        dataset = Dataset(self.dataset.directory)
        recover(dataset.directory, OUTLET, dataset.ledger)
        known, length = dataset.ledger.record.count(OUTLET), dataset.ledger.record.files(OUTLET)[FILE].length
        dataset.close()
        assert length == self.file.stat().st_size
        return known


@pytest.fixture
def writing(tmp_path):
    writing = Writing(tmp_path)
    yield writing
    writing.dataset.close()


async def until(is_so):
    """As soon as something else has made it so."""
    async with asyncio.timeout(20):
        while not is_so():  # noqa: ASYNC110 - another program's view, which tells nobody when it changes
            await asyncio.sleep(0.001)


def test_lines_that_come_together_are_committed_though_nothing_follows(writing):
    async def crawl():
        await writing.write(1, 2, 3, 4, 5)
        assert not writing.can_write()
        await until(lambda: writing.seen() == 5)
        assert writing.can_write()

    asyncio.run(crawl())
    assert writing.ended_because == []


def test_nobody_waits_while_files_are_brought_to_the_disk(writing, monkeypatch):
    could = []
    fsync = os.fsync

    def watched(descriptor):
        could.append(writing.can_write())
        fsync(descriptor)

    async def crawl():
        await writing.write(*range(1, SYNC_EVERY))
        monkeypatch.setattr(os, "fsync", watched)
        await writing.write(SYNC_EVERY)
        await writing.pipeline.close_spider()

    asyncio.run(crawl())
    assert could
    assert all(could)


def test_lines_whose_common_commit_fails_end_the_crawl_and_are_taken_in_by_the_next(writing):
    async def crawl():
        await writing.write(1)
        before = resource.getrlimit(resource.RLIMIT_FSIZE)
        log = writing.ledger.with_name("ledger.db-wal")
        await writing.write(2, 3, 4)
        # A disk that is full for the ledger's log, and nothing else.
        resource.setrlimit(resource.RLIMIT_FSIZE, (log.stat().st_size, before[1]))
        try:
            await until(lambda: writing.ended_because)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)
        with pytest.raises(Unwritten):
            await writing.write(5)
        await writing.pipeline.close_spider()

    asyncio.run(crawl())
    assert len(writing.ended_because) == 1
    assert writing.ended_because[0].startswith(f"the ledger sqlite:///{writing.ledger}: ")
    assert (writing.seen(), writing.lines()) == (1, 4)
    assert writing.recovered() == 4


@pytest.mark.parametrize("before", [(), (1, 2, 3)], ids=["alone", "after others"])
def test_a_line_that_the_ledger_does_not_take_is_taken_back_and_ends_the_crawl(writing, before):
    async def crawl():
        await writing.write(*before)
        with pytest.raises(Unwritten):
            # JSON has such numbers, SQLite has not.
            await writing.write(90, revision=1 << 63)
        with pytest.raises(Unwritten):
            await writing.write(91)
        await writing.pipeline.close_spider()

    asyncio.run(crawl())
    assert len(writing.ended_because) == 1
    assert "OverflowError" in writing.ended_because[0]
    assert "\n" not in writing.ended_because[0]
    assert writing.lines() == len(before)
    if before:
        assert writing.recovered() == len(before)


def test_what_was_only_settled_is_committed_at_the_end(writing):
    async def crawl():
        for number in range(1, 5):
            writing.dataset.ledger.record.settle(article(number), Outcome("duplicate", "as known", NOW))
        assert not writing.can_write()
        await writing.pipeline.close_spider()

    asyncio.run(crawl())
    writing.dataset.close()
    dataset = Dataset(writing.dataset.directory)
    assert dataset.ledger.frontier.counts(OUTLET) == {"duplicate": 4}
    dataset.close()
