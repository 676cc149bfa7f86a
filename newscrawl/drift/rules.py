"""Tells when a site changed under its page class: what most articles had, and the newest have not.

In: how well the articles of this crawl and of those before it could be read (`CrawlNote`). Out: a `Drift` for each
thing that fell. Pure; docs/design.md says why the rules are as they are.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from newscrawl.drift.comparison import LEAST_USUAL, Comparisons
from newscrawl.drift.completeness import EXAMPLES, FIELDS, NO_ARTICLE, SHORT

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from newscrawl.drift.comparison import Alike, Comparison
    from newscrawl.ledger.crawls import CrawlNote, Group

    _Count = Callable[[Group], int]

FALL = 0.25
"""How far the share of a field has to fall, in parts of all articles."""
FEWEST = 5
"""Articles that have to show a fall: a few odd ones are none."""
MOST_STAND_INS = 0.1
"""Above this share more than usual, bodies that no layout found are told."""
FEWEST_STAND_INS = 3
SHORTER = 0.6
"""Bodies are told whose median length is at most this part of the usual one."""
CHANCE = 0.001
"""What chance brings about oftener than this is not told."""
LEAST_SPREAD = 0.1
"""How much lengths are taken to differ at least, as the standard deviation of their logarithms."""
TOLD_FOR, TOLD_BY = timedelta(days=7), 3
"""For how long, and by how many crawls in a row, a drift is told before it is taken as the usual."""
WATCHED = tuple(field for field in FIELDS if field != "modified_at")
"""Not `modified_at`: the newest articles were not changed yet, those of an archive were."""
SPOKEN_OF = {"id": "the site's own number (id)"}
FROM_PAGES = ("selector", "json-ld", "fallback")
"""Layers of the body of an article that was read from its page, not from a source."""


@dataclass(slots=True, kw_only=True)
class Drift:
    """One thing that fell."""

    name: str
    """The field, the layer that stands in for the layouts, `length` or `article`."""
    sentence: str
    """What is so now, and what was before, for people."""
    examples: list[str]
    """URLs, at most three."""
    since: datetime
    """When the first crawl began that told it (UTC)."""
    accepted: bool
    """Whether it was told long enough: it is the usual from now on, and no error."""

    def __str__(self) -> str:
        if self.accepted:
            return f"{self.sentence}; told since {self.since:%Y-%m-%d}, it is taken as the usual from now on"
        return f"drift: {self.sentence}: {' '.join(self.examples)}"


def drifts(now: CrawlNote, before: Sequence[CrawlNote]) -> list[Drift]:
    """What is to be told of a crawl. `before`: the outlet's earlier crawls, newest first."""
    comparisons = Comparisons(now, before)
    found = []
    for name, rule in _RULES.items():
        comparison = comparisons.of(name)
        sentence = rule(comparison) if comparison else None
        if sentence:
            found.append(_drift(name, sentence, comparisons.newest, before))
    return found


def with_drift(crawl: CrawlNote, found: Sequence[Drift]) -> CrawlNote:
    """The crawl with what it told, as later crawls have to know it."""
    told = [drift.name for drift in found if not drift.accepted]
    return replace(crawl, told=told, accepted=[drift.name for drift in found if drift.accepted])


def _drift(name: str, sentence: str, newest: Sequence[CrawlNote], before: Sequence[CrawlNote]) -> Drift:
    now = newest[0].started_at
    since, told_by = now, 0
    for crawl in before:
        if name not in crawl.told:
            break
        since, told_by = crawl.started_at, told_by + 1
    urls = dict.fromkeys(url for crawl in newest for url in crawl.examples.get(name, ()))
    accepted = told_by >= TOLD_BY and now - since >= TOLD_FOR
    return Drift(name=name, sentence=sentence, examples=list(urls)[:EXAMPLES], since=since, accepted=accepted)


def _pages_without_article(comparison: Comparison) -> str | None:
    gave = sum(crawl.articles for crawl in comparison.newest)
    of = sum(crawl.read for crawl in comparison.newest)
    known = sum(crawl.read for crawl in comparison.usual)
    before = sum(crawl.articles for crawl in comparison.usual) / known if known else 0.0
    if known < LEAST_USUAL or not _has_fallen(gave, of, before, known):
        return None
    return f"{of - gave} of the last {of} pages gave no article, {1 - before:.0%} before"


def _bodies_of_general_reader(comparison: Comparison) -> str | None:
    """A fault even where nothing is usual yet: no layout fits these pages."""
    return _stand_ins("the general reader", comparison.alike, lambda group: _of_layer(group, "fallback"), _articles)


def _bodies_of_json_ld(comparison: Comparison) -> str | None:
    """A fault only where pages had another body before: an outlet may be read so from its beginning."""
    pairs = [pair for pair in comparison.alike if pair.usual and _from_pages(pair.usual) >= LEAST_USUAL]
    return _stand_ins("JSON-LD", pairs, lambda group: _of_layer(group, "json-ld"), _from_pages)


def _stand_ins(reader: str, pairs: Sequence[Alike], found: _Count, of: _Count) -> str | None:
    count, all_of_them = sum(found(pair.newest) for pair in pairs), sum(of(pair.newest) for pair in pairs)
    before = _expected(pairs, found, of)
    if count < FEWEST_STAND_INS or count / all_of_them - before <= MOST_STAND_INS:
        return None
    told = f"no layout found the body, which {reader} gave, in {count} of the last {all_of_them} articles"
    return told + (f", in {before:.0%} before" if any(pair.usual for pair in pairs) else "")


def _short_bodies(comparison: Comparison) -> str | None:
    lengths: Counter[int] = Counter()
    before: dict[int, float] = {}
    for newest, usual in comparison.alike:
        if usual and usual.lengths and newest.lengths:
            lengths.update(newest.lengths)
            # As many of each kind and year as there are now.
            weight = newest.articles / sum(usual.lengths.values())
            for length, count in usual.lengths.items():
                before[length] = before.get(length, 0) + weight * count
    if lengths.total() < FEWEST:
        return None
    now, then = _median(lengths), _median(before)
    apart, spread = _mean_log(before) - _mean_log(lengths), max(_spread_log(before), LEAST_SPREAD)
    if now > SHORTER * then or not _is_no_chance(lengths.total(), apart**2 / (2 * spread**2)):
        return None
    return f"the median body has {now:,} characters in the last {lengths.total()} articles, {then:,} before"


def _missing(field: str) -> Callable[[Comparison], str | None]:
    """The rule for a field that was found and is no more."""

    def rule(comparison: Comparison) -> str | None:
        pairs = [pair for pair in comparison.alike if pair.usual]
        count, found = sum(pair.newest.articles for pair in pairs), sum(with_field(pair.newest) for pair in pairs)
        before = _expected(pairs, with_field, _articles)
        known = sum({id(pair.usual): pair.usual.articles for pair in pairs if pair.usual}.values())
        if not _has_fallen(found, count, before, known):
            return None
        return (
            f"{SPOKEN_OF.get(field, field)} was found in {found} of the last {count} articles, in {before:.0%} before"
        )

    def with_field(group: Group) -> int:
        return group.articles - group.fields.get(field, {}).get("", 0)

    return rule


_RULES: dict[str, Callable[[Comparison], str | None]] = {
    NO_ARTICLE: _pages_without_article,
    "fallback": _bodies_of_general_reader,
    "json-ld": _bodies_of_json_ld,
    SHORT: _short_bodies,
    **{field: _missing(field) for field in WATCHED},
}


def _has_fallen(found: int, of: int, before: float, known: int) -> bool:
    """Whether a share is lower than before by much, and not by chance. `known`: of how many that is known."""
    if of - found < FEWEST or before - found / of < FALL:
        return False
    # What all of ten articles had need not be what all have.
    return _is_no_chance(of, _divergence(found / of, (before * known + 0.5) / (known + 1)))


def _is_no_chance(count: int, divergence: float) -> bool:
    """By Chernoff's bound: chance does it at most exp(-count · divergence) of the time."""
    return count * divergence > -math.log(CHANCE)


def _divergence(share: float, usual: float) -> float:
    """Kullback and Leibler's, of one share from another that is neither 0 nor 1."""
    parts = (share, usual), (1 - share, 1 - usual)
    return sum(part * math.log(part / expected) for part, expected in parts if part)


def _expected(pairs: Sequence[Alike], found: _Count, of: _Count) -> float:
    """The share that is usual, with as many of each kind and year as there are now."""
    expected = sum(of(newest) * found(usual) / of(usual) for newest, usual in pairs if usual)
    return expected / max(sum(of(newest) for newest, _ in pairs), 1)


def _articles(group: Group) -> int:
    return group.articles


def _of_layer(group: Group, layer: str) -> int:
    return group.fields.get("body", {}).get(layer, 0)


def _from_pages(group: Group) -> int:
    return sum(_of_layer(group, layer) for layer in FROM_PAGES)


def _median(lengths: Mapping[int, float]) -> int:
    """The middle one of numbers of which each stands there so many times."""
    half, so_far = sum(lengths.values()) / 2, 0.0
    for length in sorted(lengths):
        so_far += lengths[length]
        if so_far >= half:
            return length
    return 0


def _mean_log(lengths: Mapping[int, float]) -> float:
    return sum(times * math.log(length) for length, times in lengths.items()) / sum(lengths.values())


def _spread_log(lengths: Mapping[int, float]) -> float:
    mean = _mean_log(lengths)
    squares = sum(times * (math.log(length) - mean) ** 2 for length, times in lengths.items())
    return math.sqrt(squares / sum(lengths.values()))
