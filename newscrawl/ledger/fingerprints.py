"""The signatures of the record's articles, and which of them tell the same text.

In: what comparing an article found. Out: the signatures of a month, the cluster of an article, and the articles that
have no signature yet. A pair of articles is two rows, one as each of them sees it, so that a cluster is followed from
any of its articles.
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import String, and_, bindparam, cast, delete, func, or_, select, text

from newscrawl.ledger.frontier import ALIAS
from newscrawl.ledger.prepared import is_listed
from newscrawl.ledger.tables import alike, articles, fingerprints, urls
from newscrawl.months import month_of
from newscrawl.similarity import VERSION, Signed

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import Select

    from newscrawl.ledger.database import Database
    from newscrawl.ledger.transaction import Transaction

LARGEST_CLUSTER = 1_000
"""Articles that are followed from one of them: a text that a site repeats below every video has no end."""
SMALL_OUTLET = 10_000
"""Articles that are counted at once."""
_TURN = text("SELECT pg_advisory_xact_lock(6100304)")
"""PostgreSQL's lock until the end of the transaction; the number is any."""


class Likeness(NamedTuple):
    """What an article is to another one."""

    other_id: str
    verdict: str
    """duplicate; contains: the other one stands in it; contained: it stands in the other one."""
    similarity: float
    """Jaccard similarity, 0 to 1."""


class Look(NamedTuple):
    """What comparing an article with those that are known found."""

    signature: bytes
    likenesses: tuple[Likeness, ...] = ()


class Unsigned(NamedTuple):
    """An article without a signature."""

    article_id: str
    published_at: datetime


class Pair(NamedTuple):
    """Two articles, and what the one is to the other."""

    article_id: str
    other_id: str
    verdict: str
    similarity: float


class Related(NamedTuple):
    """An article that is like another one."""

    id: str
    outlet: str
    headline: str
    url: str
    published_at: datetime


class Repeat(NamedTuple):
    """An article that was not written."""

    outlet: str
    url: str
    published_at: datetime | None
    reason: str


INVERSE = {"duplicate": "duplicate", "contains": "contained", "contained": "contains"}
BEGINNING = Unsigned("", datetime(1, 1, 1, tzinfo=UTC))
_OWN_VERSION = fingerprints.c.version == VERSION


class Fingerprints:
    def __init__(self, database: Database) -> None:
        self._database = database

    # --- written with the line of an article ---

    def write(self, db: Transaction, article_id: str, outlet: str, published_at: datetime, look: Look) -> None:
        """Note an article's signature and likenesses, instead of those of an earlier text."""
        self._take_turns(db)
        row = _row(article_id, published_at, outlet, look)
        if not db.insert_new(fingerprints, row):
            self.forget(db, article_id)
            db.insert_new(fingerprints, row)
        self._relate(db, article_id, look.likenesses)

    def write_all(
        self, outlet: str, looks: Sequence[tuple[Unsigned, Look]], read: Iterable[tuple[str, int]]
    ) -> int | None:
        """The same for articles that had no signature of today's version, in one transaction.

        `read`: months, each with the number up to which it was read. Returns the number up to which these are known
        now, or None where others wrote to one of them since.
        """
        ids = [unsigned.article_id for unsigned, _ in looks]
        with self._database.transaction() as db:
            self._take_turns(db)
            alone = all(db.first(self._LATER, month=month, after=after) is None for month, after in read)
            signed = dict(db.all_listed(self._VERSIONS, ids))
            # A crawl may have written a new revision of it meanwhile.
            wanted = [(unsigned, look) for unsigned, look in looks if signed.get(unsigned.article_id) != VERSION]
            for article_id in signed.keys() & {unsigned.article_id for unsigned, _ in wanted}:
                self.forget(db, article_id)
            rows = [_row(*unsigned, outlet, look) for unsigned, look in wanted]
            db.insert_all_new(fingerprints, rows)
            for unsigned, look in wanted:
                self._relate(db, unsigned.article_id, look.likenesses)
            last: int | None = db.execute(select(func.max(fingerprints.c.id))).scalar() if alone else None
        return last

    _VERSIONS = select(fingerprints.c.article_id, fingerprints.c.version).where(is_listed(fingerprints.c.article_id))
    _LATER = (
        select(fingerprints.c.id)
        .where(fingerprints.c.month == bindparam("month"), fingerprints.c.id > bindparam("after"))
        .limit(1)
    )

    def relate(self, article_id: str, likenesses: Iterable[Likeness]) -> None:
        """Note likenesses of an article that is written down already."""
        with self._database.transaction() as db:
            self._relate(db, article_id, likenesses)

    _FORGET = (
        # Before the article's own rows, which lead to these.
        delete(alike).where(
            alike.c.other_id == bindparam("id"),
            alike.c.article_id.in_(select(alike.c.other_id).where(alike.c.article_id == bindparam("id"))),
        ),
        delete(alike).where(alike.c.article_id == bindparam("id")),
        delete(fingerprints).where(fingerprints.c.article_id == bindparam("id")),
    )

    _VERSION = select(fingerprints.c.version).where(fingerprints.c.article_id == bindparam("id"))

    def forget(self, db: Transaction, article_id: str) -> None:
        """Of an article whose text is not known any more."""
        if not db.first(self._VERSION, id=article_id):
            # As nearly always, and pairs are of articles with signatures only.
            return
        for statement in self._FORGET:
            db.change(statement, id=article_id)

    def forget_missing(self, db: Transaction, outlet: str) -> None:
        """Of all articles that the ledger does not know."""
        known = select(articles.c.id)
        db.execute(delete(fingerprints).where(fingerprints.c.outlet == outlet, fingerprints.c.article_id.not_in(known)))
        db.execute(delete(alike).where(or_(alike.c.article_id.not_in(known), alike.c.other_id.not_in(known))))

    def _take_turns(self, db: Transaction) -> None:
        """Let numbers be in the order of the commits, so that a crawl that reads on from the last one misses none."""
        # SQLite has one writer at a time.
        if db.is_postgresql:
            db.execute(_TURN)

    def _relate(self, db: Transaction, article_id: str, likenesses: Iterable[Likeness]) -> None:
        for other_id, verdict, similarity in likenesses:
            db.upsert(alike, Pair(article_id, other_id, verdict, similarity)._asdict())
            db.upsert(alike, Pair(other_id, article_id, INVERSE[verdict], similarity)._asdict())

    # --- what a crawl compares with ---

    def signed(self, months: Sequence[str], after: int = 0) -> list[Signed]:
        """The signatures of these months that were written down after a number, in that order.

        One statement, because every article asks: what it tells is one moment's, up to the last of these numbers.
        """
        asked = {f"month_{place}": month for place, month in enumerate(months)}
        with self._database.reading() as db:
            return sorted(map(Signed._make, db.all(_signed_of(len(months)), after=after, **asked)))

    _IN_CLUSTER = select(cast(bindparam("id", type_=String), String).label("id")).cte("in_cluster", recursive=True)
    _IN_CLUSTER = _IN_CLUSTER.union(
        select(alike.c.other_id).where(
            alike.c.article_id == _IN_CLUSTER.c.id,
            alike.c.verdict == "duplicate",
            alike.c.other_id != bindparam("without", type_=String),
        )
    )
    _CLUSTER = (
        select(articles.c.published_at, articles.c.id).where(articles.c.id == _IN_CLUSTER.c.id).limit(LARGEST_CLUSTER)
    )

    def cluster(self, article_id: str, *, without: str) -> list[tuple[datetime, str]]:
        """When the articles of a cluster were published, with their ids; as if it did not hold the one `without`."""
        with self._database.reading() as db:
            return [(at, member) for at, member in db.all(self._CLUSTER, id=article_id, without=without)]

    # --- what has no signature ---

    _OUTLET = select(func.min(articles.c.outlet)).where(articles.c.outlet > bindparam("after"))
    _ALL = select(func.count()).select_from(articles)
    _ALL_SIGNED = select(func.count()).select_from(fingerprints)
    _OF_OUTLET = select(func.count()).where(articles.c.outlet == bindparam("outlet"))
    _AT_MOST_OF_OUTLET = select(func.count()).select_from(
        select(articles.c.outlet).where(articles.c.outlet == bindparam("outlet")).limit(bindparam("most")).subquery()
    )
    _SIGNED_OF_OUTLET = select(func.count()).where(fingerprints.c.outlet == bindparam("outlet"), _OWN_VERSION)
    _EARLIER_VERSION, _LATER_VERSION = (
        select(fingerprints.c.id).where(fingerprints.c.outlet == bindparam("outlet"), other_version).limit(1)
        for other_version in (fingerprints.c.version < VERSION, fingerprints.c.version > VERSION)
    )

    def unsigned_counts(self) -> dict[str, int]:
        """How many articles have none of today's version, by outlet; outlets of which all have one are left out."""
        with self._database.reading() as db:
            outlets = _outlets(db, self._OUTLET)
            if any(
                db.first(query, outlet=outlet)
                for outlet in outlets
                for query in (self._EARLIER_VERSION, self._LATER_VERSION)
            ):
                counts = {outlet: self._unsigned_count(db, outlet) for outlet in outlets}
            else:
                # Every crawl asks, and hardly ever is there one: the whole is counted in a tenth of the time of its
                # parts.
                missing = _number(db, self._ALL) - _number(db, self._ALL_SIGNED)
                counts = self._shares(db, outlets, missing) if missing else {}
        return {outlet: count for outlet, count in counts.items() if count > 0}

    def _shares(self, db: Transaction, outlets: Iterable[str], missing: int) -> dict[str, int]:
        """The same where it is known how many there are of all outlets.

        The outlet that has most articles is not counted, by far the longest count of all: it has the rest.
        """
        counts: dict[str, int] = {}
        left, most = list(outlets), SMALL_OUTLET
        while len(left) > 1:
            for outlet in left:
                if _number(db, self._AT_MOST_OF_OUTLET, outlet=outlet, most=most) < most:
                    counts[outlet] = self._unsigned_count(db, outlet)
            left, most = [outlet for outlet in left if outlet not in counts], most * 10
        return counts | {outlet: missing - sum(counts.values()) for outlet in left}

    def _unsigned_count(self, db: Transaction, outlet: str) -> int:
        return _number(db, self._OF_OUTLET, outlet=outlet) - _number(db, self._SIGNED_OF_OUTLET, outlet=outlet)

    def unsigned(self, outlet: str, after: Unsigned, limit: int) -> list[Unsigned]:
        """The next of those articles, by time of publication."""
        later = or_(
            articles.c.published_at > after.published_at,
            and_(articles.c.published_at == after.published_at, articles.c.id > after.article_id),
        )
        signed = select(fingerprints.c.id).where(fingerprints.c.article_id == articles.c.id, _OWN_VERSION)
        query = (
            select(articles.c.id, articles.c.published_at)
            # The first of the two conditions is what an index is read from.
            .where(articles.c.outlet == outlet, articles.c.published_at >= after.published_at, later, ~signed.exists())
            .order_by(articles.c.published_at, articles.c.id)
            .limit(limit)
        )
        with self._database.reading() as db:
            return [Unsigned(*row) for row in db.execute(query)]

    # --- for people ---

    def related(self) -> list[Related]:
        """All articles that stand in a pair."""
        query = select(*(articles.c[name] for name in Related._fields)).where(
            articles.c.id.in_(select(alike.c.article_id))
        )
        with self._database.reading() as db:
            return [Related(*row) for row in db.execute(query)]

    def article(self, article_id: str) -> Related | None:
        query = select(*(articles.c[name] for name in Related._fields)).where(articles.c.id == article_id)
        with self._database.reading() as db:
            row = db.execute(query).first()
        return Related(*row) if row else None

    def repeats(self) -> list[Repeat]:
        """All that was not written because the record holds its text."""
        told = and_(urls.c.status == "duplicate", ~urls.c.reason.startswith(ALIAS))
        query = select(*(urls.c[name] for name in Repeat._fields)).where(told).order_by(urls.c.outlet, urls.c.url)
        with self._database.reading() as db:
            return [Repeat(*row) for row in db.execute(query)]

    def pairs(self) -> list[Pair]:
        """All pairs, each once or as both of the two see it."""
        query = select(*(alike.c[name] for name in Pair._fields)).order_by(alike.c.article_id, alike.c.other_id)
        with self._database.reading() as db:
            return [Pair(*row) for row in db.execute(query)]


@cache
def _signed_of(months: int) -> Select[Any]:
    """The signatures of so many months."""
    wanted = fingerprints.c.month.in_([bindparam(f"month_{place}", type_=String) for place in range(months)])
    columns = (fingerprints.c[name] for name in ("id", "article_id", "published_at", "signature"))
    return select(*columns).where(wanted, fingerprints.c.id > bindparam("after"), _OWN_VERSION)


def _row(article_id: str, published_at: datetime, outlet: str, look: Look) -> dict[str, object]:
    return {
        "article_id": article_id,
        "outlet": outlet,
        "month": month_of(published_at.astimezone(UTC)),
        "published_at": published_at,
        "version": VERSION,
        "signature": look.signature,
    }


def _number(db: Transaction, count: Select[Any], **values: object) -> int:
    row = db.first(count, **values)
    return row[0] if row else 0


def _outlets(db: Transaction, following: Select[Any]) -> list[str]:
    """Those of all articles, in their order: a step in an index for each."""
    outlets = [""]
    while (row := db.first(following, after=outlets[-1])) and row[0]:
        outlets.append(row[0])
    return outlets[1:]
