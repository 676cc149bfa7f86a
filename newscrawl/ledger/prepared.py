"""Prepared statements: SQLAlchemy puts a statement into SQL once; from then on only the database's driver runs it.

In: a statement whose values are bound by name, then those values. Out: rows. SQLAlchemy's own `execute` takes 80 to
180 µs of which SQLite has 10 to 40, too many for what is asked for every article.
"""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sqlalchemy import Column, ColumnElement, Dialect
    from sqlalchemy.engine.interfaces import DBAPICursor
    from sqlalchemy.sql.selectable import ExecutableReturnsRows
    from sqlalchemy.types import TypeEngine


LISTED = tuple(f"listed_{number}" for number in range(50))
"""The names of the values of a list."""


def is_listed(column: Column[str]) -> ColumnElement[bool]:
    """Whether a text is one of a list, which is `LISTED`: always as long, so that its SQL is always the same."""
    return column.in_([bindparam(name, type_=column.type) for name in LISTED])


class Prepared:
    """A statement in the SQL of one database.

    Values and rows are those that SQLAlchemy's own way takes and gives, but that there is no list of values (`in_`)
    other than `is_listed`: its SQL grows with it.
    """

    def __init__(self, statement: ExecutableReturnsRows, dialect: Dialect, columns: Iterable[str] = ()) -> None:
        """`columns`: those that an insert gives values for."""
        compiled: Any = statement.compile(dialect=dialect, column_keys=list(columns) or None)
        self._sql = str(compiled)
        self._by_place = compiled.positiontup is not None
        """Whether the driver takes the values by their place; else by name."""
        self._constant = {}
        converted = {}
        for name, bound in compiled.binds.items():
            convert = _own_type(bound.type, dialect).bind_processor(dialect)
            if not bound.required:
                self._constant[name] = convert(bound.effective_value) if convert else bound.effective_value
            elif convert:
                converted[name] = convert
        self._names: list[str] = list(compiled.positiontup or compiled.binds)
        self._in_order = itemgetter(*self._names) if len(self._names) > 1 else self._alone
        """The values by their places."""
        self._converted = [(place, converted[name]) for place, name in enumerate(self._names) if name in converted]
        """The places of those that are not the driver's own, with what makes them so."""
        types = [_own_type(column.type, dialect) for column in statement.exported_columns]
        results = [of.result_processor(dialect, None) for of in types]
        self._results = [(place, convert) for place, convert in enumerate(results) if convert]
        """The places in a row of what the driver does not give as it is asked for, with what makes it so."""

    def first(self, cursor: DBAPICursor, values: Mapping[str, object]) -> tuple[Any, ...] | None:
        """The first row, or None."""
        cursor.execute(self._sql, self._bound(values))
        # All are fetched: on SQLite a query that is not read to its end goes on, and keeps what it reads from changing.
        rows = cursor.fetchall()
        return self._converted_rows(rows[:1])[0] if rows else None

    def all(self, cursor: DBAPICursor, values: Mapping[str, object]) -> list[tuple[Any, ...]]:
        """All rows."""
        cursor.execute(self._sql, self._bound(values))
        return self._converted_rows(cursor.fetchall())

    def change(self, cursor: DBAPICursor, values: Mapping[str, object]) -> int:
        """How many rows were changed."""
        cursor.execute(self._sql, self._bound(values))
        return cursor.rowcount

    def change_all(self, cursor: DBAPICursor, rows: Iterable[Mapping[str, object]]) -> None:
        """The same for many rows."""
        cursor.executemany(self._sql, [self._bound(row) for row in rows])

    def _converted_rows(self, rows: Sequence[Any]) -> list[tuple[Any, ...]]:
        return [self._converted_row(row) for row in rows] if self._results else list(rows)

    def _converted_row(self, row: Sequence[Any]) -> tuple[Any, ...]:
        values = list(row)
        for place, convert in self._results:
            values[place] = convert(values[place])
        return tuple(values)

    def _bound(self, values: Mapping[str, object]) -> Any:
        if self._constant:
            values = {**self._constant, **values}
        bound = list(self._in_order(values))
        for place, convert in self._converted:
            bound[place] = convert(bound[place])
        return bound if self._by_place else dict(zip(self._names, bound, strict=True))

    def _alone(self, values: Mapping[str, object]) -> tuple[object, ...]:
        return tuple(values[name] for name in self._names)


def _own_type(of: TypeEngine[Any], dialect: Dialect) -> Any:
    """A type as this database has it."""
    return of.dialect_impl(dialect)
