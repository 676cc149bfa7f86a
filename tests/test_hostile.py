"""A site that means harm: what it sends is refused, bounded or kept as harmless text, and its stories are read."""

from __future__ import annotations

import gzip
import json
import re
import sqlite3
from typing import TYPE_CHECKING

import pytest

from newscrawl.reporting.screen import harmless
from tests.conftest import Scrapy
from tests.crash.site import HOST, Story, archive, serve_pages
from tests.network.faults import answering
from tests.server import Server

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.conftest import Crawl

ESCAPES = "\x1b[2J\x1b]0;owned\x07\x9b31m\u202e"
"""Clears the screen, sets the window's title, colours all that follows, and turns its direction around."""
INJECTED = '=HYPERLINK("http://evil.example";"x") <script>alert(1)</script> && rm -rf /'
BOMB = "".join(f'<!ENTITY a{n + 1} "{f"&a{n};" * 10}">' for n in range(9))
XML = {"Content-Type": "application/xml"}
SITEMAPS = {
    "/bomb.xml": f'<!DOCTYPE urlset [<!ENTITY a0 "x">{BOMB}]><urlset><url><loc>&a9;</loc></url></urlset>',
    "/file.xml": '<!DOCTYPE urlset [<!ENTITY f SYSTEM "file:///etc/passwd">]><urlset><url><loc>&f;</loc></url></urlset>',
    "/remote.xml": '<!DOCTYPE urlset SYSTEM "http://{host}/stolen.dtd"><urlset><url><loc>{home}/iraq/dtd/</loc></url>'
    "</urlset>",
    "/included.xml": '<urlset xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include href="http://{host}/stolen"/>'
    "</urlset>",
    "/titled.xml": f"<html><head><title>Not here {ESCAPES}</title></head><body>No</body></html>",
    "/links.xml": "<urlset>"
    + "".join(
        f"<url><loc>{loc}</loc></url>"
        for loc in ("javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "http://[::1/x")
    )
    + "</urlset>",
    "/far.xml": "<urlset><url><loc>{home}/iraq/story-2/</loc><lastmod>9999-12-31T23:59:59-14:00</lastmod></url>"
    "<url><loc>{home}/iraq/story-3/</loc><lastmod>9999-12-31T00:00:00Z</lastmod></url></urlset>",
}
STORIES = 3


def nested(story: Story) -> str:
    return story.page().replace("<article", "<div>" * 100_000 + "<article", 1)


def listed(paths: list[str]) -> str:
    return f"<urlset>{''.join(f'<url><loc>{HOST}{path}</loc></url>' for path in paths)}</urlset>"


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Crawl, Path]]:
    """One crawl, recorded, of a site where nearly nothing is well."""
    stories = archive(STORIES)
    loud = Story(100, slug="loud", headline=f"Loud {ESCAPES}headline {INJECTED.replace('<', '&lt;')}")
    tricks = [
        "/iraq/..%2f..%2f..%2fescaped/",
        "/iraq/%00nul/",
        "/iraq/" + "n" * 255 + "/",
        "/iraq/a.html/",
        "/iraq/a.html/b/",
    ]
    folder = tmp_path_factory.mktemp("hostile")
    with Server() as server:
        serve_pages(server, [*stories, loud])
        robots = "".join(f"Sitemap: {HOST}{path}\n" for path in (*SITEMAPS, "/many.xml.gz", f"/{ESCAPES[:4]}.xml"))
        server.answer("/robots.txt", robots)
        for path, text in SITEMAPS.items():
            server.answer(path, text.replace("{host}", server.url[7:]).replace("{home}", HOST), headers=XML)
        many = b"".join(b"<url><loc>https://www.iraqinews.com/%d/</loc></url>" % number for number in range(2_000_000))
        server.answer("/many.xml.gz", gzip.compress(b"<urlset>" + many + b"</urlset>", 1))
        for number, path in enumerate(tricks, 200):
            story = Story(number, slug=f"trick-{number}")
            server.answer(path, story.page().replace(story.url, HOST + path), headers={"Content-Type": "text/html"})
        server.answer("/iraq/nested/", nested(Story(300, slug="nested")), headers={"Content-Type": "text/html"})
        script = b'<script type="application/ld+json">[' + b'{"a":"' + b"x" * 100_000_000
        server.faults["/iraq/long-json/"] = answering(b"<html><head>" + script)
        server.faults["/iraq/to-escapes/"] = answering(status=302, Location="ftp://evil.example/\x1b[2Jx")
        far = Story(400, slug="far").page().replace("2025-05-31T12:00:00+00:00", "9999-12-31T23:59:59-14:00")
        server.answer("/iraq/far/", far, headers={"Content-Type": "text/html"})
        odd = ["/iraq/nested/", "/iraq/long-json/", "/iraq/to-escapes/", "/iraq/far/", loud.path, *tricks]
        server.answer("/sitemap_index.xml", listed([*(story.path for story in stories), *odd]), headers=XML)
        feed = (
            f'<!DOCTYPE rss [<!ENTITY f SYSTEM "{server.url}/stolen">]><rss><channel><item>&f;</item></channel></rss>'
        )
        server.answer("/feed/", feed, headers=XML)
        scrapy = Scrapy(folder / "data")
        words = "-a", f"base_url={server.url}", "-s", f"RECORD_TO={folder / 'recorded'}"
        yield server, scrapy("crawl", "iraqinews", *words, KEEP_PAGES=True), folder


def reasons(crawl: Crawl) -> dict[str, str]:
    return {source["label"]: "; ".join(source["reasons"]) for source in crawl.report["sources"]}


def test_the_stories_are_read_and_nothing_is_unexpected(hostile):
    _, crawl, _ = hostile
    ids = set(crawl.by_id)

    assert {f"iraqinews:{number}" for number in (1, 2, 3, 100)} <= ids
    assert not any("unexpected" in error for error in crawl.report["errors"])
    assert "Traceback" not in crawl.err


def test_no_entity_is_expanded_and_nothing_is_fetched_for_one(hostile):
    server, crawl, _ = hostile
    told = reasons(crawl)

    entities = "not read: it declares entities, which no feed and no sitemap needs"
    assert [told[f"sitemap {path}"] for path in ("/bomb.xml", "/file.xml")] == [entities] * 2
    assert told["feed /feed/"] == entities
    assert not any("stolen" in path for path in server.paths())
    assert "root:" not in crawl.err


def test_a_sitemap_of_millions_is_one_line(hostile):
    _, crawl, _ = hostile

    assert reasons(crawl)["sitemap /many.xml.gz"] == "not read: unpacked it is larger than 67,108,864 bytes"
    assert sum("67,108,864" in error for error in crawl.report["errors"]) == 1


def test_links_that_are_no_addresses_are_counted_and_not_asked_for(hostile):
    _, crawl, _ = hostile
    (links,) = (source for source in crawl.report["sources"] if source["label"] == "sitemap /links.xml")

    assert links["leads"] == 0
    assert links["left_out"] == {"no address": 4}


def test_what_a_terminal_obeys_is_written_out_on_screen_and_in_the_log(hostile):
    _, crawl, _ = hostile

    assert "\\x1b[2Jx" in crawl.err
    assert '"Not here \\x1b[2J' in crawl.err
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]", crawl.err)


def test_every_character_that_a_terminal_obeys_is_known():
    assert harmless(f"a{ESCAPES}b\r\n\tc") == "a\\x1b[2J\\x1b]0;owned\\x07\\x9b31m\\u202eb\\r\n\tc"
    assert harmless("نص عربي, été") == "نص عربي, été"


def test_a_headline_is_kept_as_text_without_what_moves_a_terminal(hostile):
    _, crawl, _ = hostile

    headline = crawl.by_id["iraqinews:100"]["headline"]
    assert headline.startswith("Loud [2J]0;owned31mheadline =HYPERLINK(")
    assert "&& rm -rf /" in headline
    lines = [line for file in crawl.data.glob("articles/*/*") for line in file.read_bytes().splitlines()]
    assert not any(re.search(rb"[\x00-\x1f\x7f]", line) for line in lines)


def test_pages_without_measure_have_their_place_in_the_ledger(hostile):
    _, crawl, _ = hostile
    with sqlite3.connect(crawl.data / "ledger.db") as ledger:
        ends = {url.removeprefix(HOST): end for url, *end in ledger.execute("SELECT url, status, reason FROM urls")}
    ledger.close()

    assert ends["/iraq/long-json/"] == ["failed", "the answer is larger than DOWNLOAD_MAXSIZE"]
    assert ends["/iraq/nested/"][0] == "not_article"
    assert ends["/iraq/nested/"][1].startswith("not read: 100,0")
    assert ends["/iraq/to-escapes/"][0] in {"offsite", "failed"}
    assert not {status for status, _ in ends.values()} & {"due", "leased"}


def test_no_file_leaves_its_folder_whatever_addresses_and_dates_say(hostile):
    _, crawl, folder = hostile

    assert sorted(path.name for path in folder.iterdir()) == ["data", "recorded"]
    (host,) = (folder / "recorded").iterdir()
    assert re.fullmatch(r"127\.0\.0\.1:\d+", host.name)
    written = {path.relative_to(crawl.data).parts for path in crawl.data.rglob("*") if path.is_file()}
    for parts in written:
        if parts[0] == "articles":
            assert re.fullmatch(r"\d{4}-\d\d\.jsonl", parts[2]), parts
    assert {parts[0] for parts in written} <= {"articles", "holder", "ledger.db", "locks", "pages", "reports"}
    assert not any("escaped" in path.name for path in folder.parent.iterdir())
    assert json.dumps(crawl.report)
