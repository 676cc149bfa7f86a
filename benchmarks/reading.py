"""Time to read a page of 100 kB into an article, beside bare parsing and beside other readers of news.

    python -m benchmarks.reading [--peers]

The pages are those of fixtures/pages that are articles, grown to what news sites send: the story to some 600 words in
25 paragraphs, and around it inline styles and scripts, a large menu, tiles of other stories and readers' comments, to
100,000 bytes; some 900 elements each. Everything is made from a seed, so every run reads the same bytes.

All readers of this project's environment take turns on each page in one process, round after round. Times are of the
CPU, as others may use the machine; each figure is the median of a round's pages, and the table tells the median round
and the spread. With --peers, Fundus, trafilatura, newspaper4k and news-please are installed into benchmarks/.peers and
read the same pages in processes of their own, in each round after ours. A ratio is taken page by page to bare
selectolax in the same round.

The bare parse keeps nothing: it is the parser's own work on the bytes, and the freeing of the tree. Ours is all that
makes an article; `docs/performance.md` says where its time goes. As in a crawl, what is there before the first page is
left out of Python's search for garbage.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lxml import html as lxml_html
from parsel import Selector
from selectolax.lexbor import LexborHTMLParser

from benchmarks import peers
from benchmarks.command_line import command_line
from benchmarks.long_pages import grown
from benchmarks.peer_readers import timed
from benchmarks.side_by_side import RESULTS, ROUNDS, Goal, record, show, summary
from newscrawl.garbage import nothing_so_far
from newscrawl.pages.iraqinews import IraqiNewsPage
from newscrawl.pages.middleeasteye import MiddleEastEyePage

if TYPE_CHECKING:
    from benchmarks.peer_readers import Readers
    from benchmarks.side_by_side import Rounds

ROOT = Path(__file__).parent.parent
FIXTURES = ROOT / "fixtures" / "pages"
SIZE = 100_000
MOST_MS = 1.0
MOST_TIMES = 2.0
BARE, OURS = "selectolax, parse alone", "newscrawl"


# --- the pages ---


def pages() -> list[tuple[str, bytes]]:
    """Address and bytes of each page."""
    found = []
    for case in sorted(FIXTURES.glob("*/*/article.json")):
        told = json.loads(case.read_text(encoding="utf-8"))
        if "_not_an_article" in told:
            continue
        if html := grown((case.parent / "page.html").read_bytes(), SIZE):
            found.append((told.get("_fetched_from", told["url"]), html))
    return found


# --- the readers ---


def own() -> Readers:
    """The readers of this project's environment: bare parsers, and ours."""

    def newscrawl(html: bytes, url: str) -> Any:
        page = MiddleEastEyePage if "middleeasteye" in url else IraqiNewsPage
        article = page(html, url).read()
        assert article.word_count > 500, url
        return article

    return {
        BARE: lambda html, _: LexborHTMLParser(html),
        OURS: newscrawl,
        "lxml, parse alone": lambda html, _: lxml_html.document_fromstring(html),
        "parsel, parse alone": lambda html, _: Selector(body=html, type="html").root,
    }


# --- measuring ---


def measure(given: list[tuple[str, bytes]], with_peers: bool, rounds: int) -> Rounds:
    """By reader and round the median of the pages, and that of what each page took to its bare parse."""
    readers = own()
    # A block that large, freed once, keeps the allocator from giving each page's memory back to the system: what a
    # crawl that has been running for a while has long done.
    block = bytearray(24 << 20)
    del block
    timed(readers, given)
    measured: Rounds = {}
    with tempfile.TemporaryDirectory() as folder:
        for number, (url, html) in enumerate(given):
            (Path(folder) / f"{number:03}.html").write_bytes(html)
            (Path(folder) / f"{number:03}.url").write_text(url, encoding="utf-8")
        for _ in range(rounds):
            with nothing_so_far():
                times = timed(readers, given)
            for name in peers.PACKAGES if with_peers else ():
                command = [peers.PYTHON, "-m", "benchmarks.peer_readers", name, folder]
                done = subprocess.run(
                    command, capture_output=True, text=True, check=True, cwd=ROOT, env={**os.environ, "LC_ALL": "C"}
                )
                times[name] = json.loads(done.stdout.splitlines()[-1])["times"]
            for name, of_pages in times.items():
                ratios = [mine / bare for mine, bare in zip(of_pages, times[BARE], strict=True)]
                told = {"ms": statistics.median(of_pages), "times bare parse": statistics.median(ratios)}
                measured.setdefault(name, []).append(told)
    return measured


def main(
    *, with_peers: bool = False, rounds: int = ROUNDS, most_pages: int | None = None, folder: Path = RESULTS
) -> int:
    if with_peers:
        peers.install()
    given = pages()[:most_pages]
    figures = summary(measure(given, with_peers, rounds))
    show(f"{len(given)} pages of {SIZE:,} bytes, medians", figures)
    return record(
        "reading",
        figures,
        [Goal(OURS, "ms", most=MOST_MS), Goal(OURS, "times bare parse", most=MOST_TIMES)],
        packages=("selectolax", "lxml", "parsel"),
        other_versions=peers.versions() if with_peers else {},
        notes={"pages": len(given), "bytes": SIZE, "rounds": rounds},
        folder=folder,
    )


if __name__ == "__main__":
    command = command_line(__doc__)
    command.add_argument("--peers", action="store_true", help="beside Fundus, trafilatura, newspaper4k and news-please")
    sys.exit(main(with_peers=command.parse_args().peers))
