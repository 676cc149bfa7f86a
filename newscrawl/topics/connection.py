"""Opens the database of the catalogue, brought up to date with the record.

In: DATA_DIR, and what the catalogue is made with. Out: a connection that sees what was there when it was opened, or a
`CatalogueError` in one line. Where DATA_DIR cannot be written, the database is a temporary one that starts from what
is there; one that is broken is made anew.
"""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from newscrawl.topics import tables
from newscrawl.topics.refresh import is_fresh, refresh

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from newscrawl.topics.refresh import Given

NAME = "catalogue.db"
_UNWRITABLE = {sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM}
_NO_DATABASE = {sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT}
_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}


class CatalogueError(Exception):
    """The catalogue cannot be made or read; the text says why, in one line."""


class Connection:
    def __init__(
        self, db: sqlite3.Connection, directory: Path, folder: tempfile.TemporaryDirectory[str] | None = None
    ) -> None:
        self._db = db
        self._directory = directory
        self._folder = folder

    @classmethod
    def to(cls, directory: Path, given: Given) -> Connection:
        """The catalogue of a DATA_DIR; raises CatalogueError."""
        with _in_words(directory):
            try:
                return cls(_opened(directory / NAME, directory, given), directory)
            except sqlite3.OperationalError as error:
                if _kind(error) not in _UNWRITABLE:
                    raise
            return cls._temporary(directory, given)

    @classmethod
    def _temporary(cls, directory: Path, given: Given) -> Connection:
        folder = tempfile.TemporaryDirectory(prefix="newscrawl-")
        try:
            copy = Path(folder.name) / NAME
            # With a log beside it, it is not whole without that.
            if not (directory / f"{NAME}-wal").exists():
                with contextlib.suppress(OSError):
                    shutil.copyfile(directory / NAME, copy)
            return cls(_opened(copy, directory, given), directory, folder)
        except BaseException:
            folder.cleanup()
            raise

    @property
    def is_temporary(self) -> bool:
        return self._folder is not None

    def rows(self, query: str, values: Sequence[object] = ()) -> list[Any]:
        """What a query gives; raises CatalogueError."""
        with _in_words(self._directory):
            return self._db.execute(query, values).fetchall()

    def each(self, query: str, values: Sequence[object] = ()) -> Iterator[Any]:
        """The same one by one, as far as it is asked for."""
        with _in_words(self._directory):
            yield from self._db.execute(query, values)

    def close(self) -> None:
        self._db.close()
        if self._folder:
            self._folder.cleanup()


def _opened(file: Path, directory: Path, given: Given) -> sqlite3.Connection:
    """The database, up to date; raises sqlite3.Error and OSError."""
    try:
        return _connected(file, directory, given)
    except sqlite3.DatabaseError as error:
        if _kind(error) not in _NO_DATABASE:
            raise
    # It is made from the files again.
    for name in (NAME, f"{NAME}-wal", f"{NAME}-shm"):
        file.with_name(name).unlink(missing_ok=True)
    return _connected(file, directory, given)


def _connected(file: Path, directory: Path, given: Given) -> sqlite3.Connection:
    db = tables.connect(file)
    try:
        if not is_fresh(db, directory, given):
            refresh(db, directory, given)
        # From the first query on the transaction sees what was there then.
        db.execute("BEGIN")
        db.execute("SELECT count(*) FROM given").fetchone()
    except BaseException:
        db.close()
        raise
    return db


def _kind(error: sqlite3.Error) -> int:
    """The kind of failure: the lowest byte of the code."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF


@contextmanager
def _in_words(directory: Path) -> Iterator[None]:
    """Raises as CatalogueError what can go wrong."""
    try:
        yield
    except sqlite3.Error as error:
        if _kind(error) in _BUSY:
            busy = f"{directory / NAME} is being brought up to date by another process; try again in a while"
            raise CatalogueError(busy) from error
        broken = "; delete it, it is made again" if _kind(error) in _NO_DATABASE else ""
        raise CatalogueError(f"{directory / NAME}: {' '.join(str(error).split())}{broken}") from error
    except OSError as error:
        raise CatalogueError(f"{error.filename or directory}: {error.strerror or error}") from error
