"""The ledger's tables, for SQLite and PostgreSQL alike.

`urls` is the frontier, the resume point and the memory of earlier crawls; `articles` the newest revision of each
article; `sources` what each source last said; `files` how much of each file is committed.
"""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Column, DateTime, Index, Integer, MetaData, String, Table, Text
from sqlalchemy.types import TypeDecorator


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC datetime, stored without its zone because SQLite has none."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:  # noqa: ARG002
        return value and value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:  # noqa: ARG002
        return value and value.replace(tzinfo=UTC)


metadata = MetaData()

urls = Table(
    "urls",
    metadata,
    Column("outlet", String, primary_key=True),
    Column("url", Text, primary_key=True),
    Column("status", String, nullable=False, comment="due, or how it ended: see ledger.STATUSES"),
    Column("reason", Text, comment="why it ended so, for people"),
    Column("found_by", String, comment="the label of the source that named it first"),
    Column("first_seen_at", UtcDateTime, nullable=False),
    Column("named_at", UtcDateTime, nullable=False, comment="when a source last named it"),
    Column("published_at", UtcDateTime, comment="as a source or the page told, before the article is written"),
    Column("changed_at", UtcDateTime, comment="the change that the article as it was read tells of"),
    Column("looked_at", UtcDateTime, comment="when it was last asked for"),
    Column("due_at", UtcDateTime, nullable=False),
    Column("lease_until", UtcDateTime),
    Column("tries", Integer, nullable=False, default=0, comment="failures in a row"),
    Column("http_status", Integer),
    Column("article_id", String),
    Column("parent_id", String),
    Index("urls_due", "outlet", "status", "due_at"),
)

articles = Table(
    "articles",
    metadata,
    Column("id", String, primary_key=True),
    Column("outlet", String, nullable=False),
    Column("url", Text, nullable=False),
    Column("headline", Text, nullable=False),
    Column("content_hash", String, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("published_at", UtcDateTime, nullable=False),
    Column("file", Text, nullable=False, comment="below DATA_DIR"),
    Column("first_seen_at", UtcDateTime, nullable=False),
    Column("crawled_at", UtcDateTime, nullable=False),
    Index("articles_text", "outlet", "content_hash"),
)

sources = Table(
    "sources",
    metadata,
    Column("outlet", String, primary_key=True),
    Column("label", String, primary_key=True),
    Column("read_at", UtcDateTime, nullable=False),
    Column("outcome", Text, nullable=False, comment="read, or why not"),
    Column("leads", Integer, nullable=False),
    Column("total", Integer, comment="how many articles the site says it has, where it says so"),
)

files = Table(
    "files",
    metadata,
    Column("file", Text, primary_key=True, comment="below DATA_DIR"),
    Column("outlet", String, nullable=False),
    Column("length", Integer, nullable=False, comment="committed bytes"),
)
