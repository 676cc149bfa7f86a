"""How long a crawl of one page takes from an empty command line to its end: `python -m benchmarks.start [ROUNDS]`.

Bare Scrapy is the project that `scrapy startproject` makes, with one spider that reads a page's headline into a JSON
Lines feed. Ours has everything on: the ledger, validation, both searches for duplicates, the record and the report. All
read the same page from a folder; two more contestants ask a server for it, and load what speaks HTTP and TLS.
"""

from __future__ import annotations

import sys
from contextlib import ExitStack
from pathlib import Path
from shutil import rmtree
from subprocess import run
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from benchmarks.command_line import a_number
from benchmarks.side_by_side import ROUNDS, Goal, alternate, process, record, show, summary
from tests.server import SITES, Server

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.side_by_side import Measures

ROOT = Path(__file__).parent.parent
HOST = "www.iraqinews.com"
PAGE = "/iraq-war/ied-explodes-in-baquba-2/"
SPIDER = """import scrapy


class PageSpider(scrapy.Spider):
    name = "page"

    async def start(self):
        yield scrapy.Request(self.url)

    def parse(self, response):
        yield {"url": response.url, "headline": response.css("h1::text").get()}
"""
BARE = "bare Scrapy"
GOAL = 1.3
NOTES = {
    "s": "by the clock; of CPU s it is the ratio that tells, as others may use the machine",
    "over HTTP": "the same, from a server on 127.0.0.1, with its robots.txt",
}


def contestants(folder: Path, server: str) -> dict[str, Callable[[], Measures]]:
    """`folder`: an empty one; `server`: the root of the same site, served."""
    bare = folder / "bare"
    run([sys.executable, "-m", "scrapy", "startproject", "bare", bare], check=True, capture_output=True)
    (bare / "bare" / "spiders" / "page.py").write_text(SPIDER, "utf-8")
    file = (SITES / HOST).joinpath(*PAGE.strip("/").split("/"), "index.html")

    def crawl(project: Path, *words: str) -> Measures:
        measured = process(
            [sys.executable, "-m", "scrapy", "crawl", *words, "-s", "DOWNLOAD_DELAY=0"],
            cwd=project,
            # A project that is installed is compiled once.
            env={"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": str(folder / "compiled")},
        )
        rmtree(folder / "data", ignore_errors=True)
        return measured

    def of_bare(url: str) -> Measures:
        return crawl(bare, "page", "-a", f"url={url}", "-O", str(folder / "data" / "page.jsonl"))

    def of_ours(*words: str) -> Measures:
        return crawl(ROOT, "iraqinews", "-a", f"urls=https://{HOST}{PAGE}", "-s", f"DATA_DIR={folder / 'data'}", *words)

    return {
        BARE: lambda: of_bare(file.as_uri()),
        "ours": lambda: of_ours("-s", f"REPLAY_FROM={SITES}"),
        f"{BARE}, over HTTP": lambda: of_bare(server + PAGE),
        "ours, over HTTP": lambda: of_ours("-a", f"base_url={server}"),
    }


def measure(rounds: int) -> int:
    with ExitStack() as held:
        folder = Path(held.enter_context(TemporaryDirectory()))
        server = held.enter_context(Server(SITES / HOST))
        taking_part = contestants(folder, server.url)
        for once in taking_part.values():
            once()  # compiles what is loaded
        figures = summary(alternate(taking_part, rounds), base=BARE)
    show("one page, from an empty command line to the end", figures, base=BARE, notes=NOTES)
    return record("start", figures, [Goal("ours", "CPU s", most=GOAL, of="ratio")], packages=["scrapy", "sqlalchemy"])


if __name__ == "__main__":
    sys.exit(measure(a_number(__doc__, "ROUNDS", 2 * ROUNDS)))
