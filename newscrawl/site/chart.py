"""Charts of articles by outlet: the newest days of a list, and beneath them the whole of its time.

In: counts by day (UTC) and outlet. Out: a bar for each, stacked, with a table of the same figures.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Literal

from markupsafe import Markup, escape

from newscrawl.site.rendering import rendered

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from newscrawl.topics.overview import Day

Unit = Literal["day", "month", "year"]
MOST_DAYS = 92
MOST_MONTHS = 240
"""Above this the whole time is told by year."""
COLOURS = 6
_WIDTH = 720
_GROUND = 120


@dataclass(slots=True, kw_only=True)
class Bar:
    """What an outlet published in a day, a month or a year."""

    colour: int
    x: float
    y: float
    width: float
    height: float
    label: str

    def __html__(self) -> str:
        """As the template writes it: a page has hundreds, for which a template's own loop takes ten times as long."""
        place = f'x="{self.x}" y="{self.y}" width="{self.width}" height="{self.height}"'
        return f'<rect class="c{self.colour}" {place}><title>{escape(self.label)}</title></rect>'


@dataclass(slots=True, kw_only=True)
class Row:
    """The same as figures."""

    when: str
    counts: list[int]

    def __html__(self) -> str:
        """As the template writes it."""
        counts = "".join([f'<td class="count">{count}</td>' for count in self.counts])
        return f'<tr><th scope="row">{self.when}</th>{counts}</tr>'


@dataclass(slots=True, kw_only=True)
class Chart:
    title: str
    description: str
    unit: Unit
    outlets: list[str]
    bars: list[Bar]
    rows: list[Row]
    """The newest first, without those that have nothing."""
    first: str
    last: str
    highest: str


def charts_of(days: Iterable[Day], names: Mapping[str, str]) -> list[Markup]:
    """The charts as HTML. `names`: of the outlets, for people."""
    return [Markup(rendered("chart.html", chart=chart)) for chart in charts(days, names)]  # noqa: S704 - escaped there


def charts(days: Iterable[Day], names: Mapping[str, str]) -> list[Chart]:
    """The newest days, and where the list goes further back than these the whole time by month or year; none where
    there is not more than one day to show.
    """
    counted = list(days)
    if len({day.day for day in counted}) < 2:
        return []
    outlets = {outlet: names.get(outlet, outlet) for outlet in sorted({day.outlet for day in counted})}
    first = date.fromisoformat(min(day.day for day in counted))
    last = date.fromisoformat(max(day.day for day in counted))
    newest = [(last - timedelta(days=back)).isoformat() for back in range(min((last - first).days + 1, MOST_DAYS))]
    shown = [_chart(counted, "day", newest[::-1], outlets)]
    if newest[-1] > first.isoformat():
        by: Unit = "month" if (last - first).days <= MOST_MONTHS * 30 else "year"
        shown.append(_chart(counted, by, _months(first, last) if by == "month" else _years(first, last), outlets))
    return shown


def _months(first: date, last: date) -> list[str]:
    numbers = range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
    return [f"{number // 12:04}-{number % 12 + 1:02}" for number in numbers]


def _years(first: date, last: date) -> list[str]:
    return [f"{year:04}" for year in range(first.year, last.year + 1)]


def _chart(counted: Iterable[Day], unit: Unit, periods: list[str], outlets: dict[str, str]) -> Chart:
    """`periods`: from the first to the last, those without any article too."""
    length = len(periods[0])
    sums = {period: dict.fromkeys(outlets, 0) for period in periods}
    for day in counted:
        if of_period := sums.get(day.day[:length]):
            of_period[day.outlet] += day.count
    rows = [Row(when=period, counts=list(sums[period].values())) for period in periods]
    totals = [sum(row.counts) for row in rows]
    highest = max(totals)
    shown = list(outlets.values())
    return Chart(
        title=f"Articles per {unit} by outlet",
        description=f"From {periods[0]} to {periods[-1]} (UTC), {sum(totals):,} articles; the most are {highest:,}, "
        f"{'on' if unit == 'day' else 'in'} {periods[totals.index(highest)]}. The table below has all figures.",
        unit=unit,
        outlets=shown,
        bars=list(_bars(rows, shown, highest)),
        rows=[row for row in reversed(rows) if any(row.counts)],
        first=periods[0],
        last=periods[-1],
        highest=f"{highest:,}",
    )


def _bars(rows: list[Row], outlets: list[str], highest: int) -> Iterator[Bar]:
    step = _WIDTH / len(rows)
    width = min(max(step * 0.8, 0.5), 40)
    for number, row in enumerate(rows):
        ground: float = _GROUND
        for colour, (outlet, count) in enumerate(zip(outlets, row.counts, strict=True)):
            if count:
                height = _GROUND * count / highest
                ground -= height
                yield Bar(
                    colour=colour % COLOURS,
                    x=round(number * step + (step - width) / 2, 2),
                    y=round(ground, 2),
                    width=round(width, 2),
                    height=round(height, 2),
                    label=f"{row.when}, {outlet}: {count:,}",
                )
