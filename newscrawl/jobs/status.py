"""`scrapy status`: tells what is known of each outlet, or which of its URLs failed.

In: the ledger and the record, which are only read. Out: tables and lines, or JSON.
"""

from __future__ import annotations

import signal
import sys
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.padding import Padding
from rich.text import Text

from newscrawl.dataset import Dataset, NothingCrawledError
from newscrawl.jobs.refusal import known, refusing
from newscrawl.ledger.frontier import ENDED_BY_SITE
from newscrawl.reporting.as_json import write_json
from newscrawl.reporting.counted import counted
from newscrawl.reporting.counts_table import CountsTable
from newscrawl.reporting.coverage import Coverage, SiteCount, coverage
from newscrawl.reporting.screen import console_to, table_of
from newscrawl.spiders.arguments import ArgumentError
from newscrawl.text.characters import clean_line

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from rich.table import Table
    from scrapy.commands import ScrapyCommand

WIDEST = max(map(len, ENDED_BY_SITE))
"""Of the statuses that `--failed` lists: those that `scrapy retry` makes due, all ends without an article."""


@dataclass(slots=True)
class End:
    """How a URL ended that gave no article."""

    outlet: str
    status: str
    url: str
    reason: str


def run(command: ScrapyCommand, args: list[str], opts: argparse.Namespace) -> None:
    assert command.settings is not None
    # `scrapy status --failed | head` ends quietly.
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    tell = _tell_failed if opts.failed else _tell_coverage
    with refusing(command):
        if len(args) > 1:
            raise ArgumentError("name one outlet, or none for all: scrapy status [OUTLET] [--failed] [--json]")
        try:
            with closing(Dataset.existing(command.settings, read_only=True)) as dataset:
                tell(dataset, _asked_for(args, dataset), as_json=opts.json)
        except NothingCrawledError as nothing:
            # Standard output is JSON's alone.
            print(nothing, file=sys.stderr if opts.json else sys.stdout)
            if opts.json:
                write_json([])


def _asked_for(named: list[str], dataset: Dataset) -> list[str]:
    """The outlet that was named, or all."""
    outlets = dataset.outlets()
    return known(named, outlets) or outlets


def _tell_failed(dataset: Dataset, outlets: list[str], *, as_json: bool) -> None:
    ends = [End(outlet, *end) for outlet in outlets for end in dataset.ledger.frontier.ended(outlet, ENDED_BY_SITE)]
    if as_json:
        write_json(ends)
        return
    for end in ends:
        # Unlike a table these lines can be searched, cut and copied, however long an address is.
        print(f"{end.status:<{WIDEST}}  {end.url}  {clean_line(end.reason)}")  # noqa: T201
    if not ends:
        print(f"{', '.join(outlets)}: no URL failed")  # noqa: T201


def _tell_coverage(dataset: Dataset, outlets: list[str], *, as_json: bool) -> None:
    told = [coverage(dataset, outlet) for outlet in outlets]
    if as_json:
        write_json(told)
        return
    console = console_to(sys.stdout)
    console.print(_statuses_table(told))
    for outlet in told:
        console.print()
        for line in _outlet_lines(outlet):
            console.print(Text(line))
        console.print(Padding(_years_table(outlet), (0, 0, 0, 2), expand=False))


def _statuses_table(told: list[Coverage]) -> CountsTable:
    """What is found is the sum of the other counts."""
    names = ("found", "done", "due", "failed", "blocked", "gone", "duplicate", "refused", "other")
    return CountsTable(names, {one.outlet: _statuses(one) for one in told})


def _statuses(one: Coverage) -> tuple[int, ...]:
    other = one.forbidden + one.offsite + one.not_article
    return one.found, one.done, one.due, one.failed, one.blocked, one.gone, one.duplicates, one.refused, other


def _years_table(one: Coverage) -> Table:
    table = table_of(("year", "known", "done", "due", "other"))
    for year in one.years:
        counts = year.known, year.done, year.due, year.known - year.done - year.due
        table.add_row(str(year.year or "undated"), *map(str, counts))
    return table


def _outlet_lines(one: Coverage) -> Iterator[str]:
    yield one.outlet
    if one.last_crawl:
        yield f"  last crawl:  {one.last_crawl:%Y-%m-%d %H:%M} UTC"
    yield f"  the record:  {counted(one.articles, 'article')}"
    if one.newest:
        yield f"  newest:      {one.newest.published_at:%Y-%m-%d %H:%M} UTC, {clean_line(one.newest.headline)}"
    if one.drift:
        yield f"  drift:       {', '.join(one.drift)}; the last report says more"
    for count in one.site:
        yield f"  the site:    {_site_line(count)}"


def _site_line(count: SiteCount) -> str:
    if count.missing is None:
        return f"{count.source} lists {counted(count.count, 'address', 'addresses')}, all of them known"
    protected = f", {count.protected} of them protected" if count.protected else ""
    missing = f"{count.missing} of them not known here" if count.missing else "none is missing here"
    return f"{count.source} counts {counted(count.count, 'article')}{protected}; {missing}"
