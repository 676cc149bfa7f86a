"""What is done with a page in a browser before it is read, as a source or a page class says it."""

from typing import NamedTuple


class Steps(NamedTuple):
    """Selectors are CSS."""

    wait_for: str = ""
    """An element without which the page is not ready."""
    show_more: str = ""
    """What is pressed for more; empty: the page is scrolled to its end instead."""
    presses: int = 0
    """How often, at most: a page that brings nothing more is not pressed again."""
