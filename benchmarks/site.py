"""What `scrapy topics` and `scrapy site` take at 50,000 articles: `python -m benchmarks.site [ARTICLES]`.

In: a made-up record (`made_record.py`). Out: seconds, in all and of the processor, for the catalogue, the query of a
large and of a small topic, the whole site, and the site again after ten new articles.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from contextlib import contextmanager
from os import times
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from benchmarks import made_record
from newscrawl.site.about import fields
from newscrawl.site.build import About, build
from newscrawl.topics.catalogue import Catalogue

if TYPE_CHECKING:
    from collections.abc import Iterator

NEW = 10
QUERIES = 20
LIMITS = {"whole": 120, "again": 5}
"""Seconds, on two cores that do nothing else."""


@contextmanager
def measured(what: str) -> Iterator[None]:
    begun, before = time.perf_counter(), times()
    yield
    after = times()
    processor = sum(after[:4]) - sum(before[:4])
    print(f"{what:<44} {time.perf_counter() - begun:7.2f} s, {processor:7.2f} s of the processor", flush=True)


def queries(data: Path) -> None:
    with Catalogue.open(data) as catalogue:
        topics = sorted(catalogue.topics(), key=lambda topic: topic.count)
        for topic in topics[-1], topics[0]:
            taken = []
            for _ in range(QUERIES):
                begun = time.perf_counter()
                list(catalogue.cards(topic.name, limit=50))
                taken.append((time.perf_counter() - begun) * 1000)
            told = f"topic of {topic.count} stories, the newest 50: {statistics.median(taken):.1f} ms"
            print(f"{told} (median of {QUERIES})")


def add(data: Path, known: int) -> None:
    """Further articles, as a crawl appends them."""
    for article in list(made_record.articles(known + 2 * NEW, seed=11))[-NEW:]:
        article["id"] += "-new"
        file = data / "articles" / article["outlet"] / f"{article['published_at']:%Y-%m}.jsonl"
        with file.open("ab") as lines:
            lines.write(msgspec.json.encode(article) + b"\n")


def site(data: Path, out: Path) -> None:
    with Catalogue.open(data) as catalogue:
        print(build(catalogue, out, About(coverage=[], fields=fields())))


def main() -> None:
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 50_000
    with tempfile.TemporaryDirectory() as folder:
        data, out = Path(folder, "data"), Path(folder, "site")
        made_record.write(data, number)
        with measured(f"catalogue of {number} articles"):
            Catalogue.open(data).close()
        queries(data)
        with measured(f"the whole site (limit {LIMITS['whole']} s)"):
            site(data, out)
        with measured("the site again, nothing new"):
            site(data, out)
        add(data, number)
        with measured(f"the site again, {NEW} new articles (limit {LIMITS['again']} s)"):
            site(data, out)


if __name__ == "__main__":
    main()
