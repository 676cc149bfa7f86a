"""`scrapy topics`: the topics of the record; `scrapy topics CJTF-OIR`: the stories on one, newest first.

It reads the files of the record, also while a crawl runs, and keeps DATA_DIR/catalogue.db, which it can make anew. Exit
status: 0 told, 2 there is no such topic or outlet, or something cannot be read or written.
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
        return "[TOPIC] [options]"

    def short_desc(self) -> str:
        return "List topics, or show the stories on one: scrapy topics CJTF-OIR"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--since", metavar="DAY", help="published on that day (UTC, YYYY-MM-DD) or later")
        parser.add_argument("--until", metavar="DAY", help="published on that day (UTC, YYYY-MM-DD) or earlier")
        parser.add_argument(
            "--outlet", action="append", default=[], help="told by this outlet; may be given repeatedly"
        )
        parser.add_argument("--limit", metavar="N", help="at most so many, the newest; of topics, the largest")
        parser.add_argument("--json", action="store_true", help="tell the same as JSON")
        parser.add_argument("--html", metavar="FILE", help="write the page as one HTML file; - is standard output")
        parser.add_argument("--atom", metavar="FILE", help="write an Atom feed")
        parser.add_argument("--rss", metavar="FILE", help="write an RSS 2.0 feed")
        parser.add_argument("--jsonfeed", metavar="FILE", help="write a JSON Feed")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        job_of(self).run(self, args, opts)
