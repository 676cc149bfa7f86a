"""Which pages a list of stories has.

In: the ids of its cards, newest first, and the month of each. Out: its pages. The first has the newest stories; the
others are an archive by time, so that a story changes the pages of its own time only, however old it is, and addresses
stay. A year that has few stories is one page; another has pages by month, cut from the month's oldest story on, and one
that leads to them.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from itertools import groupby, pairwise
from typing import TYPE_CHECKING

from newscrawl.site import addresses
from newscrawl.site.words import MONTHS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

NEWEST = 50
"""Stories on the first page, at least; those that are in no part of the archive yet stand there too."""
PER_PAGE = 100
"""Stories on a page of the archive, at most. A list with no more is one page, and so is a year of it."""


@dataclass(slots=True, kw_only=True)
class Choice:
    """A list of stories that a page leads to."""

    name: str
    address: str
    count: int


@dataclass(slots=True, kw_only=True)
class Listing:
    """One page of a list."""

    heading: str
    folder: str
    """Where the pages of the list and its feeds lie, with a slash at its end; empty for the site's own folder."""
    period: str | None
    """For people: "July 2025"; null for the first page."""
    name: str
    """Of its file."""
    ids: Sequence[str]
    """The cards of this page, newest first."""
    count: int | None = None
    """Cards in the whole list or year; null for a page of the archive, which does not change with it."""
    newer: str | None = None
    older: str | None = None
    periods: list[Choice] = field(default_factory=list)
    """The years, of the first page; the months, of a year that has no cards of its own."""

    @property
    def path(self) -> str:
        return self.folder + self.name


def first_page(ids: Sequence[str], *, heading: str, folder: str) -> Listing:
    """The newest stories alone."""
    return Listing(heading=heading, folder=folder, period=None, name=addresses.INDEX, ids=ids[:NEWEST], count=len(ids))


def pages(ids: Sequence[str], months: Mapping[str, str], *, heading: str, folder: str) -> Iterator[Listing]:
    """The pages of a list, the newest first. `months`: of each card, YYYY-MM."""
    first = first_page(ids, heading=heading, folder=folder)
    if len(ids) <= PER_PAGE:
        first.ids = ids
        yield first
        return
    # As the cards come newest first, so do the months.
    in_month = Counter(map(months.__getitem__, ids))
    parts = list(_parts(ids, in_month))
    archived = sum(len(of_part) for _, _, of_part in parts)
    first.ids = ids[: max(NEWEST, len(ids) - archived)]
    chain = [first]
    for period, number, of_part in parts:
        told = _told(period) + (f", part {number}" if number > 1 else "")
        name = addresses.archive(period, number)
        chain.append(Listing(heading=heading, folder=folder, period=told, name=name, ids=of_part))
    for page, older in pairwise(chain):
        page.older, older.newer = older.path, page.path
    years = list(_years(in_month, parts, heading, folder))
    first.periods = [Choice(name=year.period or "", address=year.path, count=year.count or 0) for year in years]
    yield from chain
    # A year of few stories is a page of the archive itself.
    yield from (year for year in years if year.periods[0].address != year.path)


Part = tuple[str, int, "Sequence[str]"]
"""Its year or month, which one it is of that, and its cards."""


def _parts(ids: Sequence[str], in_month: Counter[str]) -> Iterator[Part]:
    """The pages of the archive, newest first. The newest year or month is in it as far as it makes whole pages."""
    in_year = _by_year(in_month)
    in_period: Counter[str] = Counter()
    for month, count in in_month.items():
        year = month[:4]
        in_period[month if in_year[year] > PER_PAGE else year] += count
    end = 0
    for period, count in in_period.items():
        is_newest = end == 0
        end += count
        whole, left = divmod(count, PER_PAGE)
        if left and not is_newest:
            yield period, whole + 1, ids[end - count : end - whole * PER_PAGE]
        if not (is_newest and len(period) == len("2025")):
            for number in range(whole, 0, -1):
                start = end - number * PER_PAGE
                yield period, number, ids[start : start + PER_PAGE]


def _years(in_month: Counter[str], parts: list[Part], heading: str, folder: str) -> Iterator[Listing]:
    """Each year that has a page of the archive, with where its months begin."""
    begins: dict[str, str] = {}
    for period, number, _ in parts:
        begins.setdefault(period, addresses.archive(period, number))
    in_period = in_month + _by_year(in_month)
    for year, of_year in groupby(begins, lambda period: period[:4]):
        choices = [
            Choice(name=_told(period), address=folder + begins[period], count=in_period[period]) for period in of_year
        ]
        name = addresses.archive(year)
        yield Listing(
            heading=heading, folder=folder, period=year, name=name, ids=[], count=in_period[year], periods=choices
        )


def _by_year(in_month: Counter[str]) -> Counter[str]:
    in_year: Counter[str] = Counter()
    for month, count in in_month.items():
        in_year[month[:4]] += count
    return in_year


def _told(period: str) -> str:
    year, _, month = period.partition("-")
    return f"{MONTHS[int(month) - 1]} {year}" if month else year
