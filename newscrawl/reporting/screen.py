r"""What reaches a screen or a log: no text of a site can move the cursor there, set a title, or turn a line around.

In: text that others wrote. Out: the same with every character that a terminal obeys written out, `\x1b` for ESC. In
the record it stays as it was: JSON writes such characters out by itself. A name and password before a host, as a proxy
has them, are left out of log lines.
"""

from __future__ import annotations

import io
import logging
import os
import re
import sys
from typing import IO, TYPE_CHECKING

from rich.console import Console
from rich.segment import Segment
from rich.table import Table
from scrapy import signals
from scrapy.utils.log import get_scrapy_root_handler

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rich.console import ConsoleOptions, RenderableType
    from scrapy.crawler import Crawler

_OBEYED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
"""What terminals act on: C0 but for tabs and new lines, C1, and the marks that turn the direction of a line around."""
_CREDENTIALS = re.compile(r"(?<=://)[^\s/@]*@")


UNTOLD_WIDTH = 120


class Screen:
    """Scrapy extension: what Scrapy's log handler writes is harmless."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Screen:
        screen = cls()
        # Scrapy sets its handler up anew after its extensions.
        crawler.signals.connect(screen.open, signals.spider_opened)
        return screen

    def open(self) -> None:
        if handler := get_scrapy_root_handler():
            handler.addFilter(_make_harmless)


class SafeConsole(Console):
    """A console that shows what it is given and does nothing of what stands in it."""

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        for text, style, control in super().render(renderable, options):
            yield Segment(text if control else harmless(text), style, control)


def _make_harmless(record: logging.LogRecord) -> bool:
    """A handler's filter: what the record says, without what a terminal would obey, and without any password."""
    record.msg, record.args = _told(record.getMessage()), None
    if record.exc_info and not record.exc_text:
        record.exc_text = _told(logging.Formatter().formatException(record.exc_info))
    return True


def _told(text: str) -> str:
    return _CREDENTIALS.sub("", harmless(text))


def harmless(text: str) -> str:
    """The text with what a terminal would obey written out."""
    return _OBEYED.sub(lambda found: found[0].encode("unicode_escape").decode("ascii"), text)


def console_to(stream: IO[str], *, like: IO[str] | None = None) -> Console:
    """A console that does not squeeze tables into 80 columns where nobody told it the width.

    `like`: the terminal, or none, that the text is meant for.
    """
    terminal = (like or stream).isatty()
    width = None if terminal else UNTOLD_WIDTH
    return SafeConsole(file=stream, highlight=False, soft_wrap=True, width=width, force_terminal=terminal)


def write_out_unknown_letters() -> None:
    """Let standard output show a letter that its encoding does not have as standard error does: by its number."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")


def tell(text: str) -> None:
    """Print what was done. Whoever read along may have gone (`… | head`); what is left is done all the same."""
    try:
        print(text, flush=True)  # noqa: T201
    except BrokenPipeError:
        # Python would try it again at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def table_of(numbers: Sequence[str], *, first: str | None = None) -> Table:
    """A table without lines: columns of numbers, after a `first` one of names."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    if first is not None:
        table.add_column(first)
    for name in numbers:
        table.add_column(name, justify="right", no_wrap=True)
    return table
