"""Says of two bodies whether they tell the same text.

In: two bodies. Out: a `Comparison`: duplicate, contains or different, with the figures and the reason. Exact: words are
compared, no hashes.

Three things must hold before anything is claimed: the shorter text stands in the longer one; so does its opening; and
where both have the same frame, the facts in it are the same. docs/duplicates.md has an example of each.
"""

from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import Literal, NamedTuple

from newscrawl.similarity.alignment import Run, common_runs
from newscrawl.similarity.facts import WEEKDAYS, Changes, changed_facts
from newscrawl.similarity.fingerprint import FEWEST_WORDS, SHINGLE, shingles
from newscrawl.similarity.words import Words, folded_words, words_and_facts

Verdict = Literal["duplicate", "contains", "different"]

LEAST_CONTAINED = 0.7
"""Of the shorter text in the longer one; and of its opening."""
OPENING = 40
"""Words of the opening."""
LEAST_SHINGLES = 0.3
"""Of the shorter text's shingles in the longer one: with fewer, the two are not even laid side by side."""
LEAST_SIZE = 0.5
"""Of the longer text: a shorter one is contained in it, and no duplicate."""
MOST_CHANGED = 0.3
"""Of the facts up to the last one that is changed."""
MOST_FIGURES_CHANGED = 0.45
"""The same of the figures alone: a daily notice has the same names every day."""
FEWEST_FACTS = 5
"""In a text with fewer, one other name makes another event, whatever else is changed."""

KEPT = 8
"""Texts of which the words are kept: 140 kB for one of 500 words."""


@dataclass(frozen=True, slots=True)
class Comparison:
    verdict: Verdict
    similarity: float
    """Jaccard similarity of the shingles, 0 to 1."""
    contained: float
    """How much of the shorter text stands in the longer one, 0 to 1."""
    reason: str | None = None
    """Why they are different; None where they are not."""
    changed: tuple[tuple[str, str], ...] = ()
    """Facts of the first text, and what stands in their places in the second."""


def compare(first: str, second: str) -> Comparison:
    words, other_words = _shingled(first).words, _shingled(second).words
    if min(words, other_words) < FEWEST_WORDS:
        return Comparison("different", 0.0, 0.0, "too short to tell")
    # By the text too, so that the verdict on two of one length does not depend on which is named first.
    if (words, first) <= (other_words, second):
        return _compare(first, second)
    found = _compare(second, first)
    changed = tuple((theirs, mine) for mine, theirs in found.changed)
    return Comparison(found.verdict, found.similarity, found.contained, found.reason, changed)


def _compare(shorter: str, longer: str) -> Comparison:
    in_short, in_long = _shingled(shorter).distinct, _shingled(longer).distinct
    common = len(in_short & in_long)
    similarity = common / (len(in_short) + len(in_long) - common)
    shared = common / min(len(in_short), len(in_long))
    if shared < LEAST_SHINGLES:
        return Comparison("different", similarity, shared, "little in common")
    short, long = _words_and_facts(shorter), _words_and_facts(longer)
    runs = common_runs(short.folded, long.folded)
    # Shingles do not mind another order of the paragraphs, runs do not mind a word changed here and there.
    contained = max(shared, _covered(runs, len(short.folded)))
    opening = list(islice(shingles(short.folded), OPENING - SHINGLE + 1))
    opening_contained = max(
        sum(shingle in in_long for shingle in opening) / len(opening), _covered(runs, min(OPENING, len(short.folded)))
    )
    changes = changed_facts(short, long, runs)
    reason = None
    if contained < LEAST_CONTAINED:
        reason = "little in common"
    elif opening_contained < LEAST_CONTAINED:
        reason = "another opening"
    elif _make_another_event(changes):
        reason = "other facts in the same frame"
    verdict: Verdict = "duplicate" if len(short.folded) >= LEAST_SIZE * len(long.folded) else "contains"
    return Comparison("different" if reason else verdict, similarity, contained, reason, tuple(changes.pairs))


class _Shingled(NamedTuple):
    words: int
    distinct: frozenset[tuple[str, str, str]]
    """The runs of three words, each once."""


# Kept for a while, because a text is compared with several others one after another: a notice with those of the days
# before.
@lru_cache(KEPT)
def _shingled(body: str) -> _Shingled:
    words = folded_words(body)
    return _Shingled(len(words), frozenset(shingles(words)))


@lru_cache(KEPT)
def _words_and_facts(body: str) -> Words:
    return words_and_facts(body)


def _covered(runs: list[Run], words: int) -> float:
    """How much of the first so many words stands in the other text. Single words are common by chance."""
    return sum(max(0, min(run.first + run.length, words) - run.first) for run in runs if run.length > 1) / words


def _make_another_event(changes: Changes) -> bool:
    facts = [fact for fact, _ in changes.pairs]
    if len(facts) < 2:
        return _is_another_name(facts, changes)
    if not WEEKDAYS.isdisjoint(facts):
        return True
    # Facts of the background, far below the last change, say nothing about the event.
    kept = changes.kept[: changes.kept_before_last]
    figures, kept_figures = list(filter(_is_figure, facts)), list(filter(_is_figure, kept))
    return _share(facts, kept) > MOST_CHANGED or (
        len(figures) > 1 and _share(figures, kept_figures) > MOST_FIGURES_CHANGED
    )


def _is_another_name(facts: list[str], changes: Changes) -> bool:
    """One figure or weekday that is changed is a correction; so is one name, where the desk changed other words too."""
    if all(_is_figure(fact) or fact in WEEKDAYS for fact in facts):
        return False
    return not changes.reworded or len(facts) + len(changes.kept) < FEWEST_FACTS


def _share(changed: list[str], kept: list[str]) -> float:
    return len(changed) / (len(changed) + len(kept))


def _is_figure(fact: str) -> bool:
    return fact[0].isdigit()
