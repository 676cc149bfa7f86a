"""When to look at an article again: at growing intervals while it is young, because young articles are changed.

In: an article and now. Out: the next time, or None. What REST gave needs no second look: REST itself tells of changes.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from newscrawl.items import Article

FARTHEST = timedelta(days=7)
"""The ledger takes a look beyond `frontier.LONGEST_PAUSE` for one that another clock planned. A look too early finds
nothing changed, and plans the next one."""


def next_look(article: Article, now: datetime, after: Sequence[timedelta]) -> datetime | None:
    """`after`: how long after publication it is looked at, ascending."""
    if article.provenance.get("body") == "rest":
        return None
    looks = (article.published_at + interval for interval in after)
    return next((min(look, now + FARTHEST) for look in looks if look > now), None)
