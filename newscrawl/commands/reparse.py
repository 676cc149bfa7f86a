"""`scrapy reparse OUTLET [--dry-run] [--warc FILE…]`: read kept pages anew with today's page classes.

In: what crawls with KEEP_PAGES left in DATA_DIR/pages, or other WARC files. Out: revisions of the articles whose text
or headline is read otherwise now, and articles that the record does not have; no request is made. Exit status: 0 the
job is done, 1 not wholly, as the errors say, 2 it was not begun.
"""

from __future__ import annotations

import sys
from contextlib import ExitStack, closing
from pathlib import Path
from typing import TYPE_CHECKING

from scrapy.commands import BaseRunSpiderCommand

from newscrawl.archive.writing import cut_torn_record
from newscrawl.commands.crawl import check_settings, quieten
from newscrawl.commands.refusal import hint, refusing
from newscrawl.dataset import Dataset, DatasetError, pages_folder
from newscrawl.reparse.captures import Captures
from newscrawl.reparse.report import ReparseReport
from newscrawl.reparse.rereading import ReparseSpider, Rereading
from newscrawl.sources.feed import Feed
from newscrawl.spiders.arguments import ArgumentError
from newscrawl.spiders.outlet import OutletSpider

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from newscrawl.pages.outlet import Outlet

FORM = "scrapy reparse OUTLET [--dry-run] [--warc FILE…]"


class Command(BaseRunSpiderCommand):
    requires_project = True

    def syntax(self) -> str:
        return "OUTLET [--dry-run] [--warc FILE…]"

    def short_desc(self) -> str:
        return "Read kept pages anew with today's page classes: scrapy reparse iraqinews"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument(
            "--dry-run", action="store_true", help="tell what would change, field by field; write nothing"
        )
        parser.add_argument("--warc", metavar="FILE", nargs="+", type=Path, help="read these WARC files instead")

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        super().process_options(args, opts)
        assert self.settings is not None
        quieten(self.settings)

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        assert self.settings is not None
        assert self.crawler_process is not None
        with refusing(self), ExitStack() as held:
            spider_class, outlet = self._asked_for(args, opts.spargs)
            check_settings(self.settings)
            files = opts.warc or self._kept(outlet)
            dataset = held.enter_context(closing(self._dataset(outlet, dry=opts.dry_run)))
            if not opts.warc and not opts.dry_run:
                for file in files:
                    cut_torn_record(file)
            crawler = self.crawler_process.create_crawler(ReparseSpider)
            captures = Captures(files, outlet, spider_class.page, _feeds(spider_class))
            held.enter_context(closing(captures))
            _survey(captures)
            least = self.settings.getint("LEAST_FALLBACK_TEXT")
            rereading = Rereading(captures, spider_class.page, outlet, dataset, least=least)
            report = ReparseReport(outlet.name)
            if opts.dry_run:
                for reading in rereading:
                    report.count_dry(reading, dataset.ledger.record)
            else:
                dataset.ledger.frontier.asks_sites = False
                dataset.hand_over(crawler)
                self.crawler_process.crawl(crawler, outlet=outlet, rereading=rereading, report=report)
                self.crawler_process.start()
            report.note_damage(captures.damage)
            self._tell(report, captures, dry=opts.dry_run)

    def _asked_for(self, args: list[str], arguments: dict[str, str]) -> tuple[type[OutletSpider], Outlet]:
        """Raises ArgumentError."""
        assert self.crawler_process is not None
        loader = self.crawler_process.spider_loader
        spiders = {name: loader.load(name) for name in loader.list()}
        outlets = {name: spider for name, spider in spiders.items() if issubclass(spider, OutletSpider)}
        if len(args) != 1:
            raise ArgumentError(f"name one outlet: {FORM}")
        if args[0] not in outlets:
            raise ArgumentError(f"there is no outlet {args[0]!r}; {hint(args[0], sorted(outlets))}")
        spider_class = outlets[args[0]]
        for name in set(arguments) - {"base_url", *spider_class.own_arguments}:
            raise ArgumentError(f"{name}= is an argument for crawls; reparse reads whatever is kept: {FORM}")
        outlet, _ = spider_class.check(arguments)
        return spider_class, outlet

    def _kept(self, outlet: Outlet) -> list[Path]:
        """The outlet's own kept pages; raises DatasetError where there are none."""
        assert self.settings is not None
        folder = pages_folder(Path(self.settings["DATA_DIR"]), outlet.name)
        files = sorted(folder.glob("*.warc.gz"))
        if not files:
            raise DatasetError(f"no page is kept in {folder}: crawl with -s KEEP_PAGES=True, or name files with --warc")
        return files

    def _dataset(self, outlet: Outlet, *, dry: bool) -> Dataset:
        assert self.settings is not None
        if dry:
            return Dataset.existing(self.settings, read_only=True)
        return Dataset.claimed(self.settings, outlet.name)

    def _tell(self, report: ReparseReport, captures: Captures, *, dry: bool) -> None:
        lines = list(report.lines(dry=dry))
        if captures.skipped:
            lines.append("  left out: " + ", ".join(f"{count} {why}" for why, count in captures.skipped.items()))
        sys.stdout.write("".join(f"{line}\n" for line in lines))
        errors = report.all_errors()
        sys.stderr.write("".join(f"error: {error}\n" for error in errors))
        self.exitcode = 1 if errors else 0


def _survey(captures: Captures) -> None:
    """Raises DatasetError where a file cannot be read at all."""
    try:
        captures.survey()
    except OSError as error:
        raise DatasetError(f"{error.filename or 'a WARC file'} cannot be read: {error.strerror or error}") from error


def _feeds(spider_class: type[OutletSpider]) -> Sequence[Feed]:
    """The outlet's feeds whose entries hold articles."""
    sources = [source for way in spider_class.ways for source in way]
    return [source for source in sources if isinstance(source, Feed) and source.whole_text]
