"""Lays two sequences of words beside each other.

In: two lists of words. Out: the runs that they have in common, in the order of both.

Runs of words that occur once in each text are laid first (patience diff), the gaps between them by difflib: as good as
difflib alone on news, without its time on long texts.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import islice
from typing import NamedTuple

_ANCHOR = 3
"""Words of an anchor: long enough that what is common to all news ("said on Monday") is hardly ever unique."""
_LARGEST_GAP = 40_000
"""Words times words that difflib is given at once."""


class Run(NamedTuple):
    """`length` words that are the same from `first` in the one text and from `second` in the other."""

    first: int
    second: int
    length: int


def common_runs(first: Sequence[str], second: Sequence[str]) -> list[Run]:
    anchored = list(_anchored(first, second))
    runs: list[Run] = []
    for (gap, other_gap), anchor in zip(gaps(anchored, len(first), len(second)), (*anchored, None), strict=True):
        for run in (*_in_gap(first, second, gap, other_gap), *filter(None, [anchor])):
            if runs and _touches(runs[-1], run):
                runs[-1] = Run(runs[-1].first, runs[-1].second, runs[-1].length + run.length)
            else:
                runs.append(run)
    return runs


def gaps(runs: Sequence[Run], first: int, second: int) -> Iterator[tuple[range, range]]:
    """What lies before each run and behind the last one, in texts of so many words."""
    at = other_at = 0
    for run in (*runs, Run(first, second, 0)):
        yield range(at, run.first), range(other_at, run.second)
        at, other_at = run.first + run.length, run.second + run.length


def _touches(before: Run, run: Run) -> bool:
    return (before.first + before.length, before.second + before.length) == (run.first, run.second)


def _anchored(first: Sequence[str], second: Sequence[str]) -> Iterator[Run]:
    """The common beginning, and the longest sequence of anchors that ascends in both texts, each grown to the right."""
    places = _once(second)
    anchors = [(place, places[words]) for words, place in _once(first).items() if words in places]
    at = other_at = 0
    for one, other in ((0, 0), *_ascending(anchors)):
        if one < at or other < other_at:
            continue
        length = _common_length(first, one, second, other)
        if length:
            yield Run(one, other, length)
        at, other_at = one + length, other + length


def _common_length(first: Sequence[str], one: int, second: Sequence[str], other: int) -> int:
    length = 0
    for mine, theirs in zip(islice(first, one, None), islice(second, other, None), strict=False):
        if mine != theirs:
            break
        length += 1
    return length


def _once(words: Sequence[str]) -> dict[tuple[str, ...], int]:
    """The places of all anchors that occur once, in order."""
    anchors = list(zip(*(words[shift:] for shift in range(_ANCHOR)), strict=False))
    counts = Counter(anchors)
    return {anchor: place for place, anchor in enumerate(anchors) if counts[anchor] == 1}


def _ascending(pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The longest subsequence whose second numbers ascend; the first ones ascend already."""
    ends: list[int] = []
    last: list[int] = []
    before: list[int] = []
    for number, (_, other) in enumerate(pairs):
        place = bisect_left(ends, other)
        before.append(last[place - 1] if place else -1)
        ends[place : place + 1] = [other]
        last[place : place + 1] = [number]
    found = []
    number = last[-1] if last else -1
    while number >= 0:
        found.append(pairs[number])
        number = before[number]
    return found[::-1]


def _in_gap(first: Sequence[str], second: Sequence[str], gap: range, other_gap: range) -> Iterator[Run]:
    if not gap or not other_gap or len(gap) * len(other_gap) > _LARGEST_GAP:
        return
    mine, theirs = first[gap.start : gap.stop], second[other_gap.start : other_gap.stop]
    matcher = SequenceMatcher(None, mine, theirs, autojunk=False)
    for one, other, length in matcher.get_matching_blocks()[:-1]:
        yield Run(gap.start + one, other_gap.start + other, length)
