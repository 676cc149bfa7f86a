"""Options that mean what arguments of a crawl do: `--since`, `--until` and `--limit`.

In: their values as they are typed. Out: `Arguments`, or an ArgumentError in the form of options.
"""

from __future__ import annotations

import re

from newscrawl.spiders.arguments import ArgumentError, Arguments

_FORM = re.compile(r"(?:-a )?\b(since|until|limit)=(?=(\s?))")


def parsed(given: dict[str, str | None]) -> Arguments:
    """`given` has None for what is not typed; raises ArgumentError."""
    try:
        return Arguments.parse({name: value for name, value in given.items() if value is not None})
    except ArgumentError as error:
        told = _FORM.sub(lambda form: f"--{form[1]}" + ("" if form[2] else " "), str(error))
        raise ArgumentError(told) from error
