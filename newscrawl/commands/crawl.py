"""`scrapy crawl OUTLET`: Scrapy's own command, which checks what it is asked for and tells whether it did it.

Exit status: 0 the crawl did its job, 1 it did not (the report says why), 2 it was asked for something that cannot be.
"""

from __future__ import annotations

import argparse

from scrapy.commands import ScrapyHelpFormatter, crawl

from newscrawl.jobs import job_of
from newscrawl.reporting.quiet import quieten


class Command(crawl.Command):
    def syntax(self) -> str:
        return "OUTLET [-a NAME=VALUE …] [-s SETTING=VALUE …]"

    def short_desc(self) -> str:
        return "Crawl an outlet: scrapy crawl iraqinews"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        forms = job_of(self).ARGUMENTS
        lines = ["Arguments, all optional but site= for wordpress:", *(f"  -a {form}" for form in forms)]
        parser.formatter_class = _Help
        parser.epilog = "\n".join([*lines, "Exit status: 0 the job is done, 1 it is not, 2 it was not begun."])

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        super().process_options(args, opts)
        assert self.settings is not None
        quieten(self.settings)

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        job_of(self).run(self, args, opts)


class _Help(ScrapyHelpFormatter, argparse.RawDescriptionHelpFormatter):
    """Scrapy's form, which leaves the lines of the epilog as they are."""
