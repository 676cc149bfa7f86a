"""Writes the record: one article a line, appended, whole lines only.

In: articles that are valid and new. Out: the same, written to `articles/<outlet>/<YYYY-MM>.jsonl` by month of
publication (UTC). A line is appended in one write; then the ledger commits it with the file's length, and where lines
come within milliseconds of each other, several of them together. Every hundred lines, and at the end, the files are
brought to the disk: a power cut costs at most the lines since then. A line that cannot be written whole, or not be
noted, is taken back and ends the crawl; so do lines whose common commit fails, which the next crawl takes in from the
file, and a file that cannot be brought to the disk. Nothing is written after that; what was committed stays as it is.
"""

from __future__ import annotations

import asyncio
import errno
import os
import zlib
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import msgspec

from newscrawl.dataset import Dataset
from newscrawl.disk import sync_folder
from newscrawl.ledger import LedgerError, Line
from newscrawl.looks import next_look
from newscrawl.months import file_of
from newscrawl.pipelines.dropped import Unwritten, unwritable
from newscrawl.pipelines.near_duplicates import NearDuplicates
from newscrawl.recovery import file_state

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import timedelta
    from pathlib import Path

    from scrapy.crawler import Crawler

    from newscrawl.items import Article
    from newscrawl.ledger import Look

SYNC_EVERY = 100
"""Lines between two syncs to the disk."""


class Appender:
    """One file of the record, open at its end. Raises OSError."""

    def __init__(self, file: Path, outlet: str, checksum: int) -> None:
        """`checksum`: CRC-32 of what the file holds."""
        file.parent.mkdir(parents=True, exist_ok=True)
        self.file = file
        self.outlet = outlet
        self.checksum = checksum
        self._descriptor = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o644)
        self._length = os.fstat(self._descriptor).st_size
        self._before = self._length, checksum
        self._is_new = self._length == 0

    def append(self, line: bytes) -> tuple[int, int]:
        """Write a line in one piece; where it starts and ends, in bytes."""
        self._before = self._length, self.checksum
        try:
            if os.write(self._descriptor, line) < len(line):
                # A file system that takes only a part of a line is full.
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))  # noqa: TRY301
        except OSError:
            self.take_back()
            raise
        self.checksum = zlib.crc32(line, self.checksum)
        self._length += len(line)
        return self._length - len(line), self._length

    def take_back(self) -> None:
        """Cut off the line that was appended last."""
        self._length, self.checksum = self._before
        os.ftruncate(self._descriptor, self._length)

    def sync(self) -> int:
        """Bring all of it to the disk; the length of what was written whole."""
        os.fsync(self._descriptor)
        if self._is_new:
            sync_folder(self.file.parent)
        return self._length

    def close(self) -> None:
        os.close(self._descriptor)


class JsonLines:
    def __init__(self, crawler: Crawler, looks: Sequence[timedelta]) -> None:
        self.crawler = crawler
        self.looks = looks
        self.dataset = Dataset.of(crawler)
        self.record = self.dataset.ledger.record
        self.encoder = msgspec.json.Encoder()
        self.open: dict[str, Appender] = {}
        self.checksums: dict[str, int] = {}
        """Of the files that were open, as the ledger knows them."""
        self.unsynced = 0
        self._unwritable: str | None = None
        """Why nothing can be written any more."""
        self._stopping: asyncio.Future[None] | None = None
        self._closing = False
        self._committing: asyncio.TimerHandle | None = None
        self.dataset.ledger.commit_together(self._commit_soon)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> JsonLines:
        return cls(crawler, Dataset.looks(crawler.settings))

    async def process_item(self, item: Article) -> Article:
        if self._unwritable is None:
            self._write(item)
        if self._unwritable is not None:
            raise Unwritten(self._unwritable)
        self.unsynced += 1
        if self.unsynced >= SYNC_EVERY:
            self._sync()
        return item

    async def close_spider(self) -> None:
        self._closing = True
        self._sync()

    def _write(self, item: Article) -> None:
        name = file_of(item.outlet, item.published_at.astimezone(UTC))
        try:
            appender = self._appender(name, item.outlet)
            start, end = appender.append(self.encoder.encode(item) + b"\n")
            self._commit(item, Line(name, start, end), appender)
        except Exception as error:  # noqa: BLE001 - whatever it is, a line without its commit must be the last one
            self._stop(self._reason(error, name))

    def _commit(self, item: Article, line: Line, appender: Appender) -> None:
        now = datetime.now(UTC)
        try:
            look = next_look(item, now, self.looks)
            self.record.write(item, line, now=now, next_look=look, compared=self._compared(item))
        except BaseException:
            # A line that the ledger does not know must not be within the length that it is told at the end.
            appender.take_back()
            raise

    def _commit_soon(self, seconds: float) -> None:
        if self._committing:
            self._committing.cancel()
        self._committing = asyncio.get_running_loop().call_later(seconds, self._commit_open)

    def _commit_open(self) -> None:
        """Commit what the ledger left open; lines whose commit fails are taken in when the next crawl begins."""
        try:
            self.dataset.ledger.commit()
        except LedgerError as error:
            self._stop(str(error))

    def _compared(self, item: Article) -> Look | None:
        """What comparing the article found, to be committed with its line."""
        comparing = self.crawler.get_item_pipeline(NearDuplicates)
        return comparing.look_at(item) if comparing else None

    def _appender(self, name: str, outlet: str) -> Appender:
        if name not in self.open:
            if name not in self.checksums:
                state = self.record.files(outlet).get(name)
                self.checksums[name] = state.checksum if state else 0
            self.open[name] = Appender(self.dataset.directory / name, outlet, self.checksums[name])
        return self.open[name]

    def _sync(self) -> None:
        """Bring what was written to the disk, tell the ledger how far, and close the files.

        What cannot be brought there is read again from the files when the next crawl begins.
        """
        # Others do not wait for the disk as well.
        self._commit_open()
        self.unsynced = 0
        while self.open:
            name, appender = self.open.popitem()
            try:
                length = appender.sync()
                self.record.note_file(appender.outlet, file_state(appender.file, name, length, appender.checksum))
                self.checksums[name] = appender.checksum
            except (OSError, LedgerError) as error:
                self._stop(self._reason(error, name))
            finally:
                appender.close()

    def _reason(self, error: Exception, name: str) -> str:
        match error:
            case LedgerError():
                return str(error)
            case OSError():
                cause = error.strerror
            case _:
                cause = f"{type(error).__name__}: {error}"
        return f"{self.dataset.directory / name} cannot be written: {cause}"

    def _stop(self, reason: str) -> None:
        """End the crawl; only the first reason is told."""
        if self._unwritable is not None:
            return
        self._unwritable = reason
        self.crawler.signals.send_catch_log(unwritable, reason=reason)
        if not self._closing:
            self._stopping = asyncio.ensure_future(self.crawler.engine.close_spider_async(reason="unwritable"))
