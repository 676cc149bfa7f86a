"""How a command says that it cannot do what it is asked for: one line on stderr, exit status 2.

In: what is wrong, and the names that there are. Out: the line.
"""

from __future__ import annotations

import sys
from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scrapy.commands import ScrapyCommand


def refuse(command: ScrapyCommand, error: Exception) -> None:
    sys.stderr.write(f"error: {error}\n")
    command.exitcode = 2


def hint(name: str, names: Sequence[str]) -> str:
    """What may have been meant by a name that is not among the names."""
    if not names:
        return "there is none yet"
    nearest = get_close_matches(name, names, 1)
    return f"did you mean {nearest[0]}?" if nearest else f"there are: {', '.join(names)}"
