"""Whatever a site does, a crawl takes no more than it may, ends with a sentence, and goes on when it is run again."""

import re
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic

import pytest
from scrapy.utils.test import get_crawler

from newscrawl.network.bounds import Bounds, memory_given, memory_used
from newscrawl.replay import Stored
from newscrawl.spiders.arguments import ArgumentError, Arguments
from newscrawl.spiders.source_reading import MOST_BARE
from tests.crash.site import HOST, NEWEST, archive, serve_pages, serve_sitemap
from tests.server import Server

STORIES = 12
IDS = {f"iraqinews:{number}" for number in range(1, STORIES + 1)}
XML = [("Content-Type", "application/xml")]


@dataclass
class Endless(Server):
    """Answers some paths as they are asked for."""

    made: Callable[[str], Stored | None] = lambda _: None

    def answer_to(self, path):
        return self.made(path) or super().answer_to(path)


@pytest.fixture
def server():
    with Endless() as server:
        serve_pages(server, archive(STORIES))
        yield server


def crawl(scrapy, server, *words, **settings):
    return scrapy("crawl", "iraqinews", "-a", f"base_url={server.url}", *words, **settings)


def statuses(done) -> dict[str, int]:
    with sqlite3.connect(done.data / "ledger.db") as ledger:
        counts = dict(ledger.execute("SELECT status, count(*) FROM urls GROUP BY status"))
    ledger.close()
    return counts


def test_time_ends_a_crawl_even_in_a_pause_and_the_next_goes_on(scrapy, server):
    server.answer("/iraq/story-4/", status=429, headers={"Retry-After": "600"})
    began = monotonic()

    done = crawl(scrapy, server, "-a", "max_minutes=0.04", RETRY_TIMES=2)

    assert monotonic() - began < 60, "the pause is not waited for"
    assert done.status == 1
    assert "error: ended early: the 0.04 minutes of max_minutes are over; run it again and it goes on" in done.err
    assert done.report["arguments"]["max_minutes"] == 0.04
    assert "leased" not in statuses(done)
    serve_pages(server, archive(STORIES))
    again = crawl(scrapy, server)
    assert (again.status, set(again.by_id)) == (0, IDS)


def test_a_crawl_that_ends_among_its_sources_says_so_and_nothing_else(scrapy, server):
    done = crawl(scrapy, server, "-a", "max_minutes=0.01", DOWNLOAD_DELAY=0.3)

    told, _, after = done.err.partition("report:")
    assert len(after.splitlines()) == 1, "nothing comes after the report"
    assert done.report["errors"] == [
        "ended early: the 0.01 minutes of max_minutes are over; run it again and it goes on from here"
    ]
    assert {source["state"] for source in done.report["sources"]} == {"closed", "stopped"}, told
    assert crawl(scrapy, server).status == 0


def test_where_time_is_short_what_was_not_come_to_is_asked_for_first(scrapy, server):
    for story in archive(STORIES):
        server.answer(story.path, status=429, headers={"Retry-After": "600"})
    assert statuses(crawl(scrapy, server, "-a", "max_minutes=0.04", RETRY_TIMES=2)) == {"due": STORIES}
    serve_pages(server, archive(STORIES))
    server.asked.clear()

    crawl(scrapy, server, "-a", "limit=1")
    assert "/iraq/" not in server.paths()[1], "else the sources tell what is due"
    server.asked.clear()
    done = crawl(scrapy, server, "-a", "max_minutes=5")

    assert (done.status, set(done.by_id)) == (0, IDS)
    assert "/iraq/" in server.paths()[1]
    assert "/sitemap_index.xml" in server.paths(), "the sources are read after that"


def test_memory_ends_a_crawl_before_the_system_does(scrapy, server):
    done = crawl(scrapy, server, MAX_MEMORY=20, DOWNLOAD_DELAY=0.3)

    assert done.status == 1
    assert re.search(r"ended early: it uses \d+ MB of memory, and may use 20 \(MAX_MEMORY\); run it again", done.err)
    assert "Traceback" not in done.err
    assert "leased" not in statuses(done)
    assert set(crawl(scrapy, server).by_id) == IDS


def test_a_bound_that_is_no_number_is_refused(scrapy):
    done = scrapy("crawl", "iraqinews", MAX_MEMORY="lots")

    assert (done.status, done.err) == (2, "error: MAX_MEMORY=lots is no number of MB, such as 2048\n")


def test_memory_is_what_the_process_holds_now():
    before = memory_used()
    held = bytearray(80 * 1024 * 1024)

    assert 70 < memory_used() - before < 100
    del held
    assert memory_used() - before < 40
    assert memory_used() < memory_given()


def test_no_setting_lets_a_crawl_have_all_that_the_system_gives():
    crawler = get_crawler(settings_dict={"MAX_MEMORY": 10**9})

    assert Bounds(crawler).most_memory == pytest.approx(memory_given() * 0.9)


@pytest.mark.parametrize("given", ["0", "-5", "soon", "1e3", "5 minutes", "0.0"])
def test_a_time_that_is_none_is_refused_with_the_form(given):
    with pytest.raises(ArgumentError, match=f"max_minutes={given} is not a number of minutes; write max_minutes=30"):
        Arguments.parse({"max_minutes": given})
    assert Arguments.parse({"max_minutes": "90"}).max_minutes == 90


def test_an_address_that_is_too_long_is_counted_and_never_asked_for(scrapy, server):
    long, longest = "/iraq/" + "a" * 3_000 + "/", "/iraq/" + "b" * 1_000_000 + "/"
    stories = archive(3)
    serve_sitemap(server, {story.path: NEWEST for story in stories} | {long: NEWEST, longest: NEWEST})
    server.answer("/iraq/story-2/", status=302, headers={"Location": f"{server.url}{long}"})
    server.answer("/iraq/story-3/", stories[2].page().replace(f'href="{stories[2].url}"', f'href="{HOST}{longest}"'))

    done = crawl(scrapy, server, "-s", "MAX_REFUSED_SHARE=1")

    (sitemap,) = (source for source in done.report["sources"] if source["label"] == "sitemap /sitemap_index.xml")
    assert (sitemap["leads"], sitemap["left_out"]) == (3, {"with too long an address": 2})
    (ended,) = done.report["ended"]
    told = f"leads to an address of {len(server.url + long):,} characters, more than the 2,083 that URLLENGTH_LIMIT"
    assert (ended["status"], ended["reason"]) == ("failed", f"{told} allows")
    assert {article["url"] for article in done.articles} == {stories[0].url, stories[2].url}
    assert statuses(done) == {"done": 2, "failed": 1}
    assert max(map(len, server.paths())) < 2_083
    assert len(done.err) < 20_000


def test_where_enough_is_due_no_more_is_looked_for_until_the_next_crawl(scrapy, server):
    stories = archive(STORIES)
    for number in range(3):
        part = "".join(f"<url><loc>{story.url}</loc></url>" for story in stories[number * 4 : number * 4 + 4])
        server.answer(f"/part-{number}.xml", f"<urlset>{part}</urlset>", headers=dict(XML))
    parts = "".join(f"<sitemap><loc>{HOST}/part-{number}.xml</loc></sitemap>" for number in range(3))
    server.answer("/sitemap_index.xml", f"<sitemapindex>{parts}</sitemapindex>", headers=dict(XML))

    done = crawl(scrapy, server, MAX_DUE=5)

    assert done.status == 1
    told = "not read on: 5 URLs are due, as many as MAX_DUE allows; run the crawl again and it goes on from here"
    assert f"error: sitemap /sitemap_index.xml could not be read: {told}" in done.err
    assert (len(done.articles), statuses(done)) == (8, {"done": 8}), "what was named is read"
    assert done.report["sources"][-1]["label"] == "sitemap /sitemap_index.xml", "no other way is taken"
    again = crawl(scrapy, server, MAX_DUE=5)
    assert (again.status, set(again.by_id)) == (0, IDS)


def entry(path: str) -> str:
    return f"<item><title>T</title><link>{HOST}{path}</link></item>"


def test_sources_without_an_end_are_left_and_the_others_are_read(scrapy, server):
    def made(path):
        if found := re.fullmatch(r"/index-(\d+)\.xml", path):
            following = f"<sitemap><loc>{HOST}/index-{int(found[1]) + 1}.xml</loc></sitemap>"
            return Stored(200, XML, f"<sitemapindex>{following}</sitemapindex>".encode())
        if found := re.fullmatch(r"/feed/(?:\?paged=(\d+))?", path):
            day = entry(f"/calendar/{found[1] or 1}/")
            return Stored(200, XML, f"<rss version='2.0'><channel>{day}</channel></rss>".encode())
        return None

    server.made = made
    server.answer("/robots.txt", f"User-agent: *\nSitemap: {HOST}/index-1.xml\nSitemap: {HOST}/loop-1.xml\n")
    for one, other in ((1, 2), (2, 1)):
        loop = f"<sitemapindex><sitemap><loc>{HOST}/loop-{other}.xml</loc></sitemap></sitemapindex>"
        server.answer(f"/loop-{one}.xml", loop, headers=dict(XML))

    done = crawl(scrapy, server, MAX_SOURCE_PAGES=MOST_BARE + 10)

    assert done.status == 1
    assert f"sitemap /index-1.xml could not be read: not read on: {MOST_BARE} pages in a row name no" in done.err
    assert f"could not be read: not read on after {MOST_BARE + 10} pages (MAX_SOURCE_PAGES)" in done.err
    times = [sum(word in path for path in server.paths()) for word in ("/index-", "/loop-", "/feed/?paged=")]
    # A loop is gone round once more, because the mirror and the site itself are two addresses of one page.
    assert times == [MOST_BARE, 3, MOST_BARE + 9]
    assert set(done.by_id) == IDS
