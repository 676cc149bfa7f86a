"""Finds what the newest articles of an outlet are to be held against.

In: the crawls, newest first. Out: a `Comparison`: the newest articles, and for each kind and year what is usual. Few
crawls are large: those of a timer read three articles an hour, so crawls are taken together until a share says
something.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from newscrawl.ledger.crawls import Group

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from newscrawl.ledger.crawls import CrawlNote

ENOUGH = 20
"""Articles of which a share is spoken; a crawl that read fewer is taken together with those before it."""
USUAL = 500
"""Articles of earlier crawls that say what is usual."""
LEAST_USUAL = 10
"""Articles below which nothing is usual yet."""


class Alike(NamedTuple):
    """The newest articles of a kind and year, and those of their like; None where too few are known."""

    newest: Group
    usual: Group | None


@dataclass
class Comparison:
    newest: Sequence[CrawlNote]
    usual: Sequence[CrawlNote]

    @cached_property
    def alike(self) -> list[Alike]:
        """Like with like: sites tag, credit and illustrate differently in other years, and live updates never like
        articles. What has no date, or is of a year of which little is known, is held against all of its kind, unless
        it is of a year before those that are known.
        """
        by_year = _merged(self.usual, by_year=True)
        by_kind = {kind: group for (kind, _), group in _merged(self.usual, by_year=False).items()}
        first_years = _first_years(by_year)
        pairs = []
        for (kind, year), group in _merged(self.newest, by_year=True).items():
            like = by_year.get((kind, year))
            if like is None or like.articles < LEAST_USUAL:
                is_earlier = year is not None and year < first_years.get(kind, year)
                like = None if is_earlier else by_kind.get(kind)
            pairs.append(Alike(group, like if like and like.articles >= LEAST_USUAL else None))
        return pairs


class Comparisons:
    """Those of one crawl: one for each drift that may be told, most of them the same."""

    def __init__(self, now: CrawlNote, before: Sequence[CrawlNote]) -> None:
        """`before`: the outlet's earlier crawls, newest first."""
        self._crawls = [now, *before]
        self.newest = self._crawls[: _taken_together(self._crawls)]
        self._made: dict[tuple[int, ...], Comparison] = {}

    def of(self, drift: str) -> Comparison | None:
        """What a drift is told by; None where it was accepted, and too little was read since then.

        What told the drift is not usual, until it was told so long that it is accepted; nothing before that is then.
        """
        places, articles, is_accepted = [], 0, False
        for place, crawl in enumerate(self._crawls):
            if place >= len(self.newest) and drift not in crawl.told:
                places.append(place)
                articles += crawl.articles
            is_accepted = drift in crawl.accepted
            if is_accepted or articles >= USUAL:
                break
        if is_accepted and articles < LEAST_USUAL:
            return None
        key = tuple(places)
        if key not in self._made:
            self._made[key] = Comparison(self.newest, [self._crawls[place] for place in places])
        return self._made[key]


def _taken_together(crawls: Sequence[CrawlNote]) -> int:
    """How many of the newest crawls: until they have read enough.

    One that read enough by itself is left to be compared with, and as much as is taken is left too.
    """
    taken, left = crawls[0].read, sum(crawl.read for crawl in crawls[1:])
    for place, crawl in enumerate(crawls[1:], 1):
        if taken >= ENOUGH or crawl.read >= ENOUGH or left - crawl.read < taken + crawl.read:
            return place
        taken, left = taken + crawl.read, left - crawl.read
    return len(crawls)


def _first_years(groups: Mapping[tuple[str, int | None], Group]) -> dict[str, int]:
    """The earliest year that is known of each kind."""
    first: dict[str, int] = {}
    for kind, year in groups:
        if year is not None:
            first[kind] = min(year, first.get(kind, year))
    return first


def _merged(crawls: Sequence[CrawlNote], *, by_year: bool) -> dict[tuple[str, int | None], Group]:
    """The groups of several crawls as one."""
    merged: dict[tuple[str, int | None], Group] = {}
    for group in _groups(crawls):
        key = group.kind, group.year if by_year else None
        one = merged.setdefault(key, Group(*key))
        one.articles += group.articles
        _add(one.lengths, group.lengths)
        for field, layers in group.fields.items():
            _add(one.fields.setdefault(field, {}), layers)
    return merged


def _groups(crawls: Sequence[CrawlNote]) -> Iterator[Group]:
    for crawl in crawls:
        yield from crawl.groups


def _add(counts: dict[Any, int], more: Mapping[Any, int]) -> None:
    for key, count in more.items():
        counts[key] = counts.get(key, 0) + count
