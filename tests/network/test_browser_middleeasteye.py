"""Middle East Eye's pages that go on by script only: a listing with a button, a live blog that loads by scrolling."""

from __future__ import annotations

import gzip

import pytest

from tests.conftest import Scrapy
from tests.server import FIXTURES, Server

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
BLOG = "live/tigris-rises-after-night-of-rain"
UPDATES = {"shops-on-the-corniche-open-again", "water-falls-below-the-second-mark"}
BY_SCROLLING = {
    "ferries-wait-for-the-morning",
    "rain-stops-before-dawn",
    "the-gauge-shows-six-metres",
    "two-villages-are-reached-by-boat",
}


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


def test_where_rendering_is_not_wanted_the_plain_page_is_read(tmp_path):
    with Server(SITE) as server:
        crawl = Scrapy(tmp_path / "data")(
            "crawl", "middleeasteye", "-a", f"base_url={server.url}", "-a", "render=never"
        )

    assert crawl.status == 0, crawl.err
    assert set(articles(crawl)) == LISTED | {BLOG} | {f"live-blog/live-blog-update/{slug}" for slug in UPDATES}
    assert not [path for path in server.paths() if path.endswith(".js")]
