"""Shows what two bodies have in common and where they differ.

In: two bodies. Out: passages in the order of the text, as each of them has it written: for `scrapy duplicates explain`.
"""

from typing import NamedTuple

from newscrawl.similarity.alignment import Run, common_runs, gaps
from newscrawl.similarity.words import folded_words

SHORTEST_COMMON = 3
"""Words. Fewer between two differences are shown with them: "10 cents to 71.20", not "10", "cents to" and "71.20"."""


class Passage(NamedTuple):
    """A stretch of both texts; empty on the side that does not have it."""

    is_common: bool
    first: str
    second: str


def side_by_side(first: str, second: str) -> list[Passage]:
    one, other = first.split(), second.split()
    runs = _long_enough(common_runs(_folded(one), _folded(other)), len(one), len(other))
    found = []
    for (gap, other_gap), run in zip(gaps(runs, len(one), len(other)), (*runs, None), strict=True):
        found.append(_passage(one, gap, other, other_gap, is_common=False))
        if run is not None:
            places = range(run.first, run.first + run.length), range(run.second, run.second + run.length)
            found.append(_passage(one, places[0], other, places[1], is_common=True))
    return [passage for passage in found if passage.first or passage.second]


def _folded(written: list[str]) -> list[str]:
    return [" ".join(folded_words(word)) for word in written]


def _long_enough(runs: list[Run], end: int, other_end: int) -> list[Run]:
    return [run for run in runs if run.length >= SHORTEST_COMMON or _is_at_an_end(run, end, other_end)]


def _is_at_an_end(run: Run, end: int, other_end: int) -> bool:
    return run[:2] == (0, 0) or (run.first + run.length, run.second + run.length) == (end, other_end)


def _passage(one: list[str], places: range, other: list[str], other_places: range, *, is_common: bool) -> Passage:
    first, second = one[places.start : places.stop], other[other_places.start : other_places.stop]
    return Passage(is_common, " ".join(first), " ".join(second))
