"""What a crawl promises of the pages that it renders: all of them if it is told so, their parts, its delay, its end."""

from __future__ import annotations

import os
import signal
import sqlite3
import sys
from contextlib import closing
from itertools import pairwise
from select import select
from typing import TYPE_CHECKING

import pytest

from newscrawl.network.chromium import find_chromium
from tests.conftest import Scrapy
from tests.crash.killing import start
from tests.crash.site import archive, serve_sitemap
from tests.network.scripted import HTML, Family, article_of, ended, serve_shells, shell_of
from tests.server import Server

if TYPE_CHECKING:
    from pathlib import Path

PARTS = '<div class="page-links"><a href="2/">2</a></div></article>'
LATE = (
    "<script>setTimeout(() => { document.body.className = 'ready'; document.querySelector('h1').append(' now') }, 800)"
)
DELAY = 0.25
FETCHES = "<script>for (let part = 1; part <= 30; part++) fetch('/part?page[offset]=' + part)</script>"
"""Browsers leave brackets in an address as they are, Scrapy escapes them."""
LARGE = "<script>fetch('/large?1'); fetch('/large?2'); for (let n = 1; n <= 20; n++) fetch('/beside?' + n)</script>"


def program(folder: Path, *lines: str) -> Path:
    """A browser that does something before it starts."""
    folder.chmod(0o777)
    file = folder / "chromium"
    file.write_text("\n".join(["#!/bin/sh", *lines, f'exec {find_chromium()} "$@"', ""]))
    file.chmod(0o755)
    return file


def test_where_all_is_to_be_rendered_pages_and_their_parts_are_and_a_fault_costs_no_story_that_is_there(tmp_path):
    starts = tmp_path / "starts"
    # It cannot have its sandbox, and counts how often it is started without.
    refusing = 'case "$*" in *--no-sandbox*) ;; *) exit 1 ;; esac'
    browser = program(tmp_path, refusing, f"echo >>{starts}")
    stories = whole, endless, split, torn, late = archive(5)
    with Server() as server:
        serve_shells(server, [])
        server.answer(whole.path, whole.page(), headers=HTML)
        server.answer(endless.path, endless.page() + "<script>for (;;) {}</script>", headers=HTML)
        server.answer(late.path, late.page() + LATE + "</script>", headers=HTML)
        for story in (split, torn):
            server.answer(story.path, story.page().replace("</article>", PARTS), headers=HTML)
            server.answer(f"{story.path}2/", shell_of(story), headers=HTML)
        second = article_of(split).replace("Engineers let", "Then engineers let")
        server.answer(f"/data{split.path}2/", second, headers=HTML)
        serve_sitemap(server, {story.path: story.changed for story in stories})
        crawl = Scrapy(tmp_path / "data")(
            "crawl",
            "iraqinews",
            *("-a", f"base_url={server.url}", "-a", "render=always"),
            PLAYWRIGHT_CHROMIUM=browser,
            SPIDER_MODULES="tests.network.patient",
            DOWNLOAD_TIMEOUT=8,
            BROWSER_PAGES=3,
        )

    articles = crawl.by_id
    assert articles["iraqinews:1"]["provenance"]["rendered"].startswith("Chromium/")
    plain = articles["iraqinews:2"]
    assert plain["body"].endswith("The provincial council says that the next one will be dug before the winter.")
    assert plain["provenance"]["unrendered"] == "not rendered: its scripts did not come to rest in time"
    assert "rendered" not in plain["provenance"]
    assert "Then engineers let" in articles["iraqinews:3"]["body"]
    assert ended(crawl.data)["story-4"] == (
        "failed",
        "https://www.iraqinews.com/iraq/story-4/2/, a part of it: no text is on it once its scripts have run",
    )
    assert articles["iraqinews:5"]["headline"] == "Canal number 5 is opened in Basra now", "what it waits for is there"
    # Five pages and two second parts, three pages to a browser.
    assert len(starts.read_bytes()) == 3
    assert crawl.err.count("Chromium runs without its sandbox") == 1


def test_what_a_page_asks_for_keeps_the_delay_which_is_not_its_own_time_and_ends_with_the_page(tmp_path):
    stories = waiting, large, plain = archive(3)
    with Server() as server:
        server.answer("/app.js", "", headers=HTML)
        fetching = f"<script>document.getElementById('root').innerHTML = {article_of(waiting)!r}</script>"
        server.answer(waiting.path, shell_of(waiting, fetching + FETCHES), headers=HTML)
        server.answer(large.path, shell_of(large, LARGE), headers=HTML)
        server.answer("/large", b"x" * 60_000, headers=HTML)
        server.answer(plain.path, plain.page(), headers=HTML)
        serve_sitemap(server, {story.path: story.changed for story in stories})
        to = f"base_url={server.url}"
        crawl = Scrapy(tmp_path)(
            "crawl", "iraqinews", "-a", to, DOWNLOAD_DELAY=DELAY, DOWNLOAD_TIMEOUT=6, DOWNLOAD_MAXSIZE=100_000
        )

    assert ended(crawl.data) == {
        "story-1": ("done", ""),
        "story-2": ("failed", "the answer is larger than DOWNLOAD_MAXSIZE"),
        "story-3": ("done", ""),
    }
    # So many times the delay is more than a page's own time.
    assert sum(path.startswith("/part?") for path in server.paths()) == 30
    assert sum(path.startswith("/beside?") for path in server.paths()) < 10
    gaps = [after.at - before.at for before, after in pairwise(server.asked)]
    assert sum(gaps) >= DELAY * len(gaps) * 0.95


def test_a_request_that_is_led_on_counts_each_time_among_those_of_its_page(tmp_path):
    """Ten that go in circles would be two hundred."""
    (story,) = archive(1)
    with Server() as server:
        serve_shells(server, [story])
        circles = "<script>for (let n = 0; n < 10; n++) fetch('/circle?' + n)</script>"
        server.answer(story.path, shell_of(story) + circles, headers=HTML)
        server.answer("/circle", status=302, headers={"Location": "/circle?again"})
        serve_sitemap(server, {story.path: story.changed})
        crawl = Scrapy(tmp_path)("crawl", "iraqinews", "-a", f"base_url={server.url}", DOWNLOAD_TIMEOUT=30)

    assert ended(crawl.data) == {"story-1": ("done", "")}
    # Of 100, two were the script and the text.
    assert sum(path.startswith("/circle") for path in server.paths()) == 98


def test_the_delay_is_no_part_of_the_time_for_which_an_element_is_waited_for(tmp_path):
    story = archive(5)[4]
    with Server() as server:
        fetches = "fetch('/1')" + "".join(f".then(() => fetch('/{number}'))" for number in (2, 3, 4))
        script = LATE.replace("<script>", f"<script>{fetches}.then(() => ") + ")</script>"
        server.answer(story.path, story.page() + script, headers=HTML)
        serve_sitemap(server, {story.path: story.changed})
        crawl = Scrapy(tmp_path)(
            "crawl",
            "iraqinews",
            *("-a", f"base_url={server.url}", "-a", "render=always"),
            SPIDER_MODULES="tests.network.patient",
            # A third of the time is less than the delay between four requests.
            DOWNLOAD_DELAY=2,
            DOWNLOAD_TIMEOUT=12,
        )

    assert crawl.by_id["iraqinews:5"]["headline"] == "Canal number 5 is opened in Basra now"


def test_a_crawl_that_is_killed_leaves_no_process_and_no_file_but_its_own(tmp_path, tmp_path_factory):
    # A short name: Chromium has a socket there.
    family, folder = Family(), tmp_path_factory.mktemp("t")
    (story,) = archive(1)
    with Server() as server:
        serve_shells(server, [story])
        server.answer(story.path, shell_of(story) + "<script>for (;;) {}</script>", headers=HTML)
        crawl = start(server, tmp_path / "data", wrapper=("env", family.mark, f"TMPDIR={folder}"), DOWNLOAD_TIMEOUT=60)
        server.wait_for("/app.js")
        started = list(map(os.pidfd_open, family.processes()))
        crawl.kill()
        crawl.communicate(timeout=30)
        for process in started:
            select([process], [], [], 30)
            os.close(process)

    assert len(started) > 3
    assert family.processes() == []
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("moment", ["starting", "rendering"])
def test_ctrl_c_waits_for_no_browser_and_leaves_the_page_due(tmp_path, moment):
    family, data = Family(), tmp_path / "data"
    (story,) = archive(1)
    with Server() as server:
        serve_shells(server, [story])
        server.answer(story.path, shell_of(story) + "<script>for (;;) {}</script>", headers=HTML)
        asking = f"import urllib.request; urllib.request.urlopen('{server.url}/starting')"
        asks = f"'{sys.executable}' -c \"{asking}\"; exec sleep 60" if moment == "starting" else ""
        browser = program(tmp_path, asks)
        server.answer("/starting")
        crawl = start(server, data, wrapper=("env", family.mark), PLAYWRIGHT_CHROMIUM=browser, DOWNLOAD_TIMEOUT=60)
        try:
            server.wait_for("/starting" if moment == "starting" else "/app.js")
            crawl.send_signal(signal.SIGINT)
            _, said = crawl.communicate(timeout=30)
        finally:
            crawl.kill()

    with closing(sqlite3.connect(data / "ledger.db")) as ledger:
        assert ledger.execute("SELECT status, leased_by FROM urls").fetchall() == [("due", None)], said
    assert "Traceback" not in said
    assert family.processes() == []
