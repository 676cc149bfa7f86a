"""The catalogue: all stories, by topic, newest first, found fast.

In: DATA_DIR. Out: topics and cards. The database `catalogue.db` lies beside the ledger, is made from the files of the
record alone, follows them whenever it is opened, and can be deleted at any time.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Self

import msgspec

from newscrawl.text.topic import words
from newscrawl.topics import finding
from newscrawl.topics.card import Card, Copy, Story
from newscrawl.topics.connection import Connection
from newscrawl.topics.overview import Overview
from newscrawl.topics.refresh import EPOCH, Given
from newscrawl.topics.tables import LISTED, as_list

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from newscrawl.topics.names import Topic

AT_ONCE = 200
"""Cards that are taken out of the database together."""
_STORY = msgspec.json.Decoder(Story)
_COPY = msgspec.json.Decoder(Copy)


@dataclass(slots=True, kw_only=True)
class TopicCount:
    """A topic, and what there is of it."""

    name: str
    count: int
    """Its cards."""
    outlets: list[str]
    newest: datetime


class Catalogue:
    """Sees the record as it was when it was opened, whatever is written meanwhile; close it."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    @classmethod
    def open(
        cls, directory: Path, topics: Sequence[Topic] = (), clusters: Sequence[Sequence[str]] | None = None
    ) -> Self:
        """The catalogue of a DATA_DIR, up to date; raises CatalogueError.

        `topics`: those with a name and spellings of their own (`names.read_names`). `clusters`: ids of the articles
        that tell the same text; None where only the lines themselves say so.
        """
        return cls(Connection.to(directory, Given(topics, clusters)))

    @property
    def is_temporary(self) -> bool:
        """Whether DATA_DIR cannot be written, so that the next one is made anew."""
        return self._connection.is_temporary

    @property
    def left_out(self) -> int:
        """Lines of the record that are no articles."""
        return int(self._rows("SELECT coalesce(sum(left_out), 0) FROM files")[0][0])

    @property
    def outlets(self) -> list[str]:
        """All that have a story, by name."""
        return [outlet for (outlet,) in self._rows("SELECT DISTINCT outlet FROM stories ORDER BY outlet")]

    def close(self) -> None:
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _rows(self, query: str, values: Sequence[object] = ()) -> list[Any]:
        """What a query gives; raises CatalogueError, as all that ask it do."""
        return self._connection.rows(query, values)

    # --- topics ---

    def topics(self) -> list[TopicCount]:
        """All that have a story, by name: those of the file and the sites' tags."""
        rows = self._rows("SELECT name, count, outlets, newest FROM topics WHERE count > 0")
        return sorted((_counted(*row) for row in rows), key=lambda topic: (words(topic.name), topic.name))

    def topic(self, name: str) -> TopicCount | None:
        """The topic that has this name or spelling; None for one that is neither in the file nor a tag."""
        found = "SELECT name, count, outlets, newest FROM topics JOIN spellings USING (topic) WHERE spelling = ?"
        rows = self._rows(found + " AND count > 0", [words(name)])
        return _counted(*rows[0]) if rows else None

    @property
    def named(self) -> set[str]:
        """The names of the topics that people gave one, whether or not a story is on them."""
        ((given,),) = self._rows("SELECT value FROM given WHERE name = 'topics'")
        return {name for name, _ in msgspec.json.decode(given)}

    def has(self, topic: str) -> bool:
        """Whether any story is on a topic, whenever and wherever."""
        members, values = finding.stories_on(self._connection, topic)
        return bool(self._rows(f"{members} LIMIT 1", values))

    def topics_of(self, id_: str) -> list[str]:
        """The names of the topics that a story belongs to, by name."""
        query = (
            "SELECT topics.name FROM stories JOIN members USING (number) JOIN topics USING (topic) WHERE stories.id = ?"
        )
        return sorted((name for (name,) in self._rows(query, [id_])), key=lambda name: (words(name), name))

    def folded(self) -> tuple[int, int]:
        """How many stories stand on the card of another one: copies, and live updates."""
        query = "SELECT count(*) - sum(is_update), sum(is_update) FROM stories WHERE number != card"
        ((copies, updates),) = self._rows(query)
        return copies or 0, updates or 0

    def overview(self) -> Overview:
        """All cards and topics, in short."""
        return Overview(self._connection)

    # --- cards ---

    def cards(
        self,
        topic: str | None = None,
        outlets: Iterable[str] = (),
        since: datetime | None = None,
        until: datetime | None = None,
        limit: int | None = None,
    ) -> Iterator[Card]:
        """The cards of a topic, newest first; of all topics without one. A card is there if any of its stories is on
        the topic, and any is of the outlets; `since` and `until` (the moment before which) hold its own time.
        """
        numbers = finding.heads(self._connection, topic, outlets, since=since, until=until, limit=limit)
        for start in range(0, len(numbers), AT_ONCE):
            yield from self._cards(numbers[start : start + AT_ONCE])

    def card(self, id_: str) -> Card | None:
        """The card that a story stands on."""
        return next(self.cards_of([id_]), None)

    def cards_of(self, ids: Iterable[str]) -> Iterator[Card]:
        """The cards that these stories stand on, each once."""
        query = f"SELECT DISTINCT card FROM stories WHERE id IN ({LISTED})"  # noqa: S608
        heads = [head for (head,) in self._rows(query, [as_list(ids)])]
        for start in range(0, len(heads), AT_ONCE):
            yield from self._cards(heads[start : start + AT_ONCE])

    def story(self, id_: str) -> Story | None:
        """The newest revision of an article."""
        query = "SELECT story FROM texts JOIN stories USING (number) WHERE id = ?"
        rows = self._rows(query, [id_])
        return _STORY.decode(rows[0][0]) if rows else None

    def _cards(self, heads: Sequence[int]) -> Iterator[Card]:
        cards: dict[int, Card] = {}
        copies: dict[int, list[Copy]] = {head: [] for head in heads}
        updates: dict[int, list[Story]] = {head: [] for head in heads}
        read: dict[int, list[tuple[int, str]]] = {head: [] for head in heads}
        query = f"""
            SELECT number, card, is_update, story, (SELECT min(crawled_at) FROM lines WHERE id = stories.id), id
            FROM stories JOIN texts USING (number)
            WHERE card IN ({", ".join(map(str, heads))}) ORDER BY published_at, id
        """  # noqa: S608
        for number, head, is_update, text, *first in self._rows(query):
            if not is_update:
                read[head].append(tuple(first))
            if number == head:
                cards[head] = Card(story=_STORY.decode(text), also_in=copies[head], updates=updates[head])
            elif is_update:
                updates[head].insert(0, _STORY.decode(text))
            else:
                copies[head].append(_COPY.decode(text))
        for head, card in cards.items():
            _, card.first_read = min(read[head])
        return (cards[head] for head in heads)


def _counted(name: str, count: int, outlets: str, newest: int) -> TopicCount:
    at = EPOCH + timedelta(microseconds=newest)
    return TopicCount(name=name, count=count, outlets=outlets.split("\n"), newest=at)
