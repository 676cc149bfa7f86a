"""`topic=`, `since=`, `until=`, `limit=` and `urls=`: what is asked for, what is left alone, what the report says."""

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

from newscrawl.replay import Stored
from tests.conftest import ROOT
from tests.crash.site import HOST, NEWEST, POSTS, WordPress, archive
from tests.server import SITES, Server
from tests.spiders.test_incremental import publish, revisions, seven_hours_pass
from tests.spiders.test_ways import HTML, XML, index, numbers, serve, serve_feed, sitemap

JSON = {"Content-Type": "application/json; charset=utf-8"}
TERMS = {
    "tags": [
        {"id": 31, "name": "عملية العزم الصلب", "slug": "cjtf-oir"},
        {"id": 32, "name": "CJTF-OIRAQ", "slug": "cjtf-oiraq"},
    ],
    "categories": [{"id": 7, "name": "CJTF OIR", "slug": "cjtf-oir"}, {"id": 8, "name": "Water", "slug": "water"}],
}


def crawl(scrapy, server, *words, outlet="iraqinews"):
    server.asked.clear()
    arguments = [word for pair in (f"base_url={server.url}", *words) for word in ("-a", pair)]
    done = scrapy("crawl", outlet, *arguments)
    assert done.status == 0, done.err
    return done


def articles_asked_for(server) -> list[int]:
    stories = [path for path in server.paths() if path.startswith("/iraq/story-")]
    return sorted(int(path.strip("/").rpartition("-")[2]) for path in stories)


def periods(done) -> dict[str, str | None]:
    return {source["label"]: source["period"] for source in done.report["sources"] if source["state"] == "read"}


class Topical(WordPress):
    """REST with WordPress's search, which finds letters anywhere; with tags, categories, and periods."""

    of_term: dict = {}  # noqa: RUF012
    is_hidden = False
    """Whether REST answers through its query alone."""

    def answer_to(self, path):
        if self.is_hidden:
            path = path.replace("/wp-json/", "/nothing/").replace("/?rest_route=", "/wp-json").replace("&", "?", 1)
        asked = {name: values[-1] for name, values in parse_qs(urlsplit(path).query).items()}
        for taxonomy, terms in TERMS.items():
            if urlsplit(path).path == POSTS.replace("posts", taxonomy):
                named = [term for term in terms if asked["search"] in f"{term['name'].lower()} {term['slug']}"]
                return Stored(200, list(JSON.items()), json.dumps(named).encode())
        everything = self.stories
        numbers = self.of_term.get((asked.get("tags"), asked.get("categories")), ())
        if "tags" in asked or "categories" in asked:
            self.stories = [story for story in self.stories if story.number in numbers]
        for word in asked.get("search", "").casefold().split():
            self.stories = [story for story in self.stories if word in " ".join(story.text).casefold()]
        if "after" in asked:
            after, before = (f"{asked[name].rstrip('Z')}" for name in ("after", "before"))
            self.stories = [story for story in self.stories if after < f"{story.published:%Y-%m-%dT%H:%M:%S}" < before]
        stored = super().answer_to(path)
        self.stories = everything
        return stored


def test_a_topic_is_its_tag_its_category_and_the_texts_that_name_it_and_nothing_else(scrapy):
    with Topical(stories=archive(120)) as server:
        server.is_hidden, stories = True, server.stories
        stories[3].text[1] = "A convoy of the CJTF OIR drove past it."
        stories[4].text[1] = "The XCJTF-OIRAQ club paid for it."
        stories[119].text[1] = "The CJTF-OIR had paid for it."
        server.of_term = {("31", None): [2, 4], ("32", None): [5, 6], (None, "7"): [3]}

        done = crawl(scrapy, server, "topic=CJTF-OIR")

        assert numbers(done) == [2, 3, 4, 120]
        assert done.report["fetched"] == 0
        # robots.txt, the closed address, the search, a look-up of tags and one of categories, and two terms' posts.
        assert len(server.asked) <= 7, server.paths()
        rest = crawl(scrapy, server)
    assert numbers(rest) == list(range(1, 121))
    assert rest.report["new"] == 116


def test_where_rest_is_closed_a_topic_is_its_tags_feed_and_no_other_article_is_asked_for(scrapy):
    stories = archive(9)
    with Server() as server:
        serve(server, stories)
        server.answer("/sitemap_index.xml", sitemap(story.path for story in stories), headers=XML)
        serve_feed(server, "/tag/cjtf-oir/feed/", [stories[1], stories[4], stories[7]], 2)
        # All nine are known and due, and one of them is read.
        (known,) = numbers(crawl(scrapy, server, "limit=1"))
        assert known == 1

        done = crawl(scrapy, server, "topic=CJTF-OIR")

        assert numbers(done) == [1, 2, 5, 8]
        assert articles_asked_for(server) == [2, 5, 8]
        assert "/sitemap_index.xml" not in server.paths()
        rest = crawl(scrapy, server)
        assert articles_asked_for(server) == [3, 4, 6, 7, 9]
    assert numbers(rest) == list(range(1, 10))


def test_where_a_site_has_no_page_of_the_topic_all_are_read_and_those_that_name_it_taken(scrapy):
    stories = archive(6)
    stories[2].text[1] = "Soldiers of the CJTF-OIR looked on."
    stories[5].text[1] = "Soldiers of the CJTF-OIRAQ looked on."
    with Server() as server:
        serve(server, stories)
        server.answer("/sitemap_index.xml", sitemap(story.path for story in stories), headers=XML)

        done = crawl(scrapy, server, "topic=CJTF-OIR")

        assert numbers(done) == [3]
        assert articles_asked_for(server) == [1, 2, 3, 4, 5, 6]
        assert (done.report["new"], done.report["passed_over"]) == (1, 5)
        rest = crawl(scrapy, server)
    assert numbers(rest) == [1, 2, 3, 4, 5, 6]
    assert rest.report["new"] == 5


def test_edits_that_a_crawl_for_a_topic_passes_over_are_revisions_and_articles_of_the_next_crawl(scrapy):
    stories = archive(4)
    # The fourth is posted twice.
    stories[3].headline, stories[3].text = stories[2].headline, stories[2].text
    for story in stories:
        story.modified = story.published
    with Server() as server:
        publish(server, stories)
        assert numbers(crawl(scrapy, server)) == [1, 2, 3]
        edit_first_and_fourth(stories)
        publish(server, stories)

        topical = crawl(scrapy, server, "topic=CJTF-OIR")

        assert (topical.report["passed_over"], articles_asked_for(server)) == (2, [1, 4]), "each once"
        rest = crawl(scrapy, server)
        assert articles_asked_for(server) == [1, 4]
        assert (rest.report["new"], rest.report["revised"]) == (1, 1)
        assert [line["headline"] for line in revisions(rest, 1)][1:] == ["The first is another story now"]
        assert numbers(rest) == [1, 1, 2, 3, 4]
        crawl(scrapy, server)
        assert articles_asked_for(server) == []


def edit_first_and_fourth(stories) -> None:
    for name, story in {"first": stories[0], "fourth": stories[3]}.items():
        story.headline = f"The {name} is another story now"
        story.text = [f"Baghdad (IraqiNews.com) – The editors wrote the {name} story anew, from its first word on."]
        story.modified = datetime.now(UTC) - timedelta(minutes=1)


def test_second_looks_that_a_crawl_for_a_topic_passes_over_are_had_by_the_next_crawl(scrapy):
    young = archive(1)
    young[0].published = datetime.now(UTC).replace(microsecond=0)
    with Server() as server:
        publish(server, young)
        crawl(scrapy, server)
        seven_hours_pass(scrapy)

        topical = crawl(scrapy, server, "topic=CJTF-OIR")
        assert topical.report["passed_over"] == 1
        rest = crawl(scrapy, server)
        assert rest.report["unchanged"] == 1
        assert crawl(scrapy, server).report["fetched"] == 0
        for _ in range(4):
            seven_hours_pass(scrapy)
        assert crawl(scrapy, server).report["unchanged"] == 1, "the look a day after publication"


def test_a_topic_of_middle_east_eye_is_its_page_and_no_other_article_is_asked_for(scrapy):
    site = SITES / "www.middleeasteye.net"
    tiles = "".join((site / "countries" / name).read_text() for name in ("iraq.html", "iraq@page=1.html"))
    with Server(site) as server:
        done = crawl(scrapy, server, "topic=Iraq", outlet="middleeasteye")

        others = {"/rss", "/fr/rss", "/sitemap.xml", "/news", "/opinion"}
        asked = [path for path in server.paths() if path.count("/") > 1 or path in others]
        articles = [path for path in asked if not path.startswith(("/countries/", "/topics/"))]
        assert asked[:3] == ["/topics/iraq", "/countries/iraq", "/countries/iraq?page=1"]
        assert articles
        assert not [
            path for path in articles if path.partition("?")[0] not in tiles and "/live-blog-update/" not in path
        ]
        addresses = {article["url"] for article in done.articles}

        whole = crawl(scrapy, server, outlet="middleeasteye")
    assert addresses < {article["url"] for article in whole.articles}
    assert len(whole.by_id) == len(whole.articles) == 30


# --- since and until ---


def test_rest_is_asked_for_the_period_alone(scrapy):
    with Topical(stories=archive(250)) as server:
        first, last = NEWEST - timedelta(days=20), NEWEST - timedelta(days=10)

        done = crawl(scrapy, server, f"since={first:%Y-%m-%d}", f"until={last:%Y-%m-%d}")

        asked = [parse_qs(urlsplit(path).query) for path in server.paths() if path.startswith(POSTS)]
    inside = [story.number for story in archive(250) if first.date() <= story.published.date() <= last.date()]
    assert numbers(done) == inside
    assert len(inside) == 38
    assert [(query["after"], query["before"]) for query in asked] == [
        (["2025-05-10T23:59:59Z"], ["2025-05-22T00:00:00Z"])
    ]
    assert periods(done) == {f"REST {POSTS}": "asked for that time only"}


def test_parts_of_a_sitemap_that_are_older_are_not_read_and_the_report_says_so(scrapy):
    stories = archive(6)
    parts = {"/new.xml": stories[:3], "/old.xml": stories[3:]}
    with Server() as server:
        serve(server, stories)
        for path, held in parts.items():
            server.answer(path, sitemap(story.path for story in held), headers=XML)
        dated = "".join(
            f"<sitemap><loc>{HOST}{path}</loc><lastmod>{held[0].published.isoformat()}</lastmod></sitemap>"
            for path, held in parts.items()
        )
        server.answer("/sitemap_index.xml", f"<sitemapindex>{dated}</sitemapindex>", headers=XML)
        server.answer("/wp-sitemap.xml", index(["/plain.xml"]), headers=XML)
        server.answer("/plain.xml", sitemap([stories[0].path]), headers=XML)

        done = crawl(scrapy, server, f"since={stories[1].published.isoformat()}")

    assert numbers(done) == [1, 2]
    assert "/old.xml" not in server.paths()
    assert articles_asked_for(server) == [1, 2, 3], "an address without a date is asked for"
    assert periods(done) == {
        "sitemap /sitemap_index.xml": "only the parts that were changed since then were read",
        "sitemap /wp-sitemap.xml": "read whole, for it tells no order of time",
    }


def test_a_paged_feed_is_read_as_far_as_the_period_and_no_further(scrapy):
    stories = archive(20)
    with Server() as server:
        serve(server, stories)
        serve_feed(server, "/feed/", stories, 4)

        done = crawl(scrapy, server, f"since={stories[5].published.isoformat()}")

    assert numbers(done) == [1, 2, 3, 4, 5, 6]
    assert articles_asked_for(server) == [1, 2, 3, 4, 5, 6]
    assert [path for path in server.paths() if "paged=" in path] == ["/feed/?paged=2", "/feed/?paged=3"]
    assert periods(done)["feed /feed/, all pages"] == "read as far as that time"


# --- limit and urls ---


def test_a_limit_counts_what_is_written_and_neither_repeats_nor_pages_that_are_no_articles(scrapy):
    stories = archive(8)
    stories[1].headline, stories[1].text = stories[2].headline, stories[2].text
    with Server() as server:
        serve(server, stories)
        server.answer(stories[0].path, '<html><body class="archive category"><h1>Iraq</h1></body></html>', headers=HTML)
        server.answer(stories[3].path, status=404)
        server.answer("/sitemap_index.xml", sitemap(story.path for story in stories), headers=XML)

        done = crawl(scrapy, server, "limit=3")

    assert len(done.articles) == 3
    assert done.report["new"] == 3
    assert len(articles_asked_for(server)) <= 7


def test_addresses_come_from_standard_input_too(scrapy):
    stories = archive(5)
    with Server() as server:
        serve(server, stories)
        lines = f"# picked by hand\n\n{stories[1].url}\n{server.url}{stories[3].path}\n{stories[1].url}?utm_source=x\n"
        words = ["crawl", "iraqinews", "-a", f"base_url={server.url}", "-a", "urls=@-", "-s", "DOWNLOAD_DELAY=0"]
        command = [sys.executable, "-m", "scrapy", *words, "-s", f"DATA_DIR={scrapy.data}"]

        done = subprocess.run(command, cwd=ROOT, input=lines, capture_output=True, text=True, timeout=120, check=False)

    assert done.returncode == 0, done.stderr
    assert sorted(server.paths()) == [stories[1].path, stories[3].path, "/robots.txt"]
    assert len(list(scrapy.data.glob("articles/iraqinews/*.jsonl"))) == 1
