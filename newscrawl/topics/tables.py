"""The tables of the catalogue: an SQLite database that is made from the files of the record, and from nothing else.

In: a path. Out: a connection. Whatever the tables or the folding of words (`newscrawl.text.topic`) are changed in wants
another `VERSION`: a catalogue of another version is made anew.
"""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

VERSION = 4
BUSY_SECONDS = 120
"""How long to wait for another process that brings the same catalogue up to date."""
LISTED = "SELECT value FROM json_each(?)"
"""The query for values that were given as a list, however long it is."""

_TABLES = """
CREATE TABLE files (
    number INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,      -- below DATA_DIR
    length INTEGER NOT NULL,        -- bytes of whole lines that were read
    checksum INTEGER NOT NULL,      -- CRC-32 of those
    stamp TEXT NOT NULL,            -- what the system says of the file, empty where it may still have been changing
    left_out INTEGER NOT NULL       -- lines that are no articles
);
CREATE TABLE lines (                -- every revision
    id TEXT NOT NULL,
    revision INTEGER NOT NULL,
    crawled_at INTEGER NOT NULL,
    file INTEGER NOT NULL,
    start INTEGER NOT NULL,
    PRIMARY KEY (id, revision, crawled_at, file, start)
) WITHOUT ROWID;
CREATE INDEX lines_of_file ON lines (file);
CREATE TABLE stories (              -- the newest revision of each article
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    outlet TEXT NOT NULL,
    published_at INTEGER NOT NULL,  -- microseconds since 1970
    parent_id TEXT,
    duplicate_of TEXT,
    digest BLOB NOT NULL,
    card INTEGER,                   -- the story at the head of the card that this one stands on
    is_update INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX stories_of_card ON stories (card);
CREATE INDEX stories_of_outlet ON stories (outlet);
CREATE INDEX stories_by_time ON stories (published_at DESC, id);
CREATE TABLE texts (number INTEGER PRIMARY KEY, story BLOB NOT NULL);
-- The words come folded, one space apart: this tokenizer parts them there and leaves the rest as it is.
CREATE VIRTUAL TABLE words USING fts5 (headline, description, body, content='', columnsize=0, tokenize='ascii');
INSERT INTO words (words, rank) VALUES ('hashsize', 33554432);
CREATE TABLE tags (
    spelling TEXT NOT NULL,
    number INTEGER NOT NULL,
    name TEXT NOT NULL,
    PRIMARY KEY (spelling, number)
) WITHOUT ROWID;
CREATE INDEX tags_of_story ON tags (number);
CREATE TABLE topics (
    topic INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    spellings TEXT NOT NULL UNIQUE, -- parted by new lines
    count INTEGER NOT NULL DEFAULT 0,
    newest INTEGER,
    outlets TEXT NOT NULL DEFAULT ''
);
CREATE TABLE spellings (spelling TEXT PRIMARY KEY, topic INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE members (topic INTEGER NOT NULL, number INTEGER NOT NULL, PRIMARY KEY (topic, number)) WITHOUT ROWID;
CREATE INDEX members_of_story ON members (number);
CREATE TABLE given (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
"""


def connect(file: Path) -> sqlite3.Connection:
    """A connection whose transactions begin where we say so; raises sqlite3.Error."""
    db = sqlite3.connect(file, timeout=BUSY_SECONDS, isolation_level=None)
    try:
        # Who looks at the catalogue never waits for who brings it up to date. What a power cut takes is made again.
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = NORMAL")
        db.execute("PRAGMA cache_size = -65536")
        db.execute("PRAGMA temp_store = MEMORY")
    except sqlite3.Error:
        db.close()
        raise
    return db


def is_current(db: sqlite3.Connection) -> bool:
    """Whether the tables are there, and of today's version."""
    return bool(db.execute("PRAGMA user_version").fetchone() == (VERSION,))


def make(db: sqlite3.Connection) -> None:
    """The tables, empty, instead of any that are there; within the transaction that has begun."""
    # Dropping a virtual table drops its own.
    for kind in ("sql LIKE 'CREATE VIRTUAL%'", "true"):
        found = db.execute(f"SELECT name FROM sqlite_master WHERE type = 'table' AND {kind}").fetchall()  # noqa: S608
        for (name,) in found:
            db.execute(f'DROP TABLE IF EXISTS "{name}"')
    for statement in _TABLES.split(";\n"):
        db.execute(statement)
    db.execute(f"PRAGMA user_version = {VERSION}")


def as_list(values: Iterable[object]) -> str:
    """Values as `LISTED` takes them."""
    return msgspec.json.encode(list(values)).decode()
