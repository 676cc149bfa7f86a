"""The crawl's side of its readers: starts them with the first page, gives each page to the one with the least to do.

In: an answer. Out: its article, or None: then the crawl reads the page itself, as it does without readers. So nothing
depends on them: one that cannot be started, or that ends, costs only the time that it would have saved.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import socket
import subprocess
import sys
from collections import deque
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, BinaryIO

from scrapy import signals
from scrapy.exceptions import NotConfigured

from newscrawl.readers.messages import AHEAD, LARGEST, Memory, Page, Task, packed, take
from newscrawl.reporting.counted import counted

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from newscrawl.items import Article
    from newscrawl.pages.answered import Answered
    from newscrawl.readers.plain import Plain

logger = logging.getLogger(__name__)

PATIENCE = 60
"""Seconds for a page with all that a reader has before it, and its own start; one that takes longer, or was stopped, is
ended: else the crawl would wait for it, even to its own end."""
SIGNATURES_KEPT = 1000
"""Of articles on their way to the pipeline that asks for them."""


class Readers:
    """Scrapy extension."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self._number = crawler.settings.getint("READERS")
        if not self._number:
            raise NotConfigured
        self._room = asyncio.Semaphore(AHEAD * self._number)
        self._starting: asyncio.Future[None] | None = None
        self._readers: list[_Reader] = []
        self._read = 0
        self._signatures: dict[int, bytes] = {}
        """By the hash of the body: an article may be changed on its way, and two of one `content_hash` differ in it."""
        crawler.signals.connect(self.close, signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Readers:
        return cls(crawler)

    async def read(self, answered: Answered, task: Task) -> Plain | None:
        """`task`: the same for all pages of a crawl."""
        if self._starting is None:
            self._starting = asyncio.ensure_future(self._start(task))
        await asyncio.shield(self._starting)
        async with self._room:
            reader = max(self._readers, key=lambda reader: len(reader.free), default=None)
            if reader is None or not reader.free or len(answered.html) > LARGEST:
                return None
            plain = await reader.read(answered)
        if plain:
            self._read += 1
            self._keep(plain)
        return plain

    def signature_of(self, article: Article) -> bytes | None:
        """The signature of an article's body, where a reader made it; given once."""
        return self._signatures.pop(hash(article.body), None)

    def close(self) -> None:
        for reader in self._readers:
            reader.close()
        if self._readers:
            logger.info("%s read %s", counted(len(self._readers), "reader"), counted(self._read, "page"))

    async def _start(self, task: Task) -> None:
        try:
            told = packed(task)
            for _ in range(self._number):
                self._readers.append(await _Reader.started(told))
        except Exception as error:  # noqa: BLE001 (of the system, or of a page class that cannot be told)
            reason = getattr(error, "strerror", None) or error
            logger.warning("READERS=%s: %s; the crawl reads pages itself", self._number, reason)

    def _keep(self, plain: Plain) -> None:
        self._signatures[hash(plain.article.body)] = plain.signature
        if len(self._signatures) > SIGNATURES_KEPT:
            # An article that was refused, or is known, never asks for its own.
            del self._signatures[next(iter(self._signatures))]


class _Reader(asyncio.Protocol):
    """One process."""

    def __init__(self, process: subprocess.Popen[bytes], memory: Memory) -> None:
        self.process = process
        self._memory = memory
        self.free: list[int] = [*range(AHEAD)]
        """The places in memory where no page is; none once the process is gone."""
        self._asked: deque[tuple[int, asyncio.Future[Plain | None], asyncio.TimerHandle]] = deque()
        """The places of what is asked of it, who waits for it and how long, in their order."""
        self._is_closed = False
        self._received = bytearray()
        self._transport: asyncio.WriteTransport

    @classmethod
    async def started(cls, told: bytes) -> _Reader:
        """`told`: the task, as a message."""
        ours, theirs = socket.socketpair()
        with theirs, _memory_file() as file:
            reader = cls(_process(theirs.fileno(), file.fileno()), Memory(file.fileno()))
        reader._transport, _ = await asyncio.get_running_loop().create_unix_connection(lambda: reader, sock=ours)
        reader._transport.write(told)
        return reader

    def read(self, answered: Answered) -> asyncio.Future[Plain | None]:
        loop, place = asyncio.get_running_loop(), self.free.pop()
        answer, end = loop.create_future(), loop.call_later(PATIENCE, self.process.kill)
        self._asked.append((place, answer, end))
        self._memory.put(place, answered.html)
        self._transport.write(packed(Page(answered._replace(html=b""), place, len(answered.html))))
        return answer

    def data_received(self, data: bytes) -> None:
        self._received += data
        for plain in take(self._received):
            place, answer, end = self._asked.popleft()
            end.cancel()
            self.free.append(place)
            if not answer.done():
                answer.set_result(plain)

    def connection_lost(self, error: Exception | None) -> None:  # noqa: ARG002 (the process tells more)
        if not self._is_closed:
            logger.warning("a reader ended (%s); the crawl reads its pages itself", _end_of(self.process))
        self.free = []
        self._memory.close()
        for _, answer, end in self._asked:
            end.cancel()
            if not answer.done():
                answer.set_result(None)

    def close(self) -> None:
        self._is_closed = True
        self._transport.abort()
        # It has nothing that is not the crawl's, and may be in the middle of a page that nobody waits for.
        self.process.kill()
        self.process.wait()


def _end_of(process: subprocess.Popen[bytes]) -> str:
    status = process.wait()
    return signal.strsignal(-status) or f"signal {-status}" if status < 0 else f"exit status {status}"


def _memory_file() -> BinaryIO:
    # Elsewhere than on Linux a file on the disk, which nobody syncs.
    is_linux = hasattr(os, "memfd_create")
    file: BinaryIO = os.fdopen(os.memfd_create("pages"), "r+b") if is_linux else TemporaryFile()  # noqa: SIM115
    file.truncate(AHEAD * LARGEST)
    return file


def _process(*descriptors: int) -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # noqa: S603 (our own)
        # -P: what lies in the folder where the crawl was started is none of ours.
        [sys.executable, "-P", "-m", "newscrawl.readers.process", *map(str, descriptors)],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        pass_fds=descriptors,
        stdin=subprocess.DEVNULL,
        # A group of its own: Ctrl-C is for the crawl.
        process_group=0,
    )
