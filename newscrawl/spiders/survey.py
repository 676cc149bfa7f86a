"""The sources of one crawl: which are read, in which order, and what became of each.

In: ways to list articles. Out: the leads of each page, noted in the ledger, and an outcome for every source, so that
the report can say which way was taken and why.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

from newscrawl.items import Lead
from newscrawl.ledger.sources import PageState, SourceState
from newscrawl.sources.signpost import RestLink
from newscrawl.sources.source import Source, Wanted
from newscrawl.sources.wordpress import WordPressRest
from newscrawl.spiders.census import take_census
from newscrawl.spiders.source_reading import SourceOutcome, SourceReading

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable, Mapping

    from scrapy.crawler import Crawler

    from newscrawl.ledger import Ledger
    from newscrawl.pages.article_page import ArticlePage, Outlet
    from newscrawl.spiders.arguments import Arguments

Way = Sequence[Source | tuple[Source, ...]]
"""Sources that are all read; of a tuple, which is one source under several addresses, the first that can be read."""
SHUT = timedelta(days=7)
"""How long an address that was closed is not asked again, where the source has others."""


class Reading(NamedTuple):
    """What one page of a source gave; the leads are the outlet's, with canonical addresses."""

    label: str
    leads: list[Lead]
    holds_text: bool = False
    """Whether the leads' drafts are the whole articles."""


class Survey:
    def __init__(
        self,
        crawler: Crawler,
        ledger: Ledger,
        outlet: Outlet,
        arguments: Arguments,
        page_class: type[ArticlePage],
    ) -> None:
        site = outlet.site
        self.crawler = crawler
        self.ledger = ledger
        self.outlet = outlet.name
        self.page_class = page_class
        self.site = site
        self.root = site.at_mirror(f"{site.scheme}://{site.host}/")
        self.anew = bool(crawler.settings["REPLAY_FROM"] or crawler.settings["RECORD_TO"])
        """A recorded site, and one that is being recorded, is read as if for the first time."""
        self.whole = arguments.takes_all and not self.anew
        """Whether the crawl takes all that it finds, so that the next one can go on from where it ended."""
        self.wanted = Wanted(since=arguments.since, until=arguments.until)
        self.started = datetime.now(UTC)
        self.outcomes: list[SourceOutcome] = []
        self._begun: set[str] = set()

    async def read(self, ways: Sequence[Way]) -> AsyncIterator[Reading]:
        """Read all sources of the first way that can be read to its end; of the others as far as they go."""
        for way in ways:
            before = len(self.outcomes)
            for source in way:
                async for reading in self._read_any(source if isinstance(source, tuple) else (source,)):
                    yield reading
                if self.outcomes and self.outcomes[-1].state == "unreachable":
                    return
            taken = self.outcomes[before:]
            is_read = any(outcome.state == "read" and outcome.is_whole for outcome in taken)
            if is_read and not any(outcome.state == "failed" for outcome in taken):
                return

    def ask(self, addresses: list[str]) -> None:
        """Put the addresses that a person named into the ledger, as due."""
        self.note("urls", [Lead(url=address) for address in addresses])
        self.ledger.frontier.ask(self.outlet, addresses)

    def note(self, label: str, leads: Sequence[Lead], *, listing_since: datetime | None = None) -> int:
        """Put leads into the ledger, whose addresses are canonical; how many are new.

        `listing_since`: when a second listing of what this crawl has read already began.
        """
        now, begun = datetime.now(UTC), listing_since or self.started
        added = self.ledger.frontier.add(self.outlet, leads, label, now=now, run_started=begun)
        self.crawler.stats.inc_value("newscrawl/found", added.new if listing_since else added.found)
        return added.new

    def ours(self, leads: Iterable[Lead]) -> tuple[list[Lead], list[str]]:
        """The leads that are the outlet's, their addresses made canonical; and the addresses of the others."""
        ours, foreign = [], []
        for lead in leads:
            if url := self.site.canonical(lead.url):
                lead.url = url
                lead.is_part = self.page_class.is_part(url) and lead.parent_id is None
                ours.append(lead)
            else:
                foreign.append(lead.url)
        return ours, foreign

    def known(self, source: Source, begun: datetime) -> SourceState:
        """What earlier crawls know of a source."""
        if self.anew:
            return SourceState()
        known = self.ledger.sources.source(self.outlet, self._name(source.label))
        # A time to come is from before the clock was set back, and tells nothing of what is known.
        return SourceState(total=known.total) if known.whole_at and known.whole_at > begun else known

    def page(self, url: str) -> PageState | None:
        """What a page said when an earlier crawl read it."""
        return None if self.anew else self.ledger.sources.page(self.outlet, url)

    def note_page(self, url: str, state: PageState) -> None:
        if state.etag or state.last_modified or state.told_at:
            self.ledger.sources.note_page(self.outlet, url, state)

    async def _read_any(self, sources: Sequence[Source]) -> AsyncIterator[Reading]:
        """Read the first that can be read of several addresses of one source."""
        before = len(self.outcomes)
        for source in self._by_experience(sources):
            async for reading in self._read(source):
                yield reading
            taken = self.outcomes[before:]
            if taken and taken[-1].state in {"read", "unreachable"}:
                for other in taken[:-1]:
                    # Nothing is lost by it.
                    other.state = "closed" if other.state == "failed" else other.state
                return

    def _by_experience(self, sources: Sequence[Source]) -> list[Source]:
        """The address that was last read to its end first; further ones that were closed lately not at all."""
        if len(sources) == 1:
            return list(sources)
        notes: dict[str, dict[str, Any]] = {note["label"]: note for note in self.ledger.sources.all(self.outlet)}
        if any(isinstance(source, RestLink) for source in sources):
            sources = [*sources, *self._named_before(notes)]
        read: dict[Source, datetime] = {}
        shut: list[Source] = []
        for source in sources:
            note = notes.get(self._name(source.label))
            if note and note["whole_at"]:
                read[source] = note["whole_at"]
            elif note and note["state"] == "closed" and self.started - SHUT < note["read_at"] <= self.started:
                shut.append(source)
        rest = [source for source in sources if source not in read and (source not in shut or source is sources[0])]
        return [*sorted(read, key=lambda source: read[source], reverse=True), *rest]

    def _named_before(self, notes: Mapping[str, Mapping[str, Any]]) -> list[Source]:
        """The addresses of REST that an earlier crawl read to their end, wherever it had them from."""
        begin, end = f"{WordPressRest.kind} ", self._name("")
        labels = [label for label, note in notes.items() if note["whole_at"] and label.endswith(end)]
        paths = [label.removeprefix(begin).removesuffix(end) for label in labels if label.startswith(begin)]
        # A mirror's name is no part of an address of the site itself.
        return [WordPressRest(path) for path in paths if " " not in path]

    async def _read(self, source: Source) -> AsyncIterator[Reading]:
        """Read a source, or the sources that it names."""
        if source.label in self._begun:
            return
        self._begun.add(source.label)
        reading = SourceReading(self, source)
        outcome = reading.outcome
        self.outcomes.append(outcome)
        async for leads in reading.pages():
            yield Reading(source.label, leads, source.holds_text)
        if isinstance(source, WordPressRest) and self.whole and outcome.state == "read":
            async for leads in take_census(self, source, reading):
                yield Reading(source.label, leads, source.holds_text)
        others = [replace(other, path=self._own_path(other.path)) for other in reading.sources]
        others = [other for other in others if other.label not in self._begun]
        if others:
            # What only points to others has no outcome of its own.
            self.outcomes.remove(outcome)
        else:
            if reading.sources:
                outcome.state = "closed"
                outcome.reasons.append("it names only what was asked already")
            reason = "; ".join(outcome.reasons) or None
            state = reading.end()
            self.ledger.sources.note_source(
                self.outlet, self._name(source.label), outcome.state, reason, state, now=datetime.now(UTC)
            )
        for other in others:
            async for found in self._read(other):
                yield found

    def _own_path(self, path: str) -> str:
        """A named source's path as the outlet's own sources have it: below its root, where it is the outlet's."""
        parts = urlsplit(path)
        if not parts.netloc or self.site.canonical(path) is None:
            return path
        folder = urlsplit(self.root).path
        return f"/{parts.path.removeprefix(folder).lstrip('/')}" + (f"?{parts.query}" if parts.query else "")

    def _name(self, label: str) -> str:
        """A source's name in the ledger: what a mirror said tells nothing of the site, nor of another mirror."""
        return f"{label} at {self.site.mirror}" if self.site.mirror else label
