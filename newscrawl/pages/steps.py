"""What is done with a page in a browser before it is read: as a source or a page class says it, as long as its reader
wants it.
"""

from collections.abc import Callable
from typing import NamedTuple


class Steps(NamedTuple):
    """Selectors are CSS."""

    wait_for: str = ""
    """An element without which the page is not ready."""
    show_more: str = ""
    """What is pressed for more; empty: the page is scrolled to its end instead."""
    presses: int = 0
    """How often, at most: a page that brings nothing more is not pressed again."""


class Reader(NamedTuple):
    """What whoever reads a page makes of it while it is in the browser."""

    is_filled: Callable[[bytes], bool]
    """Whether it holds something, or is still to be filled."""
    wants_more: Callable[[bytes], bool] | None = None
    """Whether it is to be pressed again, given the page after each time; None: as long as something comes."""
