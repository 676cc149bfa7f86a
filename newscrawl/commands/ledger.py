"""`scrapy ledger rebuild [OUTLET]`: take the files of the record as they are, and read them into the ledger anew.

Stopped, or killed, it can be run again. Exit status: 0 done, 1 stopped before its end, 2 it cannot be done, such as
while a crawl of the outlet runs.
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
        return "rebuild [OUTLET]"

    def short_desc(self) -> str:
        return "Read the record into the ledger anew: scrapy ledger rebuild"

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        job_of(self).run(self, args, opts)
