"""What near-duplicates cost with a ledger of 10,000 and of 1,000,000 articles: time and memory must stay as they are.

    python -m benchmarks.similarity_ledger [10000 1000000]

Known articles go back from 2025 at 4,100 a month, more than both outlets publish together; they are put into a new
SQLite ledger, with the signatures of texts of 300 words. Then, in turns and each time on a copy of that ledger, a
process of its own compares further articles of the last two and a half months in bulk, from their files, as after an
upgrade: 5,000 of which 1 in 5 has a background that others have, then 5,000 of which also 1 in 20 is an edited copy of
another one, and 1 in 20 a notice in a frame. Of this sort it compares 2,000 more one by one, as a crawl does.
All times are of the processor, on one core.
"""

from __future__ import annotations

import itertools
import shutil
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from statistics import median
from time import process_time
from typing import TYPE_CHECKING

import msgspec

from benchmarks.command_line import numbers
from benchmarks.side_by_side import RESULTS, ROUNDS, Goal, alternate, process, record, show, summary
from newscrawl.dataset import Dataset
from newscrawl.items import Article
from newscrawl.ledger import Line
from newscrawl.ledger.tables import articles, fingerprints
from newscrawl.months import file_of, month_of
from newscrawl.pipelines.near_duplicates import NearDuplicates
from newscrawl.similarity import VERSION, signature

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from benchmarks.side_by_side import Measures
    from newscrawl.ledger import Look

SIZES = (10_000, 1_000_000)
NEWEST = datetime(2025, 5, 31, tzinfo=UTC)
APART = timedelta(days=30.4) / 4_100
DIFFERENT_TEXTS = 50_000
"""Of known articles: a year of them, again and again, so that a text comes back only outside of the window."""
IN_BULK = 5_000
"""Articles; four fifths of that are written one by one, in blocks, each second of which is compared."""
BLOCK = 100
AT_ONCE = 10_000
LEAST_PER_SECOND = 3_000
MOST_ADDED = 1.0
"""Milliseconds to an article of a crawl."""
MOST_GROWTH = 1.15


IN_BULK_RATE, MIXED_RATE = "in bulk, articles/s", "copies and notices among them, articles/s"
ADDED, WRITTEN = "added to a crawl's article, ms", "of its, ms"
TOLD = "told.json"
COMMAND = (sys.executable, "-m", "benchmarks.similarity_ledger")


class Writer:
    """Makes up texts: words by their frequency (Zipf), in sentences, with names and figures."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        syllables = [first + last for first in "bdfghklmnrst" for last in ("a", "e", "i", "o", "u", "an", "er", "in")]
        words = ["".join(Random(number).choices(syllables, k=2 + number % 3)) for number in range(20_000)]
        self.words = words
        self.weights = list(itertools.accumulate(1 / rank for rank in range(2, len(words) + 2)))
        background = Random(0)
        self.backgrounds = [self.paragraph(background, 5) for _ in range(30)]

    def paragraph(self, random: Random, sentences: int) -> str:
        return " ".join(self.sentence(random) for _ in range(sentences))

    def sentence(self, random: Random) -> str:
        words = random.choices(self.words, cum_weights=self.weights, k=15)
        words[0], words[5], words[9] = words[0].title(), words[5].title(), str(random.randint(2, 9_000))
        return " ".join(words) + "."

    def text(self) -> str:
        parts = [self.paragraph(self.random, 5) for _ in range(3)]
        last = self.random.choice(self.backgrounds) if self.random.random() < 0.2 else self.paragraph(self.random, 5)
        return "\n\n".join([*parts, last])

    def notice(self) -> str:
        figures = [str(self.random.randint(100_000, 200_000)) for _ in range(4)]
        day = self.random.choice("Sunday Monday Tuesday Wednesday Thursday".split())
        return (
            f"The exchanges of Baghdad quoted {figures[0]} dinars for 100 dollars on {day}, the shops {figures[1]}. "
            f"In Erbil the dollar was sold for {figures[2]} dinars and bought for {figures[3]} dinars at the close."
        )

    def edited(self, text: str) -> str:
        sentences = text.split(". ")
        del sentences[len(sentences) // 2]
        return ". ".join(sentences).replace(sentences[0].split()[3], "other", 1)

    def texts(self) -> Iterator[str]:
        before: list[str] = []
        while True:
            chance = self.random.random()
            if before and chance < 0.05:
                yield self.edited(self.random.choice(before[-1_000:]))
                continue
            before.append(self.notice() if chance < 0.1 else self.text())
            yield before[-1]


def fill(directory: Path, known: int) -> None:
    dataset = Dataset(directory)
    writer = Writer(1)
    signatures = [signature(writer.text()) for _ in range(min(known, DIFFERENT_TEXTS))]
    for start in range(0, known, AT_ONCE):
        numbers = range(start, min(start + AT_ONCE, known))
        with dataset.ledger._database.transaction() as db:  # noqa: SLF001
            db.insert_all_new(articles, [_known(number) for number in numbers])
            rows = [_signed(number, signatures[number % len(signatures)]) for number in numbers]
            db.insert_all_new(fingerprints, rows)
    dataset.close()


def _known(number: int) -> dict[str, object]:
    at = NEWEST - APART * number
    told = {
        "id": f"known:{number}",
        "outlet": "known",
        "url": f"https://known.example.org/{number}",
        "headline": "Known",
    }
    times = {"published_at": at, "first_seen_at": at, "crawled_at": at}
    return {**told, **times, "content_hash": f"{number:064x}", "revision": 1}


def _signed(number: int, of_text: bytes) -> dict[str, object]:
    at = NEWEST - APART * number
    told = {"article_id": f"known:{number}", "outlet": "known", "month": month_of(at), "published_at": at}
    return {**told, "version": VERSION, "signature": of_text}


def _article(number: int, body: str) -> Article:
    here = {"id": f"new:{number}", "url": f"https://new.example.org/{number}", "outlet": "new", "outlet_name": "New"}
    at = NEWEST + APART * (number - 2 * IN_BULK)
    fields = {"kind": "article", "headline": "New", "description": None, "dateline": None, "authors": [], "topics": []}
    fields |= {
        "sections": [],
        "modified_at": None,
        "language": "en",
        "image": None,
        "parent_id": None,
        "provenance": {},
    }
    times = {"published_at": at, "first_seen_at": at, "crawled_at": at}
    return Article(**here, **fields, **times, body=body, word_count=len(body.split()), content_hash=f"{number:064x}")


class Record:
    """Appends lines, and commits them."""

    def __init__(self, dataset: Dataset) -> None:
        self.dataset = dataset
        self.ends: dict[str, int] = {}

    def append(self, item: Article, look: Look | None = None) -> None:
        name = file_of("new", item.published_at)
        line = msgspec.json.encode(item) + b"\n"
        file = self.dataset.directory / name
        file.parent.mkdir(exist_ok=True)
        with file.open("ab") as stream:
            stream.write(line)
        start = self.ends.get(name, 0)
        self.ends[name] = start + len(line)
        self.dataset.ledger.record.write(item, Line(name, start, self.ends[name]), now=NEWEST, compared=look)


def work(directory: Path, in_bulk: int) -> Measures:
    dataset = Dataset(directory)
    dataset.duplicate_window = timedelta(days=30)
    writer, record = Writer(2), Record(dataset)
    texts = writer.texts()
    rates = []
    for first, source in ((0, iter(writer.text, None)), (in_bulk, texts)):
        for number in range(first, first + in_bulk):
            record.append(_article(number, next(source)))
        began = process_time()
        dataset.compare()
        rates.append(in_bulk / (process_time() - began))
    comparing = NearDuplicates(dataset, "label")
    items = [_article(number, next(texts)) for number in range(2 * in_bulk, 2 * in_bulk + 4 * in_bulk // 5)]
    # The months of the window are read once in a crawl.
    _step(comparing, items[0])
    times: dict[bool, list[float]] = {True: [], False: []}
    # By blocks, because a look at the clock takes as long as an article; in turns, because the machine is never quiet.
    for start in range(0, len(items), BLOCK):
        compares = start // BLOCK % 2 == 0
        began = process_time()
        for item in items[start : start + BLOCK]:
            if compares:
                _step(comparing, item)
            record.append(item, comparing.look_at(item))
        times[compares].append((process_time() - began) / BLOCK * 1000)
    dataset.close()
    written, plain = median(times[True]), median(times[False])
    labelled = sum(item.duplicate_of is not None for item in items)
    rates_told = dict(zip((IN_BULK_RATE, MIXED_RATE), rates, strict=True))
    return {**rates_told, ADDED: written - plain, WRITTEN: written, "labelled": labelled}


def _step(comparing: NearDuplicates, item: Article) -> None:
    """Run the pipeline's coroutine, which waits for nothing: an event loop for each would be half of the time."""
    try:
        comparing.process_item(item).send(None)
    except StopIteration:
        return


class Size:
    """A ledger of a size; each call compares on a copy of it."""

    def __init__(self, folder: Path, known: int, in_bulk: int) -> None:
        self.folder = folder
        self.in_bulk = in_bulk
        self.filled = folder / f"{known} known"
        process([*COMMAND, "fill", str(self.filled), str(known)])

    def __call__(self) -> Measures:
        with tempfile.TemporaryDirectory(dir=self.folder) as copy:
            shutil.copytree(self.filled, copy, dirs_exist_ok=True)
            megabytes = process([*COMMAND, "work", copy, str(self.in_bulk)])["MB"]
            return {**msgspec.json.decode(Path(copy, TOLD).read_bytes(), type=dict[str, float]), "MB": megabytes}


def main(sizes: Sequence[int] = SIZES, *, in_bulk: int = IN_BULK, rounds: int = ROUNDS, folder: Path = RESULTS) -> int:
    with tempfile.TemporaryDirectory() as scratch:
        contestants = {f"{known:,} known": Size(Path(scratch), known, in_bulk) for known in sizes}
        figures = summary(alternate(contestants, rounds), base=next(iter(contestants)))
    *_, largest = figures
    show("near-duplicates with a ledger", figures, base=next(iter(figures)))
    goals = [
        Goal(largest, IN_BULK_RATE, least=LEAST_PER_SECOND),
        Goal(largest, ADDED, most=MOST_ADDED),
        Goal(largest, "MB", most=MOST_GROWTH, of="ratio"),
    ]
    return record("similarity_ledger", figures, goals, packages=("rensa", "sqlalchemy"), folder=folder)


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["fill", directory, known]:
            fill(Path(directory), int(known))
        case ["work", directory, in_bulk]:
            Path(directory, TOLD).write_bytes(msgspec.json.encode(work(Path(directory), int(in_bulk))))
        case _:
            sys.exit(main(numbers(__doc__, "KNOWN", SIZES)))
