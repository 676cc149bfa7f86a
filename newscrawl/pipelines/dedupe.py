"""Compares an article with what the record holds.

In: a valid article. Out: the same as a first text or as a new revision; `Unchanged` or `Duplicate` where the record
has it. Identity is the id; a text is the same where headline and body are, by their hash.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from newscrawl.dataset import Dataset
from newscrawl.ledger import Outcome
from newscrawl.looks import next_look
from newscrawl.pipelines.dropped import Duplicate, Unchanged

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import timedelta

    from scrapy.crawler import Crawler

    from newscrawl.items import Article
    from newscrawl.ledger import Ledger


class Dedupe:
    def __init__(self, ledger: Ledger, looks: Sequence[timedelta] = ()) -> None:
        self.record = ledger.record
        self.looks = looks

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Dedupe:
        return cls(Dataset.of(crawler).ledger, Dataset.looks(crawler.settings))

    async def process_item(self, item: Article) -> Article:
        known, same_text, first_seen_at = self.record.before(item)
        if known is None:
            if same_text:
                reason = f"the same text as {same_text.id}, {same_text.url}"
                self.record.settle(item, Outcome("duplicate", reason, datetime.now(UTC)))
                raise Duplicate(f"{item.id}: {reason}")
            item.first_seen_at = first_seen_at or item.crawled_at
            return item
        if known.content_hash == item.content_hash:
            now = datetime.now(UTC)
            self.record.settle(item, Outcome("done", None, now, next_look(item, now, self.looks)))
            raise Unchanged(f"{item.id} is known with this text")
        item.revision = known.revision + 1
        item.previous_hash = known.content_hash
        item.first_seen_at = known.first_seen_at
        return item
