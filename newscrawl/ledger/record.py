"""What the ledger knows of the record: the newest revision of each article, and how far each file is known.

In: articles that were written, and what files hold. Out: answers to "do we have this?".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import and_, delete, func, select, update

from newscrawl.ledger.frontier import Outcome
from newscrawl.ledger.tables import articles, files

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.sql.elements import ColumnElement

    from newscrawl.items import Article
    from newscrawl.ledger.database import Database
    from newscrawl.ledger.frontier import Frontier


class Known(NamedTuple):
    """What is known of an article that was written."""

    id: str
    content_hash: str
    revision: int
    first_seen_at: datetime
    url: str


class Line(NamedTuple):
    """Where an article's line stands."""

    file: str
    """Below DATA_DIR."""
    start: int
    end: int


class FileState(NamedTuple):
    """How far a file is known; bytes but for the time."""

    file: str
    length: int
    synced: int
    checksum: int
    mtime_ns: int


class Record:
    def __init__(self, database: Database, frontier: Frontier) -> None:
        self._database = database
        self._frontier = frontier

    def known(self, article_id: str) -> Known | None:
        """The newest revision of an article, by its id."""
        return self._article(articles.c.id == article_id)

    def same_text(self, outlet: str, content_hash: str) -> Known | None:
        """An article of the outlet with this headline and text: the first that was seen."""
        return self._article(and_(articles.c.outlet == outlet, articles.c.content_hash == content_hash))

    def settle(self, article: Article, outcome: Outcome) -> None:
        """Note what became of the URL of an article that gets no line of its own."""
        with self._database.transaction() as db:
            self._frontier.settle(db, article, outcome)

    def write(self, article: Article, line: Line, *, now: datetime, next_look: datetime | None = None) -> None:
        """Commit a written line: the article, its URL and the file's new length, together."""
        row = {
            "id": article.id,
            "outlet": article.outlet,
            "url": article.url,
            "headline": article.headline,
            "content_hash": article.content_hash,
            "previous_hash": article.previous_hash,
            "revision": article.revision,
            "published_at": article.published_at,
            "file": line.file,
            "start": line.start,
            "first_seen_at": article.first_seen_at,
            "crawled_at": article.crawled_at,
        }
        length = {"length": line.end}
        new_file = {"file": line.file, "outlet": article.outlet, "synced": 0, "checksum": 0, "mtime_ns": 0, **length}
        with self._database.transaction() as db:
            known = db.execute(select(articles.c.revision).where(articles.c.id == article.id)).scalar()
            if known is None or known <= article.revision:
                self._database.upsert(db, articles, row)
            self._database.upsert(db, files, new_file, length)
            self._frontier.settle(db, article, Outcome("done", None, now, next_look))

    def files(self, outlet: str) -> dict[str, FileState]:
        columns = files.c.file, files.c.length, files.c.synced, files.c.checksum, files.c.mtime_ns
        with self._database.transaction() as db:
            rows = db.execute(select(*columns).where(files.c.outlet == outlet))
            return {row.file: FileState(*row) for row in rows}

    def note_file(self, outlet: str, state: FileState) -> None:
        """Note how far a file is known and on the disk."""
        with self._database.transaction() as db:
            self._database.upsert(db, files, {"outlet": outlet, **state._asdict()})

    def last_start(self, file: str) -> int | None:
        """Where the last line that is known of a file begins, in bytes."""
        with self._database.transaction() as db:
            start: int | None = db.execute(select(func.max(articles.c.start)).where(articles.c.file == file)).scalar()
        return start

    def forget_from(self, file: str, start: int) -> list[str]:
        """Forget the lines of a file from a byte on, which are no longer there; the ids of their articles.

        An article that had an earlier revision is known by that one again; either way its URL is due.
        """
        lost = and_(articles.c.file == file, articles.c.start >= start)
        with self._database.transaction() as db:
            ids = list(db.execute(select(articles.c.id).where(lost)).scalars())
            for article_id in ids:
                self._frontier.forget_article(db, article_id)
            earlier = and_(lost, articles.c.revision > 1)
            db.execute(
                update(articles)
                .where(earlier)
                .values(
                    revision=articles.c.revision - 1,
                    content_hash=articles.c.previous_hash,
                    previous_hash=None,
                    start=None,
                )
            )
            db.execute(delete(articles).where(and_(lost, articles.c.start.is_not(None))))
        return ids

    def forget_outlet(self, outlet: str) -> None:
        """Forget all articles and files of an outlet, before they are read again from the files."""
        with self._database.transaction() as db:
            db.execute(delete(articles).where(articles.c.outlet == outlet))
            db.execute(delete(files).where(files.c.outlet == outlet))

    def count(self, outlet: str) -> int:
        with self._database.transaction() as db:
            return db.execute(select(func.count()).where(articles.c.outlet == outlet)).scalar() or 0

    def newest(self, outlet: str) -> tuple[str, datetime] | None:
        """Headline and time of the article that was published last."""
        last = articles.c.published_at.desc(), articles.c.id
        query = select(articles.c.headline, articles.c.published_at).order_by(*last).limit(1)
        # Files are by month of publication: in the newest month an index leads to a few, of all they are a million.
        newest_file = select(func.max(files.c.file)).where(files.c.outlet == outlet).scalar_subquery()
        with self._database.transaction() as db:
            row = db.execute(query.where(articles.c.file == newest_file)).first()
            # The lines of that file may have been forgotten.
            row = row or db.execute(query.where(articles.c.outlet == outlet)).first()
        return (row.headline, row.published_at) if row else None

    def _article(self, where: ColumnElement[bool]) -> Known | None:
        columns = (
            articles.c.id,
            articles.c.content_hash,
            articles.c.revision,
            articles.c.first_seen_at,
            articles.c.url,
        )
        with self._database.transaction() as db:
            row = db.execute(select(*columns).where(where).order_by(articles.c.first_seen_at).limit(1)).first()
        return Known(*row) if row else None
