"""A chart of articles by day and outlet, or by month where the days are too many.

In: counts by day and outlet. Out: a bar for each, stacked, with a table of the same figures for those who read it.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from markupsafe import Markup

from newscrawl.site.rendering import rendered

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from newscrawl.topics.catalogue import Day

MOST_DAYS = 92
MOST_MONTHS = 240
"""Years stand for months above this."""
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


@dataclass(slots=True, kw_only=True)
class Row:
    """The same as figures."""

    when: str
    counts: list[int]


@dataclass(slots=True, kw_only=True)
class Chart:
    title: str
    description: str
    unit: str
    outlets: list[str]
    bars: list[Bar]
    rows: list[Row]
    """The newest first, without those that have nothing."""
    first: str
    last: str
    highest: str


def chart_of(days: Iterable[Day], names: Mapping[str, str]) -> Markup | None:
    """The chart as HTML; None where there is not more than one day to show. `names`: of the outlets, for people."""
    figures = chart(days, names)
    return Markup(rendered("chart.html", chart=figures)) if figures else None  # noqa: S704 - escaped by its template


def chart(days: Iterable[Day], names: Mapping[str, str]) -> Chart | None:
    counted = [(date.fromisoformat(day.day), day.outlet, day.count) for day in days]
    moments = {moment for moment, _, _ in counted}
    if len(moments) < 2:
        return None
    unit, periods = _periods(min(moments), max(moments))
    outlets = sorted({outlet for _, outlet, _ in counted})
    sums: defaultdict[tuple[str, str], int] = defaultdict(int)
    for moment, outlet, count in counted:
        sums[_period(moment, unit), outlet] += count
    totals = [sum(sums[period, outlet] for outlet in outlets) for period in periods]
    highest = max(totals)
    shown = [names.get(outlet, outlet) for outlet in outlets]
    rows = [Row(when=period, counts=[sums[period, outlet] for outlet in outlets]) for period in periods]
    return Chart(
        title=f"Articles per {unit} by outlet",
        description=f"From {periods[0]} to {periods[-1]}, {sum(totals):,} articles; the most are {highest:,}, on "
        f"{periods[totals.index(highest)]}. The table below has all figures.",
        unit=unit,
        outlets=shown,
        bars=list(_bars(rows, shown, highest)),
        rows=[row for row in reversed(rows) if any(row.counts)],
        first=periods[0],
        last=periods[-1],
        highest=f"{highest:,}",
    )


def _periods(first: date, last: date) -> tuple[str, list[str]]:
    """All periods from the first to the last, those without any article too."""
    days = (last - first).days + 1
    unit = "day" if days <= MOST_DAYS else "month" if days <= MOST_MONTHS * 30 else "year"
    every_day = (first + timedelta(days=number) for number in range(days))
    return unit, list(dict.fromkeys(_period(moment, unit) for moment in every_day))


def _period(moment: date, unit: str) -> str:
    return moment.isoformat()[: {"day": 10, "month": 7, "year": 4}[unit]]


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
