"""Finds cards: those of a topic, of outlets and of a time.

In: the catalogue's connection, and what is asked for. Out: the numbers of the stories at the head of the cards, newest
first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from newscrawl.text.topic import words
from newscrawl.topics.membership import phrase
from newscrawl.topics.refresh import microseconds
from newscrawl.topics.tables import LISTED, as_list

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from newscrawl.topics.connection import Connection

SOON = 4
"""So many times as far back as the cards would lie, were they spread evenly, they are looked for going back in time."""


def stories_on(connection: Connection, topic: str) -> tuple[str, list[object]]:
    """The query for the numbers of the stories on a topic, and its values."""
    spelling = words(topic)
    known = connection.rows("SELECT topic FROM spellings WHERE spelling = ?", [spelling])
    if known:
        return "SELECT number FROM members WHERE topic = ?", [*known[0]]
    if not spelling:
        return "SELECT NULL WHERE false", []
    return "SELECT rowid FROM words WHERE words MATCH ?", [phrase(spelling)]


def heads(
    connection: Connection,
    topic: str | None,
    outlets: Iterable[str],
    *,
    since: datetime | None,
    until: datetime | None,
    limit: int | None,
) -> list[int]:
    """A card is there if any of its stories is on the topic, and any is of the outlets; its own time counts."""
    conditions, values = ["stories.number = stories.card"], list[object]()
    if named := list(outlets):
        conditions.append(f"stories.number IN (SELECT card FROM stories WHERE outlet IN ({LISTED}))")  # noqa: S608
        values.append(as_list(named))
    for comparison, moment in (">=", since), ("<", until):
        if moment is not None:
            conditions.append(f"stories.published_at {comparison} ?")
            values.append(microseconds(moment))
    if topic is not None:
        found = {number for (number,) in connection.rows(*stories_on(connection, topic))}
        newest = None if limit is None else _newest(connection, found, " AND ".join(conditions), values, limit)
        if newest is not None:
            return newest
        conditions.append(f"stories.number IN (SELECT card FROM stories WHERE number IN ({LISTED}))")  # noqa: S608
        values.append(as_list(found))
    query = f"SELECT number FROM stories WHERE {' AND '.join(conditions)} ORDER BY published_at DESC, id LIMIT ?"  # noqa: S608
    return [number for (number,) in connection.rows(query, [*values, -1 if limit is None else limit])]


def _newest(
    connection: Connection, found: set[int], conditions: str, values: Sequence[object], limit: int
) -> list[int] | None:
    """The heads of the newest cards that have one of the stories that were found, met going back in time; None where
    sorting them is sooner done: they are few, or lie far back.
    """
    ((stories,),) = connection.rows("SELECT coalesce(max(number), 0) FROM stories")
    if len(found) ** 2 <= 2 * limit * stories:
        return None
    # To meet a story takes about as long as to sort one.
    patience = max(SOON * limit * stories // len(found), len(found) // 4)
    query = f"""
        SELECT stories.number, here.number FROM stories INDEXED BY stories_by_time
        CROSS JOIN stories AS here ON here.card = stories.number
        WHERE {conditions} ORDER BY stories.published_at DESC, stories.id
    """  # noqa: S608
    newest: list[int] = []
    for met, (head, number) in enumerate(connection.each(query, values)):
        if len(newest) == limit:
            break
        if met == patience:
            return None
        if number in found and newest[-1:] != [head]:
            newest.append(head)
    return newest
