"""What only looks like the end of a source is told, and the articles behind it are found."""

import json
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

import pytest

from newscrawl.replay import Stored
from tests.crash.site import HOST, POSTS, WordPress, archive
from tests.server import Server
from tests.spiders.test_ways import HTML, XML, crawl, feed, numbers, reasons, serve, states

FIREWALL = Stored(400, [("Content-Type", "text/html")], b"<h1>Your request was blocked</h1>")
REST = "REST /wp-json/wp/v2/posts"


@dataclass
class Site(WordPress):
    """REST behind something that spoils its further pages."""

    blocks_further: bool = False
    forgets_page: bool = False
    """A cache answers each page with the first."""
    without: int | None = None
    """The post that is not shown."""
    counts: bool = True
    """Whether its totals reach the reader."""
    pages_told: str | None = None

    def answer_to(self, path: str) -> Stored:
        asked = parse_qs(urlsplit(path).query)
        if urlsplit(path).path != POSTS:
            return super().answer_to(path)
        is_further = asked.get("page", ["1"]) != ["1"]
        if is_further and self.blocks_further:
            return FIREWALL
        if is_further and self.forgets_page:
            path = path.replace(f"page={asked['page'][0]}&", "page=1&")
        stored = super().answer_to(path)
        if stored.status != 200:
            return stored
        headers = dict(stored.headers)
        if self.pages_told:
            headers["X-WP-TotalPages"] = self.pages_told
        posts = [post for post in json.loads(stored.body) if post["id"] != self.without]
        kept = list(headers.items()) if self.counts else [("Content-Type", headers["Content-Type"])]
        return Stored(200, kept, json.dumps(posts).encode())


@pytest.fixture
def site():
    with Site(stories=archive(250)) as server:
        yield server


def test_a_firewalls_400_is_no_end_of_pages_that_the_site_counts(scrapy, site):
    site.blocks_further = True
    first = crawl(scrapy, site)
    assert first.status == 1
    assert reasons(first)[REST].endswith("the site answers 400")

    site.blocks_further = False
    second = crawl(scrapy, site)

    assert second.status == 0, second.err
    assert numbers(second) == list(range(1, 251))


def test_a_page_that_the_site_counts_and_that_repeats_the_first_is_an_error(scrapy, site):
    site.forgets_page = True
    first = crawl(scrapy, site)
    assert first.status == 1
    assert reasons(first)[REST].endswith("it names what the page before it names")

    site.forgets_page = False
    second = crawl(scrapy, site)

    assert second.status == 0, second.err
    assert numbers(second) == list(range(1, 251))


def test_a_count_of_posts_is_believed_before_a_smaller_one_of_pages(scrapy, site):
    site.pages_told = "1"

    assert numbers(crawl(scrapy, site)) == list(range(1, 251))


def test_without_counts_a_page_that_lacks_a_post_is_no_end(scrapy, site):
    site.counts, site.without = False, 50

    done = crawl(scrapy, site)

    assert done.status == 0, done.err
    assert numbers(done) == [number for number in range(1, 251) if number != 50]


@pytest.mark.parametrize("fault", ["blocks_further", "forgets_page"])
def test_what_a_spoiled_count_does_not_list_is_not_taken_for_deleted(scrapy, site, fault):
    crawl(scrapy, site)
    site.stories.pop(239)
    setattr(site, fault, True)

    done = crawl(scrapy, site)

    assert not [path for path in site.paths() if "/iraq/" in path]
    assert reasons(done)[REST].startswith("not counted: ")


def test_a_feed_whose_second_page_is_its_first_gives_way_to_the_next(scrapy):
    stories = archive(12)
    with Server() as server:
        serve(server, stories)
        server.answer("/feed/", feed(stories[:5]), headers=XML)
        home = "".join(f'<article class="post"><h2><a href="{s.url}">{s.headline}</a></h2></article>' for s in stories)
        server.answer("/", f"<html><body><main>{home}</main></body></html>", headers=HTML)

        done = crawl(scrapy, server)

    assert reasons(done)["feed /feed/, all pages"].endswith("it names what the page before it names")
    assert "listing /" in states(done), states(done)


def test_a_sitemap_that_names_no_article_gives_way_to_the_feed(scrapy):
    stories = archive(12)
    with Server() as server:
        serve(server, stories)
        parts = ("taxonomies-category", "users", "posts-page")
        locs = "".join(f"<sitemap><loc>{HOST}/wp-sitemap-{part}-1.xml</loc></sitemap>" for part in parts)
        server.answer("/wp-sitemap.xml", f"<sitemapindex>{locs}</sitemapindex>", headers=XML)
        for page in (1, 2):
            server.answer(f"/feed/?paged={page}", feed(stories[6 * page - 6 : 6 * page]), headers=XML)
        server.answer("/feed/?paged=3", status=404)
        server.answer("/feed/", feed(stories[:6]), headers=XML)

        done = crawl(scrapy, server)

    assert numbers(done) == list(range(1, 13)), done.report["sources"]


def test_parts_of_an_index_that_fail_count_as_pages_too(scrapy):
    parts = "".join(f"<sitemap><loc>{HOST}/part-{n}.xml</loc></sitemap>" for n in range(30))
    with Server() as server:
        server.answer("/sitemap_index.xml", f"<sitemapindex>{parts}</sitemapindex>", headers=XML)

        done = crawl(scrapy, server, MAX_SOURCE_PAGES=5)

        asked = [path for path in server.paths() if "/part-" in path]
    assert len(asked) == 4
    assert done.status == 1
    assert "not read on after 5 pages (MAX_SOURCE_PAGES)" in done.err
