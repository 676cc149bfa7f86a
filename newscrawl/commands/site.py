"""`scrapy site --out DIR [--full-text] [--url URL]`: the record as pages that need no server. docs/site.md

Exit status: 0 the site is there, 1 it was broken off and is as it was before, 2 it cannot be built, such as where
nothing was crawled yet.
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
        return "--out DIR [--full-text] [--url URL]"

    def short_desc(self) -> str:
        return "Build a static site of the record: scrapy site --out DIR"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--out", metavar="DIR", help="the site's folder: a new one, or one that this command built")
        parser.add_argument("--full-text", action="store_true", help="whole texts, not only their opening paragraphs")
        parser.add_argument(
            "--url", help="where the site will be on the web, for its feeds and search engines to say so"
        )

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        job_of(self).run(self, args, opts)
