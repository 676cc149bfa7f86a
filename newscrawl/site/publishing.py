"""Puts a site in its place at once: who looks sees the one before or the new one, whole.

In: the folder of the site. Out: another folder beside it to build in, which then changes places with it. A process that
is killed leaves the site as it was; the next one clears up after it.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
import shutil
from typing import TYPE_CHECKING, Self

import msgspec
from filelock import FileLock, Timeout

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

MANIFEST = ".newscrawl-site"
"""What the pages of a site were made from; only a folder that has it is one of ours."""
_AT_FDCWD = -100
_EXCHANGE = 2
"""renameat2's RENAME_EXCHANGE, of Linux."""
_NOT_POSSIBLE = {errno.ENOSYS, errno.EINVAL, errno.ENOTSUP}


class SiteError(Exception):
    """The site cannot be built; the text says why, in one line."""


class Shard(msgspec.Struct):
    """A part of the search index."""

    name: str
    stories: dict[str, str]
    """What it was made from: the digest of each card, by id."""


class Manifest(msgspec.Struct):
    """What a site was made from."""

    signature: str = ""
    """Of what all pages are made with: templates, version, options."""
    pages: dict[str, str] = msgspec.field(default_factory=dict)
    """For each file below the folder what differs as soon as its content does."""
    shards: list[Shard] = msgspec.field(default_factory=list)


class Place:
    """The folder of a site, held while it is built; raises SiteError where that cannot be done."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory.resolve()
        self._workshop = self.directory.with_name(f".{self.directory.name}.building")
        self.staging = self._workshop / "site"
        """Where the new site is built."""
        self._old = self._workshop / "old"
        self._lock = FileLock(self._workshop / "lock", timeout=0)

    def __enter__(self) -> Self:
        try:
            self._workshop.mkdir(parents=True, exist_ok=True)
            self._lock.acquire()
        except Timeout as error:
            raise SiteError(f"another process is building {self.directory}; try again when it has ended") from error
        except OSError as error:
            raise SiteError(f"{error.filename or self.directory}: {error.strerror or error}") from error
        try:
            self._clear_up()
            self.before = self._manifest()
            self.staging.mkdir()
        except BaseException:
            self._lock.release()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        shutil.rmtree(self.staging, ignore_errors=True)
        self._lock.release()

    def publish(self, manifest: Manifest) -> None:
        """The new site takes the place of the one before."""
        (self.staging / MANIFEST).write_bytes(msgspec.json.encode(manifest))
        if not self.directory.exists():
            self.staging.rename(self.directory)
        elif not exchanged(self.staging, self.directory):
            # A moment without a site, where the file system knows no better; `_clear_up` mends it after a kill.
            self.directory.rename(self._old)
            self.staging.rename(self.directory)
            shutil.rmtree(self._old, ignore_errors=True)

    def _clear_up(self) -> None:
        """What a killed process left."""
        if self._old.exists() and not self.directory.exists():
            self._old.rename(self.directory)
        for left in self.staging, self._old:
            if left.exists():
                shutil.rmtree(left)

    def _manifest(self) -> Manifest:
        """What the site that is there was made from; raises SiteError for a folder that is no site of ours."""
        refused = f"{self.directory} is no site that scrapy site built, and it stays as it is: name a new folder"
        if not self.directory.exists():
            return Manifest()
        if not self.directory.is_dir():
            raise SiteError(refused)
        try:
            return msgspec.json.decode((self.directory / MANIFEST).read_bytes(), type=Manifest)
        except FileNotFoundError as error:
            if any(self.directory.iterdir()):
                raise SiteError(refused) from error
            return Manifest()
        except msgspec.DecodeError:
            # It is ours, of another version or damaged: nothing of it is used.
            return Manifest()


def exchanged(one: Path, other: Path) -> bool:
    """Whether both could change places at once; raises OSError."""
    with contextlib.suppress(AttributeError):
        rename = ctypes.CDLL(None, use_errno=True).renameat2
        if rename(_AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(other), _EXCHANGE) == 0:
            return True
        code = ctypes.get_errno()
        if code not in _NOT_POSSIBLE:
            raise OSError(code, os.strerror(code), str(other))
    return False
