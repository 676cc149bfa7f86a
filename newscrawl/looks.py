"""When to look at an article again: at growing intervals while it is young, because young articles are changed.

In: an article and now. Out: the next time, or None. What REST gave needs no second look: REST itself tells of changes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime, timedelta

    from newscrawl.items import Article


def next_look(article: Article, now: datetime, after: Sequence[timedelta]) -> datetime | None:
    """`after`: how long after publication it is looked at, ascending."""
    if article.provenance.get("body") == "rest":
        return None
    looks = (article.published_at + interval for interval in after)
    return next((look for look in looks if look > now), None)
