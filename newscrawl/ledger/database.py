"""One database for the whole ledger: SQLite in DATA_DIR by default, PostgreSQL by URL.

In: an SQLAlchemy URL. Out: transactions, with every failure as a `LedgerError` that says in one line what happened.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from sqlalchemy import Connection, create_engine, event, inspect, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from newscrawl.ledger.migrations import migrate
from newscrawl.ledger.tables import VERSION, meta, metadata

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sqlalchemy import Table

BUSY_SECONDS = 20
"""How long to wait for another process that writes to the same SQLite file."""


class LedgerError(Exception):
    """The database cannot be opened, read or written; the text says which and why, in one line."""


class Database:
    def __init__(self, url: str) -> None:
        """Makes or migrates the tables; raises LedgerError, also for a ledger of a later version."""
        try:
            self.url = make_url(url)
            self._engine = create_engine(self.url)
        except (SQLAlchemyError, ImportError) as error:
            raise LedgerError(f"LEDGER_URL is no database that can be used: {error}") from error
        if self._engine.dialect.name == "sqlite":
            event.listen(self._engine, "connect", _tune_sqlite)
        self._insert = sqlite.insert if self._engine.dialect.name == "sqlite" else postgresql.insert
        self._prepare()

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

    def upsert(
        self, db: Connection, table: Table, row: Mapping[str, object], changed: Mapping[str, object] | None = None
    ) -> None:
        """Insert a row, or where its key is there change it: to the row, or only what `changed` says."""
        insert = self._insert(table).values(row)
        db.execute(insert.on_conflict_do_update(index_elements=list(table.primary_key), set_=changed or row))

    def _prepare(self) -> None:
        with self.transaction() as db:
            fresh = not inspect(db).has_table("urls")
            found = 1
            if inspect(db).has_table("meta"):
                found = db.execute(select(meta.c.version)).scalar() or VERSION
            if found > VERSION:
                raise LedgerError(
                    f"the ledger {self.url.render_as_string(hide_password=True)} is of version {found}; this newscrawl "
                    f"knows version {VERSION}: use the newscrawl that wrote it"
                )
            if not fresh and found < VERSION:
                migrate(db, found)
            metadata.create_all(db)
            if db.execute(meta.update().values(version=VERSION)).rowcount == 0:
                db.execute(meta.insert().values(version=VERSION))


def _tune_sqlite(connection: object, _record: object) -> None:
    cursor = connection.cursor()  # type: ignore[attr-defined]
    # Readers never wait for the crawl, nor it for them. A commit costs no fsync: after a power cut the last ones may be
    # missing, and are read again from the files.
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = NORMAL")
    cursor.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}")
    cursor.close()
