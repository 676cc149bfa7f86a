"""`scrapy reparse OUTLET [--dry-run] [--warc FILE…]`: read kept pages anew with today's page classes.

In: what crawls with KEEP_PAGES left in DATA_DIR/pages, or other WARC files. Out: revisions of the articles whose text
or headline is read otherwise now, and articles that the record does not have; no request is made. Exit status: 0 the
job is done, 1 not wholly, as the errors say, 2 it was not begun.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError
from scrapy.utils.conf import arglist_to_dict

from newscrawl.jobs import job_of
from newscrawl.reporting.quiet import quieten

if TYPE_CHECKING:
    import argparse


class Command(ScrapyCommand):
    requires_project = True

    def syntax(self) -> str:
        return "OUTLET [--dry-run] [--warc FILE…]"

    def short_desc(self) -> str:
        return "Read kept pages anew with today's page classes: scrapy reparse iraqinews"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument(
            "-a", dest="spargs", action="append", default=[], metavar="NAME=VALUE", help="where the outlet is"
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="tell what would change, field by field; write nothing"
        )
        parser.add_argument("--warc", metavar="FILE", nargs="+", type=Path, help="read these WARC files instead")

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        super().process_options(args, opts)
        assert self.settings is not None
        try:
            opts.spargs = arglist_to_dict(opts.spargs)
        except ValueError as error:
            raise UsageError("write -a NAME=VALUE", print_help=False) from error
        quieten(self.settings)

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        job_of(self).run(self, args, opts)
