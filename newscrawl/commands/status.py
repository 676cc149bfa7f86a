"""`scrapy status [OUTLET] [--failed] [--json]`: what is known of each outlet, for people and for programs.

It only reads, also while a crawl runs. Exit status: 0 told, 2 there is no such outlet, or the ledger cannot be read.
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
        return "[OUTLET] [--failed] [--json]"

    def short_desc(self) -> str:
        return "Tell what is known of each outlet, and what failed: scrapy status"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--failed", action="store_true", help="list the URLs that gave no article, with the reason")
        parser.add_argument("--json", action="store_true", help="tell the same as JSON")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        job_of(self).run(self, args, opts)
