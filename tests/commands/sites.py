"""A site whose sitemap names seven addresses, one of each end, for the commands that tell and change what is known."""

from __future__ import annotations

import signal
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from tests.conftest import ROOT
from tests.server import Server

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.conftest import Scrapy

HTML = {"Content-Type": "text/html; charset=utf-8"}
STORY = """<html><head><title>Story {n}</title><link rel="canonical" href="/iraq/story-{n}/"></head>
<body class="single single-post postid-{n}"><article id="post-{n}"><h1 class="entry-title">Story number {n}</h1>
<time class="entry-date published" datetime="{published}">May</time><div class="entry-content">
<p>Baghdad (IraqiNews.com) – Text of story number {n}, in a sentence or two.</p></div></article></body></html>"""
PUBLISHED = {1: "2024-12-31T23:30:00+00:00", 2: "2025-05-02T10:00:00+03:00", 3: "2025-05-03T10:00:00+03:00"}
"""The first one is of 2024 in UTC, and of 2025 in Baghdad."""
ENDED = {
    "blocked": "blocked by a challenge page (403)",
    "failed": "the site answers 502",
    "forbidden": "forbidden by robots.txt",
    "gone": "the site answers 404",
}


def story(number: int) -> str:
    return STORY.format(n=number, published=PUBLISHED[number])


@contextmanager
def site_of_all_ends() -> Iterator[Server]:
    with Server() as server:
        names = [*(f"story-{number}" for number in PUBLISHED), *ENDED]
        locs = "".join(f"<url><loc>https://www.iraqinews.com/iraq/{name}/</loc></url>" for name in names)
        server.answer("/sitemap_index.xml", f"<urlset>{locs}</urlset>", headers={"Content-Type": "application/xml"})
        server.answer("/robots.txt", "User-agent: newscrawl\nDisallow: /iraq/forbidden/\n")
        for number in PUBLISHED:
            server.answer(f"/iraq/story-{number}/", story(number), headers=HTML)
        challenge = "<html><head><title>Just a moment...</title></head><body>Checking</body></html>"
        server.answer("/iraq/blocked/", challenge, status=403)
        server.answer("/iraq/failed/", status=502)
        yield server


@contextmanager
def running_crawl(scrapy: Scrapy, server: Server) -> Iterator[subprocess.Popen[str]]:
    """A crawl that has asked for its first articles, and stands still there."""
    command = [sys.executable, "-m", "scrapy", "crawl", "iraqinews", "-a", f"base_url={server.url}"]
    command += ["-s", f"DATA_DIR={scrapy.data}", "-s", "DOWNLOAD_DELAY=1"]
    process = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True)
    try:
        server.wait_for("/iraq/", times=2)
        # It must not come to its end while it is looked at, however slow the machine is.
        process.send_signal(signal.SIGSTOP)
        yield process
    finally:
        process.kill()
        process.communicate()
