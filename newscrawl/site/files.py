"""The files of a site while it is built: written anew, linked from the site that is there, or left where they lie.

In: paths below the folder, each with a key that differs as soon as its content would. Out: the files, and the keys for
the next build.
"""

from __future__ import annotations

import contextlib
import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping


class Files:
    def __init__(self, old: Path, new: Path, keys: Mapping[str, str], there: Mapping[str, str]) -> None:
        """`keys`: of the files in the old folder that may be linked; `there`: of those that the new one has already,
        from a build before that.
        """
        self.keys: dict[str, str] = {}
        self.made = 0
        """How many files are not as they were."""
        self._old = str(old)
        self._new = str(new)
        self._before = keys
        self._there = there
        self._folders = {""}
        self._lying = set(_files(self._new)) if there else set()
        """What lies in the new folder of that build, and was not looked at yet."""

    def link(self, path: str, key: str) -> bool:
        """Whether the file is as it was, and lies in the new folder; if not, it wants to be written."""
        self.keys[path] = key
        is_known = self._before.get(path) == key
        if path in self._lying:
            if is_known and self._there.get(path) == key:
                self._lying.discard(path)
                return True
            self._unlink(path)
        if not is_known:
            return False
        old, new = f"{self._old}/{path}", self._path(path)
        try:
            os.link(old, new)
        except FileNotFoundError:
            return False
        except OSError as error:
            if isinstance(error, FileExistsError):
                raise
            # A file system without links, or with no more for this file.
            shutil.copyfile(old, new)
        return True

    def is_there(self, path: str) -> bool:
        """Whether a file of the site before can be had as it was."""
        key = self._before.get(path)
        if key is None:
            return False
        # What lies in the new folder need not be asked of the disk.
        is_lying = path in self._lying and self._there.get(path) == key
        return is_lying or os.path.exists(f"{self._old}/{path}")  # noqa: PTH110 - as below

    def keep(self, paths: Collection[str]) -> bool:
        """Whether these files are there, which are known to be as they were; if one is not, none is taken."""
        return all(map(self.is_there, paths)) and all(self.link(path, self._before[path]) for path in paths)

    def old(self, path: str) -> str:
        """The page that is there, made as it would be now; empty if there is none."""
        if path in self._before:
            with contextlib.suppress(OSError, UnicodeDecodeError):
                return Path(self._old, path).read_text("utf-8")
        return ""

    def write(self, path: str, content: bytes) -> None:
        # Never into a file that is there: it may be the site's own under a second name.
        if path in self._lying:
            self._unlink(path)
        with open(self._path(path), "xb") as file:  # noqa: PTH123 - a Path for each of 50,000 files takes seconds
            file.write(content)
        self.made += 1

    def add(self, path: str, key: str, content: Callable[[], bytes]) -> None:
        if not self.link(path, key):
            self.write(path, content())

    def remove_others(self) -> None:
        """At the end: what lies there of the earlier build alone."""
        folders = {path.rpartition("/")[0] for path in self._lying}
        for path in list(self._lying):
            self._unlink(path)
        for folder in sorted(folders, key=len, reverse=True):
            with contextlib.suppress(OSError):
                # As far as nothing is left in it.
                os.removedirs(f"{self._new}/{folder}")

    def _unlink(self, path: str) -> None:
        os.unlink(f"{self._new}/{path}")  # noqa: PTH108 - as below
        self._lying.discard(path)

    def _path(self, path: str) -> str:
        folder = path.rpartition("/")[0]
        if folder not in self._folders:
            os.makedirs(f"{self._new}/{folder}", exist_ok=True)  # noqa: PTH103 - as above
            self._folders.add(folder)
        return f"{self._new}/{path}"


def _files(folder: str, below: str = "") -> Iterator[str]:
    """The paths of all files in a folder."""
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                yield from _files(entry.path, f"{below}{entry.name}/")
            else:
                yield below + entry.name
