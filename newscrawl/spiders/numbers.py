"""Counts the posts of a site by their numbers.

In: the batches of a source. Out: how many different posts they hold, and whether that is what the site counts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from newscrawl.items import Batch


class Numbers:
    """The numbers of posts that were seen, and whether they are all that the site counts.

    A million posts take two megabytes: their numbers are near one another, and kept as bits.
    """

    def __init__(self) -> None:
        self._bits: dict[int, int] = {}
        self._unnumbered = 0
        self._totals: set[int | None] = set()

    def add(self, batch: Batch) -> None:
        entries = len(batch.leads) + sum(batch.left_out.values())
        self._unnumbered += max(0, entries - len(batch.ids))
        self._totals.add(batch.total)
        for number in batch.ids:
            part = number >> 10
            self._bits[part] = self._bits.get(part, 0) | 1 << (number & 1023)

    @property
    def count(self) -> int:
        return sum(bits.bit_count() for bits in self._bits.values()) + self._unnumbered

    @property
    def is_steady(self) -> bool:
        """Whether the site's count stayed the same on all pages. It may count what it does not show."""
        return len(self._totals) == 1

    @property
    def agree(self) -> bool:
        """Whether the site's count stayed the same, and that many posts were seen. No count says nothing."""
        return self._totals in ({None}, {self.count})
