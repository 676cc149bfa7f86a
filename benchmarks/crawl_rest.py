"""Articles that a crawl takes a second where a site gives them by WordPress REST, beside the same pages one by one.

    python -m benchmarks.crawl_rest [3000]

The archive is the same for both: 3,000 posts, a hundred an answer, or gzipped pages of about 80 kB, which bare Scrapy
only downloads. Both ask ten times a second, which is more than any site should be asked: with a longer delay, REST
gains more. How fast both are without any delay, which no site allows, is told beside it. Server, settings and what is
measured are those of `crawl_html.py`; the server writes an answer of REST when it is first asked for it, and keeps it
for the further rounds.
"""

from __future__ import annotations

import sys
from functools import partial
from typing import TYPE_CHECKING

from benchmarks import news_site
from benchmarks.command_line import a_number
from benchmarks.crawl_html import BARE, OURS, ours, scrapy_alone
from benchmarks.side_by_side import RESULTS, ROUNDS, Goal, alternate, cores, record, show, summary

if TYPE_CHECKING:
    from pathlib import Path

POSTS = 3_000
BY_REST = f"{OURS}, by REST"
DELAY = 0.1
"""Seconds between two requests."""
PACED_PAGES = 200
"""Pages of a round with that delay; the rate does not depend on their number."""
LEAST_TIMES = 20


def main(posts: int = POSTS, *, rounds: int = ROUNDS, folder: Path = RESULTS) -> int:
    server, others = cores()
    pages = min(posts, PACED_PAGES)
    with news_site.running(posts, news_site.SIZES[0], rest=True, core=server) as origin:
        paced = {
            BARE: partial(scrapy_alone, "download", origin, pages, others, DELAY),
            BY_REST: partial(ours, origin, posts, others, DELAY),
        }
        unpaced = {
            BARE: partial(scrapy_alone, "download", origin, posts, others),
            BY_REST: partial(ours, origin, posts, others),
        }
        figures = summary(alternate(paced, rounds), BARE)
        show(f"{posts:,} articles, a request each {DELAY} s", figures, BARE)
        without_delay = summary(alternate(unpaced, rounds), BARE)
        show(f"{posts:,} articles, without delay", without_delay, BARE)
    goals = [Goal(BY_REST, "pages/s", least=LEAST_TIMES, of="ratio")]
    notes = {"articles": posts, "rounds": rounds, "base": BARE, "delay_seconds": DELAY, "pages_a_round": pages}
    figures |= {f"{name}, without delay": row for name, row in without_delay.items()}
    return record("crawl_rest", figures, goals, packages=("scrapy", "sqlalchemy"), notes=notes, folder=folder)


if __name__ == "__main__":
    sys.exit(main(a_number(__doc__, "ARTICLES", POSTS)))
