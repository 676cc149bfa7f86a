"""Says how an outlet's pages were laid out in its time.

In: nothing. Out: `Layout`, a plain description; and in which order layouts are tried on a page of a given day.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any


@dataclass(frozen=True)
class Layout:
    """A named set of selectors with the days between which it held."""

    name: str
    at: Mapping[str, Any] = field(default_factory=dict)
    """The declarations of `ArticlePage` that differ from the page class's own, by name (`{"body_at": (".story",)}`)."""
    since: date | None = None
    """The first day of it, None where nobody knows."""
    until: date | None = None
    """The last day of it, None where it still holds or nobody knows."""

    def holds(self, day: date) -> bool:
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)


def in_order(layouts: Sequence[Layout], day: date | None) -> list[Layout]:
    """Those of the day first, as they are declared, and then the others: sites serve old pages in new dress."""
    if day is None or len(layouts) < 2:
        return list(layouts)
    return sorted(layouts, key=lambda layout: not layout.holds(day))
