"""Shows what is counted of each outlet in one table, of which no screen cuts a number.

In: the names of the counts, and the counts by outlet. Out: a renderable of rich's: an outlet a row; where the screen is
too narrow for that, an outlet a column; and where it has no room for that either, rows that go on in the next line.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.measure import Measurement

from newscrawl.reporting.screen import table_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from rich.console import Console, ConsoleOptions
    from rich.table import Table

WIDEST = 10_000
"""More characters than any table has in a line."""


class CountsTable:
    def __init__(self, names: Sequence[str], counts: Mapping[str, Sequence[object]]) -> None:
        """`counts`: by outlet, in the order of `names`."""
        self._names = names
        self._counts = {outlet: [str(count) for count in of_it] for outlet, of_it in counts.items()}

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[Table]:
        def width(table: Table) -> int:
            return Measurement.get(console, options.update(width=WIDEST), table).maximum

        rows, columns = self._outlets_as_rows(), self._outlets_as_columns()
        fitting = next((table for table in (rows, columns) if width(table) <= options.max_width), None)
        rows.width = width(rows)
        yield fitting or rows

    def _outlets_as_rows(self) -> Table:
        table = table_of(self._names, first="outlet")
        for outlet, counts in self._counts.items():
            table.add_row(outlet, *counts)
        return table

    def _outlets_as_columns(self) -> Table:
        table = table_of(list(self._counts), first="")
        for name, *counts in zip(self._names, *self._counts.values(), strict=True):
            table.add_row(name, *counts)
        return table
