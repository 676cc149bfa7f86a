"""Queries over the ledger: what is due, what became of it, and which texts are known.

In: leads, outcomes and articles of one outlet. Out: rows to be asked for, and answers to "do we have this?". Every
method is one transaction, so that a crash between two of them leaves a ledger that is true.
"""

from __future__ import annotations

import math
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import and_, create_engine, event, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from newscrawl.ledger import tables
from newscrawl.ledger.tables import articles, files, sources, urls

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping
    from datetime import datetime

    from sqlalchemy import Connection, Table
    from sqlalchemy.sql.elements import ColumnElement

    from newscrawl.items import Article, Lead

STATUSES = frozenset(
    {
        "due",
        "leased",
        "done",
        "duplicate",
        "failed",
        "refused",
        "gone",
        "blocked",
        "forbidden",
        "offsite",
        "not_article",
    }
)
LEASE = timedelta(minutes=30)
MAX_TRIES = 5
"""Failures in a row after which a URL is given up."""
FIRST_RETRY = timedelta(minutes=10)
"""Pause after the first failure; doubled with each further one. A later crawl asks again, never the same one."""


class LedgerError(Exception):
    """The database cannot be opened, read or written; the text says which and why, in one line."""


class Row(NamedTuple):
    """A URL that is due, handed out to be asked for."""

    url: str
    first_seen_at: datetime
    parent_id: str | None


class Added(NamedTuple):
    """What noting leads brought: `new` were never seen before, `found` were not yet named in this run."""

    new: int
    found: int


class Outcome(NamedTuple):
    """What became of a URL, and when."""

    status: str
    reason: str | None
    now: datetime


class Known(NamedTuple):
    """What the ledger holds of an article that was written."""

    id: str
    content_hash: str
    revision: int
    first_seen_at: datetime
    url: str


class Ledger:
    """One database, one writer a process."""

    def __init__(self, url: str) -> None:
        """`url`: an SQLAlchemy database URL; raises LedgerError."""
        try:
            self.url = make_url(url)
            self._engine = create_engine(self.url)
        except (SQLAlchemyError, ImportError) as error:
            raise LedgerError(f"LEDGER_URL is no database that can be used: {error}") from error
        if self._engine.dialect.name == "sqlite":
            event.listen(self._engine, "connect", _tune_sqlite)
        self._insert = sqlite.insert if self._engine.dialect.name == "sqlite" else postgresql.insert
        with self._transaction() as db:
            tables.metadata.create_all(db)

    def close(self) -> None:
        self._engine.dispose()

    # --- the frontier ---

    def add(self, outlet: str, leads: Iterable[Lead], found_by: str, *, now: datetime, run_started: datetime) -> Added:
        """Note leads with canonical URLs. Known ones keep their state and the source that named them first."""
        new = found = 0
        with self._transaction() as db:
            for lead in leads:
                row = {
                    "outlet": outlet,
                    "url": lead.url,
                    "status": "due",
                    "found_by": found_by,
                    "first_seen_at": now,
                    "named_at": now,
                    "published_at": lead.published_at,
                    "due_at": now,
                    "tries": 0,
                    "parent_id": lead.parent_id,
                }
                if db.execute(self._insert(urls).values(row).on_conflict_do_nothing()).rowcount:
                    new += 1
                    found += 1
                    continue
                here = and_(urls.c.outlet == outlet, urls.c.url == lead.url, urls.c.named_at < run_started)
                found += db.execute(update(urls).where(here).values(named_at=now)).rowcount
        return Added(new, found)

    def lease(
        self,
        outlet: str,
        limit: int,
        *,
        now: datetime,
        run_started: datetime,
        since: datetime | None = None,
        until: datetime | None = None,
        only: Collection[str] | None = None,
    ) -> list[Row]:
        """Hand out URLs that are due and not yet asked for in this run, newest first.

        `since` and `until` leave out what a source dated elsewhere; undated ones are asked for. `only`: these URLs.
        """
        due = and_(
            urls.c.outlet == outlet,
            or_(urls.c.status.in_(["due", "failed"]), and_(urls.c.status == "leased", urls.c.lease_until < now)),
            urls.c.due_at <= now,
            urls.c.tries < MAX_TRIES,
            or_(urls.c.looked_at.is_(None), urls.c.looked_at < run_started),
        )
        if since:
            due = and_(due, or_(urls.c.published_at.is_(None), urls.c.published_at >= since))
        if until:
            due = and_(due, or_(urls.c.published_at.is_(None), urls.c.published_at < until))
        if only is not None:
            due = and_(due, urls.c.url.in_(only))
        with self._transaction() as db:
            newest = func.coalesce(urls.c.published_at, urls.c.first_seen_at).desc()
            query = select(urls.c.url, urls.c.first_seen_at, urls.c.parent_id).where(due)
            rows = [Row(*row) for row in db.execute(query.order_by(newest, urls.c.url).limit(limit))]
            db.execute(
                update(urls)
                .where(urls.c.outlet == outlet, urls.c.url.in_([row.url for row in rows]))
                .values(status="leased", lease_until=now + LEASE, looked_at=now)
            )
        return rows

    def pass_over(self, outlet: str, url: str, *, now: datetime, published_at: datetime | None = None) -> None:
        """Leave a URL due: it was looked at, and this run has no use for it."""
        known = {"published_at": published_at} if published_at else {}
        self._set(outlet, url, status="due", lease_until=None, looked_at=now, **known)

    def release_leases(self, outlet: str) -> None:
        """Take back what a crawl that ended, or was killed, had handed out."""
        with self._transaction() as db:
            leased = and_(urls.c.outlet == outlet, urls.c.status == "leased")
            db.execute(update(urls).where(leased).values(status="due", lease_until=None, looked_at=None))

    def end(self, outlet: str, url: str, outcome: Outcome, http_status: int | None = None) -> None:
        """Note what became of a URL that gave no article."""
        row = {
            "status": outcome.status,
            "reason": outcome.reason,
            "http_status": http_status,
            "looked_at": outcome.now,
            "lease_until": None,
            "tries": 0,
        }
        with self._transaction() as db:
            self._upsert_url(db, outlet, url, row, outcome.now)

    def fail(self, outlet: str, url: str, reason: str, *, now: datetime, http_status: int | None = None) -> None:
        """Note a failure that may pass: due again after a pause that doubles, until it is given up."""
        with self._transaction() as db:
            here = and_(urls.c.outlet == outlet, urls.c.url == url)
            tries = (db.execute(select(urls.c.tries).where(here)).scalar() or 0) + 1
            db.execute(
                update(urls)
                .where(here)
                .values(
                    status="failed",
                    reason=reason,
                    http_status=http_status,
                    looked_at=now,
                    lease_until=None,
                    tries=tries,
                    due_at=now + FIRST_RETRY * math.pow(2, tries - 1),
                )
            )

    def alias(self, outlet: str, url: str, canonical: str, *, now: datetime) -> None:
        """Note that a URL is another address of an article; the canonical one carries the outcome."""
        with self._transaction() as db:
            first_seen = select(urls.c.first_seen_at).where(urls.c.outlet == outlet, urls.c.url == url)
            row = {"outlet": outlet, "url": canonical, "status": "due", "found_by": "canonical", "tries": 0}
            row |= {"first_seen_at": db.execute(first_seen).scalar() or now}
            row |= {"named_at": now, "due_at": now, "looked_at": now}
            db.execute(self._insert(urls).values(row).on_conflict_do_nothing())
        self.end(outlet, url, Outcome("duplicate", f"another address of {canonical}", now))

    def is_current(self, outlet: str, url: str, changed_at: datetime | None) -> bool:
        """Whether the article at a URL is settled, and its source tells of no change since it was read."""
        query = select(urls.c.status, urls.c.changed_at).where(urls.c.outlet == outlet, urls.c.url == url)
        with self._transaction() as db:
            row = db.execute(query).first()
        return (
            row is not None
            and row.status in {"done", "duplicate"}
            and changed_at is not None
            and row.changed_at == changed_at
        )

    # --- articles ---

    def known(self, article_id: str) -> Known | None:
        """The newest revision of an article, by its id."""
        return self._article(articles.c.id == article_id)

    def same_text(self, outlet: str, content_hash: str) -> Known | None:
        """An article of the outlet with this headline and text: the first that was seen."""
        return self._article(and_(articles.c.outlet == outlet, articles.c.content_hash == content_hash))

    def settle(self, article: Article, outcome: Outcome) -> None:
        """Note what became of the URL of an article that gets no line of its own."""
        with self._transaction() as db:
            self._settle(db, article, outcome)

    def record(self, article: Article, file: str, length: int, *, now: datetime) -> None:
        """Commit a written line: the article, its URL and the file's new length, together."""
        line = {
            "id": article.id,
            "outlet": article.outlet,
            "url": article.url,
            "headline": article.headline,
            "content_hash": article.content_hash,
            "revision": article.revision,
            "published_at": article.published_at,
            "file": file,
            "first_seen_at": article.first_seen_at,
            "crawled_at": article.crawled_at,
        }
        with self._transaction() as db:
            self._upsert(db, articles, line)
            self._upsert(db, files, {"file": file, "outlet": article.outlet, "length": length})
            self._settle(db, article, Outcome("done", None, now))

    def first_seen(self, outlet: str, url: str) -> datetime | None:
        with self._transaction() as db:
            query = select(urls.c.first_seen_at).where(urls.c.outlet == outlet, urls.c.url == url)
            found: datetime | None = db.execute(query).scalar()
        return found

    # --- sources and counts ---

    def note_source(
        self, outlet: str, label: str, outcome: str, leads: int, total: int | None, *, now: datetime
    ) -> None:
        row = {"outlet": outlet, "label": label, "read_at": now, "outcome": outcome, "leads": leads, "total": total}
        with self._transaction() as db:
            self._upsert(db, sources, row)

    def ended(
        self, outlet: str, statuses: Collection[str], *, since: datetime, limit: int
    ) -> list[tuple[str, str, str]]:
        """(status, url, reason) of URLs that were looked at since a time and ended in one of the statuses."""
        here = and_(urls.c.outlet == outlet, urls.c.status.in_(statuses), urls.c.looked_at >= since)
        # Pages that are no articles come last: they are what every site has most of.
        order = urls.c.status == "not_article", urls.c.url
        query = select(urls.c.status, urls.c.url, urls.c.reason).where(here).order_by(*order).limit(limit)
        with self._transaction() as db:
            return [(status, url, reason or "") for status, url, reason in db.execute(query)]

    def counts(self, outlet: str) -> dict[str, int]:
        """How many of the outlet's URLs stand in each status."""
        number = func.count().label("number")
        query = select(urls.c.status, number).where(urls.c.outlet == outlet).group_by(urls.c.status)
        with self._transaction() as db:
            return {row.status: row.number for row in db.execute(query)}

    # --- within ---

    @contextmanager
    def _transaction(self) -> Iterator[Connection]:
        try:
            with self._engine.begin() as connection:
                yield connection
        except SQLAlchemyError as error:
            cause = getattr(error, "orig", None) or error
            raise LedgerError(f"the ledger {self.url.render_as_string(hide_password=True)}: {cause}") from error

    def _article(self, where: ColumnElement[bool]) -> Known | None:
        columns = (
            articles.c.id,
            articles.c.content_hash,
            articles.c.revision,
            articles.c.first_seen_at,
            articles.c.url,
        )
        with self._transaction() as db:
            row = db.execute(select(*columns).where(where).order_by(articles.c.first_seen_at).limit(1)).first()
        return Known(*row) if row else None

    def _set(self, outlet: str, url: str, **values: object) -> None:
        with self._transaction() as db:
            db.execute(update(urls).where(urls.c.outlet == outlet, urls.c.url == url).values(**values))

    def _settle(self, db: Connection, article: Article, outcome: Outcome) -> None:
        row = {
            "status": outcome.status,
            "reason": outcome.reason,
            "published_at": article.published_at,
            "changed_at": article.modified_at or article.published_at,
            "looked_at": outcome.now,
            "lease_until": None,
            "tries": 0,
            "article_id": article.id,
            "parent_id": article.parent_id,
        }
        self._upsert_url(db, article.outlet, article.url, row, article.first_seen_at)

    def _upsert_url(
        self, db: Connection, outlet: str, url: str, row: Mapping[str, object], first_seen_at: datetime
    ) -> None:
        """Change a URL's row; an address that no source named, such as a page's own canonical one, gets its row now."""
        seen = {"found_by": "page", "first_seen_at": first_seen_at, "named_at": first_seen_at, "due_at": first_seen_at}
        insert = self._insert(urls).values({"outlet": outlet, "url": url, **seen, **row})
        db.execute(insert.on_conflict_do_update(index_elements=["outlet", "url"], set_=row))

    def _upsert(self, db: Connection, table: Table, row: dict[str, object]) -> None:
        insert = self._insert(table).values(row)
        db.execute(insert.on_conflict_do_update(index_elements=list(table.primary_key), set_=row))


def _tune_sqlite(connection: object, _record: object) -> None:
    cursor = connection.cursor()  # type: ignore[attr-defined]
    # Readers never wait for the crawl, nor it for them; a commit costs no fsync, and a power cut at most the last ones.
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = NORMAL")
    cursor.execute("PRAGMA busy_timeout = 5000")
    cursor.close()
