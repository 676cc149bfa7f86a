"""What a topic costs in a record of 50,000 articles: the catalogue is made, brought up to date, and asked.

    python -m benchmarks.topics [50000]

Articles are made up (`benchmarks/made_record.py`). A query is the first 50 cards of a topic, with their texts, as
`Catalogue.cards` gives them: in a process that has asked before, and in one that has nothing in its memory. All times
are of the processor, on one core. The figures are kept in benchmarks/results/topics.json.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from time import process_time
from typing import TYPE_CHECKING

from benchmarks.command_line import a_number
from benchmarks.made_record import OLD, append, copies, newest, older, revised, write
from benchmarks.side_by_side import RESULTS, ROUNDS, Goal, alternate, record, show, summary
from newscrawl.topics.catalogue import Catalogue
from newscrawl.topics.names import read_names

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from benchmarks.side_by_side import Measures, Rounds

ROOT = Path(__file__).parent.parent
NAMES = read_names(ROOT / "topics.toml")
TOPICS = ("CJTF-OIR", "Baghdad", "Basra port", OLD, "nobody", "the river ran", "engineers")
"""Two that a fifth of the stories are on; one in a hundred, the oldest tenth, none; two that are words and no topic."""
ARTICLES, CARDS, TIMES, NEW = 50_000, 50, 9, 10
WARM, COLD = "ms", "ms in a new process"
MOST_MS = 50


def main(
    number: int = ARTICLES, topics: Sequence[str] = TOPICS, *, rounds: int = ROUNDS, folder: Path = RESULTS
) -> int:
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        lines = write(directory, number)
        followed = summary(_followed(directory, number))
        megabytes = (directory / "catalogue.db").stat().st_size / 1e6
        with Catalogue.open(directory, NAMES) as catalogue:
            queries = {topic: _query(catalogue, directory, topic) for topic in topics}
            asked = summary(alternate(queries, rounds))
            found = {topic: sum(1 for _ in catalogue.cards(topic)) for topic in topics}
            notes = {"articles": number, "lines": lines, "topics": len(catalogue.topics()), "catalogue MB": megabytes}
    show(f"the catalogue of {number:,} articles, {notes['topics']:,} topics and {megabytes:.0f} MB", followed)
    show(f"the first {CARDS} stories", asked, notes={topic: f"{found[topic]:,} stories" for topic in topics})
    goals = [Goal(topic, measure, most=MOST_MS) for topic in topics for measure in (WARM, COLD)]
    return record("topics", followed | asked, goals, notes={**notes, "stories": found}, folder=folder)


def _followed(directory: Path, number: int) -> Rounds:
    """The catalogue is made, and follows what crawls bring."""
    measured = {"the catalogue is made": [_opened(directory)]}
    _opened(directory)  # the times of files that were being written a moment ago are believed from now on
    measured["opened, nothing new"] = [_opened(directory)]
    for changes in newest, older, revised, copies:
        append(directory, changes(number, NEW))
        measured[f"opened, {NEW} {changes.__name__}"] = [_opened(directory)]
    return measured


def _opened(directory: Path) -> Measures:
    begun = process_time()
    Catalogue.open(directory, NAMES).close()
    return {"CPU s": process_time() - begun}


def _query(catalogue: Catalogue, directory: Path, topic: str) -> Callable[[], Measures]:
    command = [sys.executable, "-m", "benchmarks.topics", "ask", str(directory), topic]

    def ask() -> Measures:
        told = subprocess.run(command, cwd=ROOT, capture_output=True, check=True)
        return {WARM: median(_asked(catalogue, topic) for _ in range(TIMES)), COLD: float(told.stdout)}

    return ask


def _asked(catalogue: Catalogue, topic: str) -> float:
    """Milliseconds until the first cards of a topic are there."""
    begun = process_time()
    for _ in catalogue.cards(topic, limit=CARDS):
        pass
    return (process_time() - begun) * 1000


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["ask", directory, topic]:
            with Catalogue.open(Path(directory), NAMES) as opened:
                print(_asked(opened, topic))
        case _:
            sys.exit(main(a_number(__doc__, "ARTICLES", ARTICLES)))
