"""What a crawl did.

In: nothing. Out: `Report`, whose fields are those of `DATA_DIR/reports/<outlet>-<time>.json`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import datetime

    from newscrawl.drift.completeness import FieldsFound
    from newscrawl.drift.rules import Drift
    from newscrawl.reporting.reconciliation import Reconciliation


@dataclass(slots=True, kw_only=True)
class Report:
    """One crawl. Counts are of articles unless their name says otherwise; times are UTC."""

    outlet: str
    started_at: datetime
    finished_at: datetime
    seconds: float
    finish_reason: str
    """Scrapy's: finished, shutdown (Ctrl-C or SIGTERM), unwritable; or the bound that ended it, as a sentence."""
    exit_status: int
    arguments: dict[str, Any]
    found: int
    """URLs that the sources named, each once."""
    requests: int
    """Answers to requests of any kind, robots.txt and redirects among them."""
    fetched: int
    """Article pages read."""
    new: int
    revised: int
    """Later versions of articles that the record had."""
    duplicates: int
    """Not written: the record holds their text."""
    near_duplicates: int
    """Written, and labelled: they tell the same text as an earlier article."""
    unchanged: int
    refused: int
    passed_over: int
    """Read, and outside of what the arguments asked for."""
    endings: dict[str, int]
    """URLs that gave no article, by status."""
    errors: list[str]
    """Why the crawl did not do its job; empty if it did."""
    warnings: list[str]
    sources: list[dict[str, Any]]
    refusals: list[str]
    """The first refused articles: field, what is wrong with it, URL."""
    ended: list[dict[str, str]]
    """The first URLs that gave no article: status, URL, reason."""
    files: dict[str, int]
    """Lines appended by this crawl, by file."""
    completeness: FieldsFound
    drift: list[Drift]
    """What fell, held against the crawls before."""
    reconciliation: Reconciliation | None
    """What the site says it has against what the ledger holds, of all crawls; null where the ledger cannot be read."""
