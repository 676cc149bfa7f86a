"""One crawl an outlet and DATA_DIR at a time.

The lock is the operating system's (flock), so that a dead holder's is no obstacle; who holds it stands in a file beside
it, for people.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import msgspec
from filelock import FileLock, Timeout

if TYPE_CHECKING:
    from pathlib import Path


class Held(Exception):  # noqa: N818 (it says what is so; the caller decides whether that is an error)
    """Another crawl has the outlet; the text says which process, and since when."""


class _Holder(msgspec.Struct):
    pid: int
    since: datetime


class OutletLock:
    def __init__(self, directory: Path, outlet: str) -> None:
        """`directory`: DATA_DIR/locks. Raises OSError."""
        directory.mkdir(parents=True, exist_ok=True)
        self._outlet = outlet
        self._holder = directory / f"{outlet}.json"
        self._lock = FileLock(directory / f"{outlet}.lock", timeout=0)

    def take(self) -> None:
        """Raises Held."""
        try:
            self._lock.acquire()
        except Timeout as error:
            raise Held(f"another crawl of {self._outlet} is running here: {self._who()}") from error
        holder = _Holder(os.getpid(), datetime.now(UTC).replace(microsecond=0))
        self._holder.write_bytes(msgspec.json.encode(holder))

    def release(self) -> None:
        if self._lock.is_locked:
            self._holder.unlink(missing_ok=True)
            self._lock.release()

    def _who(self) -> str:
        try:
            holder = msgspec.json.decode(self._holder.read_bytes(), type=_Holder)
        except (OSError, ValueError):
            # Not DecodeError alone: of what is no UTF-8 it is a UnicodeDecodeError.
            return "it has just begun"
        return f"process {holder.pid}, since {holder.since:%Y-%m-%d %H:%M:%S} UTC"
