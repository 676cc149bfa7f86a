"""Names a news outlet for the pages that are read.

In: nothing. Out: `Outlet`, a plain description.
"""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from newscrawl.text.urls import Site


@dataclass(frozen=True, slots=True)
class Outlet:
    """A news outlet, as far as its pages need to know it."""

    name: str
    """The spider's name: "iraqinews"."""
    title: str
    """The name for people: "Iraqi News"."""
    zone: ZoneInfo
    """The zone of the times that the outlet writes without one."""
    site: Site
