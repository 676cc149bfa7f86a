"""What an article that is ready costs with 10,000, 100,000 and 1,000,000 articles known: time and memory must stay.

    python -m benchmarks.scale [10000 100000 1000000]

For each size a new SQLite ledger gets the rows of so many articles, which go back from 2025 at 4,100 a month, with the
signatures of their texts. Then, in turns, a process of its own takes four thousand further articles through the
pipelines, near-duplicates too, as in benchmarks/pipeline.py, each time with a copy of that ledger. The first block of
them is not counted: a crawl reads the signatures of its window once. The time is the processor's.

The further articles are of the newest 20 days, so that all that is compared with them is there at every size: 10,000
known articles go back 73 days.
"""

from __future__ import annotations

import asyncio
import shutil
import sys
import tempfile
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from benchmarks.command_line import numbers
from benchmarks.pipeline import BLOCK, NEWEST, Clock, Crawl, Writer, address, scattered
from benchmarks.side_by_side import Goal, alternate, process, record, show, summary
from newscrawl.dataset import Dataset
from newscrawl.ledger.tables import articles, fingerprints, lines, urls
from newscrawl.months import file_of, month_of
from newscrawl.similarity import VERSION, signature

if TYPE_CHECKING:
    from benchmarks.side_by_side import Measures

SIZES = (10_000, 100_000, 1_000_000)
APART = timedelta(days=30.4) / 4_100
FURTHER = 8 * BLOCK
"""Articles a round. The second block alone would tell of the small ledger that it lies in SQLite's cache by then."""
PERIOD = timedelta(days=20)
"""In which they were published; with the window of 30 days before it, less than the smallest size goes back."""
DIFFERENT_TEXTS = 5_000
AT_ONCE = 10_000
LINE = 3_000
"""Bytes."""
MOST_GROWTH = 1.15
TOLD = "told.json"


def fill(folder: Path, known: int) -> None:
    dataset = Dataset(folder)
    writer = Writer(DIFFERENT_TEXTS, first=-DIFFERENT_TEXTS)
    signatures = [signature(item.body) for items in writer.blocks() for item in items]
    for start in range(0, known, AT_ONCE):
        numbers = range(start, min(start + AT_ONCE, known))
        with dataset.ledger._database.transaction() as db:  # noqa: SLF001
            for table, row in ((urls, _url), (articles, _article), (lines, _line)):
                db.insert_all_new(table, [row(number) for number in numbers])
            rows = [_signed(number, signatures[number % DIFFERENT_TEXTS]) for number in numbers]
            db.insert_all_new(fingerprints, rows)
    dataset.close()


def _url(number: int) -> dict[str, object]:
    at = NEWEST - APART * number
    times = dict.fromkeys(("first_seen_at", "named_at", "published_at", "newest_first", "changed_at", "looked_at"), at)
    here = {"outlet": "outlet", "url": address(number), "article_id": f"outlet:{number}"}
    return {**here, **times, "status": "done", "found_by": "sitemap", "tries": 0}


def _article(number: int) -> dict[str, object]:
    at = NEWEST - APART * number
    told = {"id": f"outlet:{number}", "outlet": "outlet", "url": address(number), "headline": "A bridge is opened"}
    times = {"published_at": at, "first_seen_at": at, "crawled_at": at}
    return {**told, **times, "content_hash": scattered(number), "revision": 1}


def _line(number: int) -> dict[str, object]:
    file = file_of("outlet", NEWEST - APART * number)
    here = {"holder": "another", "file": file, "start": number * LINE}
    return {**here, "article_id": f"outlet:{number}", "revision": 1, "content_hash": scattered(number)}


def _signed(number: int, of_text: bytes) -> dict[str, object]:
    at = NEWEST - APART * number
    told = {"article_id": f"outlet:{number}", "outlet": "outlet", "month": month_of(at), "published_at": at}
    return {**told, "version": VERSION, "signature": of_text}


def work(folder: Path, first: int) -> Measures:
    crawl = Crawl(folder, FURTHER, first, period=PERIOD, compare=True)
    asyncio.run(_after_a_block(crawl))
    crawl.check()
    return {"CPU µs an article": crawl.clock.told(FURTHER - BLOCK)["CPU µs an article"]}


async def _after_a_block(crawl: Crawl) -> None:
    blocks = crawl.writer.blocks()
    await crawl.process(next(blocks))
    crawl.clock = Clock()
    for items in blocks:
        await crawl.process(items)
    await crawl.end()


def in_own_process(step: str, folder: Path, number: int) -> float:
    """Its peak memory, in MB."""
    return process([sys.executable, "-m", "benchmarks.scale", step, str(folder), str(number)])["MB"]


class Size:
    """A ledger of a size, of which each round has a copy."""

    def __init__(self, folder: Path, known: int) -> None:
        self.folder = folder / str(known)
        self.known = known
        in_own_process("fill", self.folder, known)

    def __call__(self) -> Measures:
        copy = shutil.copytree(self.folder, self.folder.with_name("copy"))
        megabytes = in_own_process("work", copy, self.known)
        told = msgspec.json.decode((copy / TOLD).read_bytes(), type=dict[str, float])
        shutil.rmtree(copy)
        return {**told, "MB": megabytes}


def main(sizes: list[int]) -> int:
    with tempfile.TemporaryDirectory() as folder:
        names = {f"{known:,} known": partial(Size, Path(folder), known) for known in sizes}
        figures = summary(alternate({name: made() for name, made in names.items()}), base=next(iter(names)))
    base, *_, largest = names
    show("an article that is ready, by the articles that are known", figures, base=base)
    goals = [Goal(largest, measure, most=MOST_GROWTH, of="ratio") for measure in figures[base]]
    return record("scale", figures, goals, packages=["msgspec", "sqlalchemy"], notes={"articles_a_round": FURTHER})


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["fill", folder, known]:
            fill(Path(folder), int(known))
        case ["work", folder, known]:
            told = work(Path(folder), int(known))
            (Path(folder) / TOLD).write_bytes(msgspec.json.encode(told))
        case _:
            sys.exit(main(numbers(__doc__, "KNOWN", SIZES, least=2)))
