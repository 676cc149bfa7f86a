"""Which stories belong to which topics.

In: the catalogue's stories, tags and words, and the topics that people named. Out: its topics, those of the file and
one for each spelling that sites use as a tag, with their members.

A story belongs to a topic if one of its tags is a spelling of it, or if its headline, description or body has a
spelling of it as words. New topics are looked up in the full-text index; a new story is held against the topics that
there are, word by word, which finds the same: both see the words that `newscrawl.text.topic` says are searchable.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from newscrawl.text.topic import sought
from newscrawl.topics.tables import LISTED, as_list

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from newscrawl.topics.names import Topic


def agree(db: sqlite3.Connection, named: Sequence[Topic], tags: Collection[str] | None) -> set[int]:
    """Bring the topics into agreement with the tags and the named topics; those that are new. `tags`: the folded ones
    that came to a story or left one, as long as the named topics are as they were; None for all.
    """
    taken = {spelling for topic in named for spelling in topic.spellings}
    tags = None if tags is None else set(tags) - taken
    wanted = {"\n".join(topic.spellings): topic.name for topic in named} if tags is None else {}
    wanted |= {spelling: name for spelling, name in _names_of_tags(db, tags) if spelling not in taken}
    there = {spellings: (topic, name) for topic, name, spellings in _topics(db, tags)}
    for spellings in there.keys() - wanted.keys():
        _forget(db, there[spellings][0])
    new = set()
    for spellings, name in wanted.items():
        if spellings not in there:
            new.add(_add(db, name, spellings))
        elif there[spellings][1] != name:
            db.execute("UPDATE topics SET name = ? WHERE topic = ?", (name, there[spellings][0]))
    return new


def _topics(db: sqlite3.Connection, tags: Collection[str] | None) -> Iterator[tuple[int, str, str]]:
    """Number, name and spellings of the topics; of those that are tags alone where tags are given."""
    chosen, values = _chosen("spellings", tags)
    return db.execute(f"SELECT topic, name, spellings FROM topics {chosen}", values)  # noqa: S608


def _names_of_tags(db: sqlite3.Connection, tags: Collection[str] | None) -> Iterator[tuple[str, str]]:
    """Each spelling that is a tag, as most of its stories write it."""
    written: defaultdict[str, Counter[str]] = defaultdict(Counter)
    chosen, values = _chosen("spelling", tags)
    query = f"SELECT spelling, name, count(*) FROM tags {chosen} GROUP BY spelling, name"  # noqa: S608
    for spelling, name, count in db.execute(query, values):
        written[spelling][name] = count
    for spelling, names in written.items():
        yield spelling, min(names, key=lambda name: (-names[name], name))


def _chosen(column: str, tags: Collection[str] | None) -> tuple[str, list[str]]:
    """The condition of a query, and its values."""
    if tags is None:
        return "", []
    return f"WHERE {column} IN ({LISTED})", [as_list(tags)]


def _forget(db: sqlite3.Connection, topic: int) -> None:
    for table in ("topics", "spellings", "members"):
        db.execute(f"DELETE FROM {table} WHERE topic = ?", (topic,))  # noqa: S608


def _add(db: sqlite3.Connection, name: str, spellings: str) -> int:
    topic = db.execute("INSERT INTO topics (name, spellings) VALUES (?, ?)", (name, spellings)).lastrowid
    assert topic is not None
    for spelling in spellings.split("\n"):
        db.execute("INSERT OR REPLACE INTO spellings VALUES (?, ?)", (spelling, topic))
        tagged = "SELECT ?, number FROM tags WHERE spelling = ?"
        db.execute(f"INSERT OR IGNORE INTO members {tagged}", (topic, spelling))
        named = "SELECT ?, rowid FROM words WHERE words MATCH ?"
        db.execute(f"INSERT OR IGNORE INTO members {named}", (topic, phrase(spelling)))
    return topic


def phrase(spelling: str) -> str:
    """The full-text query for words that follow one another."""
    # Folded words hold no quotation mark.
    return f'"{sought(spelling)}"'


class Spellings:
    """All spellings of the topics that there are, to hold stories against."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._topics: dict[str, int] = dict(db.execute("SELECT spelling, topic FROM spellings"))
        self._starting: defaultdict[str, list[tuple[str, int]]] = defaultdict(list)
        for spelling, topic in self._topics.items():
            wanted = sought(spelling)
            self._starting[wanted.partition(" ")[0]].append((f" {wanted} ", topic))

    def topics(self, texts: Iterable[str], tags: Iterable[str]) -> set[int]:
        """The topics of a story, of which texts are given as searchable words, and tags as folded ones."""
        found = {self._topics[tag] for tag in tags if tag in self._topics}
        for text in texts:
            padded = f" {text} "
            for word in self._starting.keys() & set(text.split(" ")):
                found.update(topic for wanted, topic in self._starting[word] if wanted in padded)
        return found


def summarise(db: sqlite3.Connection, topics: Iterable[int]) -> None:
    """Count again the cards of topics."""
    counted = """
        SELECT count(DISTINCT stories.card), max(heads.published_at), group_concat(DISTINCT stories.outlet)
        FROM members
        JOIN stories ON stories.number = members.number
        JOIN stories AS heads ON heads.number = stories.card
        WHERE members.topic = ?
    """
    for topic in topics:
        count, newest, outlets = db.execute(counted, (topic,)).fetchone()
        summary = count, newest, "\n".join(sorted((outlets or "").split(","))), topic
        db.execute("UPDATE topics SET count = ?, newest = ?, outlets = ? WHERE topic = ?", summary)
