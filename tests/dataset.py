"""A data directory that is written into as a crawl does, without a crawl: compared, appended, committed."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import msgspec

from newscrawl.dataset import Dataset
from newscrawl.duplicates.clusters import told_again
from newscrawl.ledger import Line
from newscrawl.months import file_of
from newscrawl.pipelines.jsonlines import Appender
from newscrawl.pipelines.near_duplicates import NearDuplicates
from tests.articles import NOW, article

if TYPE_CHECKING:
    from pathlib import Path

    from newscrawl.duplicates.clusters import Told
    from newscrawl.items import Article

OUTLETS = ("one", "two")
BEGIN = datetime(2025, 7, 1, 12, tzinfo=UTC)


def story(outlet: str, number: int, body: str, *, days: float = 0, **changes) -> Article:
    """An article of an outlet, published so many days after the first."""
    here = f"https://{outlet}.example.org/{number}"
    of_outlet = {"id": f"{outlet}:{number}", "outlet": outlet, "url": here, "body": body}
    return article(number, **{**of_outlet, "published_at": BEGIN + timedelta(days=days), **changes})


class Data:
    def __init__(self, directory: Path, ledger_url: str = "", *, policy: str = "label", window: int = 30) -> None:
        self.dataset = Dataset(directory, ledger_url)
        self.dataset.duplicate_window = timedelta(days=window)
        self.ledger = self.dataset.ledger
        self.comparing = NearDuplicates(self.dataset, policy)

    def compared(self, item: Article) -> Article:
        """As the pipeline gives an article on; it is not written yet."""
        return asyncio.run(self.comparing.process_item(item))

    def write(self, *items: Article) -> list[tuple[str | None, float | None]]:
        """Compare and write articles; with what label each of them was written."""
        labels = []
        for item in items:
            self.append(self.compared(item))
            labels.append((item.duplicate_of, item.similarity))
        return labels

    def append(self, item: Article, *, commit: bool = True) -> None:
        name = file_of(item.outlet, item.published_at)
        state = self.ledger.record.files(item.outlet).get(name)
        appender = Appender(self.dataset.directory / name, item.outlet, state.checksum if state else 0)
        start, end = appender.append(msgspec.json.encode(item) + b"\n")
        appender.close()
        if commit:
            line = Line(name, start, end)
            self.ledger.record.write(item, line, now=NOW, compared=self.comparing.look_at(item))

    def told(self) -> Told:
        return told_again(self.ledger, OUTLETS)

    def clusters(self) -> list[list[str]]:
        """The ids of each cluster, the head first."""
        return [[member.id for member in cluster.articles] for cluster in self.told().clusters]

    def close(self) -> None:
        self.comparing.search.close()
        self.dataset.close()
