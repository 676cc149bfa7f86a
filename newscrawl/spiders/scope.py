"""What one crawl reads sources for, and where it notes what they name.

In: an outlet, the arguments of a crawl, and the ledger. Out: leads with canonical addresses, noted; and what earlier
crawls know of a source and its pages.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

from newscrawl.ledger.sources import PageState, SourceState
from newscrawl.sources.source import Wanted

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from scrapy.crawler import Crawler

    from newscrawl.items import Lead
    from newscrawl.ledger import Ledger
    from newscrawl.pages.article_page import ArticlePage, Outlet
    from newscrawl.sources.source import Source
    from newscrawl.spiders.arguments import Arguments


class Ours(NamedTuple):
    """The leads of a page that are the outlet's, their addresses made canonical; and the others."""

    leads: list[Lead]
    elsewhere: list[str]
    """Addresses of other sites."""
    too_long: int
    """How many addresses have more characters than URLLENGTH_LIMIT."""


class Scope:
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
        self.most_due = int(crawler.settings.getfloat("MAX_DUE"))
        self._due: int | None = None
        """How many URLs are due at most: those that were when they were last counted, and all that came since."""

    def note(self, label: str, leads: Sequence[Lead], *, listing_since: datetime | None = None) -> int:
        """Put leads into the ledger, whose addresses are canonical; how many are new.

        `listing_since`: when a second listing of what this crawl has read already began.
        """
        now, begun = datetime.now(UTC), listing_since or self.started
        added = self.ledger.frontier.add(self.outlet, leads, label, now=now, run_started=begun)
        self.crawler.stats.inc_value("newscrawl/found", added.new if listing_since else added.found)
        if self._due is not None:
            self._due += added.new
        return added.new

    def is_full(self) -> bool:
        """Whether so many URLs are due that no further ones are looked for."""
        if self._due is None or self._due >= self.most_due:
            # Counted only when it may be so: it reads the whole ledger.
            self._due = self.ledger.frontier.counts(self.outlet).get("due", 0)
        return self._due >= self.most_due

    def ours(self, leads: Iterable[Lead]) -> Ours:
        ours: list[Lead] = []
        elsewhere: list[str] = []
        too_long = 0
        for lead in leads:
            if url := self.site.canonical(lead.url):
                lead.url = url
                lead.is_part = self.page_class.is_part(url) and lead.parent_id is None
                ours.append(lead)
            elif len(lead.url) > self.site.longest:
                too_long += 1
            else:
                elsewhere.append(lead.url)
        return Ours(ours, elsewhere, too_long)

    def known(self, source: Source, begun: datetime) -> SourceState:
        """What earlier crawls know of a source."""
        if self.anew:
            return SourceState()
        known = self.ledger.sources.source(self.outlet, self.name(source.label))
        # A time to come is from before the clock was set back, and tells nothing of what is known.
        return SourceState(total=known.total) if known.whole_at and known.whole_at > begun else known

    def page(self, url: str) -> PageState | None:
        """What a page said when an earlier crawl read it."""
        return None if self.anew else self.ledger.sources.page(self.outlet, url)

    def note_page(self, url: str, state: PageState) -> None:
        if state.etag or state.last_modified or state.told_at:
            self.ledger.sources.note_page(self.outlet, url, state)

    def notes(self) -> dict[str, dict[str, Any]]:
        """What the ledger holds of every source, by the source's name there."""
        return {note["label"]: note for note in self.ledger.sources.all(self.outlet)}

    def note_source(self, label: str, state: str, reasons: Sequence[str], known: SourceState) -> None:
        """Keep how a source's reading ended."""
        reason = "; ".join(reasons) or None
        self.ledger.sources.note_source(self.outlet, self.name(label), state, reason, known, now=datetime.now(UTC))

    def name(self, label: str) -> str:
        """A source's name in the ledger: what a mirror said tells nothing of the site, nor of another mirror."""
        return f"{label} at {self.site.mirror}" if self.site.mirror else label

    def own_path(self, path: str) -> str:
        """A named source's path as the outlet's own sources have it: below its root, where it is the outlet's."""
        parts = urlsplit(path)
        if not parts.netloc or self.site.canonical(path) is None:
            return path
        folder = urlsplit(self.root).path
        return f"/{parts.path.removeprefix(folder).lstrip('/')}" + (f"?{parts.query}" if parts.query else "")
