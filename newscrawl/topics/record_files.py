"""What of the record's files was not read yet.

In: DATA_DIR, and how far each file was read. Out: the whole lines that came since, or all of a file's where what was
read of it is not there any more as it was: it was shortened or edited. Reads only, also while a crawl writes.
"""

from __future__ import annotations

import os
import time
import zlib
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

AT_ONCE = 1 << 20
"""Bytes."""
UNSETTLED = 2_000_000_000
"""Nanoseconds: a file that was changed so short a time ago may be changed again without its times showing it."""


@dataclass(slots=True)
class ReadFile:
    """How far a file was read."""

    name: str
    """Below DATA_DIR."""
    length: int = 0
    """Bytes of whole lines."""
    checksum: int = 0
    """CRC-32 of those."""
    stamp: str = ""
    """What the system said of the file then; empty where that does not show every change."""


def stamp(directory: Path, name: str) -> str:
    """What the system says of a file; empty where it is not there, or may still be changing unseen."""
    try:
        return _stamp((directory / name).stat())
    except FileNotFoundError:
        return ""


def _stamp(state: os.stat_result) -> str:
    if time.time_ns() - max(state.st_mtime_ns, state.st_ctime_ns) < UNSETTLED:
        return ""
    return f"{state.st_size} {state.st_mtime_ns} {state.st_ctime_ns} {state.st_ino}"


class Reading:
    """One file, read from where it was read to; raises OSError."""

    def __init__(self, directory: Path, known: ReadFile) -> None:
        self.file = (directory / known.name).open("rb")
        self.state = ReadFile(known.name, known.length, known.checksum, _stamp(os.fstat(self.file.fileno())))
        self.is_anew = not _holds(self.file, known)
        """Whether what was read of it is to be forgotten."""
        if self.is_anew:
            self.state.length = self.state.checksum = 0

    def lines(self) -> Iterator[tuple[int, bytes]]:
        """The further whole lines, each with the byte that it starts at; the state follows them."""
        self.file.seek(self.state.length)
        for line in self.file:
            if not line.endswith(b"\n"):
                # A crawl is writing it; how far it is then does not show in any time.
                self.state.stamp = ""
                break
            start = self.state.length
            self.state.length += len(line)
            self.state.checksum = zlib.crc32(line, self.state.checksum)
            yield start, line

    def close(self) -> None:
        self.file.close()


def _holds(file: IO[bytes], known: ReadFile) -> bool:
    """Whether a file still begins with what was read of it."""
    left, checksum = known.length, 0
    while left and (part := file.read(min(left, AT_ONCE))):
        checksum = zlib.crc32(part, checksum)
        left -= len(part)
    return left == 0 and checksum == known.checksum
