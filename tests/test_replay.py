"""A site from a folder, and a folder from a site."""

from pathlib import Path
from urllib.parse import quote

import pytest

from newscrawl.replay import SiteFolder, Stored
from tests.conftest import Scrapy
from tests.crash.site import archive, serve_sitemap
from tests.server import Server


@pytest.fixture
def sites(tmp_path: Path) -> SiteFolder:
    return SiteFolder(tmp_path)


def put(sites: SiteFolder, name: str, text: str = "") -> None:
    file = sites.root / "example.org" / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, "utf-8")


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://example.org", "index.html"),
        ("https://example.org/", "index.html"),
        ("https://example.org/feed/", "feed/index.xml"),
        ("https://example.org/news", "news.html"),
        ("https://example.org/news?page=2", "news@page=2.html"),
        ("https://example.org/robots.txt", "robots.txt"),
        ("https://example.org/sitemap.xml?page=1", "sitemap@page=1.xml"),
        ("https://example.org/post-sitemap2.xml.gz", "post-sitemap2.xml.gz"),
        ("https://example.org/v1.2-release", "v1.2-release.html"),
        ("https://example.org/%D8%B9%D8%B1%D8%A7%D9%82/", "عراق/index.html"),
    ],
)
def test_a_page_lies_where_its_address_says(sites, url, name):
    put(sites, name, "here")

    assert sites.find(url).body == b"here"


def test_the_content_type_follows_the_extension(sites):
    put(sites, "feed/index.xml")

    assert sites.find("https://example.org/feed/").headers == [("Content-Type", "application/xml; charset=utf-8")]


def test_a_file_answers_a_request_that_has_all_its_parameters_and_more(sites):
    put(sites, "posts@page=1.json", "first")
    put(sites, "posts@order=asc&page=1.json", "first, ascending")

    assert sites.find("https://example.org/posts?per_page=100&page=1").body == b"first"
    assert sites.find("https://example.org/posts?page=1&order=asc&x=1").body == b"first, ascending"
    assert sites.find("https://example.org/posts?page=2") is None


def test_a_file_without_parameters_does_not_answer_for_pages_that_were_not_recorded(sites):
    put(sites, "news.html")

    assert sites.find("https://example.org/news?page=99") is None


def test_status_and_headers_stand_beside_and_the_body_may_be_missing(sites):
    put(sites, "index@p=17.html.headers", "HTTP 301\nLocation: /new-slug/\n")

    stored = sites.find("https://example.org/?p=17")

    assert (stored.status, stored.body) == (301, b"")
    assert ("Location", "/new-slug/") in stored.headers


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org/",
        "https://example.org/a/b/c.html?x=1&y=/slash",
        "https://example.org/feed/?paged=2",
        "https://example.org/" + "long-" * 100,
        "https://example.org/search?q=" + "long+" * 100,
        "https://example.org/%2e%2e/%2e%2e/etc/passwd",
        "https://example.org/..%2f..%2fetc%2fpasswd",
        "https://user:secret@example.org/private",
        "https://example.org/a%00b/" + "%00" * 300,
        "https://example.org/" + "deep/" * 5_000,
        "https://example.org/.././../",
        "https://example.org/a\\..\\..\\b",
        "https://example.org/%1b[2J/x.html",
    ],
)
def test_what_is_stored_is_found_and_stays_within_its_host(sites, url):
    file = sites.store(url, Stored(200, [("Content-Type", "text/html")], b"page"))

    assert sites.find(url).body == b"page"
    assert (sites.root / "example.org") in file.resolve().parents
    assert "secret" not in str(file)


def test_a_file_and_a_folder_of_one_name_stand_beside_each_other(sites):
    urls = [f"https://example.org/{path}" for path in ("a.html", "a.html/b", "a.html/b/c", "feed.xml/", "feed.xml")]
    for url in urls:
        sites.store(url, Stored(200, [("Content-Type", "text/html")], url.encode()))

    assert [sites.find(url).body.decode() for url in urls] == urls


def test_only_headers_that_differ_from_what_the_extension_says_are_kept(sites):
    file = sites.store("https://example.org/a", Stored(200, [("Content-Type", "text/html; charset=UTF-8")], b""))

    assert not file.with_name(file.name + ".headers").exists()


def test_a_feed_keeps_its_own_content_type(sites):
    sites.store("https://example.org/rss", Stored(200, [("Content-Type", "application/rss+xml")], b"<rss/>"))

    assert sites.find("https://example.org/rss").headers == [("Content-Type", "application/rss+xml")]


def test_a_recording_leads_where_the_site_does(scrapy, tmp_path):
    """WordPress sends several Link headers, and some sites addresses in raw UTF-8."""
    links = ['</wp-json/>; rel="https://api.w.org/"', '</?p=1>; rel="shortlink"']
    story = archive(1)[0]
    moved = "/iraq/مرحبا/"

    def answer(handler, _):
        handler.send_response(200 if handler.path == "/" else 301)
        for link in links:
            handler.send_header("Link", link)
        handler.send_header("Location", moved.encode().decode("latin-1"))
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    with Server() as server:
        serve_sitemap(server, {"/iraq/old/": story.published})
        server.faults = {"/": answer, "/iraq/old/": answer}
        server.answer(quote(moved), story.page(), headers={"Content-Type": "text/html"})
        to = ("-a", f"base_url={server.url}")
        first = scrapy("crawl", "iraqinews", *to, RECORD_TO=tmp_path / "recording")
        root = SiteFolder(tmp_path / "recording").find(server.url + "/")
    again = Scrapy(tmp_path / "again")("crawl", "iraqinews", *to, REPLAY_FROM=tmp_path / "recording")

    assert ("Link", ", ".join(links)) in root.headers
    assert set(again.by_id) == set(first.by_id) == {"iraqinews:1"}


def test_a_host_of_which_nothing_is_recorded_is_told_so(scrapy, tmp_path):
    done = scrapy("crawl", "iraqinews", REPLAY_FROM=tmp_path)

    assert done.status == 1
    said = f"https://www.iraqinews.com/robots.txt: nothing is recorded of www.iraqinews.com in REPLAY_FROM={tmp_path}"
    assert done.report["errors"] == [f"the site cannot be reached: {said}"]
