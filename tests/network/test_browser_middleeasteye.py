"""Middle East Eye's pages that go on by script only: a listing with a button, a live blog that loads by scrolling."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

import pytest

from newscrawl.network.chromium import find_chromium
from tests.conftest import Scrapy
from tests.server import FIXTURES, Server

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SITE = FIXTURES / "scripted" / "www.middleeasteye.net"
LISTED = {
    "news/aleppo-soap-makers-press-olives-early",
    "news/sur-fishing-boats-return-new-engines",
}
BY_BUTTON = {
    "news/marib-school-opens-its-library-at-night",
    "news/nile-ferry-crossing-gets-a-timetable",
    "news/sfax-bakers-bring-back-barley-loaf",
    "news/zarqa-river-cleaned-by-its-neighbours",
}
FIRST_PRESS = {"news/marib-school-opens-its-library-at-night", "news/nile-ferry-crossing-gets-a-timetable"}
ONLY_THERE = "zarqa-river-cleaned-by-its-neighbours"
ONLY_THERE_PATH = f"news/{ONLY_THERE}"
BLOG = "live/tigris-rises-after-night-of-rain"
UPDATES = {"shops-on-the-corniche-open-again", "water-falls-below-the-second-mark"}
BY_SCROLLING = {
    "ferries-wait-for-the-morning",
    "rain-stops-before-dawn",
    "the-gauge-shows-six-metres",
    "two-villages-are-reached-by-boat",
}


HTML = {"Content-Type": "text/html; charset=utf-8"}


def counted(folder: Path) -> tuple[Path, Callable[[], int]]:
    """A browser that counts how often it is started, and how often that was."""
    program, starts = folder / "chromium", folder / "starts"
    folder.mkdir(exist_ok=True)
    folder.chmod(0o777)
    program.write_text(f'#!/bin/sh\necho >>{starts}\nexec {find_chromium()} "$@"\n')
    program.chmod(0o755)
    return program, lambda: len(starts.read_bytes()) if starts.exists() else 0


def articles(crawl) -> dict[str, dict]:
    """By the path of their address."""
    return {article["url"].removeprefix("https://www.middleeasteye.net/"): article for article in crawl.by_id.values()}


def texts(crawl) -> dict[str, tuple[str, str]]:
    return {path: (article["content_hash"], article["parent_id"]) for path, article in articles(crawl).items()}


@pytest.fixture(scope="module")
def crawled(tmp_path_factory):
    """A crawl that is recorded and whose pages are kept, its recording, and what the server was asked for."""
    folder = tmp_path_factory.mktemp("scripted")
    with Server(SITE) as server:
        page = (SITE / "news" / "sur-fishing-boats-return-new-engines.html").read_bytes()
        claim = {**HTML, "X-Rendered-By": "Prerender/1"}
        server.answer("/news/sur-fishing-boats-return-new-engines", page, headers=claim)
        to = f"base_url={server.url}"
        crawl = Scrapy(folder / "data")(
            "crawl", "middleeasteye", "-a", to, RECORD_TO=folder / "recording", KEEP_PAGES=True
        )
    return crawl, folder, to, server.paths()


def test_a_button_that_only_a_script_answers_is_pressed_until_there_is_no_more(crawled):
    crawl, _, _, asked = crawled

    assert crawl.status == 0, crawl.err
    assert {path for path in articles(crawl) if path.startswith("news/")} == LISTED | BY_BUTTON
    assert [path for path in asked if path.startswith("/views/")] == ["/views/news?page=1", "/views/news?page=2"]
    assert asked.count("/news") == 1


def test_a_live_blog_is_scrolled_to_its_first_update(crawled):
    crawl, _, _, asked = crawled
    blog = articles(crawl)[BLOG]
    updates = {path.rpartition("/")[2]: a for path, a in articles(crawl).items() if a["kind"] == "live_update"}

    assert blog["kind"] == "live_blog"
    assert blog["provenance"]["rendered"].startswith("Chromium/")
    assert set(updates) == UPDATES | BY_SCROLLING
    assert {update["parent_id"] for update in updates.values()} == {blog["id"]}
    assert asked.count("/" + BLOG) == 1


def test_what_needs_no_script_is_not_rendered(crawled):
    crawl, _, _, asked = crawled

    assert [path for path, article in articles(crawl).items() if "rendered" in article["provenance"]] == [BLOG]
    assert not [path for path in asked if path.endswith((".webp", ".css"))]


def test_a_recording_is_rendered_without_the_site(crawled):
    crawl, folder, to, _ = crawled

    again = Scrapy(folder / "again")("crawl", "middleeasteye", "-a", to, REPLAY_FROM=folder / "recording")

    assert again.status == 0, again.err
    assert texts(again) == texts(crawl)


def test_a_kept_page_is_the_rendered_one(crawled):
    crawl, folder, _, _ = crawled

    again = Scrapy(folder / "data")("reparse", "middleeasteye")

    assert again.status == 0, again.err
    assert texts(again) == texts(crawl), "reading it again changes nothing"
    (kept,) = (folder / "data" / "pages").rglob("*.warc.gz")
    records = gzip.decompress(kept.read_bytes()).split(b"WARC/1.1\r\n")
    (blog,) = [record for record in records if b"X-Rendered-By: Chromium/" in record]
    assert b"two-villages-are-reached-by-boat" in blog
    assert not [record for record in records if b"Prerender" in record], "a site does not say what we have rendered"


def test_where_rendering_is_not_wanted_the_plain_page_is_read_and_the_next_crawl_reads_the_rest(tmp_path):
    scrapy = Scrapy(tmp_path / "data")
    with Server(SITE) as server:
        # With this the site would say "unchanged" of the page, whatever its button brings.
        server.answer("/news", (SITE / "news.html").read_bytes(), headers={**HTML, "ETag": '"1"'})
        to = f"base_url={server.url}"
        crawl = scrapy("crawl", "middleeasteye", "-a", to, "-a", "render=never")
        asked, written = server.paths(), set(articles(crawl))
        again = scrapy("crawl", "middleeasteye", "-a", to)

    assert crawl.status == again.status == 0, crawl.err + again.err
    assert written == LISTED | {BLOG} | {f"live-blog/live-blog-update/{slug}" for slug in UPDATES}
    assert not [path for path in asked if path.endswith(".js")]
    assert {path for path in articles(again) if path.startswith("news/")} == LISTED | BY_BUTTON


def test_what_a_fault_cuts_short_is_told_and_read_by_the_next_crawl_and_what_is_known_is_not_pressed_for(tmp_path):
    scrapy, (program, starts) = Scrapy(tmp_path / "data"), counted(tmp_path / "browser")
    with Server(SITE) as server:
        to = f"base_url={server.url}"
        settings = {"PLAYWRIGHT_CHROMIUM": program, "DOWNLOAD_TIMEOUT": 6}
        for path in ("/views/news?page=2", "/live/390551/updates?page=2"):
            server.answer(path, status=500)
        # A listing whose scripts never rest.
        endless = (SITE / "news.html").read_text().replace("<script src=", "<script>for (;;) {}</script><script src=")
        server.answer("/opinion", endless.replace("aleppo-soap-makers-press-olives-early", ONLY_THERE), headers=HTML)
        cut = scrapy("crawl", "middleeasteye", "-a", to, **settings)
        written, report = set(articles(cut)), cut.report
        server.answers.clear()
        healed = scrapy("crawl", "middleeasteye", "-a", to, **settings)
        begun, pressed = starts(), len(server.paths())
        unchanged = scrapy("crawl", "middleeasteye", "-a", to, **settings)

    assert cut.status == 1
    told = [reason for source in report["sources"] if source["state"] == "failed" for reason in source["reasons"]]
    assert [reason.partition(": ")[2] for reason in told] == [
        f"what brings more failed: {server.url}/views/news?page=2: the site answers 500",
        "not rendered: its scripts did not come to rest in time",
    ]
    assert {path for path in written if path.startswith("news/")} == LISTED | {ONLY_THERE_PATH} | FIRST_PRESS
    assert {end["reason"] for end in report["ended"]} == {
        f"what brings more failed: {server.url}/live/390551/updates?page=2: the site answers 500"
    }
    assert {path for path in articles(healed) if path.startswith("news/")} == LISTED | BY_BUTTON
    assert unchanged.status == 0, unchanged.err
    assert starts() == begun, "a listing whose first page is known is not pressed"
    assert not [path for path in server.paths()[pressed:] if path.startswith("/views/")]


def listing(shown: str, more: str) -> dict[str, str]:
    """A listing of stories by one letter each, and what its button brings, by their paths."""

    def tiles(letters: str) -> str:
        return "".join(
            f'<div class="mee-article-tile"><a class="mee-tile-title" href="/news/story-{letter}">{letter}</a></div>'
            for letter in letters
        )

    script = """<script>document.querySelector("button").onclick = async () => {
        const more = await (await fetch("/more")).text()
        document.querySelector(".views-rows").insertAdjacentHTML("beforeend", more)
        document.querySelector(".pager__item").remove()
    }</script>"""
    button = '<div class="pager__item"><button>Show more</button></div>'
    page = f'<!DOCTYPE html><html><body><div class="views-rows">{tiles(shown)}</div>{button}{script}</body></html>'
    return {"/news": page, "/more": tiles(more)}


def test_a_listing_whose_first_page_is_all_new_is_pressed(tmp_path):
    scrapy = Scrapy(tmp_path / "data")
    with Server() as server:
        for shown, more in (("ab", "c"), ("de", "fab")):
            for path, body in listing(shown, more).items():
                server.answer(path, body, headers=HTML)
            scrapy("crawl", "middleeasteye", "-a", f"base_url={server.url}")
        asked = server.paths()

    assert {path for path in asked if path.startswith("/news/")} == {f"/news/story-{letter}" for letter in "abcdef"}
