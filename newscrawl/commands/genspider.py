"""`scrapy genspider -t outlet NAME DOMAIN`: a new outlet's spider, page class and fixture folders, ready to run.

The files are made from `newscrawl/templates/<template>/`. They come to lie beside the project's own spiders
(NEWSPIDER_MODULE), so that an installed newscrawl is not written to. Exit status: 0 done, 2 it cannot be done; then
no file is left behind.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from scrapy.commands import ScrapyCommand

from newscrawl.jobs import job_of

if TYPE_CHECKING:
    import argparse


class Command(ScrapyCommand):
    requires_project = True
    requires_crawler_process = False
    default_settings: ClassVar[dict[str, Any]] = {"LOG_ENABLED": False}

    def syntax(self) -> str:
        return "[-t TEMPLATE] NAME DOMAIN"

    def short_desc(self) -> str:
        return "Make the files of a new outlet: scrapy genspider -t outlet example www.example.org"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        names = ", ".join(job_of(self).templates())
        parser.add_argument("-t", "--template", default="outlet", help=f"one of {names} (default: outlet)")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        job_of(self).run(self, args, opts)
