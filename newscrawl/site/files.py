"""The files of a site while it is built: written anew, or linked from the site that is there.

In: paths below the folder, each with a key that differs as soon as its content would. Out: the files, and the keys for
the next build.
"""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path


class Files:
    def __init__(self, old: Path, new: Path, keys: Mapping[str, str]) -> None:
        """`keys`: of the files in the old folder that may be linked."""
        self.keys: dict[str, str] = {}
        self.made = 0
        """How many files are not as they were."""
        self._old = str(old)
        self._new = str(new)
        self._before = keys
        self._folders = {""}

    def link(self, path: str, key: str) -> bool:
        """Whether the file is as it was, and was linked; if not, it wants to be written."""
        self.keys[path] = key
        if self._before.get(path) != key:
            return False
        old, new = f"{self._old}/{path}", self._path(path)
        try:
            os.link(old, new)
        except FileNotFoundError:
            return False
        except OSError:
            # A file system without links.
            shutil.copyfile(old, new)
        return True

    def write(self, path: str, content: bytes) -> None:
        with open(self._path(path), "wb") as file:  # noqa: PTH123 - a Path for each of 50,000 files takes seconds
            file.write(content)
        self.made += 1

    def add(self, path: str, key: str, content: Callable[[], bytes]) -> None:
        if not self.link(path, key):
            self.write(path, content())

    def _path(self, path: str) -> str:
        folder = path.rpartition("/")[0]
        if folder not in self._folders:
            os.makedirs(f"{self._new}/{folder}", exist_ok=True)  # noqa: PTH103 - as above
            self._folders.add(folder)
        return f"{self._new}/{path}"
