"""What it costs to look at a site again that has not changed: requests, and seconds from command to prompt.

    python -m benchmarks.recrawl [3000]

One crawl takes the archive: by WordPress REST, and another by sitemap and pages. Then the same command is run again and
again; every time the server tells how many requests it saw, robots.txt included. Seconds are the whole process's, with
the start of Python and Scrapy, which is most of it.
"""

from __future__ import annotations

import sys
import tempfile
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.request import urlopen

from benchmarks import news_site
from benchmarks.command_line import a_number
from benchmarks.crawl_html import crawl
from benchmarks.side_by_side import RESULTS, ROUNDS, Goal, alternate, cores, record, show, summary

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.side_by_side import Measures

POSTS = 3_000
BY_REST, BY_SITEMAP = "by REST", "by sitemap"
MOST_REQUESTS, MOST_SECONDS = 3, 2.0


def again(origin: str, data: Path, on: Sequence[int]) -> Measures:
    before = _asked(origin)
    report, used = crawl(origin, data, on)
    if report["new"] or report["fetched"] or report["exit_status"]:
        raise RuntimeError(f"the site looked changed: {report}")
    return {"requests": _asked(origin) - before, "s": used["s"], "CPU s": used["CPU s"], "MB": used["MB"]}


def _asked(origin: str) -> int:
    with urlopen(f"{origin}/requests-so-far") as answer:
        return int(answer.read())


def main(
    posts: int = POSTS, *, ways: Sequence[str] = (BY_REST, BY_SITEMAP), rounds: int = ROUNDS, folder: Path = RESULTS
) -> int:
    server, others = cores()
    with ExitStack() as stack:
        contestants = {}
        for name in ways:
            site = news_site.running(posts, news_site.SIZES[0], rest=name == BY_REST, core=server)
            origin = stack.enter_context(site)
            data = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            first, _ = crawl(origin, data, others)
            if first["new"] != posts:
                raise RuntimeError(f"of {posts} articles {first['new']} came into the record: {first['errors']}")
            contestants[name] = partial(again, origin, data, others)
        figures = summary(alternate(contestants, rounds))
    show(f"{posts:,} articles, nothing changed", figures)
    goals = [
        Goal(BY_REST, "requests", most=MOST_REQUESTS),
        Goal(BY_REST, "s", most=MOST_SECONDS),
    ]
    notes = {"articles": posts, "rounds": rounds}
    return record("recrawl", figures, goals, packages=("scrapy", "sqlalchemy"), notes=notes, folder=folder)


if __name__ == "__main__":
    sys.exit(main(a_number(__doc__, "ARTICLES", POSTS)))
