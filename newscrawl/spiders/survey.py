"""The sources of one crawl: which are read, in which order, and what became of each.

In: ways to list articles. Out: the leads of each page, noted in the ledger, and an outcome for every source, so that
the report can say which way was taken and why.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from newscrawl.items import Lead
from newscrawl.sources.signpost import RestLink
from newscrawl.sources.source import Source
from newscrawl.sources.wordpress import WordPressRest
from newscrawl.spiders.census import take_census
from newscrawl.spiders.source_reading import SourceOutcome, SourceReading

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

    from newscrawl.spiders.scope import Scope

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
    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.outcomes: list[SourceOutcome] = []
        self._begun: set[str] = set()

    @property
    def is_unreachable(self) -> bool:
        """Whether the site is to be left alone, because its robots.txt cannot be had."""
        return bool(self.outcomes) and self.outcomes[-1].state == "unreachable"

    async def read(self, ways: Sequence[Way]) -> AsyncIterator[Reading]:
        """Read all sources of the first way that can be read to its end; of the others as far as they go."""
        for way in ways:
            before = len(self.outcomes)
            for source in way:
                async for reading in self._read_any(source if isinstance(source, tuple) else (source,)):
                    yield reading
                if self.scope.is_full() or self.is_unreachable:
                    return
            taken = self.outcomes[before:]
            is_read = any(outcome.state == "read" and outcome.is_whole for outcome in taken)
            if is_read and not any(outcome.state == "failed" for outcome in taken):
                return

    def ask(self, addresses: list[str]) -> None:
        """Put the addresses that a person named into the ledger, as due."""
        self.scope.note("urls", [Lead(url=address) for address in addresses])
        self.scope.ledger.frontier.ask(self.scope.outlet, addresses)

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
        notes = self.scope.notes()
        if any(isinstance(source, RestLink) for source in sources):
            sources = [*sources, *self._named_before(notes)]
        now = self.scope.started
        read: dict[Source, datetime] = {}
        shut: list[Source] = []
        for source in sources:
            note = notes.get(self.scope.name(source.label))
            if note and note["whole_at"]:
                read[source] = note["whole_at"]
            elif note and note["state"] == "closed" and now - SHUT < note["read_at"] <= now:
                shut.append(source)
        rest = [source for source in sources if source not in read and (source not in shut or source is sources[0])]
        return [*sorted(read, key=lambda source: read[source], reverse=True), *rest]

    def _named_before(self, notes: Mapping[str, Mapping[str, Any]]) -> list[Source]:
        """The addresses of REST that an earlier crawl read to their end, wherever it had them from."""
        begin, end = f"{WordPressRest.kind} ", self.scope.name("")
        labels = [label for label, note in notes.items() if note["whole_at"] and label.endswith(end)]
        paths = [label.removeprefix(begin).removesuffix(end) for label in labels if label.startswith(begin)]
        # A mirror's name is no part of an address of the site itself.
        return [WordPressRest(path) for path in paths if " " not in path]

    async def _read(self, source: Source) -> AsyncIterator[Reading]:
        """Read a source, or the sources that it names."""
        if source.label in self._begun:
            return
        self._begun.add(source.label)
        reading = SourceReading(self.scope, source)
        outcome = reading.outcome
        self.outcomes.append(outcome)
        async for leads in reading.pages():
            yield Reading(source.label, leads, source.holds_text)
        if isinstance(source, WordPressRest) and self.scope.whole and outcome.state == "read":
            async for leads in take_census(self.scope, source, reading):
                yield Reading(source.label, leads, source.holds_text)
        others = [replace(other, path=self.scope.own_path(other.path)) for other in reading.sources]
        others = [other for other in others if other.label not in self._begun]
        if others:
            # What only points to others has no outcome of its own.
            self.outcomes.remove(outcome)
        else:
            if reading.sources:
                outcome.state = "closed"
                outcome.reasons.append("it names only what was asked already")
            known = reading.end()
            self.scope.note_source(source.label, outcome.state, outcome.reasons, known)
        for other in others:
            async for found in self._read(other):
                yield found
