"""One database for the whole ledger: SQLite in DATA_DIR by default, PostgreSQL by URL.

In: an SQLAlchemy URL. Out: transactions, with every failure as a `LedgerError` that says in one line what happened.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Engine, NullPool, create_engine, event, inspect, select
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from newscrawl.ledger.migrations import migrate
from newscrawl.ledger.tables import VERSION, meta, metadata
from newscrawl.ledger.transaction import Transaction

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

    from sqlalchemy.engine import URL

    from newscrawl.ledger.prepared import Prepared

BUSY_SECONDS = 20
"""How long to wait for another process that writes to the same SQLite file; a `timeout` in its URL says otherwise."""
STILL_BUSY_SECONDS = 0.1
"""How long once that wait was in vain, until something can be written again."""


class LedgerError(Exception):
    """The database cannot be opened, read or written; the text says which and why, in one line."""


class NoLedgerError(LedgerError):
    """There is nothing to read: no such file, or a database without a ledger."""


class Database:
    """One connection, which is kept as long as all goes well. After a failure the next transaction makes a new one."""

    def __init__(self, url: str | URL, *, read_only: bool = False) -> None:
        """Makes or migrates the tables; raises LedgerError, also for a ledger of a later version.

        `read_only` makes and changes nothing, not even a file; it raises NoLedgerError where there is no ledger.
        """
        try:
            self.url = make_url(url)
            self._engine = create_engine(self.url, poolclass=NullPool)
        except (SQLAlchemyError, ImportError, ValueError) as error:
            raise LedgerError(f"LEDGER_URL is no database that can be used: {error}") from error
        self._is_sqlite = self._engine.dialect.name == "sqlite"
        self._failures = SQLAlchemyError, self._engine.dialect.loaded_dbapi.Error
        self._prepared: dict[object, Prepared] = {}
        self._current: Transaction | None = None
        self._was_busy = False
        if self._is_sqlite:
            event.listen(self._engine, "do_connect", self._set_patience)
        try:
            if read_only:
                self._open_for_reading()
            else:
                self._open()
        except LedgerError:
            self.close()
            raise

    def close(self) -> None:
        if self._current:
            # Not given back to any pool, which would ask a lost connection for a rollback and log its failure.
            self._current.connection.invalidate()
            self._current.connection.close()
            self._current = None

    def transaction(self) -> AbstractContextManager[Transaction]:
        """Reads and writes of which all are done, or none; on SQLite nobody else writes meanwhile."""
        return self._begun(writes=True)

    def reading(self) -> AbstractContextManager[Transaction]:
        """A query; on SQLite it waits for nobody who writes."""
        return self._begun(writes=False)

    @contextmanager
    def _begun(self, *, writes: bool) -> Iterator[Transaction]:
        try:
            if self._current is None:
                self._current = Transaction(self._engine.connect(), self._prepared)
            db = self._current
            transaction = db.connection.begin()
            if writes and self._is_sqlite:
                db.cursor.execute("BEGIN IMMEDIATE")
            yield db
            transaction.commit()
        except BaseException as error:
            # Closing the connection takes back what was not committed.
            self.close()
            if isinstance(error, self._failures):
                raise self._failure(error) from error
            raise
        if writes and self._was_busy:
            # The next connection is patient again.
            self._was_busy = False
            self.close()

    def _failure(self, error: Exception) -> LedgerError:
        cause = getattr(error, "orig", None) or error
        # The lowest byte of the code tells the kind of failure.
        if getattr(cause, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY:
            self._was_busy = True
        return LedgerError(
            f"the ledger {self.url.render_as_string(hide_password=True)}: {' '.join(str(cause).split())}"
        )

    def _set_patience(self, _dialect: object, _record: object, _arguments: object, options: dict[str, Any]) -> None:
        options.setdefault("timeout", BUSY_SECONDS)
        if self._was_busy:
            options["timeout"] = min(options["timeout"], STILL_BUSY_SECONDS)

    def _open(self) -> None:
        """Make or migrate the tables."""
        if self._is_sqlite:
            event.listen(self._engine, "connect", _tune_sqlite)
        with self.transaction() as db:
            fresh = not inspect(db.connection).has_table("urls")
            found = self._version(db.connection)
            if not fresh and found < VERSION:
                migrate(db.connection, found)
            metadata.create_all(db.connection)
            if db.execute(meta.update().values(version=VERSION)).rowcount == 0:
                db.execute(meta.insert().values(version=VERSION))

    def _open_for_reading(self) -> None:
        """Check the tables that are there."""
        if self._is_sqlite:
            _open_sqlite_for_reading(self._engine, self.url)
        else:
            self._engine = self._engine.execution_options(postgresql_readonly=True)
        with self.reading() as db:
            if not inspect(db.connection).has_table("urls"):
                raise NoLedgerError(f"there is no ledger at {self.url.render_as_string(hide_password=True)}")
            found = self._version(db.connection)
        if found < VERSION:
            raise LedgerError(
                f"the ledger {self.url.render_as_string(hide_password=True)} is of version {found}; the next crawl "
                f"brings it to version {VERSION}, and it can be read then"
            )

    def _version(self, db: Connection) -> int:
        """The version of the tables that are there; raises LedgerError for a later one than ours."""
        found = 1
        if inspect(db).has_table("meta"):
            found = db.execute(select(meta.c.version)).scalar() or VERSION
        if found > VERSION:
            raise LedgerError(
                f"the ledger {self.url.render_as_string(hide_password=True)} is of version {found}; this newscrawl "
                f"knows version {VERSION}: use the newscrawl that wrote it"
            )
        return found


def _open_sqlite_for_reading(engine: Engine, url: URL) -> None:
    """Let an engine open a file so that it is left as it is, with all that lies beside it. Raises NoLedgerError."""
    file = Path(url.database or "")
    if not file.is_file():
        raise NoLedgerError(f"there is no ledger at {url.render_as_string(hide_password=True)}")

    def connect(_dialect: object, _record: object, arguments: list[Any], options: dict[str, Any]) -> None:
        arguments[0] = f"{file.absolute().as_uri()}?{_reading_mode(file)}"
        options["uri"] = True

    def tune(connection: Any, _record: object) -> None:
        connection.execute("PRAGMA query_only = ON")

    event.listen(engine, "do_connect", connect)
    event.listen(engine, "connect", tune)


def _reading_mode(file: Path) -> str:
    """How SQLite reads a file in WAL mode without leaving a trace; tried with SQLite 3.40."""
    if file.with_name(f"{file.name}-wal").exists():
        # A crawl runs, or was killed: a connection that may write would fold its log in when it closes.
        return "mode=ro"
    if os.access(file.parent, os.W_OK):
        # Without a log one is made, and left behind by a connection that may not write.
        return "mode=rw"
    # Where no log can be made, no crawl of ours writes.
    return "immutable=1"


def _tune_sqlite(connection: Any, _record: object) -> None:
    # Transactions begin where we say so, not where the driver meets the first statement that writes.
    connection.isolation_level = None
    # Readers never wait for the crawl, nor it for them. A commit costs no fsync: after a power cut the last ones may be
    # missing, and are read again from the files.
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    # Pages are carried from the log into the file every 16 MB, not every 4: of a million URLs each then ends in a fifth
    # less time.
    connection.execute("PRAGMA wal_autocheckpoint = 4000")
