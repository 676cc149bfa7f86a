"""What the ledger knows of the record: the newest revision of each article, and how far each file is known.

In: articles that were written, and what files hold. Out: answers to "do we have this?".
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import and_, bindparam, delete, func, literal_column, select, update

from newscrawl.ledger.frontier import HERE, Outcome
from newscrawl.ledger.prepared import is_listed
from newscrawl.ledger.tables import articles, files, lines, urls

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement, FromClause

    from newscrawl.items import Article
    from newscrawl.ledger.database import Database
    from newscrawl.ledger.fingerprints import Fingerprints, Look
    from newscrawl.ledger.frontier import Frontier
    from newscrawl.ledger.transaction import Transaction


class Known(NamedTuple):
    """What is known of an article that was written."""

    id: str
    content_hash: str
    revision: int
    first_seen_at: datetime
    url: str


class Before(NamedTuple):
    """What is known before an article is written."""

    known: Known | None
    """Its newest revision."""
    same_text: Known | None
    """The first article of its outlet with this headline and text."""
    first_seen_at: datetime | None
    """When its URL was first named."""


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


def _known(table: FromClause) -> list[ColumnElement[Any]]:
    """The columns of `Known`."""
    return [table.c[name] for name in Known._fields]


class Record:
    def __init__(self, database: Database, frontier: Frontier, fingerprints: Fingerprints, holder: str) -> None:
        """`holder`: whose files are meant, where several data directories share one ledger."""
        self._database = database
        self._frontier = frontier
        self._fingerprints = fingerprints
        self._holder = holder

    _KNOWN = select(*_known(articles)).where(articles.c.id == bindparam("id"))

    def known(self, article_id: str) -> Known | None:
        """The newest revision of an article, by its id."""
        with self._database.reading() as db:
            row = db.first(self._KNOWN, id=article_id)
        return Known(*row) if row else None

    _SAME_TEXT = (
        select(*_known(articles))
        .where(articles.c.outlet == bindparam("outlet"), articles.c.content_hash == bindparam("content_hash"))
        .order_by(articles.c.first_seen_at)
        .limit(1)
    )

    def same_text(self, outlet: str, content_hash: str) -> Known | None:
        """An article of the outlet with this headline and text: the first that was seen."""
        with self._database.reading() as db:
            row = db.first(self._SAME_TEXT, outlet=outlet, content_hash=content_hash)
        return Known(*row) if row else None

    # Three questions in one statement, because each costs more outside of the database than in it. Joined, because a
    # union of them takes SQLite three times as long.
    _ITS_OWN, _OTHER = articles.alias("its_own"), articles.alias("other")
    _BEFORE = select(urls.c.first_seen_at, *_known(_ITS_OWN), *_known(_OTHER)).select_from(
        select(literal_column("1").label("article"))
        .subquery("asked_for")
        .outerjoin(urls, HERE)
        .outerjoin(_ITS_OWN, _ITS_OWN.c.id == bindparam("id"))
        .outerjoin(
            _OTHER,
            and_(_OTHER.c.outlet == bindparam("outlet"), _OTHER.c.content_hash == bindparam("content_hash")),
        )
    )

    def before(self, article: Article) -> Before:
        """What is known of an article, of its text, and of its URL."""
        asked = {"id": article.id, "outlet": article.outlet, "content_hash": article.content_hash, "url": article.url}
        with self._database.reading() as db:
            rows = db.all(self._BEFORE, **asked)
        first_seen_at, *known = rows[0][: -len(Known._fields)]
        others = [Known(*row[-len(Known._fields) :]) for row in rows if row[-1] is not None]
        same_text = min(others, key=lambda other: other.first_seen_at, default=None)
        return Before(Known(*known) if known[0] else None, same_text, first_seen_at)

    def settle(self, article: Article, outcome: Outcome) -> None:
        """Note what became of the URL of an article that gets no line of its own."""
        with self._database.transaction(can_wait=True) as db:
            self._frontier.settle(db, article, outcome)

    _LENGTHEN = (
        update(files)
        .where(files.c.holder == bindparam("holder"), files.c.file == bindparam("file"))
        .values(length=bindparam("length"))
    )

    def write(
        self,
        article: Article,
        line: Line,
        *,
        now: datetime,
        next_look: datetime | None = None,
        compared: Look | None = None,
        is_old: bool = False,
    ) -> None:
        """Commit a written line: the article, its URL, the file's new length and what comparing it found, together.

        What was not compared is so when the next crawl of the outlet begins. Of an old line's URL stays what is known
        since it was read.
        """
        row = {
            "id": article.id,
            "outlet": article.outlet,
            "url": article.url,
            "headline": article.headline,
            "content_hash": article.content_hash,
            "revision": article.revision,
            "published_at": article.published_at,
            "first_seen_at": article.first_seen_at,
            "crawled_at": article.crawled_at,
        }
        with self._database.transaction(can_wait=True) as db:
            is_first = db.insert_new(articles, row)
            if not is_first:
                db.upsert(articles, row, newest="revision")
            db.upsert(lines, self._line(article, line))
            # Lines that are committed together lengthen their file once.
            db.later(line.file, partial(self._lengthen, db, article.outlet, line))
            if compared:
                self._fingerprints.write(db, article.id, article.outlet, article.published_at, compared)
            elif not is_first:
                self._fingerprints.forget(db, article.id)
            if not (is_old and self._frontier.is_known_since(db, article)):
                self._frontier.settle(db, article, Outcome("done", None, now, next_look))

    def _lengthen(self, db: Transaction, outlet: str, line: Line) -> None:
        if not db.change(self._LENGTHEN, holder=self._holder, file=line.file, length=line.end):
            self._note(db, outlet, FileState(line.file, line.end, synced=0, checksum=0, mtime_ns=0))

    def _note(self, db: Transaction, outlet: str, state: FileState) -> None:
        db.upsert(files, {"holder": self._holder, "outlet": outlet, **state._asdict()})

    def files(self, outlet: str) -> dict[str, FileState]:
        columns = files.c.file, files.c.length, files.c.synced, files.c.checksum, files.c.mtime_ns
        with self._database.reading() as db:
            db.do_now()
            rows = db.execute(select(*columns).where(files.c.holder == self._holder, files.c.outlet == outlet))
            return {row.file: FileState(*row) for row in rows}

    def note_file(self, outlet: str, state: FileState) -> None:
        """Note how far a file is known and on the disk."""
        # Lines that are not known must not be within it.
        self._database.check()
        with self._database.transaction() as db:
            self._note(db, outlet, state)

    _NEWEST_LINES = (
        select(lines.c.article_id, lines.c.file, lines.c.start)
        .where(articles.c.id == lines.c.article_id, articles.c.revision == lines.c.revision)
        .order_by(lines.c.file, lines.c.start)
    )
    _NEWEST_LINE = _NEWEST_LINES.where(lines.c.article_id == bindparam("id"))

    def newest_lines(self, article_id: str) -> list[tuple[str, int]]:
        """Where the newest revision of an article may stand: file and first byte, in whichever DATA_DIR."""
        with self._database.reading() as db:
            return [(file, start) for _, file, start in db.all(self._NEWEST_LINE, id=article_id)]

    _NEWEST_LINES_OF = _NEWEST_LINES.where(is_listed(lines.c.article_id))

    def newest_lines_of(self, article_ids: Sequence[str]) -> dict[str, list[tuple[str, int]]]:
        """The same of many articles."""
        found: dict[str, list[tuple[str, int]]] = {article_id: [] for article_id in article_ids}
        with self._database.reading() as db:
            for article_id, file, start in db.all_listed(self._NEWEST_LINES_OF, article_ids):
                found[article_id].append((file, start))
        return found

    def last_start(self, file: str) -> int | None:
        """Where the last line that is known of a file begins, in bytes."""
        with self._database.reading() as db:
            query = select(func.max(lines.c.start)).where(lines.c.holder == self._holder, lines.c.file == file)
            start: int | None = db.execute(query).scalar()
        return start

    def forget_from(self, file: str, start: int) -> list[str]:
        """Forget the lines of a file from a byte on, which are no longer there; the ids of their articles.

        An article that has an earlier line is known by that one's text and revision again; its headline, address and
        times stay those of the lost line until it is written again. Either way its URL is due.
        """
        gone = lines.c.holder == self._holder, lines.c.file == file, lines.c.start >= start
        with self._database.transaction() as db:
            ids = list(db.execute(select(lines.c.article_id).where(*gone).distinct()).scalars())
            db.execute(delete(lines).where(*gone))
            for article_id in ids:
                left = select(lines.c.revision, lines.c.content_hash).where(lines.c.article_id == article_id)
                newest = db.execute(left.order_by(lines.c.revision.desc()).limit(1)).first()
                if newest is None:
                    db.execute(delete(articles).where(articles.c.id == article_id))
                else:
                    known = {"revision": newest.revision, "content_hash": newest.content_hash}
                    db.execute(update(articles).where(articles.c.id == article_id).values(**known))
                self._fingerprints.forget(db, article_id)
                self._frontier.forget_article(db, article_id)
        return ids

    def forget_outlet(self, outlet: str) -> None:
        """Forget all articles and files of an outlet, before they are read again from the files."""
        with self._database.transaction() as db:
            ours = select(files.c.file).where(files.c.outlet == outlet, files.c.holder == self._holder)
            db.execute(delete(lines).where(lines.c.holder == self._holder, lines.c.file.in_(ours)))
            db.execute(delete(files).where(files.c.outlet == outlet, files.c.holder == self._holder))
            elsewhere = select(lines.c.article_id)
            db.execute(delete(articles).where(articles.c.outlet == outlet, articles.c.id.not_in(elsewhere)))
            self._fingerprints.forget_missing(db, outlet)

    def ask_for_missing(self, outlet: str) -> None:
        """Make the URLs due again whose articles stand in no file any more."""
        with self._database.transaction() as db:
            self._frontier.forget_missing(db, outlet, select(articles.c.id).where(articles.c.outlet == outlet))

    def count(self, outlet: str) -> int:
        with self._database.reading() as db:
            return db.execute(select(func.count()).where(articles.c.outlet == outlet)).scalar() or 0

    def newest(self, outlet: str) -> tuple[str, datetime] | None:
        """Headline and time of the article that was published last."""
        query = select(articles.c.headline, articles.c.published_at).where(articles.c.outlet == outlet)
        with self._database.reading() as db:
            row = db.execute(query.order_by(articles.c.published_at.desc()).limit(1)).first()
        return (row.headline, row.published_at) if row else None

    def _line(self, article: Article, line: Line) -> dict[str, object]:
        return {
            "holder": self._holder,
            "file": line.file,
            "start": line.start,
            "article_id": article.id,
            "revision": article.revision,
            "content_hash": article.content_hash,
        }
