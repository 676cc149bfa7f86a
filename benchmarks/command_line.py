"""The command line that all benchmarks share: `--help` is what their file says, and an unknown word begins nothing.

    articles = a_number(__doc__, "ARTICLES", 50_000)

In: what the file says of itself, and what it takes. Out: what was typed, or else what is there by default; a wrong word
ends the process with exit status 2, and a line that says what is wrong with it.
"""

from __future__ import annotations

import sys
from argparse import ArgumentParser, ArgumentTypeError, RawDescriptionHelpFormatter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def command_line(said: str | None) -> ArgumentParser:
    """To which a benchmark adds what it takes; one that takes nothing leaves it as it is."""
    name = sys.modules["__main__"].__spec__.name.removesuffix(".__main__")
    return ArgumentParser(
        prog=f"python -m {name}", description=said, formatter_class=RawDescriptionHelpFormatter, allow_abbrev=False
    )


def a_number(said: str | None, name: str, default: int) -> int:
    parser = command_line(said)
    parser.add_argument("given", metavar=name, nargs="?", type=whole, default=default, help=f"default: {default:,}")
    return int(parser.parse_args().given)


def numbers(said: str | None, name: str, default: Sequence[int], *, least: int = 1) -> list[int]:
    """As many as are given; `least` is how many there have to be."""
    parser = command_line(said)
    told = ", ".join(f"{number:,}" for number in default)
    parser.add_argument("given", metavar=name, nargs="*", type=whole, help=f"{least} or more; default: {told}")
    given = parser.parse_args().given or list(default)
    if len(given) < least:
        parser.error(f"{name}: {least} or more of them are compared")
    return given


def whole(text: str) -> int:
    """A number of things; raises ArgumentTypeError."""
    if not (text.isascii() and text.isdecimal() and int(text)):
        raise ArgumentTypeError(f"{text!r} is no whole number from 1")
    return int(text)
