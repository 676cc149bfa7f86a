"""What `scrapy site` takes at 50,000 articles: the whole site, and the site again after what a crawl brings.

    python -m benchmarks.site [50000]

Articles are made up (`made_record.py`), and have no ledger. Each build is the command as a person types it, a process
of its own: "s" by the clock, from its start to its end, the catalogue brought up to date within it; "CPU s" and "MB"
with those of Pagefind. A query is the newest 50 cards of the largest topic. The figures are kept in
benchmarks/results/site.json.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING

from benchmarks.command_line import a_number
from benchmarks.made_record import append, copies, newest, older, revised, write
from benchmarks.side_by_side import RESULTS, Goal, process, record, show, summary
from newscrawl.topics.catalogue import Catalogue

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from benchmarks.side_by_side import Measures, Rounds

ROOT = Path(__file__).parent.parent
ARTICLES = 50_000
NEW, TIMES, CARDS = 10, 21, 50
WHOLE, QUERY = "the whole site", "the newest of a topic"
MOST = {WHOLE: 120, "again, 10 newest": 5}
"""Seconds, by the clock."""
MOST_MS = 50

Changes = Callable[[int, int], "Iterator[dict[str, object]]"]


def main(
    number: int = ARTICLES, changes: Sequence[Changes] = (newest, older, revised, copies), *, folder: Path = RESULTS
) -> int:
    with tempfile.TemporaryDirectory() as name:
        data, out = Path(name, "data"), Path(name, "site")
        lines = write(data, number)
        figures = summary(_built(data, out, number, changes))
        figures |= summary({QUERY: [_asked(data)]})
        notes = {"articles": number, "lines": lines, "files": sum(path.is_file() for path in out.rglob("*"))}
    show(f"a site of {number:,} articles, {notes['files']:,} files", figures)
    goals = [Goal(what, "s", most=most) for what, most in MOST.items() if what in figures]
    return record("site", figures, [*goals, Goal(QUERY, "ms", most=MOST_MS)], notes=notes, folder=folder)


def _built(data: Path, out: Path, number: int, changes: Sequence[Changes]) -> Rounds:
    measured = {WHOLE: [_site(data, out)]}
    if changes:
        measured["again, nothing new"] = [_site(data, out)]
    for brought in changes:
        append(data, brought(number, NEW))
        measured[f"again, {NEW} {brought.__name__}"] = [_site(data, out)]
    return measured


def _site(data: Path, out: Path) -> Measures:
    return process([sys.executable, "-m", "scrapy", "site", "--out", out, "-s", f"DATA_DIR={data}"], cwd=ROOT)


def _asked(data: Path) -> Measures:
    taken = []
    with Catalogue.open(data) as catalogue:
        topic = max(catalogue.topics(), key=lambda topic: topic.count).name
        for _ in range(TIMES):
            begun = perf_counter()
            list(catalogue.cards(topic, limit=CARDS))
            taken.append((perf_counter() - begun) * 1000)
    return {"ms": median(taken)}


if __name__ == "__main__":
    sys.exit(main(a_number(__doc__, "ARTICLES", ARTICLES)))
