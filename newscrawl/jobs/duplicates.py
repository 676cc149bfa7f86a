"""`scrapy duplicates`: lists the articles that tell the same text, or explains why two of them do or do not.

In: the ledger and the record, which are only read. Out: tables and lines, or JSON.
"""

from __future__ import annotations

import signal
import sys
from contextlib import closing
from typing import TYPE_CHECKING

from rich.text import Text

from newscrawl.dataset import Dataset, NothingCrawledError
from newscrawl.duplicates.clusters import Told, told_again
from newscrawl.duplicates.explanation import Explanation, explanation
from newscrawl.jobs.options import parsed
from newscrawl.jobs.refusal import known, refusing
from newscrawl.reporting.as_json import write_json
from newscrawl.reporting.counted import counted
from newscrawl.reporting.screen import console_to, table_of
from newscrawl.spiders.arguments import ArgumentError
from newscrawl.text.characters import clean_line

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from rich.console import Console
    from rich.table import Table
    from scrapy.commands import ScrapyCommand

    from newscrawl.duplicates.clusters import Member

FORM = "scrapy duplicates [--outlet OUTLET] [--since YYYY-MM-DD] [--json], or scrapy duplicates explain ID ID [--json]"
HEADLINE_WIDTH = 70


def run(command: ScrapyCommand, args: list[str], opts: argparse.Namespace) -> None:
    # `scrapy duplicates | head` ends quietly.
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    with refusing(command):
        explains = args[:1] == ["explain"]
        if len(args) != (3 if explains else 0) or (explains and (opts.outlet or opts.since)):
            raise ArgumentError(f"write {FORM}")
        try:
            if explains:
                _explain(command, args[1], args[2], as_json=opts.json)
            else:
                _list(command, opts)
        except NothingCrawledError as nothing:
            # Standard output is JSON's alone.
            print(nothing, file=sys.stderr if opts.json else sys.stdout)
            if opts.json:
                write_json(None if explains else Told(clusters=[], contained=[], not_written=[]))


def _list(command: ScrapyCommand, opts: argparse.Namespace) -> None:
    assert command.settings is not None
    since = parsed({"since": opts.since}).since
    with closing(Dataset.existing(command.settings, read_only=True)) as dataset:
        outlets = dataset.outlets()
        asked_for = known([opts.outlet], outlets) if opts.outlet is not None else outlets
        told = told_again(dataset.ledger, asked_for, since)
        uncompared = sum(dataset.ledger.fingerprints.unsigned_counts().values())
    if opts.json:
        write_json(told)
    else:
        _show(told, console_to(sys.stdout))
    if uncompared:
        missing = counted(uncompared, "article is", "articles are")
        sys.stderr.write(f"note: {missing} not compared yet; the next crawl does so\n")


def _explain(command: ScrapyCommand, first: str, second: str, *, as_json: bool) -> None:
    assert command.settings is not None
    with closing(Dataset.existing(command.settings, read_only=True)) as dataset:
        told = explanation(dataset, first, second, Dataset.window(command.settings))
    if as_json:
        write_json(told)
        return
    for line in _explained(told):
        print(line)  # noqa: T201


def _show(told: Told, console: Console) -> None:
    """For people: a table of clusters, one of what stands in a longer article, and what was not written."""
    if told.clusters:
        table = _table()
        for cluster in told.clusters:
            for member in cluster.articles:
                _add(table, member, _likeness(member, cluster.head))
            table.add_section()
        console.print(counted(len(told.clusters), "text is", "texts are") + " told more than once:\n")
        console.print(table)
    else:
        console.print("No text is told more than once.")
    if told.contained:
        table = _table()
        for pair in told.contained:
            _add(table, pair.whole, "whole")
            _add(table, pair.part, "part of it")
            table.add_section()
        console.print("\n" + counted(len(told.contained), "article stands", "articles stand") + " in a longer one:\n")
        console.print(table)
    if told.not_written:
        console.print("\n" + counted(len(told.not_written), "article was", "articles were") + " not written:\n")
        for repeat in told.not_written:
            console.print(Text(f"{repeat.url}  {clean_line(repeat.reason)}"))


def _table() -> Table:
    table = table_of(())
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
