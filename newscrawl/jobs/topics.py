"""`scrapy topics`: lists topics; shows the stories on one, or writes them as a page or a feed.

In: the catalogue of the record. Out: tables, pages, JSON and files.
"""

from __future__ import annotations

import signal
import sys
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
from rich.text import Text

from newscrawl.dataset import NothingCrawledError
from newscrawl.jobs.options import parsed
from newscrawl.jobs.refusal import known, refusing
from newscrawl.reporting.as_json import write_json
from newscrawl.reporting.counted import counted
from newscrawl.reporting.screen import console_to, table_of
from newscrawl.site.single_page import single_page
from newscrawl.spiders.arguments import ArgumentError
from newscrawl.text.characters import clean_line
from newscrawl.text.topic import hashtag, is_topic, words
from newscrawl.topics.feeds import Feed, atom, entry_of, feed_of, json_feed, rss
from newscrawl.topics.opening import opened
from newscrawl.topics.terminal import show
from newscrawl.topics.whole_file import write_whole

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterator

    from scrapy.commands import ScrapyCommand

    from newscrawl.spiders.arguments import Arguments
    from newscrawl.topics.card import Card
    from newscrawl.topics.catalogue import Catalogue

FORM = "scrapy topics [--json] [--limit N], or scrapy topics TOPIC [--since YYYY-MM-DD] [--until YYYY-MM-DD] …"
FEEDS: dict[str, Callable[[Feed], bytes]] = {"atom": atom, "rss": rss, "jsonfeed": json_feed}
"""What makes each feed, by the option that names its file."""
FILES = ("html", *FEEDS)
NEAREST = 3


def run(command: ScrapyCommand, args: list[str], opts: argparse.Namespace) -> None:
    assert command.settings is not None
    # `scrapy topics | head` ends quietly.
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    files = {name: getattr(opts, name) for name in FILES if getattr(opts, name) is not None}
    with refusing(command):
        _check(args, opts, files)
        asked_for = parsed({name: getattr(opts, name) for name in ("since", "until", "limit")})
        try:
            with opened(command.settings) as catalogue:
                _tell_notes(catalogue)
                if args:
                    outlets = known(opts.outlet, catalogue.outlets)
                    cards = _cards(catalogue, args[0], outlets, asked_for)
                    _tell_topic(_name(catalogue, args[0]), outlets, cards, files, as_json=opts.json)
                else:
                    _tell_topics(catalogue, asked_for.limit, as_json=opts.json)
        except NothingCrawledError as nothing:
            if files:
                raise
            # Standard output is JSON's alone.
            print(nothing, file=sys.stderr if opts.json else sys.stdout)
            if opts.json:
                write_json([])


def _check(args: list[str], opts: argparse.Namespace, files: dict[str, str]) -> None:
    """Raises ArgumentError for what cannot be meant."""
    if len(args) > 1 or (not args and (opts.since or opts.until or opts.outlet or files)) or "" in files.values():
        raise ArgumentError(f"write {FORM}")
    if args and not is_topic(args[0]):
        raise ArgumentError(f"{args[0]!r} has no word in it; write scrapy topics CJTF-OIR")
    if [*files.values(), *(["-"] if opts.json else [])].count("-") > 1:
        raise ArgumentError("only one thing can be written to standard output")


def _tell_notes(catalogue: Catalogue) -> None:
    if catalogue.is_temporary:
        sys.stderr.write("note: DATA_DIR cannot be written, so that what is new is read anew each time\n")
    if left_out := catalogue.left_out:
        sys.stderr.write(f"note: {counted(left_out, 'line')} of the record could not be read\n")


def _cards(catalogue: Catalogue, topic: str, outlets: list[str], asked_for: Arguments) -> Iterator[Card]:
    """The cards of a topic; raises ArgumentError where nothing is on it, whenever and wherever."""
    if not catalogue.has(topic):
        raise ArgumentError(f"no story is on {topic!r}; {_hint(catalogue, topic)}")
    return catalogue.cards(topic, outlets, asked_for.since, asked_for.until, asked_for.limit)


def _hint(catalogue: Catalogue, topic: str) -> str:
    """What may have been meant."""
    names = {words(found.name): found.name for found in catalogue.topics()}
    nearest = [names[name] for name in get_close_matches(words(topic), names, NEAREST)]
    return f"the nearest topics are: {', '.join(nearest)}" if nearest else "scrapy topics lists what there is"


def _name(catalogue: Catalogue, topic: str) -> str:
    """The topic's own name, under whichever it was asked for."""
    named = catalogue.topic(topic)
    return clean_line(named.name if named else topic)


def _tell_topic(topic: str, outlets: list[str], cards: Iterator[Card], files: dict[str, str], *, as_json: bool) -> None:
    title = f"Latest news with {hashtag(topic)}"
    if not files and not as_json:
        show(title, cards, console_to(sys.stdout))
        return
    stories = list(cards)
    if as_json:
        write_json([_as_json(card) for card in stories])
    # However the topic is written, and however many of its stories are wanted, it is one feed.
    feed_id = ", ".join([f"topic {words(topic)}", *sorted(set(outlets))])
    # Made when the first file wants it: a look in the terminal needs no entries.
    feed = cache(lambda: feed_of(title, map(entry_of, stories), feed_id=feed_id))
    for name, file in files.items():
        _write(file, FEEDS[name](feed()) if name in FEEDS else single_page(title, stories))
    # Standard output is JSON's or a feed's alone.
    if not as_json and "-" not in files.values():
        for file in files.values():
            print(f"{counted(len(stories), 'story', 'stories')}: {file}")  # noqa: T201


def _as_json(card: Card) -> dict[str, Any]:
    return {**msgspec.to_builtins(card), "updated_at": card.updated_at}


def _tell_topics(catalogue: Catalogue, limit: int | None, *, as_json: bool) -> None:
    """The largest first."""
    topics = sorted(catalogue.topics(), key=lambda topic: -topic.count)[:limit]
    if as_json:
        write_json(topics)
        return
    table = table_of(("stories",), first="topic")
    for name in ("newest (UTC)", "outlets"):
        table.add_column(name, no_wrap=True)
    for topic in topics:
        cells = str(topic.count), f"{topic.newest:%Y-%m-%d %H:%M}", ", ".join(topic.outlets)
        table.add_row(Text(clean_line(topic.name)), *cells)
    console_to(sys.stdout).print(table)


def _write(file: str, content: bytes) -> None:
    """Write what was asked for; raises ArgumentError."""
    if file == "-":
        sys.stdout.buffer.write(content)
        return
    try:
        write_whole(Path(file), content)
    except OSError as error:
        raise ArgumentError(f"{file} cannot be written: {error.strerror}") from error
