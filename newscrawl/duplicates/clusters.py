"""Which articles of the record tell the same text.

In: the ledger. Out: clusters, each with its head, the earliest published; articles that stand in a longer one; and what
was not written because the record holds its text. Only reads, also while a crawl runs.

A cluster is made of pairs that were compared: where A tells the same as B, and B as C, all three are one.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime  # noqa: TC003 (msgspec reads the annotations)
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from newscrawl.ledger import Ledger
    from newscrawl.ledger.fingerprints import Pair, Related


@dataclass(slots=True, kw_only=True)
class Member:
    """An article that is like another one."""

    id: str
    outlet: str
    headline: str
    url: str
    published_at: datetime
    similarity: float | None = None
    """To the article that it was compared with; null for the head of a cluster."""
    compared_with: str | None = None
    """The head where it was compared with that, else the member that it is most like."""


@dataclass(slots=True, kw_only=True)
class Cluster:
    """Articles that tell the same text."""

    head: str
    articles: list[Member]
    """By time of publication, the head first."""


@dataclass(slots=True, kw_only=True)
class Contained:
    """An article that stands in another one."""

    part: Member
    whole: Member


@dataclass(slots=True, kw_only=True)
class NotWritten:
    """An article that has no line, because the record holds its text."""

    outlet: str
    url: str
    published_at: datetime | None
    reason: str


@dataclass(slots=True, kw_only=True)
class Told:
    """All that is told more than once, newest first."""

    clusters: list[Cluster]
    contained: list[Contained]
    not_written: list[NotWritten]


def told_again(ledger: Ledger, outlets: Collection[str], since: datetime | None = None) -> Told:
    """What has an article of one of the outlets, and one that was published since then."""
    known = {article.id: article for article in ledger.fingerprints.related()}
    pairs = [pair for pair in ledger.fingerprints.pairs() if pair.article_id in known and pair.other_id in known]

    def wanted(*articles: Related | Member) -> bool:
        return any(article.outlet in outlets for article in articles) and (
            since is None or any(article.published_at >= since for article in articles)
        )

    clusters = [cluster for cluster in _clusters(pairs, known) if wanted(*cluster.articles)]
    contained = [
        Contained(
            part=_member(known[pair.article_id], pair.similarity, pair.other_id), whole=_member(known[pair.other_id])
        )
        for pair in pairs
        if pair.verdict == "contained" and wanted(known[pair.article_id], known[pair.other_id])
    ]
    not_written = [
        NotWritten(**repeat._asdict())
        for repeat in ledger.fingerprints.repeats()
        if repeat.outlet in outlets and (since is None or (repeat.published_at and repeat.published_at >= since))
    ]
    clusters.sort(key=lambda cluster: (cluster.articles[-1].published_at, cluster.head), reverse=True)
    contained.sort(key=lambda pair: (pair.part.published_at, pair.part.id, pair.whole.id), reverse=True)
    return Told(clusters=clusters, contained=contained, not_written=not_written)


def _clusters(pairs: Iterable[Pair], known: Mapping[str, Related]) -> Iterator[Cluster]:
    similar: dict[str, dict[str, float]] = defaultdict(dict)
    for pair in pairs:
        if pair.verdict == "duplicate":
            similar[pair.article_id][pair.other_id] = pair.similarity
    left = set(similar)
    # In this order the first that is met of a cluster is its head.
    for head in sorted(similar, key=lambda member: _publication(known[member])):
        if head not in left:
            continue
        cluster, waiting = {head}, [head]
        while waiting:
            further = similar[waiting.pop()].keys() - cluster
            cluster |= further
            waiting += further
        left -= cluster
        members = sorted((known[member] for member in cluster), key=_publication)
        others = [_member(member, *_likest(similar[member.id], head)) for member in members[1:]]
        yield Cluster(head=head, articles=[_member(members[0]), *others])


def _publication(article: Related) -> tuple[datetime, str]:
    return article.published_at, article.id


def _likest(similar: Mapping[str, float], head: str) -> tuple[float, str]:
    """Of those that an article was compared with the head, or the one that it is most like."""
    likest = head if head in similar else max(similar, key=lambda other: (similar[other], other))
    return similar[likest], likest


def _member(article: Related, similarity: float | None = None, compared_with: str | None = None) -> Member:
    return Member(**article._asdict(), similarity=similarity, compared_with=compared_with)
