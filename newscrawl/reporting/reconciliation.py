"""What the site says it has, held against what the ledger holds.

In: the ledger, and what became of the sources. Out: `Reconciliation`: the counts, and the addresses that make up the
difference. It covers every address that a source ever named, not those of one crawl only.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from newscrawl.reporting.counted import counted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newscrawl.ledger import Ledger
    from newscrawl.spiders.source_reading import SourceOutcome

HELD = ("done", "duplicate")
NO_ARTICLES = ("not_article", "gone")
"""What a site names, and has no article at."""
MISSING = ("due", "leased", "passed_over", "failed", "blocked", "forbidden", "offsite", "refused")
LISTED = 50
"""How many of the missing addresses are listed; all are counted."""


@dataclass(slots=True, kw_only=True)
class Reconciliation:
    """Counts of addresses; another address of an article is not counted."""

    named: int
    """Those that the site's sources ever named."""
    held: int
    """Those whose article is in the record, or repeats one that is."""
    no_article: dict[str, int]
    """Those that lead to no article, by status."""
    missing: dict[str, int]
    """Those that may yet give one, by status."""
    counted: dict[str, int]
    """How many articles the site itself counts, by source."""
    hidden: int
    """How many of those it shows nowhere."""
    urls: list[dict[str, str]]
    """The first of the missing ones: status, URL, reason."""

    @property
    def sentence(self) -> str:
        """The comparison in one line for people."""
        others = {**self.no_article, **self.missing}
        told = "".join(f", {count} {status.replace('_', ' ')}" for status, count in others.items())
        counts = "".join(f"; {source} counts {count}" for source, count in self.counted.items())
        hidden = f"; {self.hidden} of those {_are(self.hidden)} shown nowhere" if self.hidden else ""
        held = f"{self.held} {_are(self.held)} in the record"
        return f"of {counted(self.named, 'address', 'addresses')} that the site named, {held}{told}{counts}{hidden}"


def _are(count: int) -> str:
    return "is" if count == 1 else "are"


def reconcile(ledger: Ledger, outlet: str, outcomes: Sequence[SourceOutcome]) -> Reconciliation:
    """Raises LedgerError."""
    counts = ledger.frontier.counts(outlet)
    aliases = ledger.frontier.aliases(outlet)
    missing = {status: counts[status] for status in MISSING if counts.get(status)}
    urls = ledger.frontier.ended(outlet, list(missing), limit=LISTED) if missing else []
    return Reconciliation(
        named=sum(counts.values()) - aliases,
        held=sum(counts.get(status, 0) for status in HELD) - aliases,
        no_article={status: counts[status] for status in NO_ARTICLES if counts.get(status)},
        missing=missing,
        counted={outcome.label: outcome.total for outcome in outcomes if outcome.total is not None},
        hidden=sum(outcome.hidden or 0 for outcome in outcomes),
        urls=[{"status": status, "url": url, "reason": reason} for status, url, reason in urls],
    )
