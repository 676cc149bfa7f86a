"""Which pages a list of stories has.

In: the ids of its cards, newest first. Out: its pages. They are cut from the oldest on, so that a page that is full
stays as it is, and a new story changes the newest page only; that one has up to twice as many stories, so that it is
never nearly empty.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from newscrawl.site import addresses

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

PER_PAGE = 50


@dataclass(slots=True, kw_only=True)
class Listing:
    """One page of a list."""

    title: str
    heading: str
    folder: str
    """Where the pages of the list and its feeds lie, with a slash at its end; empty for the site's own folder."""
    number: int | None
    """Null for the newest."""
    count: int | None
    """Cards in the whole list; null but for the newest page, which alone changes with it."""
    ids: Sequence[str]
    """The cards of this page, newest first."""
    newer: str | None
    older: str | None
    topic: str | None = None
    """What the chart counts; all stories where it is null."""
    outlet: str | None = None

    @property
    def path(self) -> str:
        return self.folder + addresses.page(self.number)


def pages(ids: Sequence[str], *, title: str, heading: str, folder: str, **chosen: str) -> Iterator[Listing]:
    """The pages of a list, the newest first. `chosen`: its topic, or its outlet."""
    full = max(len(ids) // PER_PAGE - 1, 0)
    newest = len(ids) - full * PER_PAGE
    for number in (None, *range(full, 0, -1)):
        begin = 0 if number is None else newest + (full - number) * PER_PAGE
        end = newest if number is None else begin + PER_PAGE
        newer = None if number is None else folder + addresses.page(number + 1 if number < full else None)
        before = full if number is None else number - 1
        older = folder + addresses.page(before) if before else None
        yield Listing(
            title=title,
            heading=heading,
            folder=folder,
            number=number,
            count=len(ids) if number is None else None,
            ids=ids[begin:end],
            newer=newer,
            older=older,
            **chosen,
        )
