"""Pages that a crawl takes a second, beside Scrapy alone and beside other crawlers of news.

    python -m benchmarks.crawl_html [80000 330000]

2,000 gzipped article pages, of about 80 kB and of about 330 kB, from a server on another core (`news_site.py`); 64
requests at once, no delay. Ours runs as people run it, with everything on: robots.txt, ledger, validation,
deduplication, near-duplicates, drift, the record and the report; once as it is, and once with a process beside it that
reads the pages. Peers read fewer pages, because they take so long.

Pages a second are those from the opening of the spider to its end, sitemap included; how long a process takes to start
is what `start.py` measures. Time of the processor and memory are the whole process's.
"""

from __future__ import annotations

import sys
import tempfile
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from benchmarks import news_site, peers
from benchmarks.command_line import numbers
from benchmarks.scrapy_crawls import AT_ONCE
from benchmarks.side_by_side import RESULTS, ROUNDS, Goal, alternate, cores, process, record, show, summary

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.side_by_side import Figures, Measures, Rounds

ROOT = Path(__file__).parent.parent
BARE, FEED, OURS = "Scrapy, download only", "Scrapy, parsel and feed", "newscrawl"
BESIDE = "newscrawl, READERS=1"
PEERS = {"Fundus": 100, "news-please": 8}
"""Pages that a peer reads in a round."""


def ours(origin: str, pages: int, on: Sequence[int], delay: float = 0, readers: int = 0) -> Measures:
    with tempfile.TemporaryDirectory() as folder:
        report, used = crawl(origin, Path(folder), on, delay, readers)
    if report["new"] != pages:
        raise RuntimeError(f"of {pages} pages {report['new']} came into the record: {report['errors']}")
    return measured(pages, report["seconds"], used)


def crawl(
    origin: str, data: Path, on: Sequence[int], delay: float = 0, readers: int = 0
) -> tuple[dict[str, Any], Measures]:
    """One crawl of ours into a folder, with the delay of the others: its report, and what the process took."""
    settings = {
        "CONCURRENT_REQUESTS": AT_ONCE,
        "CONCURRENT_REQUESTS_PER_DOMAIN": AT_ONCE,
        "DOWNLOAD_DELAY": delay,
        "DATA_DIR": data,
        "READERS": readers,
    }
    given = [word for name, value in settings.items() for word in ("-s", f"{name}={value}")]
    command = [sys.executable, "-m", "scrapy", "crawl", "iraqinews", "-a", f"base_url={origin}", *given]
    used = process(command, cores=on, cwd=ROOT)
    report = msgspec.json.decode(max((data / "reports").glob("*.json")).read_bytes())
    return report, used


def scrapy_alone(kind: str, origin: str, pages: int, on: Sequence[int], delay: float = 0) -> Measures:
    command = [sys.executable, "-m", "benchmarks.scrapy_crawls", kind, origin, str(pages), str(delay)]
    return told_in_file(command, pages, on)


def peer(name: str, origin: str, pages: int, on: Sequence[int]) -> Measures:
    count = min(pages, PEERS[name])
    return told_in_file([peers.PYTHON, "-m", "benchmarks.peer_crawls", name, origin, str(count)], count, on)


def told_in_file(command: Sequence[str | Path], pages: int, on: Sequence[int]) -> Measures:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "told.json"
        used = process([*command, file], cores=on, cwd=ROOT)
        told = msgspec.json.decode(file.read_bytes())
    if told["pages"] != pages:
        raise RuntimeError(f"{' '.join(map(str, command))} read {told['pages']} of {pages} pages")
    return measured(pages, told["seconds"], used)


def measured(pages: int, seconds: float, used: Measures) -> Measures:
    per_page = used["CPU s"] / pages * 1000
    return {"pages/s": pages / seconds, "CPU ms a page": per_page, "MB": used["MB"]}


def compare(size: int, pages: int, rounds: int, with_peers: bool) -> Rounds:
    server, others = cores()
    with news_site.running(pages, size, core=server) as origin:
        contestants = {
            BARE: partial(scrapy_alone, "download", origin, pages, others),
            FEED: partial(scrapy_alone, "feed", origin, pages, others),
            OURS: partial(ours, origin, pages, others),
            # It takes a second core: the server's, where there are but two.
            BESIDE: partial(ours, origin, pages, others if len(others) > 1 else [*server, *others], readers=1),
        }
        for name in PEERS if with_peers else ():
            contestants[name] = partial(peer, name, origin, pages, others)
        return alternate(contestants, rounds)


def goals_of(size: int) -> list[Goal]:
    """Faster than what only downloads; twice as fast as what exports a feed, with half its memory."""
    return [
        goal
        for name in (of_size(OURS, size), of_size(BESIDE, size))
        for goal in (
            Goal(name, "pages/s", least=1.0, of="ratio"),
            Goal(name, "pages/s to the feed's", least=2.0),
            Goal(name, "MB to the feed's", most=0.5),
        )
    ]


def beside_feed(rounds: Rounds) -> None:
    """Add to each of our runs how it stands to the one with a feed, of the same round."""
    for name in (OURS, BESIDE):
        for ours, feed in zip(rounds[name], rounds[FEED], strict=True):
            ours |= {f"{measure} to the feed's": ours[measure] / feed[measure] for measure in ("pages/s", "MB")}


def of_size(name: str, size: int) -> str:
    return f"{name}, {size // 1000} kB"


def main(
    sizes: Sequence[int] = news_site.SIZES,
    *,
    pages: int = news_site.PAGES,
    rounds: int = ROUNDS,
    with_peers: bool = True,
    folder: Path = RESULTS,
) -> int:
    if with_peers:
        peers.install()
    told: Figures = {}
    notes = {name: f"{min(count, pages)} pages a round" for name, count in PEERS.items()} if with_peers else {}
    for size in sizes:
        measured = compare(size, pages, rounds, with_peers)
        beside_feed(measured)
        figures = summary(measured, BARE)
        show(f"{pages:,} pages of {size // 1000} kB, {AT_ONCE} at once", figures, BARE, notes)
        told |= {of_size(name, size): row for name, row in figures.items()}
    return record(
        "crawl_html",
        told,
        [goal for size in sizes for goal in goals_of(size)],
        packages=("scrapy", "twisted", "selectolax", "parsel", "lxml", "sqlalchemy", "rensa"),
        other_versions=peers.versions(*PEERS) if with_peers else {},
        notes={"pages": pages, "rounds": rounds, "at_once": AT_ONCE, "base": BARE, "fewer_pages": notes},
        folder=folder,
    )


if __name__ == "__main__":
    sys.exit(main(numbers(__doc__, "BYTES", news_site.SIZES)))
