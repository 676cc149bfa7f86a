"""The frontier: which URLs are known, which are due, and how each of them ended.

In: leads, and what became of URLs. Out: rows to be asked for. Every method is one transaction, so that a crash between
two of them leaves a ledger that is true.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import and_, bindparam, case, extract, func, null, or_, select, update

from newscrawl.ledger.tables import urls

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from sqlalchemy import Select

    from newscrawl.items import Article, Lead
    from newscrawl.ledger.database import Database
    from newscrawl.ledger.transaction import Transaction

STATUSES = (
    *("due", "leased", "passed_over", "done", "duplicate", "refused", "not_article"),
    *("gone", "forbidden", "blocked", "offsite", "failed"),
)
ENDED_BY_SITE = ("gone", "forbidden", "blocked", "offsite", "failed", "not_article", "refused")
"""Statuses that `scrapy retry` makes due again."""
CHANGEABLE = ("done", "duplicate", "refused", "not_article", "gone")
"""Statuses that a change told by a source makes due again."""
AT_ONCE = 500
"""Leads noted in one transaction."""
LEASE = timedelta(minutes=30)
MAX_TRIES = 5
"""Failures in a row after which a URL is given up."""
FIRST_RETRY = timedelta(minutes=10)
"""Pause after the first failure; doubled with each further one. A later crawl asks again, or this one if it is long."""
LONGEST_PAUSE = timedelta(days=8)
"""No look is planned further ahead; one that seems to be was planned before the clock was set back."""
ALWAYS = datetime(1970, 1, 1, tzinfo=UTC)
"""The due time of what is due at once, whatever the clock does."""
ALIAS = "another address of "
"""How the reason of a duplicate begins that is only another address, and no article of its own."""
HERE = and_(urls.c.outlet == bindparam("outlet"), urls.c.url == bindparam("url"))
"""The row of a URL."""


class Added(NamedTuple):
    """What noting leads brought: `new` were never seen before, `found` were not yet named in this run."""

    new: int
    found: int


class Row(NamedTuple):
    """A URL that is due, handed out to be asked for."""

    url: str
    first_seen_at: datetime
    parent_id: str | None = None
    article_id: str | None = None
    """The article that it led to when it was last asked for."""


class Outcome(NamedTuple):
    """What became of a URL, when, and when to look again (null: not by itself)."""

    status: str
    reason: str | None
    now: datetime
    next_look: datetime | None = None


class Frontier:
    def __init__(self, database: Database) -> None:
        self._database = database
        self.asks_sites = True
        """False where articles are read from kept pages. What became of a URL is known from its site alone: then only
        one that was never heard of, or whose page gave no article, is noted as done."""

    def begin(self, outlet: str, holder: str) -> None:
        """Take back what an earlier crawl of this holder had handed out, or looked at and had no use for.

        What was looked at in the future was so before the clock was set back; its next look was planned by that clock
        and is due now.
        """
        here = urls.c.outlet == outlet
        dead = and_(here, urls.c.status == "leased", urls.c.leased_by == holder)
        unused = and_(here, urls.c.status == "passed_over")
        misplanned = and_(here, urls.c.due_at > ALWAYS, urls.c.looked_at > datetime.now(UTC))
        due = {"status": "due", "due_at": ALWAYS, "lease_until": None, "leased_by": None}
        with self._database.transaction() as db:
            # One by one: of conditions joined by "or", SQLite reads every URL of the outlet.
            db.execute(update(urls).where(dead).values(**due))
            db.execute(update(urls).where(unused).values(**due))
            db.execute(update(urls).where(misplanned).values(due_at=ALWAYS))

    def add(self, outlet: str, leads: Sequence[Lead], found_by: str, *, now: datetime, run_started: datetime) -> Added:
        """Note leads with canonical URLs. Known ones keep the source that named them first, and become due again where
        a source now tells of a later change than the one that was looked at.
        """
        added = Added(0, 0)
        for start in range(0, len(leads), AT_ONCE):
            with self._database.transaction() as db:
                part = {lead.url: lead for lead in leads[start : start + AT_ONCE]}
                new, found = self._add(db, outlet, part, found_by, now=now, run_started=run_started)
            added = Added(added.new + new, added.found + found)
        return added

    def ask(self, outlet: str, addresses: Collection[str]) -> int:
        """Make URLs due that a person named, whatever became of them before, unless their article is in the record."""
        asked = 0
        with self._database.transaction() as db:
            for address in addresses:
                here = and_(urls.c.outlet == outlet, urls.c.url == address, urls.c.status != "done")
                asked += db.execute(update(urls).where(here).values(status="due", due_at=ALWAYS, tries=0)).rowcount
        return asked

    def seen_before(self, outlet: str, addresses: Collection[str], moment: datetime) -> bool:
        """Whether every one of these URLs was first seen before a moment."""
        later = and_(urls.c.outlet == outlet, urls.c.url.in_(addresses), urls.c.first_seen_at >= moment)
        with self._database.reading() as db:
            return not db.execute(select(func.count()).where(later)).scalar()

    def has_unread(self, outlet: str) -> bool:
        """Whether URLs are due that no crawl has come to."""
        unread = select(urls.c.url).where(urls.c.outlet == outlet, urls.c.status == "due", urls.c.looked_at.is_(None))
        with self._database.reading() as db:
            return db.execute(unread.limit(1)).first() is not None

    def unknown(self, outlet: str, addresses: Collection[str]) -> set[str]:
        """Those of these URLs that nothing is known of."""
        known = select(urls.c.url).where(urls.c.outlet == outlet, urls.c.url.in_(addresses))
        with self._database.reading() as db:
            return set(addresses) - set(db.execute(known).scalars())

    def ask_for_unnamed(self, outlet: str, found_by: str, run_started: datetime) -> int:
        """Make the articles due that a source once named and, read whole since then, names no more; how many."""
        unnamed = and_(
            urls.c.outlet == outlet,
            urls.c.status == "done",
            urls.c.found_by == found_by,
            urls.c.named_at < run_started,
        )
        with self._database.transaction() as db:
            return db.execute(update(urls).where(unnamed).values(status="due", due_at=ALWAYS)).rowcount

    _COME_DUE = (
        update(urls)
        .where(
            urls.c.outlet == bindparam("outlet"),
            or_(
                and_(urls.c.due_at > ALWAYS, urls.c.due_at <= bindparam("now")),
                urls.c.due_at > bindparam("too_far"),
            ),
        )
        .values(due_at=ALWAYS)
    )
    """What has come due joins what is due at once, so that nothing else is read when URLs are handed out."""
    _HAND_OUT = (
        update(urls).where(HERE).values(status="leased", lease_until=bindparam("until"), leased_by=bindparam("holder"))
    )

    def lease(
        self,
        outlet: str,
        limit: int,
        *,
        holder: str,
        now: datetime,
        since: datetime | None = None,
        until: datetime | None = None,
        named_since: datetime | None = None,
        only: Collection[str] | None = None,
        parts: bool = True,
    ) -> list[Row]:
        """Hand out URLs that are due, newest first.

        `since` and `until` leave out what is dated elsewhere; undated ones are asked for, unless their last change was
        before `since`. `named_since`: what a source named then or later. `only`: these URLs. Not `parts`: those
        that belong to another article wait until that has been read.
        Several holders share one frontier: the pages that another one has are passed by.
        """
        due = and_(
            urls.c.outlet == outlet,
            urls.c.due_at == ALWAYS,
            or_(urls.c.lease_until.is_(None), urls.c.lease_until < now, urls.c.lease_until > now + 2 * LEASE),
        )
        if since:
            # Nothing is changed before it is published.
            latest = func.coalesce(urls.c.published_at, urls.c.hinted_at)
            due = and_(due, or_(latest.is_(None), latest >= since))
        if until:
            due = and_(due, or_(urls.c.published_at.is_(None), urls.c.published_at < until))
        if not parts:
            due = and_(due, urls.c.newest_first > ALWAYS)
        if named_since:
            due = and_(due, urls.c.named_at >= named_since)
        if only is not None:
            due = and_(due, urls.c.url.in_(only))
        columns = urls.c.url, urls.c.first_seen_at, urls.c.parent_id, urls.c.article_id
        query = select(*columns).where(due).order_by(urls.c.newest_first.desc(), urls.c.url).limit(limit)
        with self._database.transaction() as db:
            db.change(self._COME_DUE, outlet=outlet, now=now, too_far=now + LONGEST_PAUSE)
            rows = [Row(*row) for row in db.execute(query.with_for_update(skip_locked=True))]
            held = {"outlet": outlet, "holder": holder, "until": now + LEASE}
            db.change_all(self._HAND_OUT, [{**held, "url": row.url} for row in rows])
        return rows

    def renew(self, holder: str, *, now: datetime) -> None:
        """Hold on to what was handed out: a slow crawl is not a dead one."""
        with self._database.transaction() as db:
            mine = and_(urls.c.leased_by == holder, urls.c.status == "leased")
            db.execute(update(urls).where(mine).values(lease_until=now + LEASE))

    def pass_over(self, outlet: str, url: str, *, now: datetime, published_at: datetime | None = None) -> None:
        """Leave a URL for the next crawl: it was looked at, and this one has no use for it.

        So is one whose article is in the record: that lacks the change that was looked at.
        """
        row: dict[str, object] = {"status": "passed_over", "looked_at": now, "due_at": None, "tries": 0}
        if published_at:
            row |= {"published_at": published_at, "newest_first": published_at}
        with self._database.transaction() as db:
            self._let_go(db, outlet, url, row, now)

    def end(
        self,
        outlet: str,
        url: str,
        outcome: Outcome,
        http_status: int | None = None,
        changed_at: datetime | None = None,
    ) -> None:
        """Note what became of a URL that gave no article; `changed_at` is the change that was looked at."""
        if not self.asks_sites:
            return
        with self._database.transaction() as db:
            self._let_go(db, outlet, url, _ending(outcome, http_status, changed_at), outcome.now)

    _TRIES = select(urls.c.tries).where(HERE)

    def fail(self, outlet: str, url: str, reason: str, *, now: datetime, http_status: int | None = None) -> None:
        """Note a failure that may pass: due again after a pause that doubles, until it is given up."""
        with self._database.transaction() as db:
            before = db.first(self._TRIES, outlet=outlet, url=url)
            tries = (before[0] if before else 0) + 1
            row = {
                "status": "failed",
                "reason": reason,
                "http_status": http_status,
                "looked_at": now,
                "tries": tries,
                "due_at": now + FIRST_RETRY * 2 ** (tries - 1) if tries < MAX_TRIES else None,
            }
            self._let_go(db, outlet, url, row, now)

    def alias(self, outlet: str, url: str, canonical: str, *, holder: str, now: datetime) -> None:
        """Note that a URL is another address of an article; the canonical one carries the outcome.

        It is held until that comes: a crawl that is killed in between leaves it due.
        """
        held = {"status": "leased", "due_at": ALWAYS, "lease_until": now + LEASE, "leased_by": holder}
        with self._database.transaction() as db:
            known = db.first(self._FIRST_SEEN, outlet=outlet, url=url)
            db.insert_new(urls, _new_row(outlet, canonical, "canonical", known[0] if known else now) | held)
            self._let_go(db, outlet, url, _ending(Outcome("duplicate", ALIAS + canonical, now)), now)

    _SETTLED = "status reason published_at newest_first changed_at looked_at due_at tries article_id parent_id".split()
    _SETTLE = (
        update(urls)
        .where(HERE)
        .values(**{name: bindparam(name) for name in _SETTLED}, lease_until=null(), leased_by=null())
    )

    def settle(self, db: Transaction, article: Article, outcome: Outcome) -> None:
        """Note what became of an article's URL, within the transaction that writes the article down."""
        row = {
            "status": outcome.status,
            "reason": outcome.reason,
            "published_at": article.published_at,
            "newest_first": article.published_at,
            "changed_at": article.modified_at or article.published_at,
            "looked_at": outcome.now,
            "due_at": outcome.next_look,
            "tries": 0,
            "article_id": article.id,
            "parent_id": article.parent_id,
        }
        if not self.asks_sites:
            if outcome.status == "done":
                self._note_kept(db, article, row)
            return
        # Nearly every URL has a row already, and a statement that may make one takes a fifth longer.
        if not db.change(self._SETTLE, outlet=article.outlet, url=article.url, **row):
            self._let_go(db, article.outlet, article.url, row, article.first_seen_at)

    _KNOWN_SINCE = select(urls.c.url).where(
        HERE,
        case(
            # A change that was told, and has not been looked at.
            (or_(urls.c.status == "due", urls.c.status == "leased"), urls.c.hinted_at),
            (urls.c.status != "done", urls.c.looked_at),
        )
        > bindparam("read_at"),
    )

    def is_known_since(self, db: Transaction, article: Article) -> bool:
        """Whether something became of an article's URL since it was read, other than that it was done."""
        here = {"outlet": article.outlet, "url": article.url, "read_at": article.crawled_at}
        return db.first(self._KNOWN_SINCE, **here) is not None

    _READ_AFTER_ALL = (
        update(urls)
        .where(HERE, or_(urls.c.status == "refused", urls.c.status == "not_article"))
        .values(status="done", reason=None)
    )
    _GIVES_ARTICLE = update(urls).where(HERE, urls.c.article_id.is_(None)).values(article_id=bindparam("article_id"))

    def _note_kept(self, db: Transaction, article: Article, row: Mapping[str, object]) -> None:
        """Note the URL of an article that was read from a kept page, as far as it was not known."""
        new = _new_row(article.outlet, article.url, "kept page", article.first_seen_at)
        # It was looked at when it was kept: a change since then is one that the record does not have.
        db.insert_new(urls, {**new, **row, "looked_at": article.crawled_at})
        db.change(self._READ_AFTER_ALL, outlet=article.outlet, url=article.url)
        db.change(self._GIVES_ARTICLE, outlet=article.outlet, url=article.url, article_id=article.id)

    _BELONGS = select(urls.c.article_id, urls.c.parent_id).where(HERE)

    def belonging(self, outlet: str, url: str) -> tuple[str | None, str | None]:
        """The ids of the article at a URL, and of the live blog that it belongs to, as far as they are known."""
        with self._database.reading() as db:
            row = db.first(self._BELONGS, outlet=outlet, url=url)
        return (row[0], row[1]) if row else (None, None)

    _AS_READ = select(urls.c.status, urls.c.changed_at).where(HERE)

    def is_current(self, outlet: str, url: str, changed_at: datetime | None) -> bool:
        """Whether the article at a URL is settled, and its source tells of no change since it was read."""
        with self._database.reading() as db:
            status, read = db.first(self._AS_READ, outlet=outlet, url=url) or (None, None)
        return status in {"done", "duplicate", "refused"} and changed_at is not None and read == changed_at

    _FIRST_SEEN = select(urls.c.first_seen_at).where(HERE)

    def forget_article(self, db: Transaction, article_id: str) -> None:
        """Make an article's URLs due again, whose line is no longer there."""
        lost = and_(urls.c.article_id == article_id, urls.c.status == "done")
        db.execute(update(urls).where(lost).values(status="due", due_at=ALWAYS, changed_at=None))

    def forget_missing(self, db: Transaction, outlet: str, known: Select[tuple[str]]) -> None:
        """Make due again what is done, but for articles that are known."""
        missing = and_(urls.c.outlet == outlet, urls.c.status == "done", urls.c.article_id.not_in(known))
        db.execute(update(urls).where(missing).values(status="due", due_at=ALWAYS, changed_at=None))

    def retry(self, outlet: str) -> int:
        """Make due again whatever ended without an article; how many URLs that were."""
        with self._database.transaction() as db:
            ended = and_(urls.c.outlet == outlet, urls.c.status.in_(ENDED_BY_SITE))
            return db.execute(update(urls).where(ended).values(status="due", due_at=ALWAYS, tries=0)).rowcount

    def ended(
        self, outlet: str, statuses: Collection[str], *, since: datetime | None = None, limit: int | None = None
    ) -> list[tuple[str, str, str]]:
        """(status, url, reason) of URLs that stand in one of the statuses; `since`: and were looked at since then."""
        here = and_(urls.c.outlet == outlet, urls.c.status.in_(statuses))
        if since:
            here = and_(here, urls.c.looked_at >= since)
        # Pages that are no articles come last: they are what every site has most of.
        order = urls.c.status == "not_article", urls.c.url
        query = select(urls.c.status, urls.c.url, urls.c.reason).where(here).order_by(*order).limit(limit)
        with self._database.reading() as db:
            return [(status, url, reason or "") for status, url, reason in db.execute(query)]

    def counts(self, outlet: str) -> dict[str, int]:
        """How many of the outlet's URLs stand in each status."""
        number = func.count().label("number")
        query = select(urls.c.status, number).where(urls.c.outlet == outlet).group_by(urls.c.status)
        with self._database.reading() as db:
            return {row.status: row.number for row in db.execute(query)}

    def counts_by_year(self, outlet: str) -> dict[int | None, dict[str, int]]:
        """The same by year of publication (UTC), newest first; last, under None, URLs that nothing told it of."""
        year = extract("year", urls.c.published_at)
        query = select(year, urls.c.status, func.count()).where(urls.c.outlet == outlet).group_by(year, urls.c.status)
        counts: dict[int | None, dict[str, int]] = {}
        with self._database.reading() as db:
            for published, status, number in db.execute(query):
                counts.setdefault(None if published is None else int(published), {})[status] = number
        return dict(sorted(counts.items(), key=lambda item: item[0] or 0, reverse=True))

    def aliases(self, outlet: str) -> int:
        """How many of the duplicates are only another address of an article."""
        alias = and_(urls.c.outlet == outlet, urls.c.status == "duplicate", urls.c.reason.startswith(ALIAS))
        with self._database.reading() as db:
            return db.execute(select(func.count()).where(alias)).scalar() or 0

    def outlets(self) -> list[str]:
        with self._database.reading() as db:
            return list(db.execute(select(urls.c.outlet).distinct().order_by(urls.c.outlet)).scalars())

    def _add(
        self,
        db: Transaction,
        outlet: str,
        leads: Mapping[str, Lead],
        found_by: str,
        *,
        now: datetime,
        run_started: datetime,
    ) -> Added:
        """Note a few hundred leads in as few statements."""
        here = and_(urls.c.outlet == outlet, urls.c.url.in_(leads))
        columns = urls.c.url, urls.c.status, urls.c.hinted_at, urls.c.looked_at, urls.c.parent_id
        known = {row.url: row for row in db.execute(select(*columns).where(here))}
        # On PostgreSQL two that write the same rows in different orders would each wait for the other.
        fresh = [
            {
                **_new_row(outlet, lead.url, found_by, now),
                "status": "due",
                "published_at": lead.published_at,
                "newest_first": ALWAYS if lead.is_part else lead.published_at or lead.modified_at or now,
                "hinted_at": lead.modified_at,
                "due_at": ALWAYS,
                "parent_id": lead.parent_id,
            }
            for _, lead in sorted(leads.items())
            if lead.url not in known
        ]
        db.insert_all_new(urls, fresh)
        unnamed = and_(here, urls.c.url.in_(known), urls.c.named_at < run_started)
        named = db.execute(update(urls).where(unnamed).values(named_at=now)).rowcount if known else 0
        for url, row in sorted(known.items()):
            changed = _told_by(leads[url], row)
            if changed:
                db.execute(update(urls).where(urls.c.outlet == outlet, urls.c.url == url).values(**changed))
        return Added(len(fresh), len(fresh) + named)

    def _let_go(
        self, db: Transaction, outlet: str, url: str, row: Mapping[str, object], first_seen_at: datetime
    ) -> None:
        """Change the row of a URL that nobody holds any more.

        An address that no source named, such as a page's own canonical one, gets its row now.
        """
        changed = {**row, "lease_until": None, "leased_by": None}
        db.upsert(urls, {**_new_row(outlet, url, "page", first_seen_at), **changed}, changed)


def _ending(outcome: Outcome, http_status: int | None = None, changed_at: datetime | None = None) -> dict[str, object]:
    """What changes of a URL that gave no article."""
    return {
        "status": outcome.status,
        "reason": outcome.reason,
        "http_status": http_status,
        "changed_at": changed_at,
        "looked_at": outcome.now,
        "due_at": outcome.next_look,
        "tries": 0,
    }


def _told_by(lead: Lead, row: Any) -> dict[str, object]:
    """What a lead tells of a known URL that was not known."""
    changed: dict[str, object] = {}
    if lead.parent_id and row.parent_id is None:
        changed["parent_id"] = lead.parent_id
    if lead.modified_at and (row.hinted_at is None or row.hinted_at < lead.modified_at):
        changed["hinted_at"] = lead.modified_at
        # A first hint says nothing new where the article was read after that change.
        unread = row.hinted_at is not None or row.looked_at is None or row.looked_at < lead.modified_at
        if unread and row.status in CHANGEABLE:
            changed |= {"status": "due", "due_at": ALWAYS}
    return changed


def _new_row(outlet: str, url: str, found_by: str, first_seen_at: object) -> dict[str, object]:
    return {
        "outlet": outlet,
        "url": url,
        "found_by": found_by,
        "first_seen_at": first_seen_at,
        "named_at": first_seen_at,
        "newest_first": first_seen_at,
        "tries": 0,
    }
