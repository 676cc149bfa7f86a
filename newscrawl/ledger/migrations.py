"""Brings an older ledger to today's tables, within the transaction that opens it.

Version 1 had no `meta` table, no leases by holder, no second looks and no validators; version 2 no index by due time;
version 3 knew neither how well crawls could read nor signatures.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import text

from newscrawl.ledger.tables import metadata

if TYPE_CHECKING:
    from sqlalchemy import Connection

STEPS: dict[int, tuple[str, ...]] = {
    1: (
        "DROP INDEX IF EXISTS urls_due",
        # What is not due had a date there all the same; a null due_at now says it.
        "ALTER TABLE urls RENAME TO urls_1",
        "DROP TABLE IF EXISTS sources",
        "ALTER TABLE articles RENAME TO articles_1",
        "DROP INDEX IF EXISTS articles_text",
        # Every file is read again, against what is on the disk.
        "DROP TABLE IF EXISTS files",
    ),
    2: ("DROP INDEX urls_due",),
    3: (),
}
"""SQL for each version that can be met, before the tables of today are made."""

CARRIED: dict[int, tuple[str, ...]] = {
    1: (
        """
        INSERT INTO urls (outlet, url, status, reason, found_by, first_seen_at, named_at, published_at, newest_first,
                          changed_at, looked_at, due_at, tries, http_status, article_id, parent_id)
        SELECT outlet, url, CASE status WHEN 'leased' THEN 'due' ELSE status END, reason, found_by, first_seen_at,
               named_at, published_at, COALESCE(published_at, first_seen_at),
               changed_at, looked_at, CASE WHEN status IN ('due', 'leased', 'failed') THEN due_at END, tries,
               http_status, article_id, parent_id
        FROM urls_1
        """,
        "DROP TABLE urls_1",
        """
        INSERT INTO articles (id, outlet, url, headline, content_hash, revision, published_at, first_seen_at,
                              crawled_at)
        SELECT id, outlet, url, headline, content_hash, revision, published_at, first_seen_at, crawled_at
        FROM articles_1
        """,
        "DROP TABLE articles_1",
    ),
    2: ("CREATE INDEX urls_due ON urls (outlet, due_at, newest_first DESC, url) WHERE due_at IS NOT NULL",),
    3: (),
}
"""SQL for each version, after the tables of today are made."""


def migrate(db: Connection, found: int) -> None:
    """From the version found to today's."""
    for statement in STEPS[found]:
        db.execute(text(statement))
    metadata.create_all(db)
    for statement in CARRIED[found]:
        db.execute(text(statement))
