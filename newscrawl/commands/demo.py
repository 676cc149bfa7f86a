"""`make demo`, or `SCRAPY_PROJECT=replay scrapy demo`: the main job on recorded sites, and a look at what it wrote."""

from __future__ import annotations

import json
import sys
from contextlib import ExitStack, closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.text import Text
from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from newscrawl.commands.crawl import quieten
from newscrawl.commands.refusal import refusing
from newscrawl.dataset import Dataset
from newscrawl.reporting.report import Report, Reporter
from newscrawl.reporting.screen import console_to
from newscrawl.reporting.shown import counts_table

if TYPE_CHECKING:
    import argparse

    from rich.console import Console

OUTLETS = ("iraqinews", "middleeasteye")
TOPIC = "CJTF-OIR"
"""What the page was about from which this project started."""
SHOWN_CHARACTERS = 600


class Command(ScrapyCommand):
    requires_project = True

    def short_desc(self) -> str:
        return "Crawl both outlets from the recorded sites and show what was written"

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        super().process_options(args, opts)
        assert self.settings is not None
        if not self.settings["REPLAY_FROM"]:
            raise UsageError("the demo runs on recorded sites: SCRAPY_PROJECT=replay scrapy demo", print_help=False)
        self.settings.set("PROGRESS", False, "cmdline")
        quieten(self.settings)

    def run(self, args: list[str], opts: argparse.Namespace) -> None:  # noqa: ARG002
        assert self.settings is not None
        assert self.crawler_process is not None
        with refusing(self), ExitStack() as held:
            crawlers = []
            for outlet in OUTLETS:
                dataset = held.enter_context(closing(Dataset.claimed(self.settings, outlet)))
                crawlers.append(self.crawler_process.create_crawler(outlet))
                dataset.hand_over(crawlers[-1])
            for crawler in crawlers:
                self.crawler_process.crawl(crawler)
            self.crawler_process.start()
            self.exitcode = max(Reporter.exit_status(crawler) for crawler in crawlers)
            reporters = [crawler.get_extension(Reporter) for crawler in crawlers]
            reports = [reporter.report for reporter in reporters if reporter and reporter.report]
            show(reports, Path(self.settings["DATA_DIR"]), console_to(sys.stdout))


def show(reports: list[Report], data: Path, console: Console) -> None:
    """Print what both crawls did, one article, and where everything lies."""
    console.print(counts_table(reports))
    for report in reports:
        for line in [f"error: {error}" for error in report.errors] + [f"refused: {why}" for why in report.refusals]:
            console.print(Text(f"{report.outlet}: {line}", style="bold red"))
    files = sorted((data / "articles").glob("*/*.jsonl"))
    if not any(report.new + report.revised for report in reports):
        console.print("\nNothing is new: the record already holds every article of both sites.")
    elif files:
        console.print("\nOne of the articles:")
        _show_article(_newest(files), console)
    lines = sum(file.read_bytes().count(b"\n") for file in files)
    console.print(f"\n{lines} articles in {len(files)} files:")
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
