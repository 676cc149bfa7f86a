"""What becomes of 50,000 articles that are ready: checked, compared, written and noted in the ledger.

    python -m benchmarks.pipeline [ARTICLES]

Every article is new, of about 360 words, and dated within three months. Ours is all that a crawl does with an article
that a page gave, but for Scrapy's engine: a record and a ledger that a killed crawl leaves whole. Beside it stands what
writes the same articles and knows nothing of them: json.dumps to a file, and Scrapy's own exporter of JSON Lines, both
without bringing it to the disk. Each contestant is a process of its own; the making of articles is not counted.
Then a table of where the time of ours goes, from one more run that looks at the clock around each step.
"""

from __future__ import annotations

import asyncio
import json
import os
import sqlite3
import sys
import tempfile
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from functools import partial
from hashlib import sha256
from pathlib import Path
from random import Random
from time import perf_counter, process_time
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Self

import msgspec
from scrapy.exporters import JsonLinesItemExporter
from scrapy.settings import Settings
from sqlalchemy.engine import RootTransaction

from benchmarks.command_line import a_number
from benchmarks.side_by_side import Figure, Goal, alternate, process, record, show, summary
from newscrawl import garbage
from newscrawl.dataset import Dataset
from newscrawl.duplicates.search import DuplicateSearch
from newscrawl.items import Article, Lead
from newscrawl.ledger.prepared import Prepared
from newscrawl.pipelines import validate
from newscrawl.pipelines.dedupe import Dedupe
from newscrawl.pipelines.jsonlines import Appender, JsonLines
from newscrawl.pipelines.near_duplicates import NearDuplicates
from newscrawl.pipelines.validate import Validate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from benchmarks.side_by_side import Measures

ARTICLES = 50_000
LEADS_AT_ONCE = 500
BLOCK = 500
"""Articles that are made at a time, and then processed by the clock."""
TURN = 10
"""Articles after which the event loop has its turn, as it has in a crawl."""
NEWEST = datetime(2025, 5, 31, 12, tzinfo=UTC)
PERIOD = timedelta(days=90)
PLAIN, EXPORTER, OURS, COMPARED = "json.dumps to a file", "Scrapy's exporter", "ours", "ours, near-duplicates too"
WATCHED = "ours, step by step"
LEAST_PER_SECOND = 4_000
TOLD = "told.json"


class Writer:
    """Makes up articles that have no sentence in common, fast."""

    def __init__(self, articles: int, first: int = 0, *, period: timedelta = PERIOD) -> None:
        """`first`: the number of the newest one; `period`: within which all of them were published."""
        self.articles = articles
        self.first = first
        self.apart = period / articles
        self.random = Random(first)
        syllables = [first + last for first in "bdfghklmnrst" for last in ("a", "e", "i", "o", "an", "er")]
        self.words = ["".join(self.random.choices(syllables, k=2 + number % 3)) for number in range(5_000)]
        self.lines = [" ".join(self.random.choices(self.words, k=16)).capitalize() for _ in range(20_000)]

    def article(self, number: int) -> Article:
        lines = self.random.choices(self.lines, k=20)
        names = self.random.choices(self.words, k=20)
        paragraphs = [f"{line} {name} {number}." for line, name in zip(lines, names, strict=True)]
        at = NEWEST - self.apart * (number - self.first)
        return Article(
            id=f"outlet:{number}",
            url=address(number),
            outlet="outlet",
            outlet_name="Outlet",
            kind="article",
            headline=f"Council of {names[0]} opens bridge number {number}",
            description="It is the third one this year.",
            body="\n\n".join(paragraphs),
            dateline="Baghdad",
            authors=["Staff Reporter"],
            sections=["Iraq", "Politics"],
            topics=["Bridges", names[1]],
            published_at=at,
            modified_at=at + timedelta(hours=1),
            language="en",
            image=None,
            parent_id=None,
            word_count=360,
            content_hash=scattered(number),
            first_seen_at=at,
            crawled_at=NEWEST,
            provenance=dict.fromkeys(("headline", "authors", "published_at", "body", "sections"), "json-ld"),
        )

    def blocks(self) -> Iterator[list[Article]]:
        end = self.first + self.articles
        for start in range(self.first, end, BLOCK):
            yield [self.article(number) for number in range(start, min(start + BLOCK, end))]


def address(number: int) -> str:
    """Slugs begin with anything, so that indexes are met everywhere."""
    return f"https://www.example.org/iraq/{scattered(number)[:12]}-opens-bridge-{number}/"


def scattered(number: int) -> str:
    """In no order, as the hashes of texts are."""
    return sha256(str(number).encode()).hexdigest()


# --- the contestants ---


def write_plainly(folder: Path, articles: int) -> Measures:
    names, clock = list(Article.__slots__), Clock()
    with (folder / "articles.jsonl").open("a", encoding="utf-8") as stream:
        for items in Writer(articles).blocks():
            with clock:
                for item in items:
                    line = json.dumps({name: getattr(item, name) for name in names}, default=str, ensure_ascii=False)
                    stream.write(line + "\n")
    return clock.told(articles)


def export(folder: Path, articles: int) -> Measures:
    clock = Clock()
    with (folder / "articles.jsonl").open("ab") as stream:
        exporter = JsonLinesItemExporter(stream)
        exporter.start_exporting()
        for items in Writer(articles).blocks():
            with clock:
                for item in items:
                    exporter.export_item(item)
        exporter.finish_exporting()
    return clock.told(articles)


def crawl(folder: Path, articles: int, *, compare: bool = False) -> Measures:
    crawl = Crawl(folder, articles, compare=compare)
    asyncio.run(crawl.run())
    crawl.check()
    return crawl.clock.told(articles)


class Clock:
    """Adds up the time within its blocks."""

    def __init__(self) -> None:
        self.seconds = self.used = 0.0

    def __enter__(self) -> Self:
        self._began = perf_counter(), process_time()
        return self

    def __exit__(self, *_: object) -> None:
        self.seconds += perf_counter() - self._began[0]
        self.used += process_time() - self._began[1]

    def told(self, articles: int) -> Measures:
        return {"articles/s": articles / self.seconds, "CPU µs an article": self.used / articles * 1e6}


class Crawl:
    """The pipelines as a crawl has them, without its engine."""

    def __init__(
        self, folder: Path, articles: int, first: int = 0, *, period: timedelta = PERIOD, compare: bool = False
    ) -> None:
        self.settings = Settings({"DATA_DIR": str(folder), "LEDGER_URL": "", "SECOND_LOOKS": [6, 24, 72, 168]})
        self.settings.set("DUPLICATE_WINDOW", 30)
        self.writer = Writer(articles, first, period=period)
        self.clock = Clock()
        self.dataset = Dataset.from_settings(self.settings)
        # A source named them before.
        for start in range(first, first + articles, LEADS_AT_ONCE):
            numbers = range(start, min(start + LEADS_AT_ONCE, first + articles))
            leads = [Lead(url=address(number)) for number in numbers]
            self.dataset.ledger.frontier.add("outlet", leads, "sitemap", now=NEWEST, run_started=NEWEST)
        self.comparing = NearDuplicates(self.dataset, "label") if compare else None
        self.writing = JsonLines(self, self.dataset.second_looks)  # type: ignore[arg-type]
        checks = Validate(self.dataset.ledger), Dedupe(self.dataset.ledger, self.dataset.second_looks)
        self.pipelines = [*checks, *filter(None, [self.comparing]), self.writing]

    def get_extension(self, _: object) -> Dataset:
        """As Scrapy's crawler has it, by which the pipelines find each other."""
        return self.dataset

    def get_item_pipeline(self, _: object) -> NearDuplicates | None:
        return self.comparing

    async def run(self) -> None:
        garbage.leave_out_what_is_there()
        for items in self.writer.blocks():
            await self.process(items)
        await self.end()

    async def process(self, items: list[Article]) -> None:
        with self.clock:
            for number, item in enumerate(items):
                for pipeline in self.pipelines:
                    await pipeline.process_item(item)
                if number % TURN == 0:
                    await asyncio.sleep(0)

    async def end(self) -> None:
        with self.clock:
            for pipeline in self.pipelines[2:]:
                await pipeline.close_spider()

    def check(self) -> None:
        written = self.writer.first + self.writer.articles
        assert self.dataset.ledger.record.count("outlet") == written
        assert self.dataset.ledger.frontier.counts("outlet") == {"done": written}
        self.dataset.close()


CONTESTANTS: dict[str, Callable[[Path, int], Measures]] = {
    PLAIN: write_plainly,
    EXPORTER: export,
    OURS: crawl,
    COMPARED: lambda folder, articles: crawl(folder, articles, compare=True),
}


def in_own_process(name: str, articles: int) -> Measures:
    with tempfile.TemporaryDirectory() as folder:
        words = [sys.executable, "-m", "benchmarks.pipeline", "run", name, str(articles), folder]
        megabytes = process(words)["MB"]
        return {**msgspec.json.decode((Path(folder) / TOLD).read_bytes(), type=dict[str, float]), "MB": megabytes}


# --- where the time goes ---

STEPS = (
    ("checked against the schema", validate, "fault_of"),
    ("searched for near-duplicates", DuplicateSearch, "look"),
    ("searched for near-duplicates", DuplicateSearch, "first"),
    ("appended to the file", Appender, "append"),
    ("asked of the ledger", Prepared, "first"),
    ("asked of the ledger", Prepared, "all"),
    ("written to the ledger", Prepared, "change"),
    ("written to the ledger", Prepared, "change_all"),
    ("committed", RootTransaction, "commit"),
    ("brought to the disk", os, "fsync"),
)
REST = "rows, times and turns"


class Steps:
    """Looks at the clock before and after each step; what a step calls that is one itself is not counted with it."""

    def __init__(self) -> None:
        self.seconds: defaultdict[str, float] = defaultdict(float)
        self.within = 0.0

    def watched(self, plain: Callable[..., Any], step: str) -> Callable[..., Any]:
        def timed(*given: Any, **named: Any) -> Any:
            before, self.within = self.within, 0.0
            began = perf_counter()
            try:
                return plain(*given, **named)
            finally:
                taken = perf_counter() - began
                self.seconds[step] += taken - self.within
                self.within = before + taken

        return timed


def watch(folder: Path, articles: int) -> Measures:
    """Microseconds an article, by step."""
    crawl, steps = Crawl(folder, articles, compare=True), Steps()
    for step, owner, name in STEPS:
        setattr(owner, name, steps.watched(getattr(owner, name), step))
    crawl.writing.encoder = SimpleNamespace(encode=steps.watched(crawl.writing.encoder.encode, "made JSON"))
    asyncio.run(crawl.run())
    told = {step: seconds / articles * 1e6 for step, seconds in steps.seconds.items()}
    return {**told, REST: crawl.clock.seconds / articles * 1e6 - sum(told.values())}


def show_steps(taken: Measures) -> None:
    whole = sum(taken.values())
    rows = sorted(taken.items(), key=lambda one: -one[1])
    figures = {step: {"µs an article": _figure(one), "%": _figure(round(100 * one / whole))} for step, one in rows}
    show(f"where the time goes: {COMPARED}", figures, notes={REST: "Python's own work, between the steps"})


def _figure(value: float) -> Figure:
    return Figure(value, value, value)


CONTESTANTS[WATCHED] = watch


def main(articles: int) -> int:
    contestants = [name for name in CONTESTANTS if name != WATCHED]
    rounds = alternate({name: partial(in_own_process, name, articles) for name in contestants})
    figures = summary(rounds, base=PLAIN)
    show(f"{articles:,} articles that are ready", figures, base=PLAIN)
    steps = in_own_process(WATCHED, articles)
    steps.pop("MB")
    show_steps(steps)
    goals = [Goal(OURS, "articles/s", least=LEAST_PER_SECOND)]
    notes = {"articles": articles, "steps_microseconds": steps}
    packages = ["msgspec", "scrapy", "sqlalchemy"]
    sqlite = {"sqlite": sqlite3.sqlite_version}
    return record("pipeline", figures, goals, packages=packages, other_versions=sqlite, notes=notes)


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["run", name, articles, folder]:
            told = CONTESTANTS[name](Path(folder), int(articles))
            (Path(folder) / TOLD).write_bytes(msgspec.json.encode(told))
        case _:
            sys.exit(main(a_number(__doc__, "ARTICLES", ARTICLES)))
