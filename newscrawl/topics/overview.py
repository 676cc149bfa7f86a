"""All cards at once and in short, for who shows the whole record.

In: the catalogue's connection. Out: what tells each card from others and from itself as it was; for each topic its
cards, newest first; how many articles there were on each day. Some passes over small columns; the text of no story is
read.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from datetime import timedelta
from functools import cache, cached_property
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from newscrawl.topics.refresh import EPOCH

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newscrawl.topics.connection import Connection

_NUMBERS = msgspec.json.Decoder(list[int])
_DAY = timedelta(days=1) // timedelta(microseconds=1)


class Head(NamedTuple):
    """A card, by the story at its head."""

    id: str
    month: str
    """In which it was published (UTC): YYYY-MM."""
    digest: str
    """Differs as soon as anything on the card does."""
    outlets: frozenset[str]
    """Of all stories that stand on it, copies and live updates too."""
    topics: list[str]
    """Those of all its stories, by name."""


class Day(msgspec.Struct, gc=False):
    """How many articles an outlet published on a day (UTC); there are hundreds of thousands of them."""

    day: str
    outlet: str
    count: int


class _Row(NamedTuple):
    number: int
    card: int
    id: str
    outlet: str
    published_at: int
    digest: bytes
    is_update: int


class Overview:
    """What is in the catalogue as it is opened."""

    def __init__(self, connection: Connection) -> None:
        on_card: defaultdict[int, list[_Row]] = defaultdict(list)
        columns = ", ".join(_Row._fields)
        for row in map(_Row._make, connection.rows(f"SELECT {columns} FROM stories ORDER BY number")):  # noqa: S608
            on_card[row.card].append(row)
        cards = [(next(row for row in rows if row.number == card), rows) for card, rows in on_card.items()]
        cards.sort(key=lambda card: (-card[0].published_at, card[0].id))
        self.heads = [
            Head(head.id, _date(head.published_at // _DAY)[:7], _digest(rows), _outlets(rows), [])
            for head, rows in cards
        ]
        """All cards, newest first."""
        # Three times as fast as to let SQLite sort all members.
        query = "SELECT name, group_concat(number) FROM topics JOIN members USING (topic) GROUP BY topic"
        self.stories_of: dict[str, str] = dict(sorted(connection.rows(query)))
        """For each topic the numbers of its stories, with commas: another text for other stories. A number stays with
        its story as long as the catalogue is not made anew.
        """
        self.members: dict[str, list[str]] = {}
        """For each topic that has a story, by name, the ids of its cards, newest first."""
        self._rows = [row for _, rows in cards for row in rows]
        place_of = {row.number: place for place, (_, rows) in enumerate(cards) for row in rows}
        ids = [head.id for head in self.heads]
        topics = [head.topics for head in self.heads]
        for topic, numbers in self.stories_of.items():
            places = sorted(set(map(place_of.__getitem__, _numbers(numbers))))
            self.members[topic] = [ids[place] for place in places]
            for place in places:
                topics[place].append(topic)

    @cached_property
    def _told(self) -> dict[int, tuple[str, str]]:
        """Day and outlet of each story, by its number."""
        return {row.number: (_date(row.published_at // _DAY), row.outlet) for row in self._rows}

    def days(self, topic: str | None = None) -> list[Day]:
        """How many articles were published, by day and outlet; copies and live updates are counted too."""
        told = self._told.values() if topic is None else map(self._told.__getitem__, _numbers(self.stories_of[topic]))
        return [Day(day=day, outlet=outlet, count=count) for (day, outlet), count in sorted(Counter(told).items())]


def _numbers(told: str) -> list[int]:
    return _NUMBERS.decode(f"[{told}]")


@cache
def _date(day: int) -> str:
    """`day`: since 1970, negative before."""
    date = EPOCH + timedelta(days=day)
    return f"{date.year:04}-{date.month:02}-{date.day:02}"


def _digest(rows: Sequence[_Row]) -> str:
    if len(rows) == 1:
        return rows[0].digest.hex()
    # Numbers are others in a catalogue that was made anew.
    by_id = sorted(rows, key=attrgetter("id"))
    told = b"".join(row.digest + bytes([row.number == row.card, row.is_update]) for row in by_id)
    return hashlib.blake2b(told, digest_size=16).hexdigest()


def _outlets(rows: Sequence[_Row]) -> frozenset[str]:
    return _alone(rows[0].outlet) if len(rows) == 1 else frozenset(row.outlet for row in rows)


@cache
def _alone(outlet: str) -> frozenset[str]:
    return frozenset([outlet])
