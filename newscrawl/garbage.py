"""Keeps Python's search for garbage out of work that makes large and lasting things; lets go of what a start leaves.

What is made by the hundred thousand here has no cycles, and looking for some, again and again through all that there
is, takes up to a quarter of the time.
"""

from __future__ import annotations

import gc
import linecache
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def no_search() -> Iterator[None]:
    """Nothing is looked for within it."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


@contextmanager
def nothing_so_far() -> Iterator[None]:
    """What is there at its beginning is not looked through within it, only what comes."""
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def leave_out_what_is_there() -> None:
    """What is there now is never looked through, not even when the process ends: that takes an eighth of a second."""
    gc.freeze()


def let_go_of_the_start() -> None:
    """Let go of what was needed only to start: two MB, of which a third are sources that Scrapy has read of itself."""
    linecache.clearcache()
    # Finds hardly any, but empties Python's own stores of small things.
    gc.collect()
