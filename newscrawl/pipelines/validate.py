"""Refuses an article that is not whole: a required field missing, or any field of the wrong shape.

In: an article as a page or source gave it. Out: the same, or `Refused` naming the field and the URL.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import msgspec

from newscrawl.dataset import Dataset
from newscrawl.items import Article
from newscrawl.ledger import Outcome
from newscrawl.pipelines.dropped import Refused

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from newscrawl.ledger import Ledger

LOOK_AGAIN = timedelta(days=7)
"""When a refused article is asked for again: pages are mended."""
_KEPT = (datetime,)
"""Times are times: a text that looks like one is none."""


class Validate:
    def __init__(self, ledger: Ledger) -> None:
        self.frontier = ledger.frontier

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Validate:
        return cls(Dataset.of(crawler).ledger)

    async def process_item(self, item: Article) -> Article:
        if fault := fault_of(item):
            now = datetime.now(UTC)
            changed_at = item.modified_at or item.published_at
            told = changed_at if isinstance(changed_at, datetime) else None
            outcome = Outcome("refused", fault, now, now + LOOK_AGAIN)
            self.frontier.end(item.outlet, item.url, outcome, changed_at=told)
            raise Refused(f"{fault} ({item.url})")
        return item


def fault_of(article: Article) -> str | None:
    """What is wrong with an article, as "field: what", or None: the types in items.py are the rules."""
    try:
        msgspec.convert(msgspec.to_builtins(article, builtin_types=_KEPT), Article, builtin_types=_KEPT)
    except (msgspec.ValidationError, TypeError, ValueError) as error:
        what, _, path = str(error).rpartition(" - at `$.")
        field = path.rstrip("`")
        value = getattr(article, re.split(r"[.\[]", field)[0], "?") if field else "?"
        if value in (None, "", []):
            refusal = article.provenance.get(f"{field}_refused")
            return f"{field}: missing" + (f" ({refusal})" if refusal else "")
        return f"{field}: {what}, got {value!r:.80}" if field else str(error)
    return None
