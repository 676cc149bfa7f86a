"""How a command says that it cannot do what it is asked for: one line on stderr, exit status 2.

In: what is wrong, and the names that there are. Out: the line.
"""

from __future__ import annotations

import sys
from contextlib import contextmanager
from difflib import get_close_matches
from typing import TYPE_CHECKING

from newscrawl.dataset import DatasetError
from newscrawl.ledger import LedgerError
from newscrawl.reporting.screen import harmless, write_out_unknown_letters
from newscrawl.setting_values import SettingError
from newscrawl.spiders.arguments import ArgumentError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from scrapy.commands import ScrapyCommand


@contextmanager
def refusing(command: ScrapyCommand) -> Iterator[None]:
    """Does what is within, or says why that cannot be done; on Ctrl-C that it was not (exit status 1)."""
    write_out_unknown_letters()
    try:
        yield
    except (ArgumentError, SettingError, DatasetError, LedgerError) as error:
        refuse(command, error)
    except KeyboardInterrupt:
        sys.stderr.write("error: stopped before its end; run it again\n")
        command.exitcode = 1


def refuse(command: ScrapyCommand, error: Exception) -> None:
    sys.stderr.write(f"error: {harmless(str(error))}\n")
    command.exitcode = 2


def known(named: list[str], outlets: Sequence[str]) -> list[str]:
    """The outlets that were named; raises ArgumentError where nothing is known of one."""
    for name in named:
        if name not in outlets:
            raise ArgumentError(f"nothing is known of {name!r}; {hint(name, outlets)}")
    return named


def hint(name: str, names: Sequence[str]) -> str:
    """What may have been meant by a name that is not among the names."""
    if not names:
        return "there is none yet"
    nearest = get_close_matches(name, names, 1)
    return f"did you mean {nearest[0]}?" if nearest else f"there are: {', '.join(names)}"
