"""Reads an outlet's sources into the ledger, one after the other, and keeps what became of each.

In: ways to list articles. Out: the leads of each response, noted in the ledger, and an outcome for every source, so
that the report can say which way was taken and why. What has not changed since an earlier crawl is not read again:
pages by their validators and lastmod, REST by its cursor, listings until a whole page is known.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING, Literal, NamedTuple

from scrapy import Request

from newscrawl.items import Batch, Follow, Lead
from newscrawl.ledger.frontier import AT_ONCE
from newscrawl.ledger.sources import PageState, SourceState
from newscrawl.network.blocked import blocked_by
from newscrawl.network.failure import sentence
from newscrawl.network.headers import headers_of
from newscrawl.network.robots import RobotsUnreachable
from newscrawl.sources.source import SourceError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping, Sequence

    from scrapy.crawler import Crawler

    from newscrawl.ledger import Ledger
    from newscrawl.pages.article_page import Outlet
    from newscrawl.sources.source import Source

logger = logging.getLogger(__name__)

State = Literal["stopped", "read", "empty", "closed", "failed", "unreachable"]
CLOSED = {400, 401, 403, 404, 405, 410, 451}
"""Statuses by which a site says that it does not offer a source, which is no fault of anyone."""
ELSEWHERE = "on other sites"
"""Why leads are left out that are not the outlet's."""
SOURCE_MAXSIZE = 64 * 1024 * 1024
"""Bytes: a sitemap may have 50 MB (sitemaps.org), an article never."""
OVERLAP = timedelta(hours=1)
"""How far behind its cursor REST is asked: a post that was saved while the last crawl read is not missed."""


class Reading(NamedTuple):
    """What one response of a source gave; the leads are the outlet's, with canonical addresses."""

    label: str
    leads: list[Lead]


class Unread(Exception):  # noqa: N818 (it says that a source was not read, not that someone erred)
    """A source's address gave nothing to read; the text says why."""

    def __init__(self, state: State, reason: str) -> None:
        super().__init__(reason)
        self.state: State = state


class Answer(NamedTuple):
    """A source's page, read, or unchanged since it was (then without a batch)."""

    batch: Batch | None
    state: PageState


@dataclass(slots=True)
class SourceOutcome:
    """What became of a source in this crawl."""

    label: str
    state: State = "stopped"
    reasons: list[str] = field(default_factory=list)
    """Why it could not be read, or not to its end."""
    pages: int = 0
    """Pages asked for."""
    unchanged: int = 0
    """Pages of which the site says that they are as they were."""
    leads: int = 0
    total: int | None = None
    """How many articles the site says it has here, where it says so."""
    left_out: dict[str, int] = field(default_factory=dict)
    """Entries that are no leads, by reason."""
    elsewhere: str | None = None
    """The first address that is not the outlet's."""


class Survey:
    """The sources of one crawl and what became of them."""

    def __init__(self, crawler: Crawler, ledger: Ledger, outlet: Outlet, *, whole: bool) -> None:
        """`whole`: whether the crawl takes all that it finds, so that the next one can go on from where it ended.

        A recorded site, and one that is being recorded, is read as if for the first time.
        """
        site = outlet.site
        self.crawler = crawler
        self.ledger = ledger
        self.outlet = outlet.name
        self.site = site
        self.root = site.at_mirror(f"{site.scheme}://{site.host}/")
        self.anew = bool(crawler.settings["REPLAY_FROM"] or crawler.settings["RECORD_TO"])
        self.whole = whole and not self.anew
        self.started = datetime.now(UTC)
        self.outcomes: list[SourceOutcome] = []

    async def read(self, ways: Sequence[Sequence[Source]]) -> AsyncIterator[Reading]:
        """Read all sources of the first way that can be read to its end; of the others as far as they go."""
        for way in ways:
            before = len(self.outcomes)
            for source in way:
                async for reading in self._read_source(source):
                    yield reading
                if self.outcomes[-1].state == "unreachable":
                    return
            states = {outcome.state for outcome in self.outcomes[before:]}
            if "read" in states and "failed" not in states:
                return

    def ask(self, addresses: list[str]) -> None:
        """Put the addresses that a person named into the ledger, as due."""
        self.note("urls", [Lead(url=address) for address in addresses])
        self.ledger.frontier.ask(self.outlet, addresses)

    def note(self, label: str, leads: Sequence[Lead]) -> None:
        """Put leads into the ledger; their addresses are canonical."""
        now = datetime.now(UTC)
        added = self.ledger.frontier.add(self.outlet, leads, label, now=now, run_started=self.started)
        self.crawler.stats.inc_value("newscrawl/found", added.found)

    async def _read_source(self, source: Source) -> AsyncIterator[Reading]:
        outcome = SourceOutcome(source.label)
        self.outcomes.append(outcome)
        begun = datetime.now(UTC)
        known = self._known(source, begun)
        cursor = known.cursor
        waiting = [Follow(url=source.first(self.root, changed_since=cursor and cursor - OVERLAP))]
        asked: set[str] = set()
        named: set[str] = set()
        while waiting:
            page = waiting.pop(0)
            if page.url in asked:
                continue
            asked.add(page.url)
            before = None if self.anew else self.ledger.sources.page(self.outlet, page.url)
            if before and _as_told(before, page):
                outcome.unchanged += 1
                waiting[:0] = before.follow
                continue
            try:
                answer = await self._read_page(source, page, before)
            except Unread as unread:
                self._note_unread(outcome, page.url, unread)
                continue
            outcome.state = "read" if outcome.state == "stopped" else outcome.state
            outcome.pages += 1
            if answer.batch is None:
                outcome.unchanged += 1
                self._note_page(page.url, answer.state)
                if not (source.newest_first and known.whole_at):
                    waiting[:0] = answer.state.follow
                continue
            waiting[:0] = answer.state.follow
            leads = await self._note_read(outcome, answer.batch)
            addresses = {lead.url for lead in leads}
            # Some sites answer a page past the end with the last one, and so on for ever.
            if self._all_known(source, addresses, known) or (addresses and addresses == named):
                waiting.clear()
            named = addresses
            cursor = max((moment for moment in (cursor, *map(_changed, leads)) if moment), default=None)
            yield Reading(source.label, leads)
            # Only now: a page whose leads were not dealt with must be read again.
            self._note_page(page.url, answer.state)
        self._note_end(outcome, known, begun, cursor)

    def _known(self, source: Source, begun: datetime) -> SourceState:
        if self.anew:
            return SourceState()
        known = self.ledger.sources.source(self.outlet, self._name(source.label))
        # A time to come is from before the clock was set back, and tells nothing of what is known.
        return SourceState(total=known.total) if known.whole_at and known.whole_at > begun else known

    def _name(self, label: str) -> str:
        """A source's name in the ledger: what a mirror said tells nothing of the site, nor of another mirror."""
        return f"{label} at {self.site.mirror}" if self.site.mirror else label

    def _all_known(self, source: Source, addresses: set[str], known: SourceState) -> bool:
        """Whether a page holds nothing that the last whole reading did not see: sticky posts alone do not say so."""
        if not source.newest_first or known.whole_at is None or not addresses:
            return False
        return self.ledger.frontier.seen_before(self.outlet, addresses, known.whole_at)

    async def _read_page(self, source: Source, page: Follow, before: PageState | None) -> Answer:
        try:
            request = Request(page.url, headers=_conditions(before), meta={"download_maxsize": SOURCE_MAXSIZE})
            response = await self.crawler.engine.download_async(request)
        except RobotsUnreachable as error:
            raise Unread("unreachable", sentence(error)) from error
        except Exception as error:
            raise Unread("failed", sentence(error)) from error
        headers = headers_of(response)
        if block := blocked_by(response.status, headers, response.body):
            raise Unread("failed", block)
        if response.status == 304 and before:
            return Answer(None, before._replace(told_at=page.modified_at))
        if response.status != 200:
            state: State = "closed" if response.status in CLOSED else "failed"
            raise Unread(state, f"the site answers {response.status}")
        try:
            batch = source.read(response.body, response.url, headers)
        except SourceError as error:
            raise Unread("failed", str(error)) from error
        etag, last_modified = headers.get("etag"), headers.get("last-modified")
        return Answer(batch, PageState(etag, last_modified, page.modified_at, tuple(batch.follow)))

    async def _note_read(self, outcome: SourceOutcome, batch: Batch) -> list[Lead]:
        """Make the leads' addresses canonical, leave out those of other sites, count and note all of it."""
        ours = []
        for lead in batch.leads:
            if url := self.site.canonical(lead.url):
                lead.url = url
                ours.append(lead)
            else:
                outcome.elsewhere = outcome.elsewhere or lead.url
        if elsewhere := len(batch.leads) - len(ours):
            batch.left_out = {**batch.left_out, ELSEWHERE: elsewhere}
        outcome.leads += len(ours)
        outcome.total = outcome.total if batch.total is None else batch.total
        for why, count in batch.left_out.items():
            outcome.left_out[why] = outcome.left_out.get(why, 0) + count
        for part in range(0, len(ours), AT_ONCE):
            self.note(outcome.label, ours[part : part + AT_ONCE])
            # A sitemap of 50,000 does not hold up the rest of the crawl.
            await asyncio.sleep(0)
        return ours

    def _note_page(self, url: str, state: PageState) -> None:
        if state.etag or state.last_modified or state.told_at:
            self.ledger.sources.note_page(self.outlet, url, state)

    def _note_unread(self, outcome: SourceOutcome, url: str, unread: Unread) -> None:
        """A source that is not there is no fault; one that ends before its end is."""
        outcome.reasons.append(f"{url}: {unread}" if outcome.pages else str(unread))
        outcome.state = "failed" if outcome.pages else unread.state
        log = logger.warning if outcome.state == "failed" else logger.info
        log("%s: %s", outcome.label, outcome.reasons[-1])

    def _note_end(self, outcome: SourceOutcome, known: SourceState, begun: datetime, cursor: datetime | None) -> None:
        """Keep how the reading ended; one that left something out is not gone on from."""
        named = outcome.leads + outcome.unchanged + sum(outcome.left_out.values())
        if outcome.state == "read" and not named and known.cursor is None:
            outcome.state = "failed" if known.whole_at else "empty"
            outcome.reasons.append("it names no article" + (" any more" if known.whole_at else ""))
        if known.cursor:
            # Only what changed was asked for, so what the site counts is the number of changes.
            outcome.total = known.total
        if self.whole and outcome.state == "read":
            # A post dated in the future must not hide the others until then.
            known = SourceState(begun, cursor and min(cursor, begun), outcome.total)
        reason = "; ".join(outcome.reasons) or None
        notes, name = self.ledger.sources, self._name(outcome.label)
        notes.note_source(self.outlet, name, outcome.state, reason, known, now=datetime.now(UTC))


def _changed(lead: Lead) -> datetime | None:
    return lead.modified_at or lead.published_at


def _as_told(before: PageState, page: Follow) -> bool:
    """Whether an index says that a page is as it was when it was read. A bare day does not say it of that day."""
    if before.told_at is None or page.modified_at is None or page.modified_at.time() == time():
        return False
    return page.modified_at <= before.told_at


def _conditions(before: PageState | None) -> Mapping[str, str]:
    """Headers that let the site answer "unchanged".

    Behind Apache's gzip an ETag ends in `-gzip` and then never matches, so that the date must do alone (RFC 9110,
    13.1.3: an ETag takes precedence over it).
    """
    if before is None:
        return {}
    headers = {}
    if before.etag and not before.etag.endswith('-gzip"'):
        headers["If-None-Match"] = before.etag
    if before.last_modified:
        headers["If-Modified-Since"] = before.last_modified
    return headers
