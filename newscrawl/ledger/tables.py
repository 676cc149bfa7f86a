"""The ledger's tables, for SQLite and PostgreSQL alike.

`urls` is the frontier, the resume point and the memory of earlier crawls; `articles` the newest revision of each
article, `lines` where each revision stands; `files` how far each file of the record is known; `source_pages` and
`sources` what each source last said; `crawls` how well each crawl's articles could be read; `fingerprints` the
signatures by which near-duplicates find each other, `alike` those that were found.
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    Float,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    text,
)
from sqlalchemy.types import TypeDecorator

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Dialect

VERSION = 4
"""Of these tables; see migrations.py."""


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC datetime, stored without its zone because SQLite has none: there as `2025-07-22 12:00:00.000000`."""

    impl = DateTime
    cache_ok = True

    # SQLAlchemy's own conversion to text takes five times as long, and a row of `urls` has nine of these.

    def bind_processor(self, dialect: Dialect) -> Callable[[datetime | None], str | datetime | None]:
        return _as_text if dialect.name == "sqlite" else _without_zone

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], datetime | None]:  # noqa: ARG002
        return _from_text if dialect.name == "sqlite" else _with_zone


class SiteText(TypeDecorator[str]):
    """Words of a site, or an address as the site wrote it: kept without NUL, which PostgreSQL does not take."""

    impl = Text
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Callable[[str | None], str | None]:  # noqa: ARG002
        return _without_nul


def _without_nul(value: str | None) -> str | None:
    return value.replace("\0", "") if value else value


_JSON = msgspec.json.Encoder().encode


@lru_cache(64)  # The rows of an article hold five times in twenty columns.
def _as_text(value: datetime | None) -> str | None:
    if value is None:
        return None
    # Out of JSON, which has no fraction where there is none: in a third of the time that isoformat takes.
    text = _JSON(value.astimezone(UTC)).decode()
    return f"{text[1:11]} {text[12:27]}" if text[20] == "." else f"{text[1:11]} {text[12:20]}.000000"


def _from_text(value: str | None) -> datetime | None:
    # A seventh of what it takes to read it without a zone and to give it one.
    return None if value is None else datetime.fromisoformat(f"{value}Z")


def _without_zone(value: datetime | None) -> datetime | None:
    return None if value is None else value.astimezone(UTC).replace(tzinfo=None)


def _with_zone(value: datetime | None) -> datetime | None:
    return None if value is None else value.replace(tzinfo=UTC)


metadata = MetaData()

WAITING = text("due_at IS NOT NULL")

meta = Table("meta", metadata, Column("version", Integer, nullable=False))

urls = Table(
    "urls",
    metadata,
    Column("outlet", String, primary_key=True),
    Column("url", Text, primary_key=True),
    Column("status", String, nullable=False, comment="due, or how it ended: see frontier.STATUSES"),
    Column("reason", SiteText, comment="why it ended so, for people"),
    Column("found_by", SiteText, comment="the label of the source that named it first"),
    Column("first_seen_at", UtcDateTime, nullable=False),
    Column("named_at", UtcDateTime, nullable=False, comment="when a source last named it"),
    Column("published_at", UtcDateTime, comment="as a source or the page told"),
    Column(
        "newest_first", UtcDateTime, nullable=False, comment="published_at, else first_seen_at: the order of asking"
    ),
    Column("hinted_at", UtcDateTime, comment="the newest change that a source told of"),
    Column("changed_at", UtcDateTime, comment="the change that the article as it was read tells of"),
    Column("looked_at", UtcDateTime, comment="when it was last asked for or its article read"),
    Column("due_at", UtcDateTime, comment="when to ask for it, 1970: at once; null: never again by itself"),
    Column("lease_until", UtcDateTime),
    Column("leased_by", String),
    Column("tries", Integer, nullable=False, comment="failures in a row"),
    Column("http_status", Integer),
    Column("article_id", String),
    Column("parent_id", String),
    # Only what is to be asked for: what is due at once, in the order of asking, then what waits for its time. URLs are
    # handed out as fast from a large archive as from a small one, however many wait, and however many have one date.
    Index(
        "urls_due",
        "outlet",
        "due_at",
        text("newest_first DESC"),
        "url",
        sqlite_where=WAITING,
    ),
    Index("urls_leased", "leased_by", sqlite_where=text("leased_by IS NOT NULL")),
    Index("urls_article", "article_id"),
    # All that is counted by status and year, so that a count of a million does not read the table.
    Index("urls_status", "outlet", "status", "published_at"),
)

articles = Table(
    "articles",
    metadata,
    Column("id", String, primary_key=True),
    Column("outlet", String, nullable=False),
    Column("url", Text, nullable=False),
    Column("headline", SiteText, nullable=False),
    Column("content_hash", String, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("published_at", UtcDateTime, nullable=False),
    Column("first_seen_at", UtcDateTime, nullable=False),
    Column("crawled_at", UtcDateTime, nullable=False),
    Index("articles_text", "outlet", "content_hash"),
    Index("articles_published", "outlet", "published_at"),
)

lines = Table(
    "lines",
    metadata,
    Column("holder", String, primary_key=True, comment="whose DATA_DIR the file is below"),
    Column("file", Text, primary_key=True, comment="below DATA_DIR"),
    Column("start", BigInteger, primary_key=True, autoincrement=False, comment="where the line begins, in bytes"),
    Column("article_id", String, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("content_hash", String, nullable=False),
    Index("lines_article", "article_id", "revision"),
)

files = Table(
    "files",
    metadata,
    Column("holder", String, primary_key=True, comment="whose DATA_DIR it is below"),
    Column("file", Text, primary_key=True, comment="below DATA_DIR"),
    Column("outlet", String, nullable=False),
    Column("length", BigInteger, nullable=False, comment="bytes whose lines the ledger knows"),
    Column("synced", BigInteger, nullable=False, comment="bytes known to be on the disk"),
    Column("checksum", BigInteger, nullable=False, comment="CRC-32 of the synced bytes"),
    Column("mtime_ns", BigInteger, nullable=False, comment="the file's time of change after they were written"),
)

sources = Table(
    "sources",
    metadata,
    Column("outlet", String, primary_key=True),
    Column("label", SiteText, primary_key=True),
    Column("read_at", UtcDateTime, nullable=False),
    Column("state", String, nullable=False, comment="read, closed, failed, unreachable"),
    Column("reason", SiteText),
    Column("total", Integer, comment="how many articles the site says it has here, where it says so"),
    Column("whole_at", UtcDateTime, comment="when a reading began that went to the source's end"),
    Column("cursor", UtcDateTime, comment="the newest change seen by such a reading"),
)

source_pages = Table(
    "source_pages",
    metadata,
    Column("outlet", String, primary_key=True),
    Column("url", SiteText, primary_key=True),
    Column("etag", Text),
    Column("last_modified", Text),
    Column("told_at", UtcDateTime, comment="the lastmod that the index gave for it when it was read"),
    Column("follow", Text, nullable=False, comment="JSON: the further pages that it named, with their lastmod"),
)

crawls = Table(
    "crawls",
    metadata,
    Column("outlet", String, primary_key=True),
    Column("started_at", UtcDateTime, primary_key=True),
    Column("articles", Integer, nullable=False, comment="read in it, from pages and from sources that hold texts"),
    Column("no_article", Integer, nullable=False, comment="pages and texts that gave none"),
    Column("median_length", Integer, comment="of the bodies, in characters; null where no article had one"),
    Column("groups", Text, nullable=False, comment="JSON: the articles by kind and year, counted by field and layer"),
    Column(
        "disagreements", Text, nullable=False, comment="JSON: by field the articles whose layers tell it differently"
    ),
    Column("examples", Text, nullable=False, comment="JSON: by what is missing the first URLs"),
    Column("told", Text, nullable=False, comment="JSON: the drift that the crawl told of, by name"),
    Column("accepted", Text, nullable=False, comment="JSON: the drift that is the usual from this crawl on"),
)

fingerprints = Table(
    "fingerprints",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("article_id", String, nullable=False, unique=True),
    Column("outlet", String, nullable=False),
    Column("month", String, nullable=False, comment="of publication, UTC: 2025-07"),
    Column("published_at", UtcDateTime, nullable=False),
    Column("version", Integer, nullable=False, comment="of the signature; those of another are made anew"),
    Column("signature", LargeBinary, nullable=False, comment="of the newest revision; empty for a short text"),
    Index("fingerprints_month", "month", "id"),
    Index("fingerprints_outlet", "outlet", "version"),
    # A number is never given twice: crawls read on from the last one that they know.
    sqlite_autoincrement=True,
)

alike = Table(
    "alike",
    metadata,
    Column("article_id", String, primary_key=True),
    Column("other_id", String, primary_key=True),
    Column("verdict", String, nullable=False, comment="what the first is to the other: duplicate, contains, contained"),
    Column("similarity", Float, nullable=False, comment="Jaccard, 0 to 1"),
)


def as_on_sqlite() -> None:
    """Make PostgreSQL's index of what is due as small as SQLite's.

    Said when such a database is opened, not above: to hear of it, SQLAlchemy loads all that it has for PostgreSQL.
    """
    (index,) = (index for index in urls.indexes if index.name == "urls_due")
    index.dialect_options["postgresql"]["where"] = WAITING
