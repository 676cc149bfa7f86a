"""Reads WARC files (ISO 28500), of this project and of others: compressed record by record, or plain.

In: a file. Out: the `Head` of each record that is whole, and its block; a `Damage` where one is not, after which the
reading goes on with the next record that can be found. Nothing is held in memory but one record at a time.
"""

from __future__ import annotations

import os
import re
import zlib
from datetime import UTC, datetime
from io import BytesIO
from typing import TYPE_CHECKING, NamedTuple

from warcio.statusandheaders import StatusAndHeadersParser

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

OPENING = 64 * 1024
"""Bytes of a record in which its header ends, and the HTTP header of a page too."""
LARGEST_BLOCK = 128 * 1024 * 1024
"""Bytes of a block that is read; answers of a site are smaller."""
DIGITS = 18
"""Of a length that are read: no file is so long, and what has thousands of them Python takes for no number."""
FIRST_CHUNK, CHUNK = 16 * 1024, 256 * 1024
"""Bytes of a gzip member that are read at a time: most pages need one read."""
MEMBER = b"\x1f\x8b\x08"
_RECORD = b"WARC/"
_BEGIN = re.compile(rb"WARC/\d\.\d\r\n")
_MEMBER = re.compile(re.escape(MEMBER))
_TAIL = 16
"""More than the two blank lines that end a record: then another one stands in the same gzip member."""


class Damaged(Exception):  # noqa: N818 (it says what is so of the file; the caller decides whether that is an error)
    """What stands at a place is no whole record; the text says why."""


class Damage(NamedTuple):
    """A place of a file that could not be read."""

    place: int
    reason: str


class Head(NamedTuple):
    """What a record says of itself."""

    place: int
    """The byte at which it begins in the file."""
    kind: str
    """WARC-Type: response, request, warcinfo, …"""
    uri: str
    date: datetime | None
    """Aware UTC; None where it is none."""
    is_cut: bool
    """Whether the block was truncated when it was captured (WARC-Truncated)."""
    opening: bytes
    """The first bytes of the block."""


class WarcFile:
    """A file, open for reading. Raises OSError, and Damaged where it is no WARC file."""

    def __init__(self, file: Path) -> None:
        self._bytes = _Bytes(file)
        self._is_gzip = self._bytes.at(0, len(MEMBER)) == MEMBER
        if not self._is_gzip and self._bytes.at(0, len(_RECORD)) != _RECORD:
            self.close()
            raise Damaged("is no WARC file" if self._bytes.size else "is empty")

    def heads(self) -> Iterator[Head | Damage]:
        """Every record that is whole, and every damage, in the file's order."""
        place = 0
        while 0 <= place < self._bytes.size:
            try:
                head, following = self._head_and_next(place)
            except Damaged as damage:
                yield Damage(place, str(damage))
                place = self._found_after(place)
                continue
            yield head
            place = following

    def record(self, place: int) -> tuple[Head, bytes]:
        """The record at a place, and its whole block; raises Damaged."""
        stream = self._stream(place)
        opening = stream.read(OPENING)
        head, begin, end = _head_of(opening, place)
        if end - begin > LARGEST_BLOCK:
            raise Damaged(f"it is larger than {LARGEST_BLOCK} bytes")
        whole = opening + stream.read(max(0, end - len(opening)))
        if len(whole) < end:
            raise Damaged("it is cut off")
        return head, whole[begin:end]

    def close(self) -> None:
        self._bytes.close()

    def _head_and_next(self, place: int) -> tuple[Head, int]:
        """The record at a place, and where the next one begins."""
        stream = self._stream(place)
        head, _, end = _head_of(stream.read(OPENING), place)
        following = stream.end(end) if isinstance(stream, _Member) else self._end(place + end)
        return head, following

    def _stream(self, place: int) -> _Member | _Span:
        return _Member(self._bytes, place) if self._is_gzip else _Span(self._bytes, place)

    def _end(self, end: int) -> int:
        """Where the record after one begins that ends at a byte of a plain file."""
        if end > self._bytes.size:
            raise Damaged("it is cut off")
        rest = self._bytes.at(end, _TAIL)
        following = end + len(rest) - len(rest.lstrip(b"\r\n"))
        if following < self._bytes.size and self._bytes.at(following, len(_RECORD)) != _RECORD:
            raise Damaged("its length is not what it says")
        return following

    def _found_after(self, place: int) -> int:
        """Where the next record begins after a damaged one; -1 where there is none."""
        if not self._is_gzip:
            return self._bytes.find(_BEGIN, place + 1)
        while (place := self._bytes.find(_MEMBER, place + 1)) >= 0:
            # The bytes that begin a member may stand within one too.
            try:
                if _Member(self._bytes, place).read(len(_RECORD)) == _RECORD:
                    return place
            except Damaged:
                continue
        return -1


class _Bytes:
    """The bytes of a file, read where they are asked for."""

    def __init__(self, file: Path) -> None:
        self._descriptor = os.open(file, os.O_RDONLY | os.O_CLOEXEC)
        self.size = os.fstat(self._descriptor).st_size

    def at(self, place: int, most: int) -> bytes:
        return os.pread(self._descriptor, most, place)

    def find(self, pattern: re.Pattern[bytes], place: int) -> int:
        """Where a short pattern is first found from a place on; -1 where it is not."""
        while place < self.size:
            # A little more, for what stands across the end of a chunk.
            found = pattern.search(self.at(place, CHUNK + _TAIL))
            if found:
                return place + found.start()
            place += CHUNK
        return -1

    def close(self) -> None:
        os.close(self._descriptor)


class _Span:
    """The bytes of a plain file from a place on."""

    def __init__(self, data: _Bytes, place: int) -> None:
        self._bytes = data
        self._at = place

    def read(self, most: int) -> bytes:
        found = self._bytes.at(self._at, most)
        self._at += len(found)
        return found


class _Member:
    """What the gzip member at a place holds."""

    def __init__(self, data: _Bytes, place: int) -> None:
        self._bytes = data
        self._at = place
        self._chunk = FIRST_CHUNK
        self._inflate = zlib.decompressobj(16 + zlib.MAX_WBITS)
        self._read = 0

    def read(self, most: int) -> bytes:
        """At most so many bytes, fewer only at the member's end; raises Damaged."""
        parts, left = [], most
        while left > 0 and not self._inflate.eof:
            part = self._some(left)
            parts.append(part)
            left -= len(part)
        self._read += most - left
        return b"".join(parts)

    def end(self, least: int) -> int:
        """Read to the end, where the checksum is; where the next member begins. `least`: what it holds at least."""
        while not self._inflate.eof:
            self._read += len(self._some(CHUNK))
        if self._read < least:
            raise Damaged("it is shorter than it says")
        if self._read > least + _TAIL:
            raise Damaged("it is not compressed record by record; `warcio recompress` makes such a file of it")
        return self._at - len(self._inflate.unused_data)

    def _some(self, most: int) -> bytes:
        compressed = self._inflate.unconsumed_tail
        if not compressed:
            compressed = self._bytes.at(self._at, self._chunk)
            self._at += len(compressed)
            self._chunk = CHUNK
        try:
            found = self._inflate.decompress(compressed, most)
        except zlib.error as error:
            raise Damaged("its compressed bytes are broken") from error
        if not compressed and not found and not self._inflate.eof:
            raise Damaged("it is cut off")
        return found


def _head_of(opening: bytes, place: int) -> tuple[Head, int, int]:
    """What the beginning of a record says, and where its block begins and ends in it; raises Damaged."""
    if not opening.startswith(_RECORD):
        raise Damaged("no record begins there")
    end = opening.find(b"\r\n\r\n")
    if end < 0:
        raise Damaged("its header has no end")
    parsed = StatusAndHeadersParser([], verify=False).parse(BytesIO(opening[: end + 4]))
    fields = {name.lower(): value for name, value in parsed.headers}
    length = fields.get("content-length", "")
    if not (length.isascii() and length.isdigit()):
        raise Damaged("it does not say its length")
    begin, size = end + 4, int(length[:DIGITS])
    head = Head(
        place,
        fields.get("warc-type", "").lower(),
        # Some writers of version 1.0 put the address in angle brackets, as its grammar had it.
        fields.get("warc-target-uri", "").strip("<>"),
        _date(fields.get("warc-date", "")),
        "warc-truncated" in fields,
        opening[begin : begin + size],
    )
    return head, begin, begin + size


def _date(text: str) -> datetime | None:
    """An aware UTC time; one without a zone is in UTC, as the standard has it."""
    try:
        date = datetime.fromisoformat(text)
        return date.astimezone(UTC) if date.tzinfo else date.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None
