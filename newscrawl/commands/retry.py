"""`scrapy retry OUTLET`: make due again what ended without an article, so that the next crawl asks for it.

Exit status: 0 done, 2 it cannot be done, such as while a crawl of the outlet runs.
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
        return "OUTLET"

    def short_desc(self) -> str:
        return "Make due again what ended without an article: scrapy retry iraqinews"

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        job_of(self).run(self, args, opts)
