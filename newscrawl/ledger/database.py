"""One database for the whole ledger: SQLite in DATA_DIR by default, PostgreSQL by URL.

In: an SQLAlchemy URL. Out: transactions, with every failure as a `LedgerError` that says in one line what happened.
"""

from __future__ import annotations

import os
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from newscrawl.ledger.migrations import migrate
from newscrawl.ledger.tables import VERSION, meta, metadata

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sqlalchemy import Table
    from sqlalchemy.engine import URL

BUSY_SECONDS = 20
"""How long to wait for another process that writes to the same SQLite file."""


class LedgerError(Exception):
    """The database cannot be opened, read or written; the text says which and why, in one line."""


class NoLedgerError(LedgerError):
    """There is nothing to read: no such file, or a database without a ledger."""


class Database:
    def __init__(self, url: str | URL, *, read_only: bool = False) -> None:
        """Makes or migrates the tables; raises LedgerError, also for a ledger of a later version.

        `read_only` makes and changes nothing, not even a file; it raises NoLedgerError where there is no ledger.
        """
        try:
            self.url = make_url(url)
            self._engine = create_engine(self.url)
        except (SQLAlchemyError, ImportError) as error:
            raise LedgerError(f"LEDGER_URL is no database that can be used: {error}") from error
        self._insert = sqlite.insert if self._engine.dialect.name == "sqlite" else postgresql.insert
        try:
            if read_only:
                self._open_for_reading()
            else:
                self._open()
        except LedgerError:
            self.close()
            raise

    def close(self) -> None:
        self._engine.dispose()

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        try:
            with self._engine.begin() as connection:
                yield connection
        except SQLAlchemyError as error:
            cause = " ".join(str(getattr(error, "orig", None) or error).split())
            raise LedgerError(f"the ledger {self.url.render_as_string(hide_password=True)}: {cause}") from error

    def insert_new(self, db: Connection, table: Table, row: Mapping[str, object]) -> bool:
        """Insert a row unless its key is there; whether it was new."""
        insert = self._insert(table).values(row).on_conflict_do_nothing()
        # What is returned tells it on every database; the count of rows does not on PostgreSQL.
        return db.execute(insert.returning(*table.primary_key)).first() is not None

    def insert_all(self, db: Connection, table: Table, rows: Sequence[Mapping[str, object]]) -> None:
        """Insert rows, but those whose keys are there; all have the same columns."""
        if rows:
            db.execute(self._insert(table).on_conflict_do_nothing(), rows)

    def upsert(
        self, db: Connection, table: Table, row: Mapping[str, object], changed: Mapping[str, object] | None = None
    ) -> None:
        """Insert a row, or where its key is there change it: to the row, or only what `changed` says."""
        insert = self._insert(table).values(row)
        db.execute(insert.on_conflict_do_update(index_elements=list(table.primary_key), set_=changed or row))

    def _open(self) -> None:
        """Make or migrate the tables."""
        if self._engine.dialect.name == "sqlite":
            event.listen(self._engine, "connect", _tune_sqlite)
        with self.transaction() as db:
            fresh = not inspect(db).has_table("urls")
            found = self._version(db)
            if not fresh and found < VERSION:
                migrate(db, found)
            metadata.create_all(db)
            if db.execute(meta.update().values(version=VERSION)).rowcount == 0:
                db.execute(meta.insert().values(version=VERSION))

    def _open_for_reading(self) -> None:
        """Check the tables that are there."""
        if self._engine.dialect.name == "sqlite":
            _open_sqlite_for_reading(self._engine, self.url)
        else:
            self._engine = self._engine.execution_options(postgresql_readonly=True)
        with self.transaction() as db:
            if not inspect(db).has_table("urls"):
                raise NoLedgerError(f"there is no ledger at {self.url.render_as_string(hide_password=True)}")
            found = self._version(db)
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
        connection.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}")

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


def _tune_sqlite(connection: object, _record: object) -> None:
    cursor = connection.cursor()  # type: ignore[attr-defined]
    # Readers never wait for the crawl, nor it for them. A commit costs no fsync: after a power cut the last ones may be
    # missing, and are read again from the files.
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = NORMAL")
    cursor.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}")
    cursor.close()
