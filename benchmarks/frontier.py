"""Memory and time of the frontier, with 10,000 and with 1,000,000 URLs due: both must stay as they are.

    python -m benchmarks.frontier [10000 1000000]

Each size is leased and ended to its last row by a process of its own, on a new SQLite ledger.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter

import msgspec

from benchmarks.command_line import numbers
from newscrawl.items import Lead
from newscrawl.ledger import Ledger, Outcome
from newscrawl.spiders.outlet import LEASE_AT_ONCE

SIZES = (10_000, 1_000_000)
AT_ONCE = 5_000
"""Leads a source page; a sitemap has at most 50,000."""
NEWEST = datetime(2025, 5, 31, 12, tzinfo=UTC)
MOST_MEGABYTES = 200
MOST_GROWTH = 0.15


class Measured(msgspec.Struct):
    rows: int
    megabytes: float
    """Peak memory of the process."""
    lease: float
    """Seconds for handing out 1,000 rows."""
    end: float
    """Seconds for noting what became of 1,000 rows."""


def fill(url: str, rows: int) -> None:
    ledger = Ledger(url)
    for start in range(0, rows, AT_ONCE):
        leads = [
            Lead(url=f"https://www.example.org/iraq/story-{n}/", published_at=NEWEST - timedelta(minutes=7 * n))
            for n in range(start, min(start + AT_ONCE, rows))
        ]
        ledger.frontier.add("outlet", leads, "sitemap /sitemap.xml", now=NEWEST, run_started=NEWEST)
    ledger.close()


def empty(url: str) -> Measured:
    """Lease and end all that is due, as a crawl does."""
    ledger = Ledger(url)
    frontier = ledger.frontier
    frontier.begin("outlet", "here")
    leasing = ending = 0.0
    rows = 0
    while True:
        began = perf_counter()
        leased = frontier.lease("outlet", LEASE_AT_ONCE, holder="here", now=NEWEST)
        leasing += perf_counter() - began
        if not leased:
            break
        rows += len(leased)
        began = perf_counter()
        for row in leased:
            frontier.end("outlet", row.url, Outcome("gone", "the site answers 404", NEWEST), 404)
        ending += perf_counter() - began
    assert frontier.counts("outlet") == {"gone": rows}
    ledger.close()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return Measured(rows, peak, leasing / rows * 1000, ending / rows * 1000)


def measure(rows: int) -> Measured:
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'ledger.db'}"
        for step in ("fill", "empty"):
            words = [sys.executable, "-m", "benchmarks.frontier", step, url, str(rows)]
            done = subprocess.run(words, capture_output=True, check=True)
    return msgspec.json.decode(done.stdout, type=Measured)


def main(sizes: list[int]) -> int:
    print(f"{'due rows':>10}  {'peak MB':>8}  {'s per 1,000 leased':>18}  {'s per 1,000 ended':>17}")
    all_measured = []
    for size in sizes:
        measured = measure(size)
        all_measured.append(measured)
        print(f"{measured.rows:>10,}  {measured.megabytes:>8.1f}  {measured.lease:>18.4f}  {measured.end:>17.3f}")
    peaks = [measured.megabytes for measured in all_measured]
    growth = max(peaks) / min(peaks) - 1
    print(f"peak memory differs by {growth:.1%} (at most {MOST_GROWTH:.0%}, and {MOST_MEGABYTES} MB)")
    return int(growth > MOST_GROWTH or max(peaks) > MOST_MEGABYTES)


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["fill", url, rows]:
            fill(url, int(rows))
        case ["empty", url, _]:
            sys.stdout.write(msgspec.json.encode(empty(url)).decode())
        case _:
            sys.exit(main(numbers(__doc__, "URLS", SIZES)))
