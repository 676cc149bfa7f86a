"""`make demo`, or `SCRAPY_PROJECT=replay scrapy demo`: crawls recorded sites, shows what was written, builds a site."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from newscrawl.jobs import job_of
from newscrawl.reporting.quiet import quieten

if TYPE_CHECKING:
    import argparse


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

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        job_of(self).run(self, args, opts)
