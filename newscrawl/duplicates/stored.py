"""Reads single articles from the files of the record.

In: DATA_DIR, and where the ledger says that an article's newest line stands. Out: its text, or None where the file is
not in this DATA_DIR, or holds something else there.
"""

from __future__ import annotations

import os
from collections import OrderedDict
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from newscrawl.ledger.record import Record

KEPT_TEXTS, KEPT_FILES = 16, 8
"""The texts read last and the files open: what is compared stands in a few months' files, and a notice is compared with
the same ones again and again."""
AT_ONCE = 1 << 13
"""Bytes: most lines are shorter."""


class Stored(msgspec.Struct):
    """What of an article's line its comparison with another one needs."""

    id: str
    body: str
    parent_id: str | None = None


_DECODER = msgspec.json.Decoder(Stored)


class StoredArticles:
    def __init__(self, directory: Path, record: Record) -> None:
        """`directory`: DATA_DIR."""
        self._directory = directory
        self._record = record
        self._texts: OrderedDict[tuple[str, int], Stored] = OrderedDict()
        self._files: OrderedDict[str, int] = OrderedDict()

    def get(self, article_id: str) -> Stored | None:
        """The newest revision of an article, as the files have it. Raises LedgerError."""
        return self._first(self._record.newest_lines(article_id), article_id)

    def all(self, article_ids: Sequence[str]) -> Iterator[Stored | None]:
        """The same of many articles, asked for at once."""
        places = self._record.newest_lines_of(article_ids)
        for article_id in article_ids:
            yield self._first(places[article_id], article_id)

    def _first(self, places: Iterable[tuple[str, int]], article_id: str) -> Stored | None:
        for file, start in places:
            if found := self._at(file, start, article_id):
                return found
        return None

    def _at(self, file: str, start: int, article_id: str) -> Stored | None:
        found = self._texts.get((file, start)) or self._read(file, start)
        if found is None or found.id != article_id:
            # Another DATA_DIR of the same ledger has files of the same names; or it was written anew meanwhile.
            if file in self._files:
                os.close(self._files.pop(file))
            return None
        self._texts[file, start] = found
        if len(self._texts) > KEPT_TEXTS:
            self._texts.popitem(last=False)
        return found

    def close(self) -> None:
        """Files that are asked for later are opened again."""
        while self._files:
            os.close(self._files.popitem()[1])

    def _read(self, file: str, start: int) -> Stored | None:
        try:
            return _DECODER.decode(_line(self._open(file), start))
        except (OSError, ValueError, RecursionError):
            return None

    def _open(self, file: str) -> int:
        if file not in self._files:
            self._files[file] = os.open(self._directory / file, os.O_RDONLY | os.O_CLOEXEC)
            if len(self._files) > KEPT_FILES:
                os.close(self._files.popitem(last=False)[1])
        return self._files[file]


def _line(descriptor: int, start: int) -> bytes:
    line, size = b"", AT_ONCE
    while b"\n" not in line:
        part = os.pread(descriptor, size, start + len(line))
        if not part:
            break
        line += part
        size *= 2
    return line.partition(b"\n")[0]
