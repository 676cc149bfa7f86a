"""Why two articles are told to tell the same text, or not.

In: two ids, and the record with its ledger. Out: an `Explanation`. Only reads.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from newscrawl.duplicates.clusters import Member
from newscrawl.duplicates.stored import StoredArticles
from newscrawl.similarity import Passage, compare, side_by_side
from newscrawl.spiders.arguments import ArgumentError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import timedelta

    from newscrawl.dataset import Dataset
    from newscrawl.duplicates.stored import Stored
    from newscrawl.similarity import Comparison


@dataclass(slots=True, kw_only=True)
class Explanation:
    """Two articles side by side, as they now stand."""

    first: Member
    second: Member
    verdict: str
    """duplicate, contains or different."""
    similarity: float
    contained: float
    """How much of the shorter text stands in the longer one."""
    sentence: str
    """The reason, for people."""
    changed: list[tuple[str, str]]
    """Facts of the first, and what stands in their places in the second."""
    notes: list[str]
    """Why no crawl compares the two, where that is so."""
    passages: list[Passage]
    """What they have in common, and what not, in the order of the text."""


def explanation(dataset: Dataset, first: str, second: str, window: timedelta) -> Explanation:
    """Raises ArgumentError for an id that is not known, or whose text is not in the files."""
    one, other = _member(dataset, first), _member(dataset, second)
    text, other_text = _text(dataset, first), _text(dataset, second)
    told = compare(text.body, other_text.body)
    return Explanation(
        first=one,
        second=other,
        verdict=told.verdict,
        similarity=round(told.similarity, 3),
        contained=round(told.contained, 3),
        sentence=_sentence(told),
        changed=list(told.changed),
        notes=list(_notes(one, other, text, other_text, window)),
        passages=side_by_side(text.body, other_text.body),
    )


def _member(dataset: Dataset, article_id: str) -> Member:
    article = dataset.ledger.fingerprints.article(article_id)
    if article is None:
        raise ArgumentError(f"there is no article {article_id!r}; scrapy duplicates tells the ids")
    return Member(**article._asdict())


def _text(dataset: Dataset, article_id: str) -> Stored:
    articles = StoredArticles(dataset.directory, dataset.ledger.record)
    text = articles.get(article_id)
    articles.close()
    if text is None:
        raise ArgumentError(f"the text of {article_id} is not in the files of {dataset.directory}")
    return text


def _sentence(told: Comparison) -> str:
    figures = f"{told.contained:.0%} of the shorter text stands in the longer one, similarity {told.similarity:.3f}"
    if told.reason:
        return f"{told.reason}; {figures}"
    size = "less than" if told.verdict == "contains" else "at least"
    return f"{figures}, and the shorter one is {size} half as long"


def _notes(first: Member, second: Member, text: Stored, other: Stored, window: timedelta) -> Iterator[str]:
    if first.id == second.id:
        yield "one and the same article"
    if first.id == other.parent_id or second.id == text.parent_id:
        yield "the one is an update of the other, a live blog; such pairs are not told"
    apart = abs(first.published_at - second.published_at)
    if apart > window:
        yield f"published {apart.days} days apart; crawls compare what is at most {window.days} days apart"
