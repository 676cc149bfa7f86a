"""Shows a report to people.

In: a `Report`. Out: text on a console.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.text import Text

from newscrawl.reporting.counted import counted
from newscrawl.reporting.counts_table import CountsTable

if TYPE_CHECKING:
    from rich.console import Console

    from newscrawl.reporting.report import Report

SHOWN = 5
"""How many of the refused articles, and of the URLs without one, are shown."""
FAILED_ENDINGS = ("failed", "blocked")
QUIET_ENDINGS = ("not_article", "gone")
"""What every site has and nobody needs to look into."""


def show(report: Report, file: Path, console: Console) -> None:
    """Print a report for people."""
    console.print(counts_table([report]))
    if report.near_duplicates:
        told = f"{report.near_duplicates} of them tell the text of an earlier article in other words"
        console.print(Text(f"  {told}; scrapy duplicates lists them"))
    for source in report.sources:
        console.print(Text(f"  {source_line(source)}"))
    if report.reconciliation and report.reconciliation.named:
        console.print(Text(f"  {report.reconciliation.sentence}"))
    for refusal in report.refusals[:SHOWN]:
        console.print(Text(f"  refused: {refusal}"))
    for end in [end for end in report.ended if end["status"] not in QUIET_ENDINGS][:SHOWN]:
        console.print(Text(f"  {end['status']}: {end['url']}: {end['reason']}"))
    for error in report.errors:
        console.print(Text(f"error: {error}", style="bold red"))
    labels = tuple(source["label"] for source in report.sources)
    for warning in [warning for warning in report.warnings if not warning.startswith(labels)]:
        console.print(Text(f"note: {warning}"))
    if report.files:
        names = sorted(report.files)
        folder = file.parent.parent
        files = str(folder / names[0]) + (f" … {Path(names[-1]).name}" if len(names) > 1 else "")
        count = sum(report.files.values())
        console.print(Text(f"written: {counted(count, 'line')} to {counted(len(names), 'file')}, {files}"))
    console.print(Text(f"report:  {file}"))


def counts_table(reports: list[Report]) -> CountsTable:
    names = ("found", "new", "revised", "duplicate", "unchanged", "refused", "no article", "failed", "seconds")
    return CountsTable(names, {report.outlet: _counts(report) for report in reports})


def _counts(report: Report) -> tuple[object, ...]:
    written = report.found, report.new, report.revised, report.duplicates, report.unchanged, report.refused
    no_article = sum(count for status, count in report.endings.items() if status not in FAILED_ENDINGS)
    failed = sum(report.endings.get(status, 0) for status in FAILED_ENDINGS)
    return *written, no_article, failed, f"{report.seconds:.1f}"


def source_line(source: dict[str, Any]) -> str:
    """A source's outcome in one line."""
    line = f"{source['label']}: {source['state']}"
    if source["pages"]:
        line += f", {counted(source['leads'], 'lead')} on {counted(source['pages'], 'page')}"
    if source["total"] is not None:
        line += f", the site counts {source['total']}"
    if source["period"]:
        line += f", {source['period']}"
    if source["left_out"]:
        line += ", left out: " + ", ".join(f"{count} {reason}" for reason, count in source["left_out"].items())
    return line + (f" ({why(source['reasons'])})" if source["reasons"] else "")


def why(reasons: list[str]) -> str:
    """The first reason, and how many more there are."""
    return reasons[0] + (f" (and {len(reasons) - 1} more)" if len(reasons) > 1 else "")
