"""Tells of an article that the record holds its text already, in a little other words.

In: an article that the record does not hold as it is. Out: the same, labelled with the first article that tells its
text; or `Duplicate`, where near-duplicates are dropped. What was found is committed with the article's line.
"""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from newscrawl.dataset import Dataset
from newscrawl.ledger import LedgerError, Outcome
from newscrawl.pipelines.dropped import Duplicate
from newscrawl.readers.readers import Readers

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from newscrawl.duplicates.search import First
    from newscrawl.items import Article
    from newscrawl.ledger import Look


class NearDuplicates:
    def __init__(self, dataset: Dataset, policy: str, readers: Readers | None = None) -> None:
        """`policy`: label, drop or off. `readers`: who read some of the articles, and made their signatures."""
        self.record = dataset.ledger.record
        self.policy = policy
        self.search = dataset.search()
        self._readers = readers
        self._last: tuple[Article, Look] | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> NearDuplicates:
        arguments = getattr(crawler.spider, "arguments", None)
        asked_for = arguments.duplicates if arguments else None
        return cls(
            Dataset.of(crawler), asked_for or crawler.settings["NEAR_DUPLICATES"], crawler.get_extension(Readers)
        )

    async def close_spider(self) -> None:
        # A ledger that cannot be read any more has ended the crawl, and is told.
        with contextlib.suppress(LedgerError):
            self.search.settle()
        self.search.close()

    async def process_item(self, item: Article) -> Article:
        if self.policy == "off":
            return item
        look = self.search.look(item, self._readers.signature_of(item) if self._readers else None)
        self._last = item, look
        if first := self.search.first(item, look):
            # What the record holds gets its new revision, whatever that is like: it is the article as it now stands.
            if self.policy == "drop" and item.revision == 1:
                self._drop(item, first)
            if first.is_earlier:
                item.duplicate_of, item.similarity = first.article_id, first.similarity
        return item

    def look_at(self, item: Article) -> Look | None:
        """What comparing the article that was processed last found; None where nothing is compared."""
        return self._last[1] if self._last and self._last[0] is item else None

    def _drop(self, article: Article, first: First) -> None:
        known = self.record.known(first.article_id)
        where = f", {known.url}" if known else ""
        reason = f"tells the same text as {first.article_id} (similarity {first.similarity}){where}"
        self.record.settle(article, Outcome("duplicate", reason, datetime.now(UTC)))
        raise Duplicate(f"{article.id}: {reason}")
