"""What is known of each outlet, and how much of what its site says it has.

In: the ledger, and the reports of finished crawls. Out: a `Coverage` an outlet. Only reads, also while a crawl runs.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime  # noqa: TC003 (msgspec reads the annotations)
from typing import TYPE_CHECKING, Any

import msgspec

from newscrawl.items import Utc  # noqa: TC001 (msgspec reads the annotations)
from newscrawl.sources.sitemap import Sitemap

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from newscrawl.dataset import Dataset

DUE = ("due", "leased", "passed_over")
"""Statuses of URLs that are to be asked for, by this crawl or the next."""


@dataclass(slots=True, kw_only=True)
class Newest:
    """The article that was published last."""

    headline: str
    published_at: datetime


@dataclass(slots=True, kw_only=True)
class SiteCount:
    """What a source says of how much there is."""

    source: str
    count: int
    """Articles by the site's own count; of a sitemap the addresses that it lists."""
    protected: int | None
    """Those of them that need a password; null where no report tells."""
    missing: int | None
    """Those of the site's count of which no address is known; null for a sitemap, whose addresses are all known."""


@dataclass(slots=True, kw_only=True)
class Year:
    """What was published in a year (UTC)."""

    year: int | None
    """Null for URLs whose date is not known."""
    known: int
    done: int
    due: int


@dataclass(slots=True, kw_only=True)
class Coverage:
    """What is known of an outlet. Counts are of URLs, each of which stands in one of the statuses; times are UTC."""

    outlet: str
    found: int
    """URLs known: the sum of the statuses."""
    done: int
    due: int
    """To be asked for, and those that a running crawl is asking for."""
    failed: int
    blocked: int
    gone: int
    duplicates: int
    refused: int
    forbidden: int
    offsite: int
    not_article: int
    articles: int
    """Articles in the record, without counting their revisions."""
    last_crawl: datetime | None
    """When a crawl last ended, or last read a source."""
    newest: Newest | None
    drift: list[str]
    """What the newest crawl that read an article told to have fallen: fields, or the names that the report explains."""
    site: list[SiteCount]
    years: list[Year]
    """Newest first."""


def coverage(dataset: Dataset, outlet: str) -> Coverage:
    """Raises LedgerError."""
    ledger = dataset.ledger
    by_year = ledger.frontier.counts_by_year(outlet)
    statuses = sum(map(Counter, by_year.values()), Counter[str]())
    sources: list[dict[str, Any]] = ledger.sources.all(outlet)
    newest = ledger.record.newest(outlet)
    aliases = ledger.frontier.aliases(outlet)
    known = statuses.total() - statuses["not_article"] - statuses["gone"] - aliases
    last_read = ledger.crawls.newest(outlet, 1)
    last_report = next(_reports(dataset.reports, outlet), None)
    ends = [row["read_at"] for row in sources] + ([last_report.finished_at] if last_report else [])
    return Coverage(
        outlet=outlet,
        found=statuses.total(),
        done=statuses["done"],
        due=_due(statuses),
        failed=statuses["failed"],
        blocked=statuses["blocked"],
        gone=statuses["gone"],
        duplicates=statuses["duplicate"],
        refused=statuses["refused"],
        forbidden=statuses["forbidden"],
        offsite=statuses["offsite"],
        not_article=statuses["not_article"],
        articles=ledger.record.count(outlet),
        last_crawl=max(ends, default=None),
        newest=Newest(headline=newest[0], published_at=newest[1]) if newest else None,
        drift=last_read[0].told if last_read else [],
        site=_site_counts(sources, _reports(dataset.reports, outlet), known),
        years=[
            Year(year=year, known=sum(counts.values()), done=counts.get("done", 0), due=_due(counts))
            for year, counts in by_year.items()
        ],
    )


class _Source(msgspec.Struct):
    """What a report says of a source."""

    label: str
    state: str
    pages: int
    leads: int
    total: int | None
    left_out: dict[str, int]
    unchanged: int = 0

    @property
    def whole(self) -> bool:
        """Whether all that it lists was read, not only what had changed."""
        all_of_it = self.total is None or self.leads + sum(self.left_out.values()) >= self.total
        return self.state == "read" and self.pages > 0 and not self.unchanged and all_of_it


class _Report(msgspec.Struct):
    finished_at: Utc
    finish_reason: str
    arguments: dict[str, Any]
    sources: list[_Source]


_REPORT = msgspec.json.Decoder(_Report)


def _reports(folder: Path, outlet: str) -> Iterator[_Report]:
    """An outlet's reports, newest first; one that is being written, or cannot be read, is left out."""
    for file in sorted(folder.glob(f"{outlet}-????????T??????Z.json"), reverse=True):
        try:
            yield _REPORT.decode(file.read_bytes())
        except (OSError, ValueError, RecursionError):
            # Not DecodeError alone: of text that is no UTF-8 it is a UnicodeDecodeError.
            continue


def _due(counts: Mapping[str, int]) -> int:
    return sum(counts.get(status, 0) for status in DUE)


def _site_counts(sources: list[dict[str, Any]], reports: Iterator[_Report], known: int) -> list[SiteCount]:
    """What the site says it has: its own count as the ledger keeps it, else what the sources held when they were last
    read whole. `known`: how many articles' addresses are known.
    """
    # A source that was read at a mirror has the mirror's address behind its name.
    totals = {row["label"].partition(" at ")[0]: row["total"] for row in sources if row["total"] is not None}
    listed = {
        row["label"].partition(" at ")[0] for row in sources if row["state"] == "read" and _is_sitemap(row["label"])
    }
    wanted = listed | set(totals)
    whole: dict[str, _Source] = {}
    for report in reports:
        # One that was stopped, by hand or by its limit, may not have read its sources to their end.
        if report.finish_reason == "finished" and not report.arguments.get("limit"):
            whole = {source.label: source for source in report.sources if source.whole} | whole
            if wanted <= set(whole):
                break
    counts = []
    for label in sorted(whole | totals):
        source = whole.get(label)
        total = totals.get(label, source.total if source else None)
        protected = source.left_out.get("protected", 0) if source else None
        if total is not None:
            missing = max(total - (protected or 0) - known, 0)
            counts.append(SiteCount(source=label, count=total, protected=protected, missing=missing))
        elif source and _is_sitemap(label):
            counts.append(SiteCount(source=label, count=source.leads, protected=None, missing=None))
    return counts


def _is_sitemap(label: str) -> bool:
    return label.startswith(f"{Sitemap.kind} ")
