"""Reads one source from its first page to its last, into the ledger.

In: a source. Out: the leads of each page, noted, and a `SourceOutcome`. What has not changed since an earlier crawl is
not read again: pages by their validators and lastmod, REST by its cursor, listings until a whole page is known. A page
that the site cannot give is asked for in smaller ones.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING

from newscrawl.items import Follow
from newscrawl.ledger.frontier import AT_ONCE
from newscrawl.ledger.sources import PageState, SourceState
from newscrawl.network.pace import CrawlEnding
from newscrawl.sources.source import Wanted
from newscrawl.spiders.numbers import Numbers
from newscrawl.spiders.source_page import State, Unread, ask

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from newscrawl.items import Batch, Lead
    from newscrawl.sources.source import Source
    from newscrawl.spiders.scope import Scope
    from newscrawl.spiders.source_page import Answer

logger = logging.getLogger(__name__)

ELSEWHERE = "on other sites"
"""Why leads are left out that are not the outlet's."""
FAILING = "failing"
"""Why entries are left out that the site cannot give, not even one by one."""
TOO_LONG = "with too long an address"
REPEATED = "it names what the page before it names"
"""Why a listing ends before its end: something before the site answers without looking at the page's number."""
MOST_BARE = 200
"""Pages in a row without any entry after which a source is a trap: an index of indexes, a calendar without end."""
MOST_FAILURES = 8
"""Pages in a row that may fail before no smaller ones are asked for in their place."""
OVERLAP = timedelta(hours=1)
"""How far behind its cursor REST is asked: a post that was saved while the last crawl read is not missed."""


@dataclass(slots=True)
class SourceOutcome:
    """What became of a source in this crawl."""

    label: str
    state: State = "stopped"
    reasons: list[str] = field(default_factory=list)
    """Why it could not be read, or not to its end."""
    is_whole: bool = True
    """Whether the source names all that the site has."""
    pages: int = 0
    """Pages that the site gave, or called unchanged."""
    unchanged: int = 0
    """Pages of which the site says that they are as they were."""
    leads: int = 0
    new: int = 0
    """Leads that no crawl knew of."""
    total: int | None = None
    """How many articles the site says it has here, where it says so."""
    hidden: int | None = None
    """How many of those it shows nowhere; null where the crawl did not list them all."""
    left_out: dict[str, int] = field(default_factory=dict)
    """Entries that are no leads, by reason."""
    elsewhere: str | None = None
    """The first address that is not the outlet's."""
    period: str | None = None
    """How far `since` and `until` made the reading shorter."""


class SourceReading:
    def __init__(self, scope: Scope, source: Source) -> None:
        self.scope = scope
        self.source = source
        self.outcome = SourceOutcome(source.label, is_whole=source.is_whole)
        self.begun = datetime.now(UTC)
        self.known = scope.known(source, self.begun)
        """From earlier crawls."""
        self.cursor = self.known.cursor
        self.numbers = Numbers()
        self.sources: list[Source] = []
        """Further sources that this one names."""
        since = self.cursor and self.cursor - OVERLAP
        self._first = source.first(scope.root, scope.wanted._replace(changed_since=since))
        self._waiting = [Follow(url=self._first)]
        self._asked: set[str] = set()
        self._parts: set[str] = set()
        """The smaller pages that stand for one that failed."""
        self._named: set[str] = set()
        """What the page before named."""
        self._failures = 0
        """Pages in a row that failed."""
        self._bare = 0
        """Pages in a row without any entry."""
        self._requests = 0
        """Pages asked for."""
        self._most_pages = int(scope.crawler.settings.getfloat("MAX_SOURCE_PAGES"))
        self._names_older = False
        """Whether it named more than the articles of the last days."""
        self._is_cut = False
        """Whether it names more than could be had."""

    async def pages(self) -> AsyncIterator[list[Lead]]:
        """The leads of each page that was read, with canonical addresses; raises CrawlEnding."""
        while self._waiting:
            page = self._waiting.pop(0)
            if page.url in self._asked:
                continue
            if bound := self._bound():
                self.outcome.state = "failed"
                self.outcome.reasons.append(bound)
                logger.warning("%s: %s", self.outcome.label, bound)
                return
            self._asked.add(page.url)
            answer = await self._ask(page)
            if answer is None or answer.batch is None:
                continue
            leads = await self._take(answer.batch)
            self._go_on(page, answer, leads)
            yield leads
            # Only now: a page whose leads were not dealt with must be read again. A news sitemap always is: unchanged
            # it would not say that it is one.
            if self.source.names_older(answer.batch.leads):
                self.scope.note_page(page.url, answer.state)
        if self.known.cursor and not self.scope.wanted.since:
            # Only what changed was asked for, so what the site counts is the number of changes.
            self.outcome.total = self.known.total

    def end(self) -> SourceState:
        """Settle the outcome; what the next crawl may know, which goes on from a reading that left nothing out."""
        outcome, known, wanted = self.outcome, self.known, self.scope.wanted
        named = outcome.leads + outcome.unchanged + sum(outcome.left_out.values())
        if outcome.state == "read" and not named and known.cursor is None and outcome.period is None:
            outcome.state = "failed" if known.whole_at else "empty"
            outcome.reasons.append("it names no article" + (" any more" if known.whole_at else ""))
        if not outcome.leads and not outcome.unchanged and known.cursor is None and outcome.period is None:
            # The next way may know of articles.
            outcome.is_whole = False
        if outcome.state == "read" and wanted != Wanted() and outcome.period is None:
            if self.source.first(self.scope.root, wanted) != self.source.first(self.scope.root):
                outcome.period = "asked for that time only"
            elif self.source.newest_first:
                outcome.period = "read to its end"
            else:
                outcome.period = "read whole, for it tells no order of time"
        if not self.scope.whole or outcome.state != "read" or self._is_cut:
            return known
        # A post dated in the future must not hide the others until then.
        return SourceState(self.begun, self.cursor and min(self.cursor, self.begun), outcome.total)

    def _bound(self) -> str | None:
        """Why the source is not read on, where it is larger than any crawl needs."""
        if self._requests >= self._most_pages:
            return f"not read on after {self._most_pages:,} pages (MAX_SOURCE_PAGES)"
        if self._bare >= MOST_BARE:
            return f"not read on: {MOST_BARE} pages in a row name no article"
        if self.scope.is_full():
            most = f"{self.scope.most_due:,} URLs are due, as many as MAX_DUE allows"
            return f"not read on: {most}; run the crawl again and it goes on from here"
        return None

    async def _ask(self, page: Follow) -> Answer | None:
        """The site's answer; None where the page need not be asked for, or could not be read."""
        outcome, since = self.outcome, self.scope.wanted.since
        before = self.scope.page(page.url)
        if before and _as_told(before, page):
            outcome.unchanged += 1
            self._names_older = self._names_older or not before.follow
            self._waiting[:0] = before.follow
            return None
        if since and page.modified_at and page.modified_at < since:
            # Nothing is changed before it is published.
            outcome.period = "only the parts that were changed since then were read"
            return None
        self._requests += 1
        try:
            answer = await ask(self.scope.crawler, self.source, page, before, self._holds_nothing_new)
        except Unread as unread:
            self._do_without(page, unread)
            return None
        except CrawlEnding:
            outcome.state = "stopped"
            raise
        self._failures = 0
        outcome.state = "read" if outcome.state == "stopped" else outcome.state
        outcome.pages += 1
        if answer.cut:
            self._cut(page.url, answer)
        if answer.batch is None:
            outcome.unchanged += 1
            self._names_older = self._names_older or not answer.state.follow
            self.scope.note_page(page.url, answer.state)
            if not (self.source.newest_first and self.known.whole_at):
                self._waiting[:0] = answer.state.follow
        return answer

    def _cut(self, url: str, answer: Answer) -> None:
        """Take what there is of a page that names more: no whole reading, from which the next crawl could go on."""
        self._is_cut, outcome = True, self.outcome
        outcome.is_whole = False
        outcome.reasons.append(f"{url}: {answer.cut}")
        if answer.is_fault:
            outcome.state = "failed"
            logger.warning("%s: %s", outcome.label, outcome.reasons[-1])

    def _do_without(self, page: Follow, unread: Unread) -> None:
        """Ask for smaller pages instead of one that failed: one broken entry must not cost a hundred."""
        outcome, url, is_part = self.outcome, page.url, page.url in self._parts
        if url != self._first and unread.is_past_end:
            return
        self._failures += 1
        is_offered = outcome.pages > 0 or unread.state != "closed"
        may_pass = unread.may_pass and is_offered and self._failures < MOST_FAILURES
        smaller = self.source.parts(url) if may_pass else []
        if smaller:
            following = None if is_part else self.source.after(url)
            self._parts.update(smaller)
            self._waiting[:0] = [
                *(Follow(url=part, is_told=page.is_told) for part in smaller),
                *(Follow(url=next_page) for next_page in filter(None, [following])),
            ]
        elif may_pass and is_part:
            outcome.left_out[FAILING] = outcome.left_out.get(FAILING, 0) + 1
        else:
            # A source that is not there is no fault; one that ends before its end is.
            outcome.reasons.append(f"{url}: {unread}" if outcome.pages else str(unread))
            outcome.state = "failed" if outcome.pages else unread.state
            log = logger.warning if outcome.state == "failed" else logger.info
            log("%s: %s", outcome.label, outcome.reasons[-1])
            if is_part:
                self._waiting.clear()

    async def _take(self, batch: Batch) -> list[Lead]:
        """Count what a page holds; note the outlet's leads, made canonical, and return them."""
        outcome = self.outcome
        self.sources += batch.sources
        self.numbers.add(batch)
        if batch.leads:
            self._names_older = self._names_older or self.source.names_older(batch.leads)
            outcome.is_whole = self.source.is_whole and self._names_older and not self._is_cut
        self._bare = 0 if batch.leads or batch.left_out else self._bare + 1
        ours, foreign, too_long = self.scope.ours(batch.leads)
        outcome.elsewhere = outcome.elsewhere or next(iter(foreign), None)
        outcome.leads += len(ours)
        outcome.total = outcome.total if batch.total is None else batch.total
        for why, count in {**batch.left_out, ELSEWHERE: len(foreign), TOO_LONG: too_long}.items():
            if count:
                outcome.left_out[why] = outcome.left_out.get(why, 0) + count
        for part in range(0, len(ours), AT_ONCE):
            outcome.new += self.scope.note(outcome.label, ours[part : part + AT_ONCE])
            # A sitemap of 50,000 does not hold up the rest of the crawl.
            await asyncio.sleep(0)
        changes = [moment for lead in ours if (moment := lead.modified_at or lead.published_at)]
        self.cursor = max([*changes, *filter(None, [self.cursor])], default=None)
        return ours

    def _go_on(self, page: Follow, answer: Answer, leads: Sequence[Lead]) -> None:
        """Queue what follows a page, unless what follows can bring nothing."""
        addresses, since = {lead.url for lead in leads}, self.scope.wanted.since
        # Some sites answer a page past the end with the last one, and so on for ever.
        is_repeated = bool(addresses) and addresses == self._named
        over = is_repeated or (bool(addresses) and self._is_all_known(addresses))
        if is_repeated and (page.is_told or self.outcome.pages == 2):
            # Such an end is none: the site counts this page, or there was no other one than the first.
            self._cut(page.url, answer._replace(cut=REPEATED, is_fault=page.is_told))
        self._named = addresses
        if since and self.source.newest_first and leads and all(_is_before(lead, since) for lead in leads):
            self.outcome.period = "read as far as that time"
            over = True
        if not over and page.url not in self._parts:
            self._waiting[:0] = answer.state.follow

    def _holds_nothing_new(self, leads: Sequence[Lead]) -> bool:
        scope = self.scope
        addresses = {url for lead in leads if (url := scope.site.canonical(lead.url))}
        if not addresses or not self._is_all_known(addresses):
            return False
        # They were not noted yet.
        return not scope.ledger.frontier.unknown(scope.outlet, addresses)

    def _is_all_known(self, addresses: set[str]) -> bool:
        """Whether a page holds nothing that the last whole reading did not see: sticky posts alone do not say so."""
        scope, whole_at = self.scope, self.known.whole_at
        if not self.source.newest_first or whole_at is None:
            return False
        return scope.ledger.frontier.seen_before(scope.outlet, addresses, whole_at)


def _is_before(lead: Lead, moment: datetime) -> bool:
    return lead.published_at is not None and lead.published_at < moment


def _as_told(before: PageState, page: Follow) -> bool:
    """Whether an index says that a page is as it was when it was read. A bare day does not say it of that day."""
    if before.told_at is None or page.modified_at is None or page.modified_at.time() == time():
        return False
    return page.modified_at <= before.told_at
