"""`scrapy reparse`: reads an outlet's kept pages anew, and writes or tells what came out otherwise.

In: what crawls with KEEP_PAGES left in DATA_DIR/pages, or other WARC files; no request is made. Out: revisions of the
articles whose text or headline is read otherwise now, and articles that the record does not have.
"""

from __future__ import annotations

import sys
from contextlib import ExitStack, closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from newscrawl.archive.writing import cut_torn_record
from newscrawl.dataset import Dataset, DatasetError, NothingCrawledError, data_dir, pages_folder
from newscrawl.jobs.crawl import check_settings
from newscrawl.jobs.outlets import outlet_named, outlets_of
from newscrawl.jobs.refusal import refusing
from newscrawl.reparse.captures import Captures
from newscrawl.reparse.report import ReparseReport
from newscrawl.reparse.rereading import ReparseSpider, Rereading
from newscrawl.sources.feed import Feed
from newscrawl.spiders.arguments import ArgumentError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from scrapy.commands import ScrapyCommand

    from newscrawl.pages.outlet import Outlet
    from newscrawl.spiders.outlet import OutletSpider

FORM = "scrapy reparse OUTLET [--dry-run] [--warc FILE…]"


def run(command: ScrapyCommand, args: list[str], opts: argparse.Namespace) -> None:
    assert command.settings is not None
    assert command.crawler_process is not None
    with refusing(command), ExitStack() as held:
        spider_class, outlet = _asked_for(command, args, opts.spargs)
        check_settings(command.settings)
        files = opts.warc or _kept(command, outlet)
        dataset = held.enter_context(closing(_dataset(command, outlet, held, dry=opts.dry_run)))
        if not opts.warc and not opts.dry_run:
            for file in files:
                cut_torn_record(file)
            # One of which nothing is whole has been set aside.
            files = _kept(command, outlet)
        crawler = command.crawler_process.create_crawler(ReparseSpider)
        captures = Captures(files, outlet, spider_class.page, _feeds(spider_class))
        held.enter_context(closing(captures))
        _survey(captures)
        least = command.settings.getint("LEAST_FALLBACK_TEXT")
        rereading = Rereading(captures, spider_class.page, outlet, dataset, least=least)
        report = ReparseReport(outlet.name)
        if opts.dry_run:
            for reading in rereading:
                report.count_dry(reading, dataset.ledger.record)
        else:
            dataset.ledger.frontier.asks_sites = False
            dataset.hand_over(crawler)
            command.crawler_process.crawl(crawler, outlet=outlet, rereading=rereading, report=report)
            command.crawler_process.start()
        report.note_damage(captures.unread, captures.damage)
        _tell(command, report, captures, dry=opts.dry_run)


def _asked_for(command: ScrapyCommand, args: list[str], arguments: dict[str, str]) -> tuple[type[OutletSpider], Outlet]:
    """Raises ArgumentError."""
    if len(args) != 1:
        raise ArgumentError(f"name one outlet: {FORM}")
    spider_class = outlet_named(args[0], outlets_of(command))
    for name in set(arguments) - {"base_url", *spider_class.own_arguments}:
        raise ArgumentError(f"{name}= is an argument for crawls; reparse reads whatever is kept: {FORM}")
    outlet, _ = spider_class.check(arguments)
    return spider_class, outlet


def _kept(command: ScrapyCommand, outlet: Outlet) -> list[Path]:
    """The outlet's own kept pages; raises DatasetError where there are none, or they cannot be listed."""
    assert command.settings is not None
    folder = pages_folder(data_dir(command.settings), outlet.name)
    try:
        files = sorted(file for file in folder.iterdir() if file.name.endswith(".warc.gz"))
    except FileNotFoundError:
        files = []
    except OSError as error:
        raise DatasetError(f"{folder} cannot be read: {error.strerror}") from error
    if not files:
        raise DatasetError(f"no page is kept in {folder}: crawl with -s KEEP_PAGES=True, or name files with --warc")
    return files


def _dataset(command: ScrapyCommand, outlet: Outlet, held: ExitStack, *, dry: bool) -> Dataset:
    """Raises DatasetError. `held` takes what is to be let go of afterwards."""
    assert command.settings is not None
    if not dry:
        return Dataset.claimed(command.settings, outlet.name)
    try:
        return Dataset.existing(command.settings, read_only=True)
    except NothingCrawledError:
        # An empty record, elsewhere: a dry run makes no DATA_DIR.
        return Dataset(Path(held.enter_context(TemporaryDirectory(prefix="newscrawl-"))))


def _tell(command: ScrapyCommand, report: ReparseReport, captures: Captures, *, dry: bool) -> None:
    lines = list(report.lines(dry=dry))
    if captures.skipped:
        lines.append("  left out: " + ", ".join(f"{count} {why}" for why, count in captures.skipped.items()))
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    errors = report.all_errors()
    sys.stderr.write("".join(f"error: {error}\n" for error in errors))
    command.exitcode = 1 if errors else 0


def _survey(captures: Captures) -> None:
    """Raises DatasetError where a file cannot be read at all."""
    try:
        captures.survey()
    except OSError as error:
        raise DatasetError(f"{error.filename} cannot be read: {error.strerror}") from error


def _feeds(spider_class: type[OutletSpider]) -> Sequence[Feed]:
    """The outlet's feeds whose entries hold articles."""
    sources = [source for way in spider_class.ways for source in way]
    return [source for source in sources if isinstance(source, Feed) and source.whole_text]
