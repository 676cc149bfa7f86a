"""Puts a site in its place at once: who looks sees the one before or the new one, whole.

In: the folder of the site. Out: another folder beside it to build in, which then changes places with it. A process that
is killed leaves the site as it was; the next one clears up after it.

A second folder with the same files, under second names (hard links), stays beside the site, and the next site is built
in that: what lies there and is still true stays, so that ten new stories in 50,000 change some hundred files, and no
more.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
import shutil
import uuid
from typing import TYPE_CHECKING, Self

import msgspec
from filelock import FileLock, Timeout

from newscrawl.disk import sync_folder

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

MANIFEST = ".newscrawl-site"
"""What the pages of a site were made from; only a folder that has it is one of ours."""
_AT_FDCWD = -100
_EXCHANGE = 2
"""renameat2's RENAME_EXCHANGE, of Linux."""
_NO_MANIFEST = (ValueError, RecursionError)
"""Not DecodeError alone: of text that is no UTF-8 it is a UnicodeDecodeError."""
_NOT_POSSIBLE = {errno.ENOSYS, errno.EINVAL, errno.ENOTSUP}


class SiteError(Exception):
    """The site cannot be built; the text says why, in one line."""


class Shard(msgspec.Struct):
    """A part of the search index."""

    name: str
    stories: dict[str, str]
    """What it was made from: by id, what differs as soon as the story would be found or shown otherwise."""
    found: dict[str, str] = msgspec.field(default_factory=dict)
    """Pagefind's own name for each story, by id."""


class MadeList(msgspec.Struct):
    """The pages and feeds of a list of stories."""

    key: str
    """What differs as soon as other stories are on it, or what is told of all of them does."""
    paths: list[str]


class Manifest(msgspec.Struct):
    """What a site was made from."""

    signature: str = ""
    """Of what all pages are made with: templates, version, options."""
    id: str = msgspec.field(default_factory=lambda: str(uuid.uuid4()))
    """Of the site itself, from its first build on: no other site's feeds are called as its own are."""
    pages: dict[str, str] = msgspec.field(default_factory=dict)
    """For each file below the folder what differs as soon as its content does."""
    lists: dict[str, MadeList] = msgspec.field(default_factory=dict)
    """Of each topic."""
    shards: list[Shard] = msgspec.field(default_factory=list)


class Place:
    """The folder of a site, held while it is built; raises SiteError where that cannot be done."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory.resolve()
        if not self.directory.name or self.directory.is_mount():
            raise SiteError(f"{self.directory} cannot be exchanged for a new folder: name one within it")
        self._workshop = self.directory.with_name(f".{self.directory.name}.building")
        self.staging = self._workshop / "site"
        """Where the new site is built."""
        self._last = self._workshop / "last"
        """What the next site is built in: the one before, or the same as the one that is there."""
        self._old = self._workshop / "old"
        self._has_taken_up = False
        self._lock = FileLock(self._workshop / "lock", timeout=0)

    def __enter__(self) -> Self:
        try:
            self._workshop.mkdir(parents=True, exist_ok=True)
            self._lock.acquire()
        except Timeout as error:
            raise SiteError(f"another process is building {self.directory}; try again when it has ended") from error
        except OSError as error:
            told = f"{self._workshop}: {error.strerror or error}"
            raise SiteError(f"{told}; the site is built there, so name a folder beside which you may write") from error
        try:
            self._clear_up()
            self.before = self._manifest()
        except BaseException:
            self._lock.release()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        shutil.rmtree(self.staging, ignore_errors=True)
        self._lock.release()

    def take_up(self, signature: str) -> dict[str, str]:
        """Begin to build: the keys of the files that lie in `staging` already, made with the same; raises OSError."""
        if self.before.signature == signature and self._last.exists():
            manifest = self._last / MANIFEST
            with contextlib.suppress(OSError, *_NO_MANIFEST):
                last = _read(manifest)
                if last.signature == signature:
                    # From here on it is no site; a half of one that is left by a power cut must not be taken for one.
                    manifest.unlink()
                    sync_folder(self._last)
                    self._last.rename(self.staging)
                    self._has_taken_up = True
                    return last.pages
        _remove(self._last)
        self.staging.mkdir()
        return {}

    def publish(self, manifest: Manifest) -> None:
        """The new site takes the place of the one before; raises OSError."""
        if not self._has_taken_up:
            self._link_all(manifest)
        if self.directory.exists():
            self._keep_others(manifest)
        # The manifest vouches for the pages, so that it must not reach the disk before them.
        os.sync()
        with (self.staging / MANIFEST).open("wb") as file:
            file.write(msgspec.json.encode(manifest))
            file.flush()
            os.fsync(file.fileno())
        sync_folder(self.staging)
        if not self.directory.exists():
            self.staging.rename(self.directory)
            return
        if not exchanged(self.staging, self.directory):
            self._renamed()
        if not self._last.exists() and (self.staging / MANIFEST).exists():
            self.staging.rename(self._last)

    def _link_all(self, manifest: Manifest) -> None:
        """The new site under second names, for the next one to be built in; where that is not possible, there is none.

        A file that is missing after a power cut is linked by the next build.
        """
        try:
            for folder in {path.rpartition("/")[0] for path in manifest.pages}:
                os.makedirs(f"{self._last}/{folder}", exist_ok=True)  # noqa: PTH103 - a Path for each of 50,000 files takes seconds
            for path in manifest.pages:
                os.link(f"{self.staging}/{path}", f"{self._last}/{path}")
            (self._last / MANIFEST).write_bytes(msgspec.json.encode(manifest))
        except OSError:
            shutil.rmtree(self._last, ignore_errors=True)

    def _keep_others(self, manifest: Manifest) -> None:
        """What somebody put beside the pages, such as a CNAME or .well-known, goes on lying there."""
        ours = {path.partition("/")[0] for path in (MANIFEST, *self.before.pages, *manifest.pages)}
        for other in self.directory.iterdir():
            if other.name in ours:
                continue
            if other.is_dir() and not other.is_symlink():
                shutil.copytree(other, self.staging / other.name, symlinks=True, copy_function=_linked)
            else:
                _linked(other, self.staging / other.name)

    def _renamed(self) -> None:
        """A moment without a site, where the file system knows no better; `_clear_up` mends it after a kill."""
        self.directory.rename(self._old)
        try:
            self.staging.rename(self.directory)
        except OSError:
            self._old.rename(self.directory)
            raise
        self._old.rename(self.staging)

    def _clear_up(self) -> None:
        """What a killed process left."""
        if self._old.exists() and not self.directory.exists():
            self._old.rename(self.directory)
        _remove(self.staging)
        _remove(self._old)

    def _manifest(self) -> Manifest:
        """What the site that is there was made from; raises SiteError for a folder that is no site of ours."""
        refused = f"{self.directory} is no site that scrapy site built, and it stays as it is: name a new folder"
        if not self.directory.exists():
            return Manifest()
        if not self.directory.is_dir():
            raise SiteError(refused)
        try:
            return _read(self.directory / MANIFEST)
        except FileNotFoundError as error:
            if any(self.directory.iterdir()):
                raise SiteError(refused) from error
            return Manifest()
        except _NO_MANIFEST:
            # It is ours, of another version or damaged: nothing of it is used. The one before had the same id.
            with contextlib.suppress(OSError, *_NO_MANIFEST):
                return Manifest(id=_read(self._last / MANIFEST).id)
            return Manifest()


def _read(manifest: Path) -> Manifest:
    """Raises OSError, and one of _NO_MANIFEST."""
    return msgspec.json.decode(manifest.read_bytes(), type=Manifest)


def _linked(file: Path | str, name: Path | str) -> None:
    """A second name for a file, or a copy where there are no links."""
    try:
        os.link(file, name, follow_symlinks=False)
    except OSError:
        shutil.copy2(file, name, follow_symlinks=False)


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


def _remove(folder: Path) -> None:
    if folder.exists():
        shutil.rmtree(folder)
