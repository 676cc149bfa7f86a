"""Finds the signatures of a month that have keys in common with another one.

In: the signatures of articles, with their times. Out: the few that are most like a given one. Held in memory: 1.8 kB an
article.
"""

from __future__ import annotations

from collections import Counter
from heapq import nlargest
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from newscrawl.similarity.fingerprint import agreement, keys

if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Set as AbstractSet
    from datetime import datetime, timedelta

MOST_COMPARED = 4
"""Bodies that one article is compared with word by word; a cluster is found by any of its articles."""
MOST_RANKED = 16
"""Signatures that are held against each other."""
MOST_HOLDERS = 200
"""Of one key, those added last: a notice in the same frame every hour must not be weighed against a year of them."""


class Signed(NamedTuple):
    """An article's signature."""

    number: int
    """In the order in which articles were written down, by whichever crawl."""
    article_id: str
    published_at: datetime
    signature: bytes


class MonthIndex:
    """The articles of one month."""

    def __init__(self) -> None:
        self.last = 0
        """The number up to which all are known."""
        self._articles: list[Signed | None] = []
        self._places: dict[str, int] = {}
        # Nearly all keys have one holder: a list for each would take a third of the memory.
        self._holders: dict[int, int | list[int]] = {}

    def add(self, signed: Signed) -> None:
        """An article that is there already has a new text."""
        self.last = max(self.last, signed.number)
        place = self._places.get(signed.article_id)
        if place is not None:
            known = self._articles[place]
            if known and known[2:] == signed[2:]:
                return
            self._articles[place] = None
        place = self._places[signed.article_id] = len(self._articles)
        self._articles.append(signed)
        for key in keys(signed.signature):
            # Looked up once, because nearly all are new.
            holders = self._holders.setdefault(key, place)
            if holders is place:
                continue
            if isinstance(holders, list):
                if holders[-1] != place:
                    holders.append(place)
            elif holders != place:
                self._holders[key] = [holders, place]

    def sharing(self, wanted: AbstractSet[int]) -> Iterable[tuple[int, Signed]]:
        """The articles that hold some of these keys, and how many of them."""
        holders = [self._holders[key] for key in self._holders.keys() & wanted]
        places = [places[-MOST_HOLDERS:] if isinstance(places, list) else (places,) for places in holders]
        shared = Counter(chain.from_iterable(places)) if places else {}
        return [(count, signed) for place, count in shared.items() if (signed := self._articles[place])]


def most_alike(article: Signed, months: Iterable[MonthIndex], window: timedelta) -> list[Signed]:
    """The articles published within the window of this one that are worth comparing with it, the likest first."""
    wanted = frozenset(keys(article.signature))
    near = [
        (count, signed.published_at, signed.article_id, signed.signature, signed)
        for month in months
        for count, signed in month.sharing(wanted)
        if signed.article_id != article.article_id and abs(signed.published_at - article.published_at) <= window
    ]
    if len(near) > MOST_RANKED:
        near = nlargest(MOST_RANKED, near)
    # Equally like ones by their time, so that the choice does not depend on the order in which they were found.
    ranked = sorted(
        (-agreement(article.signature, its_signature), published_at, article_id, signed)
        for _, published_at, article_id, its_signature, signed in near
    )
    return [signed for rank, *_, signed in ranked[:MOST_COMPARED] if rank]
