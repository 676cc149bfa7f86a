"""`scrapy demo`: crawls both outlets, shows one article of what was written, and builds the site of it.

In: the recorded sites. Out: the record and the site in DATA_DIR, and text on the screen.
"""

from __future__ import annotations

import json
import sys
from contextlib import ExitStack, closing
from typing import TYPE_CHECKING, Any

from rich.text import Text

from newscrawl.dataset import Dataset, data_dir, recorded
from newscrawl.jobs.crawl import check_settings
from newscrawl.jobs.refusal import refuse, refusing
from newscrawl.reporting.counted import counted
from newscrawl.reporting.reporter import Reporter
from newscrawl.reporting.screen import console_to
from newscrawl.reporting.shown import counts_table
from newscrawl.site.making import make_site
from newscrawl.site.publishing import SiteError

if TYPE_CHECKING:
    import argparse
    from pathlib import Path

    from rich.console import Console
    from scrapy.commands import ScrapyCommand

    from newscrawl.reporting.report import Report

OUTLETS = ("iraqinews", "middleeasteye")
TOPIC = "CJTF-OIR"
"""What the page was about from which this project started."""
SHOWN_CHARACTERS = 600


def run(command: ScrapyCommand, _args: list[str], _opts: argparse.Namespace) -> None:
    assert command.settings is not None
    assert command.crawler_process is not None
    with refusing(command), ExitStack() as held:
        check_settings(command.settings)
        crawlers = []
        for outlet in OUTLETS:
            dataset = held.enter_context(closing(Dataset.claimed(command.settings, outlet)))
            crawlers.append(command.crawler_process.create_crawler(outlet))
            dataset.hand_over(crawlers[-1])
        for crawler in crawlers:
            command.crawler_process.crawl(crawler)
        command.crawler_process.start()
        command.exitcode = max(Reporter.exit_status(crawler) for crawler in crawlers)
        reporters = [crawler.get_extension(Reporter) for crawler in crawlers]
        reports = [reporter.report for reporter in reporters if reporter and reporter.report]
        data = data_dir(command.settings)
        show(reports, data, console_to(sys.stdout))
        try:
            make_site(command.settings, data / "site")
        except SiteError as error:
            refuse(command, error)
            return
        sys.stdout.write(f"site:    {data / 'site' / 'index.html'}\n")


def show(reports: list[Report], data: Path, console: Console) -> None:
    """Print what both crawls did, one article, and where everything lies; raises DatasetError."""
    console.print(counts_table(reports))
    for report in reports:
        for line in [f"error: {error}" for error in report.errors] + [f"refused: {why}" for why in report.refusals]:
            console.print(Text(f"{report.outlet}: {line}", style="bold red"))
    files = sorted(data / name for name in recorded(data))
    if not any(report.new + report.revised for report in reports):
        console.print("\nNothing is new: the record already holds every article of both sites.")
    elif files:
        console.print("\nOne of the articles:")
        _show_article(_newest(files), console)
    lines = sum(file.read_bytes().count(b"\n") for file in files)
    console.print(f"\n{counted(lines, 'article')} in {counted(len(files), 'file')}:")
    for outlet in sorted({file.parent for file in files}):
        console.print(Text(f"  {outlet}/*.jsonl"))
    console.print(Text(f"ledger:  {data}/ledger.db"))
    console.print(Text(f"reports: {data}/reports/"))


def _newest(files: list[Path]) -> dict[str, Any]:
    """The newest article on the demo's topic."""
    articles: list[dict[str, Any]] = [json.loads(line) for file in files for line in file.read_bytes().splitlines()]
    return max(articles, key=lambda article: (TOPIC in article["topics"], article["published_at"]))


def _show_article(article: dict[str, Any], console: Console) -> None:
    shown = ("id", "url", "headline", "dateline", "authors", "sections", "topics", "published_at", "language")
    for name in shown:
        value = article[name]
        text = ", ".join(value) if isinstance(value, list) else str(value or "-")
        console.print(Text(f"  {name + ':':14}{text}"), soft_wrap=True)
    body = article["body"]
    cut = body if len(body) <= SHOWN_CHARACTERS else body[:SHOWN_CHARACTERS].rsplit(" ", 1)[0] + " …"
    for paragraph in cut.split("\n\n"):
        console.print(Text(f"  | {paragraph}"))
    provenance = ", ".join(
        f"{name}: {layer}" for name, layer in article["provenance"].items() if name not in {"kind", "language"}
    )
    console.print(Text(f"  provenance:   {provenance}"))
