"""What rendering costs: `python -m benchmarks.rendering [PAGES]` (100).

In: a site of pages that are empty without their script, on a real server, and the same stories as plain pages. Out: a
line of JSON: seconds and CPU seconds of a rendered page, without the start of the browser, and of a plain one; and the
memory of crawl, driver and browser together at its peak (PSS: what processes share counts once).
Exit status 1 where a story is missing. Linux only: it reads /proc.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from benchmarks.command_line import a_number
from tests.crash.site import archive, serve_pages
from tests.network.scripted import serve_shells
from tests.server import Server

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.crash.site import Story

PAGES = 100
LOOK_SECONDS = 0.5
ROOT = Path(__file__).parent.parent


class Cost(NamedTuple):
    seconds: float
    cpu: float
    """Of all processes."""
    peak: float
    """MB."""
    written: int


def measured(serve: Callable[[Server, list[Story]], None], pages: int) -> Cost:
    """A crawl of so many stories, as one way or the other serves them."""
    with Server() as server, tempfile.TemporaryDirectory() as data:
        serve(server, archive(pages))
        settings = {"DATA_DIR": data, "DOWNLOAD_DELAY": 0, "PROGRESS": False, "LOG_LEVEL": "ERROR"}
        options = [option for name, value in settings.items() for option in ("-s", f"{name}={value}")]
        before, begun = _cpu(), time.monotonic()
        crawl = subprocess.Popen(
            [sys.executable, "-m", "scrapy", "crawl", "iraqinews", "-a", f"base_url={server.url}", *options], cwd=ROOT
        )
        peaks = [0.0]
        watch = threading.Thread(target=_watch, args=(crawl, peaks))
        watch.start()
        crawl.wait()
        seconds, cpu = time.monotonic() - begun, _cpu() - before
        watch.join()
        files = Path(data).glob("articles/*/*.jsonl")
        return Cost(seconds, cpu, max(peaks), sum(len(file.read_bytes().splitlines()) for file in files))


def _watch(crawl: subprocess.Popen[bytes], peaks: list[float]) -> None:
    while crawl.poll() is None:
        peaks.append(sum(_pss(pid) for pid in _family(crawl.pid)))
        time.sleep(LOOK_SECONDS)


def _family(first: int) -> list[int]:
    """A process, and all that came of it."""
    parents = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parents[int(folder.name)] = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
    found = [first]
    for pid in found:
        found += [child for child, parent in parents.items() if parent == pid]
    return found


def _pss(pid: int) -> float:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text("ascii").splitlines()
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def compared(pages: int) -> dict[str, Any]:
    plain, one, many = measured(serve_pages, pages), measured(serve_shells, 1), measured(serve_shells, pages + 1)
    return {
        "pages": pages,
        "missing": 2 * pages + 2 - plain.written - one.written - many.written,
        "seconds_a_page": round((many.seconds - one.seconds) / pages, 3),
        "cpu_seconds_a_page": round((many.cpu - one.cpu) / pages, 3),
        "plain_seconds_a_page": round(plain.seconds / pages, 3),
        "plain_cpu_seconds_a_page": round(plain.cpu / pages, 3),
        "peak_mb": round(many.peak),
        "plain_peak_mb": round(plain.peak),
        "load": round(os.getloadavg()[0], 1),
    }


if __name__ == "__main__":
    figures = compared(a_number(__doc__, "PAGES", PAGES))
    print(json.dumps(figures))
    sys.exit(1 if figures["missing"] else 0)
