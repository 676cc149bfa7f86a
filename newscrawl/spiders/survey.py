"""Reads an outlet's sources, one after the other, and keeps what became of each.

In: ways to list articles. Out: what each response of a source gave, and an outcome for every source, so that the report
can say which way was taken and why.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, NamedTuple

from scrapy import Request

from newscrawl.network.blocked import blocked_by
from newscrawl.network.failure import sentence
from newscrawl.network.headers import headers_of
from newscrawl.network.robots import RobotsUnreachable
from newscrawl.sources.source import SourceError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from scrapy.crawler import Crawler

    from newscrawl.items import Batch
    from newscrawl.sources.source import Source
    from newscrawl.text.urls import Site

logger = logging.getLogger(__name__)

State = Literal["read", "closed", "failed", "unreachable"]
CLOSED = {400, 401, 403, 404, 405, 410, 451}
"""Statuses by which a site says that it does not offer a source, which is no fault of anyone."""

ELSEWHERE = "on other sites"
"""Why leads are left out that are not the outlet's."""


class Reading(NamedTuple):
    """What one response of a source gave; the leads are the outlet's, with canonical addresses."""

    label: str
    batch: Batch


class Unread(Exception):  # noqa: N818 (it says that a source was not read, not that someone erred)
    """A source's address gave nothing to read; the text says why."""

    def __init__(self, state: State, reason: str) -> None:
        super().__init__(reason)
        self.state: State = state


@dataclass(slots=True)
class SourceOutcome:
    """What became of a source in this crawl."""

    label: str
    state: State = "read"
    reason: str | None = None
    """Why it could not be read, or not to its end."""
    pages: int = 0
    leads: int = 0
    total: int | None = None
    """How many articles the site says it has here, where it says so."""
    left_out: dict[str, int] = field(default_factory=dict)
    """Entries that are no leads, by reason."""
    elsewhere: str | None = None
    """The first address that is not the outlet's."""


class Survey:
    """The sources of one crawl and what became of them."""

    def __init__(self, crawler: Crawler, site: Site) -> None:
        self.crawler = crawler
        self.site = site
        self.root = site.at_mirror(f"{site.scheme}://{site.host}/")
        self.outcomes: list[SourceOutcome] = []

    async def read(self, ways: Sequence[Sequence[Source]]) -> AsyncIterator[Reading]:
        """Read all sources of the first way of which any can be read."""
        for way in ways:
            before = len(self.outcomes)
            for source in way:
                async for reading in self._read_source(source):
                    yield reading
                if self.outcomes[-1].state == "unreachable":
                    return
            if any(outcome.pages for outcome in self.outcomes[before:]):
                return

    async def _read_source(self, source: Source) -> AsyncIterator[Reading]:
        outcome = SourceOutcome(source.label)
        self.outcomes.append(outcome)
        asked: set[str] = set()
        waiting = [source.first(self.root)]
        while waiting:
            url = waiting.pop(0)
            if url in asked:
                continue
            asked.add(url)
            try:
                batch = await self._read_page(source, url)
            except Unread as unread:
                self._note_unread(outcome, url, unread)
                continue
            self._note_read(outcome, batch)
            waiting[:0] = [follow.url for follow in batch.follow]
            yield Reading(source.label, batch)

    async def _read_page(self, source: Source, url: str) -> Batch:
        try:
            response = await self.crawler.engine.download_async(Request(url))
        except RobotsUnreachable as error:
            raise Unread("unreachable", sentence(error)) from error
        except Exception as error:
            raise Unread("failed", sentence(error)) from error
        headers = headers_of(response)
        if block := blocked_by(response.status, headers, response.body):
            raise Unread("failed", block)
        if response.status != 200:
            state: State = "closed" if response.status in CLOSED else "failed"
            raise Unread(state, f"the site answers {response.status}")
        try:
            return source.read(response.body, response.url, headers)
        except SourceError as error:
            raise Unread("failed", str(error)) from error

    def _note_read(self, outcome: SourceOutcome, batch: Batch) -> None:
        """Make the leads' addresses canonical, leave out those of other sites, and count all of it."""
        ours = []
        for lead in batch.leads:
            if url := self.site.canonical(lead.url):
                lead.url = url
                ours.append(lead)
            else:
                outcome.elsewhere = outcome.elsewhere or lead.url
        if elsewhere := len(batch.leads) - len(ours):
            batch.left_out = {**batch.left_out, ELSEWHERE: elsewhere}
        batch.leads = ours
        outcome.pages += 1
        outcome.leads += len(ours)
        outcome.total = outcome.total if batch.total is None else batch.total
        for why, count in batch.left_out.items():
            outcome.left_out[why] = outcome.left_out.get(why, 0) + count

    def _note_unread(self, outcome: SourceOutcome, url: str, unread: Unread) -> None:
        if not outcome.pages or unread.state != "closed":
            outcome.state = unread.state
        reason = f"{url}: {unread}" if outcome.pages else str(unread)
        outcome.reason = outcome.reason or reason
        log = logger.info if unread.state == "closed" else logger.warning
        log("%s: %s", outcome.label, reason)
