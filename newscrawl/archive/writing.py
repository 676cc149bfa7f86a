"""Writes answers of a site to WARC files: `<folder>/<YYYY-MM>.warc.gz` by month (UTC), one gzip member a record.

In: an address, the moment, and the answer as it came from the wire. Out: a `response` record, appended in one write.
A file that has reached `LARGEST` is followed by `<YYYY-MM>-2.warc.gz`. What a killed crawl left of a record is cut off
when the file is next opened, and a record that cannot be written whole is taken back, so that every file can be read.
"""

from __future__ import annotations

import contextlib
import errno
import mmap
import os
import zlib
from http import HTTPStatus
from io import BytesIO
from itertools import chain, count
from typing import TYPE_CHECKING

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from newscrawl import __version__
from newscrawl.text.urls import without_credentials

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime
    from pathlib import Path

LARGEST = 1_000_000_000
"""Bytes of a file after which another is begun, as archives commonly have it."""
VERSION = "WARC/1.1"
"""The first that has fractions of a second, by which a page is known to be the one that a revision was read from."""
MEMBER = b"\x1f\x8b\x08"
"""How a gzip member begins."""
NOT_KEPT = frozenset(
    {
        # Of the connection, and no longer true of the body as it is kept.
        *("transfer-encoding", "connection", "keep-alive", "trailer", "upgrade", "content-length"),
        # What was said to us alone.
        *("set-cookie", "set-cookie2", "proxy-authenticate", "proxy-authentication-info", "proxy-connection"),
        "authentication-info",
    }
)


class PageFiles:
    """The kept pages of one outlet. Raises OSError."""

    def __init__(self, folder: Path, largest: int = LARGEST) -> None:
        self.folder = folder
        self._largest = largest
        self._file: Path | None = None
        self._descriptor = -1
        self._length = 0

    def append(self, url: str, moment: datetime, status: int, headers: Iterable[tuple[str, str]], body: bytes) -> None:
        """Keep an answer; `body` as the site encoded it, without chunks."""
        self._open(f"{moment:%Y-%m}")
        self._write(_response(url, moment, status, headers, body))

    def close(self) -> None:
        """Bring what was written to the disk."""
        if self._file is None:
            return
        self._file = None
        try:
            os.fsync(self._descriptor)
        finally:
            os.close(self._descriptor)

    def _open(self, month: str) -> None:
        """Have the month's file open that still has room."""
        if self._file is not None and self._file.name.startswith(month) and self._length < self._largest:
            return
        self.close()
        self.folder.mkdir(parents=True, exist_ok=True)
        number, file = 1, self.folder / f"{month}.warc.gz"
        while file.exists() and file.stat().st_size >= self._largest:
            number += 1
            file = self.folder / f"{month}-{number}.warc.gz"
        cut_torn_record(file)
        self._descriptor = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o644)
        self._length = os.fstat(self._descriptor).st_size
        self._file = file
        if not self._length:
            self._write(_warcinfo(file.name))

    def _write(self, record: bytes) -> None:
        """Append a record in one write, or nothing of it."""
        try:
            if os.write(self._descriptor, record) < len(record):
                # A file system that takes only a part is full.
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))  # noqa: TRY301
        except OSError:
            with contextlib.suppress(OSError):
                os.ftruncate(self._descriptor, self._length)
            raise
        self._length += len(record)


class _Sent(StatusAndHeaders):  # type: ignore[misc]
    """Headers in the bytes that the site sent; warcio would put those beyond ASCII in other words."""

    def to_ascii_bytes(self, filter_func: Callable[[tuple[str, str]], object] | None = None) -> bytes:
        sent: bytes = self.to_bytes(filter_func, "latin-1")
        return sent


def _response(url: str, moment: datetime, status: int, headers: Iterable[tuple[str, str]], body: bytes) -> bytes:
    phrase = HTTPStatus(status).phrase if status in HTTPStatus.__members__.values() else ""
    kept = [(name, value) for name, value in headers if name.lower() not in NOT_KEPT]
    http = _Sent(f"{status} {phrase}".strip(), [*kept, ("Content-Length", str(len(body)))], "HTTP/1.1")
    out = BytesIO()
    writer = WARCWriter(out, gzip=True, warc_version=VERSION)
    record = writer.create_warc_record(
        without_credentials(url),
        "response",
        payload=BytesIO(body),
        length=len(body),
        http_headers=http,
        warc_headers_dict={"WARC-Date": f"{moment:%Y-%m-%dT%H:%M:%S.%fZ}"},
    )
    writer.write_record(record)
    return out.getvalue()


def _warcinfo(name: str) -> bytes:
    out = BytesIO()
    writer = WARCWriter(out, gzip=True, warc_version=VERSION)
    told = {"software": f"newscrawl/{__version__}", "format": "WARC File Format 1.1"}
    writer.write_record(writer.create_warcinfo_record(name, told))
    return out.getvalue()


def cut_torn_record(file: Path) -> None:
    """Cut off what stands after the last whole record of a file: the beginning of one, or what a power cut left."""
    if not file.is_file() or not file.stat().st_size:
        return
    with file.open("rb+") as stream:
        with mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as data:
            end, size = _end_of_last_record(data), len(data)
        if 0 < end < size:
            stream.truncate(end)
    if not end:
        # Nothing of it is a record that was ever whole; what else it may be is not ours to throw away.
        names = chain([f"{file.name}.torn"], (f"{file.name}.torn-{number}" for number in count(2)))
        file.rename(next(aside for aside in map(file.with_name, names) if not aside.exists()))


def _end_of_last_record(data: mmap.mmap) -> int:
    start = data.rfind(MEMBER)
    while start >= 0:
        member = zlib.decompressobj(16 + zlib.MAX_WBITS)
        try:
            text = member.decompress(data[start:])
        except zlib.error:
            text = b""
        if text.startswith(b"WARC/"):
            return len(data) - len(member.unused_data) if member.eof else start
        # The bytes that begin a member may stand within one too.
        start = data.rfind(MEMBER, 0, start + len(MEMBER) - 1)
    return 0
