"""What a topic costs in a record of 50,000 articles: the catalogue is made, brought up to date, and asked.

    python -m benchmarks.topics [50000]

Articles are made up (`benchmarks/made_record.py`). A query is the first 50 cards of a topic, with their texts, as
`Catalogue.cards` gives them; its time is the median of 21. A process of its own, which has nothing in its memory, asks
once for each. All times are of the processor, on one core.
"""

from __future__ import annotations

import itertools
import subprocess
import sys
import tempfile
from datetime import timedelta
from pathlib import Path
from statistics import median
from time import process_time

import msgspec

from benchmarks.made_record import articles, write
from newscrawl.topics.catalogue import Catalogue
from newscrawl.topics.names import read_names

NAMES = read_names(Path(__file__).parent.parent / "topics.toml")
TOPICS = ("CJTF-OIR", "Baghdad", "Basra port", "nobody", "the river ran", "engineers")
"""On a third of the stories, a fifth, one in a hundred and none; then two that are no site's tag, but words."""
CARDS, TIMES, NEW = 50, 21, 10


def main(number: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        lines = write(directory, number)
        print(f"{number} articles, {lines} lines")
        _time_opening("the catalogue is made", directory)
        print(f"  {(directory / 'catalogue.db').stat().st_size / 1e6:.0f} MB")
        _time_opening("nothing changed", directory)
        _append(directory, NEW)
        _time_opening(f"{NEW} new articles", directory)
        with Catalogue.open(directory, NAMES) as catalogue:
            for topic in TOPICS:
                stories = len(catalogue.card_ids(topic))
                print(
                    f"{topic}: {stories} stories, {median(_asked(catalogue, topic) for _ in range(TIMES)):.1f} ms warm"
                )
        for topic in TOPICS:
            told = subprocess.run([sys.executable, "-m", __spec__.name, name, topic], capture_output=True, check=True)
            print(f"{topic}: {float(told.stdout):.1f} ms in a new process")


def _time_opening(what: str, directory: Path) -> None:
    begun = process_time()
    Catalogue.open(directory, NAMES).close()
    print(f"{what}: {process_time() - begun:.3f} s")


def _asked(catalogue: Catalogue, topic: str) -> float:
    """Milliseconds until the first cards of a topic are there."""
    begun = process_time()
    for _ in catalogue.cards(topic, limit=CARDS):
        pass
    return (process_time() - begun) * 1000


def _append(directory: Path, number: int) -> None:
    """Articles that are newer than all others, to the newest files."""
    for article in itertools.islice(articles(number, seed=1), number):
        article["id"] += "-new"
        article["published_at"] += timedelta(hours=1)
        file = directory / "articles" / article["outlet"] / f"{article['published_at']:%Y-%m}.jsonl"
        with file.open("ab") as record:
            record.write(msgspec.json.encode(article) + b"\n")


if __name__ == "__main__":
    if len(sys.argv) > 2:
        with Catalogue.open(Path(sys.argv[1]), NAMES) as opened:
            print(_asked(opened, sys.argv[2]))
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 50_000)
