"""What a crawl says at its end: what the site names and counts against what is held."""

from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from newscrawl.replay import Stored
from tests.crash.site import HOST, Story, WordPress, archive
from tests.server import Server


def crawl(scrapy, server, *words):
    return scrapy("crawl", "iraqinews", "-a", f"base_url={server.url}", *words)


@dataclass
class Hiding(WordPress):
    """Counts more posts than it shows, as sites do whose plugins hide some."""

    hidden: int = 0

    def answer_to(self, path: str) -> Stored:
        stored = super().answer_to(path)
        headers = [
            (name, str(int(value) + self.hidden) if name == "X-WP-Total" else value) for name, value in stored.headers
        ]
        return Stored(stored.status, headers, stored.body)


def test_a_site_that_is_held_whole_is_said_to_be(scrapy):
    with WordPress(stories=archive(30)) as server:
        done = crawl(scrapy, server)

    assert done.report["reconciliation"] == {
        "named": 30,
        "held": 30,
        "no_article": {},
        "missing": {},
        "counted": {"REST /wp-json/wp/v2/posts": 30},
        "hidden": 0,
        "urls": [],
    }
    line = "of 30 addresses that the site named, 30 are in the record; REST /wp-json/wp/v2/posts counts 30"
    assert line in done.err


def test_one_is_told_as_one(scrapy):
    with Hiding(stories=archive(1), hidden=1) as server:
        done = crawl(scrapy, server)

    assert "of 1 address that the site named, 1 is in the record; " in done.err
    assert "counts 2; 1 of those is shown nowhere" in done.err


def test_posts_that_the_site_counts_and_shows_nowhere_are_told(scrapy):
    with Hiding(stories=archive(30), hidden=4) as server:
        done = crawl(scrapy, server)

    assert done.report["reconciliation"]["counted"] == {"REST /wp-json/wp/v2/posts": 34}
    assert done.report["reconciliation"]["hidden"] == 4
    assert "REST /wp-json/wp/v2/posts counts 34; 4 of those are shown nowhere" in done.err


@pytest.mark.parametrize(("status", "told"), [(500, "failed"), (403, "blocked")])
def test_what_is_missing_is_listed_by_url_with_its_reason(scrapy, status, told):
    published = datetime(2025, 5, 1, tzinfo=UTC)
    story = Story(1, published=published)
    with Server() as server:
        entries = "".join(f"<url><loc>{HOST}/iraq/story-{n}/</loc></url>" for n in (1, 2, 3))
        server.answer("/sitemap_index.xml", f"<urlset>{entries}</urlset>", headers={"Content-Type": "text/xml"})
        server.answer("/iraq/story-1/", story.page(), headers={"Content-Type": "text/html; charset=utf-8"})
        server.answer("/iraq/story-2/", status=status)
        server.answer("/iraq/story-3/", status=404)

        done = crawl(scrapy, server)

    held = done.report["reconciliation"]
    assert (held["named"], held["held"]) == (3, 1)
    assert (held["no_article"], held["missing"]) == ({"gone": 1}, {told: 1})
    assert [(end["status"], end["url"]) for end in held["urls"]] == [(told, f"{HOST}/iraq/story-2/")]
    assert str(status) in held["urls"][0]["reason"]


def test_what_earlier_crawls_did_not_get_is_still_missing(scrapy):
    with WordPress(stories=archive(30)) as server:
        crawl(scrapy, server, "-a", "limit=10")
        limited = crawl(scrapy, server, "-a", f"urls={HOST}/iraq/story-1/")

    held = limited.report["reconciliation"]
    assert (held["named"], held["held"], held["missing"]) == (30, 10, {"due": 20})
    assert len(held["urls"]) == 20
