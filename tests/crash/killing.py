"""Crawls that are killed, again and again, until one of them comes to its end by itself."""

from __future__ import annotations

import json
import signal
import sqlite3
import subprocess
import sys
import threading
from random import Random
from typing import TYPE_CHECKING, Any, NamedTuple

from tests.conftest import ROOT
from tests.crash.faults import FAULTS, PIPELINES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.server import Server

QUICK = {
    "DOWNLOAD_DELAY": 0,
    "CONCURRENT_REQUESTS": 4,
    "CONCURRENT_REQUESTS_PER_DOMAIN": 4,
    "RETRY_TIMES": 0,
    "SECOND_LOOKS": "",
}


def start(server: Server, data: Path, *, wrapper: tuple[str, ...] = (), **settings: Any) -> subprocess.Popen[str]:
    """Begin `scrapy crawl iraqinews` of a server's site, in a process of its own, itself begun by `wrapper`."""
    settings = {"DATA_DIR": data, **QUICK, **settings}
    options = [option for name, value in settings.items() for option in ("-s", f"{name}={value}")]
    crawl = [sys.executable, "-m", "scrapy", "crawl", "iraqinews", "-a", f"base_url={server.url}", *options]
    return subprocess.Popen(
        [*wrapper, *crawl],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


class Moment(NamedTuple):
    """When a crawl is killed: when the server has been asked so often, or at a line that it writes."""

    fault: str | None
    """One of FAULTS, or None for a count of requests."""
    count: int

    def __str__(self) -> str:
        return f"{self.fault} line {self.count}" if self.fault else f"request {self.count}"


def moments(seed: int, number: int, lines: int, requests: int) -> list[Moment]:
    """Random moments, every other one at a line: among its first `lines`, or its first `requests`."""
    random = Random(seed)
    return [
        Moment(random.choice(FAULTS), random.randint(1, lines)) if n % 2 else Moment(None, random.randint(1, requests))
        for n in range(number)
    ]


def kill_at(moment: Moment, server: Server, data: Path, **settings: Any) -> int:
    """Begin a crawl and kill it; its exit status, which is -9 unless it came to its end before."""
    if moment.fault:
        fault = {"ITEM_PIPELINES": json.dumps(PIPELINES), "FAULT": moment.fault, "FAULT_AT": moment.count}
        process = start(server, data, **fault, **settings)
        process.communicate(timeout=120)
        return process.returncode
    server.asked.clear()
    process = start(server, data, **settings)
    threading.Thread(target=lambda: (process.communicate(), server.look()), daemon=True).start()
    ended = server.wait_until(lambda: len(server.asked) >= moment.count or process.poll() is not None)
    assert ended, "the crawl stands still"
    process.send_signal(signal.SIGKILL)
    return process.wait()


def finish(server: Server, data: Path, **settings: Any) -> tuple[int, str]:
    """Crawl to the end; exit status and what was said."""
    process = start(server, data, **settings)
    _, said = process.communicate(timeout=120)
    return process.returncode, said


def lines(data: Path) -> Iterator[dict[str, Any]]:
    """Every line of the record, each of which must be whole."""
    for file in sorted(data.glob("articles/*/*.jsonl")):
        record = file.read_bytes()
        assert not record or record.endswith(b"\n"), f"{file} ends within a line"
        yield from map(json.loads, record.splitlines())


def versions(data: Path) -> list[tuple[str, int, str]]:
    """What a crawl must leave behind, however often it was killed: sorted, each as often as it stands there."""
    return sorted((line["id"], line["revision"], line["content_hash"]) for line in lines(data))


def looks(data: Path) -> dict[str, str | None]:
    """When every URL is looked at again, by the ledger."""
    return {url: due_at for url, _, due_at in _urls(data)}


def endings(data: Path) -> dict[str, str]:
    """How every URL ended, by the ledger."""
    return {url: status for url, status, _ in _urls(data)}


def likenesses(data: Path) -> list[tuple[object, ...]]:
    """Which articles tell the same text, and of how many it is known, by the ledger."""
    db = sqlite3.connect(data / "ledger.db")
    try:
        pairs = db.execute("SELECT * FROM alike ORDER BY article_id, other_id").fetchall()
        return [*pairs, *db.execute("SELECT count(*) FROM fingerprints")]
    finally:
        db.close()


def known_lines(data: Path) -> int:
    """How many lines of the record the ledger knows."""
    db = sqlite3.connect(data / "ledger.db")
    try:
        return db.execute("SELECT count(*) FROM lines").fetchone()[0]
    finally:
        db.close()


def _urls(data: Path) -> list[tuple[str, str, str | None]]:
    db = sqlite3.connect(data / "ledger.db")
    try:
        return db.execute("SELECT url, status, due_at FROM urls").fetchall()
    finally:
        db.close()
