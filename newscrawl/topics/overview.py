"""All cards at once and in short, for who shows the whole record.

In: the catalogue's connection. Out: what tells each card from others and from itself as it was, and for each topic its
cards, newest first. Some passes over small columns; the text of no story is read.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from datetime import timedelta
from functools import cache
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


class Overview(NamedTuple):
    heads: list[Head]
    """All cards, newest first."""
    members: dict[str, list[str]]
    """For each topic that has a story, by name, the ids of its cards, newest first."""
    stories_of: dict[str, str]
    """For each topic the numbers of its stories, with commas: another text for other stories. A number stays with its
    story as long as the catalogue is not made anew.
    """


class _Row(NamedTuple):
    number: int
    card: int
    id: str
    outlet: str
    published_at: int
    digest: bytes
    is_update: int


def overview(connection: Connection) -> Overview:
    """Of the whole catalogue."""
    on_card: defaultdict[int, list[_Row]] = defaultdict(list)
    columns = ", ".join(_Row._fields)
    for row in map(_Row._make, connection.rows(f"SELECT {columns} FROM stories ORDER BY number")):  # noqa: S608
        on_card[row.card].append(row)
    cards = [(next(row for row in rows if row.number == card), rows) for card, rows in on_card.items()]
    cards.sort(key=lambda card: (-card[0].published_at, card[0].id))
    heads = [
        Head(head.id, _month(head.published_at // _DAY), _digest(rows), _outlets(rows), []) for head, rows in cards
    ]
    ids = [head.id for head in heads]
    topics = [head.topics for head in heads]
    place_of = {row.number: place for place, (_, rows) in enumerate(cards) for row in rows}
    # Three times as fast as to let SQLite sort all members.
    query = "SELECT name, group_concat(number) FROM topics JOIN members USING (topic) GROUP BY topic"
    stories_of = dict(sorted(connection.rows(query)))
    members = {}
    for topic, numbers in stories_of.items():
        places = sorted(set(map(place_of.__getitem__, _NUMBERS.decode(f"[{numbers}]"))))
        members[topic] = [ids[place] for place in places]
        for place in places:
            topics[place].append(topic)
    return Overview(heads, members, stories_of)


@cache
def _month(day: int) -> str:
    """`day`: since 1970, negative before."""
    date = EPOCH + timedelta(days=day)
    return f"{date.year:04}-{date.month:02}"


def _digest(rows: Sequence[_Row]) -> str:
    if len(rows) == 1:
        return rows[0].digest.hex()
    told = b"".join(row.digest + bytes([row.number == row.card, row.is_update]) for row in rows)
    return hashlib.blake2b(told, digest_size=16).hexdigest()


def _outlets(rows: Sequence[_Row]) -> frozenset[str]:
    return _alone(rows[0].outlet) if len(rows) == 1 else frozenset(row.outlet for row in rows)


@cache
def _alone(outlet: str) -> frozenset[str]:
    return frozenset([outlet])
