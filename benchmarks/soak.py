"""A long crawl of a site of which every tenth page is broken: `python -m benchmarks.soak [ARTICLES]` (20,000).

In: the faults of `tests/network/test_faults.py`, by turns, between whole stories, on a real server. Out: one line of
JSON: whether all good stories are in the record and every bad URL has the status and reason of its fault, and what the
crawl held: memory, descriptors and tasks, early on, at the end, and once the engine has stopped. Exit status 1 where a
story or a reason is missing.
"""

from __future__ import annotations

import asyncio
import json
import random
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from scrapy import signals
from scrapy.crawler import CrawlerProcess
from scrapy.utils.asyncio import AsyncioLoopingCall
from scrapy.utils.project import get_project_settings

from benchmarks.command_line import a_number
from newscrawl.network.bounds import memory_used
from tests.crash.site import HOST, NEWEST, Story, serve_pages, serve_sitemap
from tests.network.test_faults import FAULTS
from tests.server import Server

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

ARTICLES = 20_000
BROKEN = 10
"""Every so many pages one is."""
EARLY = 2_000
"""Requests after which memory is first looked at: by then everything is loaded."""
SETTINGS = {
    "DOWNLOAD_DELAY": 0,
    "CONCURRENT_REQUESTS": 16,
    "CONCURRENT_REQUESTS_PER_DOMAIN": 16,
    # As long as the largest answers may take on a busy machine: no fault but those that stall is to look like one.
    "DOWNLOAD_TIMEOUT": 8,
    "DOWNLOAD_MAXSIZE": 2_000_000,
    "RETRY_TIMES": 0,
    "MAX_REFUSALS": 10**9,
    "LOG_LEVEL": "CRITICAL",
    "PROGRESS": False,
}
WORDS = """
river bridge market school harvest minister village road engineer library winter letter garden railway court
doctor teacher election budget water engine island border festival museum painter farmer harbour council pipeline
mountain archive kitchen bakery station ferry orchard newspaper victory concert student airport hospital dam tunnel
lantern weaver carpet copper glass stone timber wheat barley dates fishing net boat sail anchor tide storm drought
""".split()
FAULTS_BY_TURNS = [fault for fault in FAULTS if fault.name != "to-itself"]
"""What leads to its own address by name is the same as `to-nothing`."""


class Watch:
    """Scrapy extension: what the crawl holds, every half second and when it is over."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.samples: list[tuple[int, float, int, int]] = []
        """Requests made, MB, descriptors and tasks."""
        self.task = AsyncioLoopingCall(self.look)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Watch:
        watch = cls(crawler)
        crawler.signals.connect(watch.open, signals.spider_opened)
        crawler.signals.connect(watch.close, signals.engine_stopped)
        return watch

    def open(self) -> None:
        self.task.start(0.5)

    async def close(self) -> None:
        self.task.stop()
        # What is being closed as the engine stops has a moment for it.
        await asyncio.sleep(1)
        self.tell()

    def tell(self) -> None:
        self.look()
        Path(self.crawler.settings["DATA_DIR"], "samples.json").write_text(json.dumps(self.samples), "ascii")

    def look(self) -> None:
        fetched = self.crawler.stats.get_value("downloader/request_count", 0)
        descriptors = sum(1 for _ in Path("/proc/self/fd").iterdir())
        self.samples.append((fetched, memory_used(), descriptors, len(asyncio.all_tasks())))


def main(articles: int) -> int:
    good, bad = [], {}
    for number in range(1, articles + 1):
        if number % BROKEN == 0:
            fault = FAULTS_BY_TURNS[number // BROKEN % len(FAULTS_BY_TURNS)]
            bad[f"/iraq/{fault.name}-{number}/"] = fault
        else:
            good.append(story(number))
    with tempfile.TemporaryDirectory() as folder, Server() as server:
        serve_pages(server, good)
        server.faults.update({path: fault.behaves for path, fault in bad.items()})
        times = {one.path: one.published for one in good}
        broken = {path: NEWEST - timedelta(minutes=20 * int(path.rstrip("/").rpartition("-")[2])) for path in bad}
        serve_sitemap(server, times | broken)
        began = time.monotonic()
        subprocess.run([sys.executable, "-m", "benchmarks.soak", "--crawl", server.url, folder], check=False)
        told = result(Path(folder), good, bad) | {"seconds": round(time.monotonic() - began)}
    sys.stdout.write(json.dumps(told) + "\n")
    return 1 if told["missing"] or told["wrong"] else 0


def story(number: int) -> Story:
    """A story like no other: 80 words drawn by its number."""
    drawn = random.Random(number)
    text = [" ".join(drawn.choices(WORDS, k=20)).capitalize() + f" {number}." for _ in range(4)]
    # Twenty minutes apart, 20,000 of them fill nine months.
    return Story(number, text=text, published=NEWEST - timedelta(minutes=20 * number))


def result(data: Path, good: list[Story], bad: dict) -> dict:
    lines = [line for file in data.glob("articles/*/*.jsonl") for line in file.read_bytes().splitlines()]
    written = [json.loads(line)["id"] for line in lines]
    missing = {f"iraqinews:{one.number}" for one in good} - set(written)
    ledger = sqlite3.connect(data / "ledger.db")
    ends = {url: end for url, *end in ledger.execute("SELECT url, status, reason FROM urls")}
    ledger.close()
    wrong = {
        path: ends.get(HOST + path)
        for path, fault in bad.items()
        if (end := ends.get(HOST + path)) is None
        or (end[0], (end[1] or "")[: len(fault.reason)]) != (fault.status, fault.reason)
    }
    samples = json.loads((data / "samples.json").read_text("ascii"))
    *running, stopped = samples
    whole = running[-1][0]
    early = [memory for requests, memory, *_ in running if EARLY <= requests <= EARLY * 1.5]
    late = [memory for requests, memory, *_ in running if requests >= whole * 0.9]
    report = json.loads(next(data.glob("reports/*.json")).read_bytes())
    return {
        "articles": len(good),
        "written": len(written),
        "twice": len(written) - len(set(written)),
        "missing": len(missing),
        "bad": len(bad),
        "kinds": len({fault.name for fault in bad.values()}),
        "wrong": len(wrong),
        "first_wrong": dict(list(wrong.items())[:5]),
        "unexpected": [error for error in report["errors"] if "unexpected" in error],
        "missing_because": Counter(str(ends.get(one.url)) for one in good if f"iraqinews:{one.number}" in missing),
        "memory_early": round(median(early)) if early else None,
        "memory_late": round(median(late)),
        "memory_peak": round(max(sample[1] for sample in samples)),
        "descriptors": [samples[0][2], max(sample[2] for sample in running), stopped[2]],
        "tasks": [samples[0][3], max(sample[3] for sample in running), stopped[3]],
    }


def crawl(url: str, data: str) -> None:
    settings = get_project_settings()
    settings.setdict(SETTINGS | {"DATA_DIR": data}, "cmdline")
    settings["EXTENSIONS"]["benchmarks.soak.Watch"] = 0
    process = CrawlerProcess(settings)
    # What a browser takes is measured by `benchmarks/rendering.py`.
    process.crawl("iraqinews", base_url=url, render="never")
    process.start()


if __name__ == "__main__":
    if sys.argv[1:2] == ["--crawl"]:
        crawl(*sys.argv[2:])
    else:
        sys.exit(main(a_number(__doc__, "ARTICLES", ARTICLES)))
