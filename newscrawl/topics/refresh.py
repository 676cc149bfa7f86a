"""Brings the catalogue up to date with the files of the record.

In: DATA_DIR, the topics that people named, the clusters of near-duplicates. Out: the catalogue's tables, changed in one
transaction: whoever reads meanwhile sees all of it or nothing.

Only lines that were not read yet are read. Of each article the line with the highest revision counts; of two with the
same, the one that was read from the site later.
"""

from __future__ import annotations

import errno
import hashlib
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from newscrawl.months import in_order, month_files
from newscrawl.text.topic import searchable, words
from newscrawl.topics import membership, record_files, tables
from newscrawl.topics.card import Story
from newscrawl.topics.grouping import Told, places

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence
    from pathlib import Path

    from newscrawl.topics.names import Topic

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class _Near(msgspec.Struct):
    duplicate_of: str | None = None


_STORY = msgspec.json.Decoder(Story)
_NEAR = msgspec.json.Decoder(_Near)
_JSON = msgspec.json.Encoder()
_NO_ARTICLE = (msgspec.MsgspecError, ValueError, OverflowError, RecursionError)


class Given(NamedTuple):
    """What the catalogue is made with, beside the files."""

    topics: Sequence[Topic] = ()
    clusters: Sequence[Sequence[str]] | None = None
    """Ids of the articles that tell the same text; None where only the lines themselves say so."""

    def told(self) -> dict[str, str]:
        """Both in short, to see whether they are as they were."""
        clusters = None if self.clusters is None else sorted(sorted(cluster) for cluster in self.clusters)
        return {
            "topics": _JSON.encode(self.topics).decode(),
            "clusters": hashlib.blake2b(_JSON.encode(clusters), digest_size=16).hexdigest(),
        }


def is_fresh(db: sqlite3.Connection, directory: Path, given: Given) -> bool:
    """Whether nothing changed since the catalogue was brought up to date; raises OSError."""
    if not tables.is_current(db):
        return False
    known = dict(db.execute("SELECT name, stamp FROM files"))
    return (
        dict(db.execute("SELECT name, value FROM given")) == given.told()
        and month_files(directory) == sorted(known, key=in_order)
        and all(seen and seen == record_files.stamp(directory, name) for name, seen in known.items())
    )


def refresh(db: sqlite3.Connection, directory: Path, given: Given) -> None:
    """Do it, in one transaction; raises sqlite3.Error and OSError."""
    db.execute("BEGIN IMMEDIATE")
    try:
        # Another process may have done it while this one waited.
        if not is_fresh(db, directory, given):
            if not tables.is_current(db):
                tables.make(db)
            _Refresh(db, directory, given).run()
        db.execute("COMMIT")
    except BaseException:
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise


class _Refresh:
    def __init__(self, db: sqlite3.Connection, directory: Path, given: Given) -> None:
        self.db = db
        self.directory = directory
        self.given = given
        self.touched: set[str] = set()
        """Ids of which lines came or went."""
        self.counted_anew: set[int] = set()
        """Topics of which members, or their cards, changed."""
        self.tags: set[str] = set()
        """Those, folded, that came to a story or left one."""

    def run(self) -> None:
        self._read_files()
        spellings = membership.Spellings(self.db)
        changed = [self._put(id_, spellings) for id_ in sorted(self.touched)]
        told = self.given.told()
        before = dict(self.db.execute("SELECT name, value FROM given"))
        if any(changed) or told != before:
            self._place()
            tags = self.tags if told["topics"] == before.get("topics") else None
            self.counted_anew |= membership.agree(self.db, self.given.topics, tags)
            membership.summarise(self.db, self.counted_anew)
            self.db.execute("DELETE FROM given")
            self.db.executemany("INSERT INTO given VALUES (?, ?)", told.items())

    # --- files and lines ---

    def _read_files(self) -> None:
        rows = self.db.execute("SELECT number, name, length, checksum, stamp FROM files").fetchall()
        known = {name: (number, record_files.ReadFile(name, *rest)) for number, name, *rest in rows}
        there = month_files(self.directory)
        for name in known.keys() - set(there):
            self._forget_lines(known[name][0])
            self.db.execute("DELETE FROM files WHERE number = ?", (known[name][0],))
        for name in there:
            number, state = known.get(name) or (None, record_files.ReadFile(name))
            if number and state.stamp and state.stamp == record_files.stamp(self.directory, name):
                continue
            if number is None:
                empty = "INSERT INTO files (name, length, checksum, stamp, left_out) VALUES (?, 0, 0, '', 0)"
                number = self.db.execute(empty, (name,)).lastrowid
            assert number is not None
            self._read(number, state)

    def _read(self, number: int, state: record_files.ReadFile) -> None:
        """A file's further lines; all of them where what was read of it changed."""
        left_out = 0
        with closing(record_files.Reading(self.directory, state)) as reading:
            if reading.is_anew:
                self._forget_lines(number)
                self.db.execute("UPDATE files SET left_out = 0 WHERE number = ?", (number,))
            for start, line in reading.lines():
                try:
                    story = _story(line)
                except _NO_ARTICLE:
                    left_out += 1
                    continue
                row = story.id, story.revision, microseconds(story.crawled_at), number, start
                self.db.execute("INSERT OR IGNORE INTO lines VALUES (?, ?, ?, ?, ?)", row)
                self.touched.add(story.id)
            now = reading.state
        self.db.execute(
            "UPDATE files SET length = ?, checksum = ?, stamp = ?, left_out = left_out + ? WHERE number = ?",
            (now.length, now.checksum, now.stamp, left_out, number),
        )

    def _forget_lines(self, number: int) -> None:
        self.touched.update(id_ for (id_,) in self.db.execute("SELECT id FROM lines WHERE file = ?", (number,)))
        self.db.execute("DELETE FROM lines WHERE file = ?", (number,))

    # --- stories ---

    def _put(self, id_: str, spellings: membership.Spellings) -> bool:
        """Keep the newest line of an article, or forget the article if it has none; whether that changed anything."""
        newest = self.db.execute(
            "SELECT files.name, lines.start FROM lines JOIN files ON files.number = lines.file WHERE id = ? "
            "ORDER BY revision DESC, crawled_at DESC, name DESC, start DESC LIMIT 1",
            (id_,),
        ).fetchone()
        found = self.db.execute("SELECT number, digest, published_at FROM stories WHERE id = ?", (id_,)).fetchone()
        if newest is None:
            if found:
                self._forget_story(found[0])
                self.db.execute("DELETE FROM stories WHERE number = ?", (found[0],))
            return bool(found)
        story, duplicate_of = _read_again(self.directory / newest[0], newest[1], id_)
        # It decides what a card is called in feeds.
        ((first,),) = self.db.execute("SELECT min(crawled_at) FROM lines WHERE id = ?", (id_,))
        text = _JSON.encode(story)
        digest = hashlib.blake2b(text + f"{duplicate_of or ''} {first}".encode(), digest_size=16).digest()
        if found and found[1] == digest:
            return False
        if found:
            self._forget_story(found[0])
            if found[2] != microseconds(story.published_at):
                # It may be the time of a card that others are on.
                on_card = "SELECT DISTINCT topic FROM members JOIN stories USING (number) WHERE card = ?"
                self.counted_anew |= {topic for (topic,) in self.db.execute(on_card, (found[0],))}
        row = story.outlet, microseconds(story.published_at), story.parent_id, duplicate_of, digest
        number = self._number(found[0] if found else None, id_, row)
        self.db.execute("INSERT INTO texts VALUES (?, ?)", (number, text))
        self._index(number, story, spellings)
        return True

    def _number(self, number: int | None, id_: str, row: tuple[object, ...]) -> int:
        if number is None:
            insert = "INSERT INTO stories (id, outlet, published_at, parent_id, duplicate_of, digest) "
            number = self.db.execute(insert + "VALUES (?, ?, ?, ?, ?, ?)", (id_, *row)).lastrowid
            assert number is not None
        else:
            update = "UPDATE stories SET outlet = ?, published_at = ?, parent_id = ?, duplicate_of = ?, digest = ? "
            self.db.execute(update + "WHERE number = ?", (*row, number))
        return number

    def _index(self, number: int, story: Story, spellings: membership.Spellings) -> None:
        texts = _folded(story)
        self.db.execute("INSERT INTO words (rowid, headline, description, body) VALUES (?, ?, ?, ?)", (number, *texts))
        tags = {spelling: name for name in reversed(story.topics) if (spelling := words(name))}
        rows = [(spelling, number, name) for spelling, name in tags.items()]
        self.db.executemany("INSERT INTO tags VALUES (?, ?, ?)", rows)
        self.tags |= tags.keys()
        topics = spellings.topics(texts, tags)
        self.db.executemany("INSERT INTO members VALUES (?, ?)", [(topic, number) for topic in topics])
        self.counted_anew |= topics

    def _forget_story(self, number: int) -> None:
        """All of it but its place among the stories."""
        (text,) = self.db.execute("SELECT story FROM texts WHERE number = ?", (number,)).fetchone()
        # An index without the texts themselves must be told what it held.
        forget = "INSERT INTO words (words, rowid, headline, description, body) VALUES ('delete', ?, ?, ?, ?)"
        self.db.execute(forget, (number, *_folded(_STORY.decode(text))))
        self.counted_anew |= self._topics(number)
        self.tags |= {tag for (tag,) in self.db.execute("SELECT spelling FROM tags WHERE number = ?", (number,))}
        for table in ("texts", "tags", "members"):
            self.db.execute(f"DELETE FROM {table} WHERE number = ?", (number,))  # noqa: S608

    def _topics(self, number: int) -> set[int]:
        return {topic for (topic,) in self.db.execute("SELECT topic FROM members WHERE number = ?", (number,))}

    # --- cards ---

    def _place(self) -> None:
        """Put each story on its card. Of those that are on their own, and were, most are not looked at."""
        query = f"""
            SELECT number, card, is_update, id, published_at, parent_id, duplicate_of FROM stories
            WHERE card IS NOT number OR parent_id NOTNULL OR duplicate_of NOTNULL
            OR id IN (SELECT parent_id FROM stories UNION SELECT duplicate_of FROM stories)
            OR id IN ({tables.LISTED})
        """  # noqa: S608
        near = (id_ for cluster in self.given.clusters or () for id_ in cluster)
        rows = self.db.execute(query, (tables.as_list(near),)).fetchall()
        elsewhere = places({row[3]: Told(*row[3:]) for row in rows}, self.given.clusters)
        numbers = {row[3]: row[0] for row in rows}
        for number, card, is_update, id_, *_ in rows:
            place = elsewhere.get(id_)
            wanted = (numbers[place.head], int(place.is_update)) if place else (number, 0)
            if (card, is_update) != wanted:
                self.db.execute("UPDATE stories SET card = ?, is_update = ? WHERE number = ?", (*wanted, number))
                self.counted_anew |= self._topics(number)


def microseconds(moment: datetime) -> int:
    return (moment - EPOCH) // timedelta(microseconds=1)


def _folded(story: Story) -> tuple[str, str, str]:
    return searchable(story.headline), searchable(story.description or ""), searchable(story.body)


def _story(line: bytes) -> Story:
    """What a line says; raises one of _NO_ARTICLE."""
    story = _STORY.decode(line)
    if not story.url.startswith(("http://", "https://")):
        raise ValueError(f"{story.url} is no address of a page")
    story.published_at = _utc(story.published_at)
    story.crawled_at = _utc(story.crawled_at)
    story.modified_at = _utc(story.modified_at) if story.modified_at else None
    return story


def _utc(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError(f"{moment} is in no zone")
    return moment.astimezone(UTC)


def _read_again(file: Path, start: int, id_: str) -> tuple[Story, str | None]:
    """The story of a line, and what it is a near-duplicate of; raises OSError."""
    with file.open("rb") as lines:
        lines.seek(start)
        line = lines.readline()
    try:
        story = _story(line)
        if story.id == id_:
            return story, _NEAR.decode(line).duplicate_of
    except _NO_ARTICLE:
        pass
    raise OSError(errno.ESTALE, "changed while it was read; try again", str(file))
