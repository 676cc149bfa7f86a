"""`scrapy duplicates`: which articles tell the same text; `scrapy duplicates explain ID ID`: why, or why not.

It only reads, also while a crawl runs. Exit status: 0 told, 2 there is no such outlet or article, or the ledger cannot
be read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy.commands import ScrapyCommand

from newscrawl.jobs import job_of

if TYPE_CHECKING:
    import argparse


class Command(ScrapyCommand):
    requires_project = True
    requires_crawler_process = False

    def syntax(self) -> str:
        return "[explain ID ID] [--outlet OUTLET] [--since YYYY-MM-DD] [--json]"

    def short_desc(self) -> str:
        return "Tell which articles tell the same text, and why: scrapy duplicates"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--outlet", help="only what has an article of this outlet")
        parser.add_argument("--since", help="only what has an article published on that day (UTC) or later")
        parser.add_argument("--json", action="store_true", help="tell the same as JSON")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        job_of(self).run(self, args, opts)
