"""Writes the record: one article a line, appended, whole lines only.

In: articles that are valid and new. Out: the same, written to `articles/<outlet>/<YYYY-MM>.jsonl` by month of
publication (UTC). A line is appended in one write; then the ledger commits it with the file's length. A line that
cannot be written whole is taken back and ends the crawl: what was committed stays as it is.
"""

from __future__ import annotations

import asyncio
import errno
import os
from collections import OrderedDict
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import msgspec

from newscrawl.dataset import Dataset
from newscrawl.pipelines.dropped import Unwritten

if TYPE_CHECKING:
    from pathlib import Path

    from scrapy.crawler import Crawler

    from newscrawl.items import Article

OPEN_FILES = 32
"""Files kept open at once; an archive of twenty years has 240 months."""


class JsonLines:
    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.dataset = Dataset.of(crawler)
        self.encoder = msgspec.json.Encoder()
        self.files: OrderedDict[Path, int] = OrderedDict()
        self._stopping: asyncio.Future[None] | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> JsonLines:
        return cls(crawler)

    async def process_item(self, item: Article) -> Article:
        file = self.dataset.articles / item.outlet / f"{item.published_at.astimezone(UTC):%Y-%m}.jsonl"
        try:
            length = self._append(file, self.encoder.encode(item) + b"\n")
        except OSError as error:
            self._stopping = asyncio.ensure_future(self.crawler.engine.close_spider_async(reason="unwritable"))
            raise Unwritten(f"{file} cannot be written: {error.strerror}") from error
        relative = file.relative_to(self.dataset.directory).as_posix()
        self.dataset.ledger.record(item, relative, length, now=datetime.now(UTC))
        return item

    async def close_spider(self) -> None:
        for descriptor in self.files.values():
            os.close(descriptor)
        self.files.clear()

    def _append(self, file: Path, line: bytes) -> int:
        """Append a line whole; the file's new length in bytes."""
        descriptor = self._open(file)
        before = os.fstat(descriptor).st_size
        try:
            _write_whole(descriptor, line)
        except OSError:
            os.ftruncate(descriptor, before)
            raise
        return before + len(line)

    def _open(self, file: Path) -> int:
        if file in self.files:
            self.files.move_to_end(file)
            return self.files[file]
        if len(self.files) >= OPEN_FILES:
            os.close(self.files.popitem(last=False)[1])
        file.parent.mkdir(parents=True, exist_ok=True)
        self.files[file] = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o644)
        return self.files[file]


def _write_whole(descriptor: int, line: bytes) -> None:
    """One write; a file system that takes only a part of it is full."""
    if os.write(descriptor, line) < len(line):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
