"""Iraqi News end to end: `scrapy crawl iraqinews` on the recorded site, from replay and from a real server."""

from pathlib import Path

import pytest

from tests.server import SITES, Server

SITE = SITES / "www.iraqinews.com"
WRITTEN = {
    f"iraqinews:{number}"
    for number in (
        *(216380, 216341, 215710, 215233, 214690, 211874, 211839, 209288, 207951, 206120, 145210),
        *(139405, 139402, 131877, 124990, 118240, 41277, 30518, 18764, 22087, 9120, 6033),
    )
}
"""The site's published posts without the protected one (216355) and the repost of 214690 (216402)."""
CJTF_OIR = {"iraqinews:211874", "iraqinews:211839", "iraqinews:206120"}
SHARED_FEED = Path(__file__).parents[3] / "shared" / "data" / "iraqinews-feed-2025-04-22.xml"


@pytest.fixture
def server():
    with Server(SITE) as server:
        yield server


def close_rest(server: Server) -> None:
    server.answer("/wp-json/wp/v2/posts", '{"code":"rest_disabled","message":"REST is closed"}', status=401)


def test_every_published_post_is_written_once_from_rest(scrapy):
    crawl = scrapy("crawl", "iraqinews", project="replay")

    assert crawl.status == 0, crawl.err
    assert set(crawl.by_id) == WRITTEN
    assert crawl.report["duplicates"] == 1
    assert crawl.report["sources"][0]["left_out"] == {"protected": 1}
    assert crawl.report["fetched"] == 0, "REST holds whole texts: no page needs to be asked for"


def test_a_second_crawl_writes_nothing_and_says_so(scrapy):
    scrapy("crawl", "iraqinews", project="replay")
    before = {file: file.read_bytes() for file in scrapy.data.glob("articles/*/*")}

    crawl = scrapy("crawl", "iraqinews", project="replay")

    assert crawl.status == 0, crawl.err
    assert (crawl.report["new"], crawl.report["revised"], crawl.report["fetched"]) == (0, 0, 0)
    assert {file: file.read_bytes() for file in scrapy.data.glob("articles/*/*")} == before


def test_a_closed_rest_is_made_up_for_by_feed_and_sitemap(scrapy, server):
    close_rest(server)

    crawl = scrapy("crawl", "iraqinews", "-a", f"base_url={server.url}")

    assert crawl.status == 0, crawl.err
    written = set(crawl.by_id)
    assert len(written & {"iraqinews:214690", "iraqinews:216402"}) == 1
    assert written - {"iraqinews:216402"} | {"iraqinews:214690"} == WRITTEN
    assert "401" in crawl.report["warnings"][0]


def test_both_ways_read_the_same_article(scrapy, server, tmp_path):
    by_rest = scrapy("crawl", "iraqinews", "-a", f"base_url={server.url}").by_id
    close_rest(server)
    by_page = type(scrapy)(tmp_path / "pages")("crawl", "iraqinews", "-a", f"base_url={server.url}").by_id
    fields = ("url", "headline", "dateline", "authors", "sections", "topics", "published_at", "language", "kind")

    for article_id in sorted(set(by_rest) & set(by_page)):
        rest, page = by_rest[article_id], by_page[article_id]
        assert {name: rest[name] for name in fields} == {name: page[name] for name in fields}, article_id


def test_a_second_crawl_asks_for_no_article_it_has(scrapy, server):
    close_rest(server)
    scrapy("crawl", "iraqinews", "-a", f"base_url={server.url}")
    server.asked.clear()

    crawl = scrapy("crawl", "iraqinews", "-a", f"base_url={server.url}")

    assert crawl.status == 0, crawl.err
    assert crawl.report["new"] == 0
    assert all(path.split("?")[0].endswith((".xml", ".gz", ".txt", "/feed/", "/posts")) for path in server.paths())


def test_a_multi_page_post_is_whole_from_its_pages(scrapy, server):
    close_rest(server)
    server.answer("/feed/", status=404)

    crawl = scrapy("crawl", "iraqinews", "-a", f"base_url={server.url}")

    assert len(crawl.by_id["iraqinews:215710"]["body"].split("\n\n")) == 12


def test_the_user_agent_says_who_we_are_and_robots_txt_comes_first(scrapy, server):
    scrapy("crawl", "iraqinews", "-a", f"base_url={server.url}", PROJECT_URL="https://example.com/crawler")

    assert server.paths()[0] == "/robots.txt"
    agents = {asked.headers["User-Agent"] for asked in server.asked}
    assert len(agents) == 1
    assert agents.pop().endswith(" (+https://example.com/crawler)")


def test_robots_txt_that_cannot_be_had_keeps_us_out(scrapy, server):
    server.answer("/robots.txt", status=503)

    crawl = scrapy("crawl", "iraqinews", "-a", f"base_url={server.url}")

    assert crawl.status == 1
    assert set(server.paths()) == {"/robots.txt"}
    assert "robots.txt answers 503" in crawl.err


def test_the_recorded_site_answers_what_the_readme_asks_for(scrapy):
    crawl = scrapy("crawl", "iraqinews", "-a", "topic=CJTF-OIR", project="replay")

    assert crawl.status == 0, crawl.err
    assert set(crawl.by_id) == CJTF_OIR
    assert crawl.report["errors"] == crawl.report["warnings"] == []
    assert crawl.report["sources"][0]["pages"] == 5, "two of the search, one of tags, of categories, of the tag's posts"


def test_a_topic_leaves_the_others_for_another_crawl(scrapy):
    crawl = scrapy("crawl", "iraqinews", "-a", "topic=cjtf oir", project="replay")
    assert set(crawl.by_id) == CJTF_OIR

    crawl = scrapy("crawl", "iraqinews", project="replay")
    assert set(crawl.by_id) == WRITTEN


def test_since_and_until_bound_the_publication(scrapy):
    crawl = scrapy("crawl", "iraqinews", "-a", "since=2025-07-01", "-a", "until=2025-07-31", project="replay")

    assert crawl.status == 0, crawl.err
    assert set(crawl.by_id) == {"iraqinews:211874", "iraqinews:211839"}


def test_a_limit_is_never_passed_and_takes_the_newest(scrapy):
    crawl = scrapy("crawl", "iraqinews", "-a", "limit=3", project="replay")

    assert crawl.status == 0, crawl.err
    assert set(crawl.by_id) == {"iraqinews:216402", "iraqinews:216380", "iraqinews:216341"}


def test_a_limit_holds_for_pages_too(scrapy, server):
    close_rest(server)
    server.answer("/feed/", status=404)

    crawl = scrapy("crawl", "iraqinews", "-a", "limit=3", "-a", f"base_url={server.url}")

    assert crawl.status == 0, crawl.err
    assert len(crawl.articles) == 3
    assert crawl.report["fetched"] <= 4


def test_given_urls_are_crawled_and_nothing_else(scrapy, server):
    story = "https://dev.iraqinews.com/?p=211874"

    crawl = scrapy("crawl", "iraqinews", "-a", f"urls={story}", "-a", f"base_url={server.url}")

    assert crawl.status == 0, crawl.err
    assert set(crawl.by_id) == {"iraqinews:211874"}
    assert crawl.by_id["iraqinews:211874"]["url"].startswith("https://www.iraqinews.com/")
    assert len(server.paths()) == 3, "robots.txt, the address given, and where it redirects to"


@pytest.mark.skipif(not SHARED_FEED.exists(), reason="the real feed is not part of the project")
def test_the_real_feed_gives_ten_whole_articles(scrapy):
    with Server() as server:
        server.answer("/feed/", SHARED_FEED.read_bytes(), headers={"Content-Type": "application/rss+xml"})

        crawl = scrapy("crawl", "iraqinews", "-a", f"base_url={server.url}")

    assert crawl.status == 0, crawl.err
    assert len(crawl.by_id) == 10
    first = crawl.by_id["iraqinews:209323"]
    assert first["published_at"] == "2025-04-22T21:13:39Z"
    assert (first["dateline"], first["authors"], first["sections"]) == ("Baghdad", ["Jawad Al-Samarraie"], ["Sports"])
    assert first["topics"][0] == "Al-Shorta vs Al-Zawra'a 2025"
    assert len(first["topics"]) == 10
    assert len(first["body"].split("\n\n")) == 5
    assert first["body"].startswith("The Iraqi Stars League witnessed")
    assert first["body"].endswith("promise immense excitement.")
    assert not any("appeared first on" in article["body"] for article in crawl.articles)
