"""`scrapy duplicates`: which articles tell the same text; `scrapy duplicates explain ID ID`: why, or why not.

It only reads, also while a crawl runs. Exit status: 0 told, 2 there is no such outlet or article, or the ledger cannot
be read.
"""

from __future__ import annotations

import signal
import sys
from contextlib import closing
from typing import TYPE_CHECKING

import msgspec
from rich.table import Table
from rich.text import Text
from scrapy.commands import ScrapyCommand

from newscrawl.commands.refusal import known, refusing
from newscrawl.dataset import Dataset, NothingCrawledError
from newscrawl.duplicates.clusters import Told, told_again
from newscrawl.duplicates.explanation import Explanation, explanation
from newscrawl.reporting.screen import console_to
from newscrawl.spiders.arguments import ArgumentError, Arguments
from newscrawl.text.characters import clean_line

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from rich.console import Console

    from newscrawl.duplicates.clusters import Member

FORM = "scrapy duplicates [--outlet OUTLET] [--since YYYY-MM-DD] [--json], or scrapy duplicates explain ID ID [--json]"
HEADLINE_WIDTH = 70


class Command(ScrapyCommand):
    requires_project = True
    requires_crawler_process = False

    def syntax(self) -> str:
        return "[explain ID ID] [--outlet OUTLET] [--since YYYY-MM-DD] [--json]"

    def short_desc(self) -> str:
        return "Tell which articles tell the same text, and why: scrapy duplicates"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--outlet", help="only what has an article of this outlet")
        parser.add_argument("--since", help="only what has an article published on that day (UTC) or later")
        parser.add_argument("--json", action="store_true", help="tell the same as JSON")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        # `scrapy duplicates | head` ends quietly.
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)
        with refusing(self):
            explains = args[:1] == ["explain"]
            if len(args) != (3 if explains else 0) or (explains and (opts.outlet or opts.since)):
                raise ArgumentError(f"write {FORM}")
            try:
                if explains:
                    self._explain(args[1], args[2], as_json=opts.json)
                else:
                    self._list(opts)
            except NothingCrawledError as nothing:
                # Standard output is JSON's alone.
                print(nothing, file=sys.stderr if opts.json else sys.stdout)
                if opts.json:
                    _write_json(None if explains else Told(clusters=[], contained=[], not_written=[]))

    def _list(self, opts: argparse.Namespace) -> None:
        assert self.settings is not None
        since = Arguments.parse({"since": opts.since}).since if opts.since is not None else None
        with closing(Dataset.existing(self.settings, read_only=True)) as dataset:
            outlets = dataset.ledger.outlets()
            if not outlets:
                raise NothingCrawledError(f"nothing was crawled into {dataset.directory} yet")
            asked_for = known([opts.outlet], outlets) if opts.outlet is not None else outlets
            told = told_again(dataset.ledger, asked_for, since)
            uncompared = sum(dataset.ledger.fingerprints.unsigned_counts().values())
        if opts.json:
            _write_json(told)
        else:
            _show(told, console_to(sys.stdout))
        if uncompared:
            counted = _counted(uncompared, "article is", "articles are")
            sys.stderr.write(f"note: {counted} not compared yet; the next crawl does so\n")

    def _explain(self, first: str, second: str, *, as_json: bool) -> None:
        assert self.settings is not None
        with closing(Dataset.existing(self.settings, read_only=True)) as dataset:
            told = explanation(dataset, first, second, Dataset.window(self.settings))
        if as_json:
            _write_json(told)
            return
        for line in _explained(told):
            print(line)  # noqa: T201


def _write_json(told: Told | Explanation | None) -> None:
    sys.stdout.buffer.write(msgspec.json.format(msgspec.json.encode(told), indent=2) + b"\n")


def _show(told: Told, console: Console) -> None:
    """For people: a table of clusters, one of what stands in a longer article, and what was not written."""
    if told.clusters:
        table = _table()
        for cluster in told.clusters:
            for member in cluster.articles:
                _add(table, member, _likeness(member, cluster.head))
            table.add_section()
        console.print(_counted(len(told.clusters), "text is", "texts are") + " told more than once:\n")
        console.print(table)
    else:
        console.print("No text is told more than once.")
    if told.contained:
        table = _table()
        for pair in told.contained:
            _add(table, pair.whole, "whole")
            _add(table, pair.part, "part of it")
            table.add_section()
        console.print("\n" + _counted(len(told.contained), "article stands", "articles stand") + " in a longer one:\n")
        console.print(table)
    if told.not_written:
        console.print("\n" + _counted(len(told.not_written), "article was", "articles were") + " not written:\n")
        for repeat in told.not_written:
            console.print(Text(f"{repeat.url}  {clean_line(repeat.reason)}"))


def _table() -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("published", "outlet", "likeness"):
        table.add_column(name, no_wrap=True)
    table.add_column("headline", no_wrap=True, max_width=HEADLINE_WIDTH, overflow="ellipsis")
    table.add_column("id", no_wrap=True, overflow="fold")
    return table


def _add(table: Table, member: Member, likeness: str) -> None:
    cells = member.outlet, likeness, clean_line(member.headline), clean_line(member.id)
    table.add_row(f"{member.published_at:%Y-%m-%d %H:%M}", *map(Text, cells))


def _likeness(member: Member, head: str) -> str:
    if member.similarity is None:
        return "the first"
    return f"{member.similarity:.2f}" + ("" if member.compared_with == head else f" to {member.compared_with}")


def _explained(told: Explanation) -> Iterator[str]:
    for sign, article in (("-", told.first), ("+", told.second)):
        headline = clean_line(article.headline)
        yield f"{sign} {article.id}  {article.published_at:%Y-%m-%d %H:%M} UTC  {headline}"
    yield ""
    yield f"{told.verdict}: {told.sentence}"
    for mine, theirs in told.changed:
        yield f"  changed: {mine} – {theirs}"
    for note in told.notes:
        yield f"  note: {note}"
    yield ""
    for passage in told.passages:
        if passage.is_common:
            yield f"  {clean_line(passage.first)}"
            continue
        for sign, text in (("-", passage.first), ("+", passage.second)):
            if text:
                yield f"{sign} {clean_line(text)}"


def _counted(count: int, one: str, many: str) -> str:
    return f"{count} {one if count == 1 else many}"
