"""What is done within one transaction of the ledger.

In: SQLAlchemy statements, and rows to write. Out: rows, and how many were changed. What a crawl does for every article
is a statement that is always the same; it goes to the driver as a `Prepared` one.
"""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from newscrawl.ledger.prepared import LISTED, Prepared

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from sqlalchemy import Connection, Table
    from sqlalchemy.sql.selectable import ExecutableReturnsRows


class Transaction:
    def __init__(self, connection: Connection, prepared: dict[object, Prepared]) -> None:
        """`prepared`: the statements that were met so far."""
        self.connection = connection
        self.cursor = connection.connection.cursor()
        self.execute = connection.execute
        """SQLAlchemy's own way, for what is seldom asked or never the same."""
        self._dialect = connection.dialect
        self.is_postgresql = self._dialect.name == "postgresql"
        self._insert = _insert_of(self._dialect.name)
        self._prepared = prepared
        self._later: dict[object, Callable[[], None]] = {}

    def first(self, query: ExecutableReturnsRows, **values: object) -> tuple[Any, ...] | None:
        """The first row of a query that is always the same object, with values for its `bindparam`s; or None."""
        return self._always(query).first(self.cursor, values)

    def all(self, query: ExecutableReturnsRows, **values: object) -> list[tuple[Any, ...]]:
        """All rows of such a query."""
        return self._always(query).all(self.cursor, values)

    def all_listed(self, query: ExecutableReturnsRows, listed: Sequence[str]) -> Iterator[tuple[Any, ...]]:
        """All rows of such a query that asks for any number of texts (`is_listed`)."""
        for first in range(0, len(listed), len(LISTED)):
            some = dict(zip_longest(LISTED, listed[first : first + len(LISTED)]))
            yield from self._always(query).all(self.cursor, some)

    def change(self, statement: ExecutableReturnsRows, **values: object) -> int:
        """How many rows were changed by a statement that is always the same object."""
        return self._always(statement).change(self.cursor, values)

    def change_all(self, statement: ExecutableReturnsRows, rows: Sequence[Mapping[str, object]]) -> None:
        """The same, once for the values of each row."""
        if rows:
            self._always(statement).change_all(self.cursor, rows)

    def insert_new(self, table: Table, row: Mapping[str, object]) -> bool:
        """Insert a row, if its key is not there yet; whether it was not."""
        return bool(self._inserting(table, row).change(self.cursor, row))

    def insert_all_new(self, table: Table, rows: Sequence[Mapping[str, object]]) -> None:
        """The same for rows that all have the same columns."""
        if rows:
            self._inserting(table, rows[0]).change_all(self.cursor, rows)

    def upsert(
        self,
        table: Table,
        row: Mapping[str, object],
        changed: Iterable[str] | None = None,
        *,
        newest: str | None = None,
    ) -> None:
        """Insert a row, or where its key is there change it: to the row, or only in the columns of `changed`.

        A row that has a greater value in the column `newest` stays as it is.
        """
        columns = tuple(row)
        changed = columns if changed is None else tuple(changed)
        key = table, columns, changed, newest
        statement = self._prepared.get(key)
        if statement is None:
            insert = self._insert(table)
            upsert = insert.on_conflict_do_update(
                index_elements=list(table.primary_key),
                set_={name: insert.excluded[name] for name in changed},
                where=table.c[newest] <= insert.excluded[newest] if newest else None,
            )
            statement = self._prepare(key, upsert, columns)
        statement.change(self.cursor, row)

    def later(self, thing: object, change: Callable[[], None]) -> None:
        """Change something before the commit, but not yet; of the same thing only what was said last.

        What others write that cannot wait comes after it; who reads it asks for it to be done (`do_now`).
        """
        self._later[thing] = change

    def do_now(self) -> None:
        """Change what was put off."""
        while self._later:
            _, change = self._later.popitem()
            change()

    def _inserting(self, table: Table, row: Mapping[str, object]) -> Prepared:
        key = table, *row
        statement = self._prepared.get(key)
        return statement or self._prepare(key, self._insert(table).on_conflict_do_nothing(), row)

    def _always(self, statement: ExecutableReturnsRows) -> Prepared:
        return self._prepared.get(statement) or self._prepare(statement, statement)

    def _prepare(self, key: object, statement: ExecutableReturnsRows, columns: Iterable[str] = ()) -> Prepared:
        self._prepared[key] = prepared = Prepared(statement, self._dialect, columns)
        return prepared


def _insert_of(dialect: str) -> Any:
    """The dialect's own INSERT, which knows ON CONFLICT; each takes a while to import, and a crawl needs one."""
    if dialect == "postgresql":
        from sqlalchemy.dialects.postgresql import insert as postgresql_insert  # noqa: PLC0415

        return postgresql_insert
    from sqlalchemy.dialects.sqlite import insert as sqlite_insert  # noqa: PLC0415

    return sqlite_insert
