"""Finds the facts that stand in one text where others stand in the other.

In: the words of two texts and the runs that they have in common. Out: the pairs of facts, and the facts that are kept.
A fact changed in the same frame tells another day's story; a sentence cut, added or moved changes none.
"""

from dataclasses import dataclass, field
from difflib import SequenceMatcher

from newscrawl.similarity.alignment import Run, gaps
from newscrawl.similarity.words import Words

LONGEST_CHANGE = 8
"""Words of a passage in which one fact stands for another; a longer one is another sentence."""
SAME_NAME = 0.7
"""Likeness of two spellings of a name, letter by letter."""
LONGEST_NAME = 40
"""Letters. Spellings of a longer word are not looked for, which would take time by the square of its length."""

WEEKDAYS = frozenset("monday tuesday wednesday thursday friday saturday sunday".split())
"""Names in English only; in other languages the figures have to tell."""

_SOFT_LETTERS = str.maketrans("", "", "aeiouywh")
"""What transcriptions of Arabic names differ in: "Layla" and "Leila", "Omar" and "Umar"."""


@dataclass(slots=True)
class Changes:
    pairs: list[tuple[str, str]] = field(default_factory=list)
    """A fact of the first text and the one in its place in the second."""
    kept: list[str] = field(default_factory=list)
    """Facts that stand in both, in their order."""
    kept_before_last: int = 0
    """How many of those come before the last change."""
    reworded: int = 0
    """Passages that stand in each other's places without a fact that is changed."""


def changed_facts(first: Words, second: Words, runs: list[Run]) -> Changes:
    changes = Changes()
    between = gaps(runs, len(first.folded), len(second.folded))
    for (gap, other_gap), run in zip(between, (*runs, Run(0, 0, 0)), strict=True):
        pairs = []
        if len(gap) <= LONGEST_CHANGE and len(other_gap) <= LONGEST_CHANGE:
            pairs = _pairs(_facts(first, gap), _facts(second, other_gap))
        if pairs:
            changes.pairs += pairs
            changes.kept_before_last = len(changes.kept)
        elif gap and other_gap:
            changes.reworded += 1
        changes.kept += _facts(first, range(run.first, run.first + run.length))
    return changes


def _facts(words: Words, places: range) -> list[str]:
    return [words.folded[place] for place in places if words.facts[place]]


def _pairs(mine: list[str], theirs: list[str]) -> list[tuple[str, str]]:
    left = [fact for fact in mine if not any(_is_same(fact, other) for other in theirs)]
    right = [other for other in theirs if not any(_is_same(fact, other) for fact in mine)]
    return list(zip(left, right, strict=False))


def _is_same(fact: str, other: str) -> bool:
    """Whether two words are spellings of one name. Figures, and what is no name, are the same or not."""
    if fact[0].isdigit() or other[0].isdigit() or max(len(fact), len(other)) > LONGEST_NAME:
        return fact == other
    if fact.translate(_SOFT_LETTERS) == other.translate(_SOFT_LETTERS):
        return True
    return SequenceMatcher(None, fact, other, autojunk=False).ratio() >= SAME_NAME
