"""A crawl that is killed while it keeps a page, with half of the record written: the `DIE_AT`th record of its files."""

from __future__ import annotations

import os
import signal

from newscrawl.archive.keeping import KeepPages
from newscrawl.archive.writing import PageFiles


class DyingFiles(PageFiles):
    left = 0

    def _write(self, record: bytes) -> None:
        self.left -= 1
        if self.left == 0:
            os.write(self._descriptor, record[: len(record) // 2])
            os.kill(os.getpid(), signal.SIGKILL)
        super()._write(record)


class DyingKeeper(KeepPages):
    def _opened(self) -> PageFiles:
        if self._files is None:
            self._files = DyingFiles(self._folder())
            self._files.left = self.crawler.settings.getint("DIE_AT")
        return self._files
