"""One database for the whole ledger: SQLite in DATA_DIR by default, PostgreSQL by URL.

In: an SQLAlchemy URL. Out: transactions, with every failure as a `LedgerError` that says in one line what happened.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import suppress
from math import inf
from pathlib import Path
from threading import get_ident
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Engine, NullPool, create_engine, event, inspect, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from newscrawl.ledger.migrations import migrate
from newscrawl.ledger.tables import VERSION, as_on_sqlite, meta, metadata
from newscrawl.ledger.transaction import Transaction

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from sqlalchemy.engine import URL, RootTransaction

    from newscrawl.ledger.prepared import Prepared

BUSY_SECONDS = 20
"""How long to wait for another process that writes to the same SQLite file; a `timeout` in its URL says otherwise."""
STILL_BUSY_SECONDS = 0.1
"""How long once that wait was in vain, until something can be written again."""
LOOK_AGAIN_SECONDS = 0.0005
"""How often it is looked whether that process is done. SQLite itself comes to do so every tenth of a second, and then
meets the moments between two transactions of a fast crawl only by chance."""
OPEN_SECONDS = 0.025
"""How long a transaction is left open for those that come right after it: a commit takes SQLite as long as ten
statements. One that comes later than that after another is committed at once, as all are in a crawl at its usual pace.
"""
ACCEPTED = "write sqlite:////data/news.db or postgresql://USER:PASSWORD@HOST/NAME"
_ANEW = "; move it away, and scrapy ledger rebuild makes it anew from the files"
WHAT_TO_DO = {
    sqlite3.SQLITE_NOTADB: _ANEW,
    sqlite3.SQLITE_CORRUPT: _ANEW,
    sqlite3.SQLITE_CANTOPEN: "; it must be a file that you may read and write, in a folder that is there",
}
"""By SQLite's kind of failure."""

_OPENING = text("SELECT pg_advisory_xact_lock(6100305)")
"""PostgreSQL's lock until the end of the transaction; the number is any but that of another lock of ours."""


class LedgerError(Exception):
    """The database cannot be opened, read or written; the text says which and why, in one line."""


class NoLedgerError(LedgerError):
    """There is nothing to read: no such file, or a database without a ledger."""


_LEFT_OPEN: dict[Database, int] = {}
"""Those of this process that have left a transaction open, each with the thread that may commit it."""


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
            raise LedgerError(f"LEDGER_URL is no database that can be used: {error}; {ACCEPTED}") from error
        self._is_sqlite = self._engine.dialect.name == "sqlite"
        self._failures = SQLAlchemyError, self._engine.dialect.loaded_dbapi.Error
        self._prepared: dict[object, Prepared] = {}
        self._current: Transaction | None = None
        self._was_busy = False
        self._patience: float = BUSY_SECONDS
        self._begun: RootTransaction
        """The transaction that goes on, or went on last."""
        self._left_open = False
        # Not zero: from there a machine that was just switched on counts its seconds.
        self._opened = self._ended = -inf
        self._commit_soon: Callable[[float], None] | None = None
        self._lost: str | None = None
        """Why transactions that were left open could not be committed."""
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
        """What was left open is not committed."""
        self._keep_open(is_open=False)
        if self._current:
            # SQLite goes on holding the file for a statement that somebody still holds, such as a traceback. After
            # Ctrl-C in the middle of a statement SQLAlchemy has closed all of it.
            with suppress(*self._failures):
                self._current.cursor.close()
            # Not given back to any pool, which would ask a lost connection for a rollback and log its failure.
            self._current.connection.invalidate()
            self._current.connection.close()
            self._current = None

    def transaction(self, *, can_wait: bool = False) -> AbstractContextManager[Transaction]:
        """Reads and writes of which all are done, or none; on SQLite nobody else writes meanwhile.

        One that `can_wait` may be committed together with those that follow it (`commit_together`), any other one is
        committed at its end, with all before it.
        """
        if can_wait:
            self.check()
        return _Scope(self, writes=True, can_wait=can_wait)

    def reading(self) -> AbstractContextManager[Transaction]:
        """A query; on SQLite it waits for nobody who writes."""
        return _Scope(self, writes=False)

    def commit_together(self, soon: Callable[[float], None]) -> None:
        """Leave transactions that can wait open for `OPEN_SECONDS`, where they come one right after the other.

        `soon` is called when one is left open, with the seconds after which `commit` is to be called at the latest.
        Only SQLite's: on PostgreSQL others would wait for the rows, and two could wait for each other.
        """
        self._commit_soon = soon if self._is_sqlite else None

    def commit(self) -> None:
        """Commit what was left open; raises LedgerError also where that was tried already, in vain."""
        self.check()
        if self._left_open:
            with _Scope(self, writes=True):
                pass

    def check(self) -> None:
        """Raises LedgerError once what was left open is lost: what followed would pass it over."""
        if self._lost:
            raise LedgerError(self._lost)

    def begin(self, *, writes: bool, can_wait: bool) -> Transaction:
        """What `transaction` and `reading` do first, or go on with what was left open."""
        try:
            if self._current is None:
                self._current = Transaction(self._engine.connect(), self._prepared)
            db = self._current
            if not self._left_open:
                self._begun = db.connection.begin()
                if writes and self._is_sqlite:
                    self._begin_writing(db)
            if writes and not can_wait:
                db.do_now()
        except BaseException as error:
            self.fail(error)
            raise
        return db

    def end(self, db: Transaction, *, writes: bool, can_wait: bool) -> None:
        """What they do last: commit, or leave it open."""
        try:
            if can_wait and self._stays_open():
                self._keep_open(is_open=True)
            elif writes or not self._left_open:
                db.do_now()
                self._begun.commit()
                self._keep_open(is_open=False)
        except BaseException as error:
            self.fail(error)
            raise
        if writes and self._was_busy and not self._left_open:
            # The next connection is patient again.
            self._was_busy = False
            self.close()

    def fail(self, error: BaseException) -> None:
        """Give up what was not committed; raises LedgerError for a failure of the database."""
        is_lost = self._left_open
        # Closing the connection takes it back.
        self.close()
        if is_lost:
            self._lost = str(self._failure(error))
        if isinstance(error, self._failures):
            raise self._failure(error) from error

    def _keep_open(self, *, is_open: bool) -> None:
        self._left_open = is_open
        if is_open:
            _LEFT_OPEN[self] = get_ident()
        else:
            _LEFT_OPEN.pop(self, None)

    def _begin_writing(self, db: Transaction) -> None:
        """Begin as soon as no other process writes to the SQLite file; after `_patience` raise the driver's error."""
        for other in [other for other, thread in list(_LEFT_OPEN.items()) if thread == get_ident()]:
            # Another crawl of this process cannot commit while this one waits. What fails there, its own next
            # transaction tells.
            with suppress(LedgerError):
                other.commit()
        self._when_free(db.cursor, "BEGIN IMMEDIATE")

    def _when_free(self, sqlite: Any, statement: str) -> None:
        """Execute a statement as soon as no other process is in its way; after `_patience` raise the driver's error."""
        until = monotonic() + self._patience
        sqlite.execute("PRAGMA busy_timeout = 0")
        while True:
            try:
                sqlite.execute(statement)
                break
            except self._failures as error:
                if not _is_busy(error) or monotonic() >= until:
                    raise
            sleep(LOOK_AGAIN_SECONDS)
        sqlite.execute(f"PRAGMA busy_timeout = {self._patience * 1000:.0f}")

    def _stays_open(self) -> bool:
        """Whether a transaction that ends now waits for the next one: it does if it came right after another one."""
        if self._commit_soon is None:
            return False
        now = monotonic()
        follows, self._ended = now - self._ended < OPEN_SECONDS, now
        if self._left_open:
            return now - self._opened < OPEN_SECONDS
        if follows:
            self._opened = now
            self._commit_soon(OPEN_SECONDS)
        return follows

    def _failure(self, error: BaseException) -> LedgerError:
        cause = getattr(error, "orig", None) or error
        if _is_busy(cause):
            self._was_busy = True
        told = " ".join(str(cause).split())
        if not isinstance(error, self._failures):
            told = f"{type(error).__name__}: {told}"
        what_to_do = WHAT_TO_DO.get(_kind(cause), "")
        return LedgerError(f"the ledger {self.url.render_as_string(hide_password=True)}: {told}{what_to_do}")

    def _set_patience(self, _dialect: object, _record: object, _arguments: object, options: dict[str, Any]) -> None:
        options.setdefault("timeout", BUSY_SECONDS)
        if self._was_busy:
            options["timeout"] = min(options["timeout"], STILL_BUSY_SECONDS)
        self._patience = options["timeout"]

    def _open(self) -> None:
        """Make or migrate the tables."""
        if self._is_sqlite:
            event.listen(self._engine, "connect", self._tune_sqlite)
        else:
            as_on_sqlite()
        with self.transaction() as db:
            if not self._is_sqlite:
                # Of two that make the same table at once, PostgreSQL refuses one; on SQLite there is one writer.
                db.execute(_OPENING)
            fresh = not inspect(db.connection).has_table("urls")
            found = self._version(db.connection)
            if not fresh and found < VERSION:
                migrate(db.connection, found)
            metadata.create_all(db.connection)
            if db.execute(meta.update().values(version=VERSION)).rowcount == 0:
                db.execute(meta.insert().values(version=VERSION))

    def _tune_sqlite(self, connection: Any, _record: object) -> None:
        # Transactions begin where we say so, not where the driver meets the first statement that writes.
        connection.isolation_level = None
        # Readers never wait for the crawl, nor it for them. A commit costs no fsync: after a power cut the last ones
        # may be missing, and are read again from the files. SQLite itself does not wait where two make a new file so.
        self._when_free(connection, "PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        # Pages are carried from the log into the file every 16 MB, not every 4: of a million URLs each then ends in a
        # fifth less time.
        connection.execute("PRAGMA wal_autocheckpoint = 4000")

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


class _Scope:
    """A transaction from its begin to its end. A generator takes longer, and every article has two of these."""

    __slots__ = "_can_wait", "_database", "_db", "_writes"

    def __init__(self, database: Database, *, writes: bool, can_wait: bool = False) -> None:
        self._database = database
        self._writes = writes
        self._can_wait = can_wait

    def __enter__(self) -> Transaction:
        self._db = self._database.begin(writes=self._writes, can_wait=self._can_wait)
        return self._db

    def __exit__(self, _kind: object, error: BaseException | None, _traceback: object) -> None:
        if error is None:
            self._database.end(self._db, writes=self._writes, can_wait=self._can_wait)
        else:
            self._database.fail(error)


def _kind(failure: BaseException) -> int:
    """SQLite's kind of failure: the lowest byte of its code."""
    return getattr(failure, "sqlite_errorcode", 0) & 0xFF


def _is_busy(failure: BaseException) -> bool:
    return _kind(failure) == sqlite3.SQLITE_BUSY


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
