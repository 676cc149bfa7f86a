"""A crawl of 300 local stories that is killed 200 times and loses nothing.

    python -m benchmarks.kills [KILLS] [SEED]

Sites are crawled one after the other until all kills are done; each record is held against that of an undisturbed
crawl. Exit status 0 only where all are the same.
"""

from __future__ import annotations

import sys
import tempfile
from collections import Counter
from pathlib import Path
from random import Random
from time import perf_counter

from benchmarks.command_line import command_line, whole
from tests.crash.killing import Moment, finish, kill_at, moments, versions
from tests.crash.site import WordPress, archive, serve_pages
from tests.server import Server

SIGKILLED = -9


def pages() -> Server:
    server = Server()
    serve_pages(server, archive())
    return server


def rest() -> Server:
    return WordPress(stories=archive())


SITES = {"pages": (pages, 20, 24), "REST": (rest, 35, 3)}
"""For each the lines, and the requests, among which a crawl is killed."""


def crawl_killed(server: Server, data: Path, planned: list[Moment]) -> tuple[list[Moment], int]:
    """Crawl to the end through kills; those that it took, and the exit status of the end."""
    taken = []
    for moment in planned:
        status = kill_at(moment, server, data)
        if status != SIGKILLED:
            return taken, status
        taken.append(moment)
    return taken, finish(server, data)[0]


def main(kills: int, seed: int) -> int:
    print(f"{'site':<6} {'kills':>5}  {'lines':>5}  {'lost':>4}  {'twice':>5}  {'exit':>4}  {'seconds':>7}  killed at")
    random = Random(seed)
    done, faults = 0, 0
    with tempfile.TemporaryDirectory() as folder:
        expected = {}
        for name, (site, _, _) in SITES.items():
            with site() as server:
                finish(server, Path(folder) / name)
            expected[name] = versions(Path(folder) / name)
        while done < kills:
            for name, (site, lines, requests) in SITES.items():
                planned = moments(random.randrange(1 << 30), min(kills - done, 40), lines, requests)
                began = perf_counter()
                data = Path(folder) / f"{name}-{done}"
                with site() as server:
                    taken, status = crawl_killed(server, data, planned)
                there = Counter(versions(data))
                lost = len(set(expected[name]) - set(there))
                twice = sum(there.values()) - len(there)
                how = Counter(moment.fault or "request" for moment in taken)
                print(
                    f"{name:<6} {len(taken):>5}  {sum(there.values()):>5}  {lost:>4}  {twice:>5}  {status:>4}  "
                    f"{perf_counter() - began:>7.1f}  {', '.join(f'{n} {what}' for what, n in sorted(how.items()))}",
                    flush=True,
                )
                done += len(taken)
                faults += (sorted(there.elements()), status) != (expected[name], 0)
                if done >= kills:
                    break
    print(f"{done} kills, {faults} crawls that ended otherwise than an undisturbed one")
    return int(faults > 0)


if __name__ == "__main__":
    command = command_line(__doc__)
    command.add_argument("kills", metavar="KILLS", nargs="?", type=whole, default=200, help="default: 200")
    command.add_argument("seed", metavar="SEED", nargs="?", type=whole, default=1, help="default: 1")
    typed = command.parse_args()
    sys.exit(main(typed.kills, typed.seed))
