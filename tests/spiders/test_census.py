"""Whether what the site counts and what the record holds fit, and what a crawl does where they do not."""

import json
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from newscrawl.replay import Stored
from tests.crash.site import NEWEST, POSTS, WordPress, archive

HTML = {"Content-Type": "text/html; charset=utf-8"}
FORM = """<html><body class="single single-post postid-{n}"><article id="post-{n}"><h1>Protected: Canal {n}</h1>
<div class="entry-content"><form class="post-password-form" action="/wp-login.php?action=postpass"></form></div>
</article></body></html>"""


def crawl(scrapy, server):
    server.asked.clear()
    done = scrapy("crawl", "iraqinews", "-a", f"base_url={server.url}")
    assert done.status == 0, done.err
    return done


def numbers(done) -> list[int]:
    return sorted(int(article["id"].rpartition(":")[2]) for article in done.articles)


def rest(done) -> dict:
    (source,) = (source for source in done.report["sources"] if source["label"].startswith("REST"))
    return source


def is_census(path: str) -> bool:
    """Whether posts are asked for without their texts."""
    return "content.protected" in path


class Site(WordPress):
    """REST with habits of its own."""

    extra = 0
    """Posts that it counts and does not show."""
    headers = True
    """Whether its totals reach the reader."""
    protected = ()
    census = None
    """What it answers where it is asked for posts without their texts."""
    listings = None
    """What editors do at each listing."""

    def answer_to(self, path):
        stored = super().answer_to(path)
        if urlsplit(path).path != POSTS or stored.status != 200:
            return stored
        if is_census(path) and self.census:
            return self.census
        if is_census(path) and self.listings and "page=1&" in path:
            self.listings()
        headers = dict(stored.headers)
        headers["X-WP-Total"] = str(int(headers["X-WP-Total"]) + self.extra)
        posts = json.loads(stored.body)
        for post in posts:
            if post["id"] in self.protected:
                post["content"] = {"rendered": "", "protected": True}
        kept = [("Content-Type", headers["Content-Type"])] if not self.headers else list(headers.items())
        return Stored(200, kept, json.dumps(posts).encode())


def test_a_site_that_counts_more_than_it_shows_is_counted_out_once(scrapy):
    with Site(stories=archive(120)) as server:
        server.extra = 3
        first = crawl(scrapy, server)
        assert numbers(first) == list(range(1, 121))
        assert rest(first)["total"] == 123
        # robots.txt, two pages, and all posts once more without their texts.
        assert [is_census(path) for path in server.paths()] == [False, False, False, True, True]

        second = crawl(scrapy, server)

    assert rest(second)["total"] == 123
    assert len(server.asked) <= 3, server.paths()
    assert (second.report["new"], second.report["fetched"]) == (0, 0)


def test_protected_posts_are_told_and_cost_no_count(scrapy):
    with Site(stories=archive(120)) as server:
        server.protected = {3, 70, 119}
        first = crawl(scrapy, server)
        assert numbers(first) == [number for number in range(1, 121) if number not in server.protected]
        assert rest(first)["left_out"] == {"protected": 3}
        assert not any(map(is_census, server.paths()))

        crawl(scrapy, server)

        assert len(server.asked) <= 3, server.paths()


def test_a_post_that_is_put_behind_a_password_stays_in_the_record_and_is_asked_for_no_more(scrapy):
    with Site(stories=archive(12)) as server:
        crawl(scrapy, server)
        server.protected = {5}
        server.stories[4].modified = NEWEST
        server.answer(server.stories[4].path, FORM.format(n=5), headers=HTML)
        crawl(scrapy, server)

        third = crawl(scrapy, server)

    assert numbers(third) == list(range(1, 13))
    assert "/iraq/story-5/" not in server.paths()


def test_without_the_sites_count_posts_that_come_and_go_are_found_all_the_same(scrapy):
    with Site(stories=archive(200)) as server:
        server.headers = False
        first = crawl(scrapy, server)
        assert numbers(first) == list(range(1, 201)), "a full last page is no end"
        assert rest(first)["total"] is None
        gone = server.stories.pop(140)
        server.answer(gone.path, status=410)
        server.stories.append(late := archive(201)[-1])
        late.published = NEWEST - timedelta(days=1)
        late.modified = NEWEST - timedelta(days=400)

        second = crawl(scrapy, server)

    assert numbers(second) == list(range(1, 202)), "the scheduled post was last changed long before"
    assert second.report["endings"] == {"gone": 1}
    assert [path for path in server.paths() if "/iraq/" in path] == [gone.path]


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (Stored(403, [], b""), "not counted: the site answers 403"),
        (Stored(200, [], b"<html><title>No</title></html>"), "not counted: not a list of posts: HTML where JSON"),
    ],
)
def test_a_census_that_is_refused_is_told_and_costs_no_article(scrapy, answer, said):
    with Site(stories=archive(12)) as server:
        server.extra = 1
        server.census = answer

        done = crawl(scrapy, server)

    assert numbers(done) == list(range(1, 13))
    assert rest(done)["state"] == "read"
    assert rest(done)["total"] is None
    assert rest(done)["reasons"][0].startswith(said)


def test_a_site_that_changes_under_every_count_is_told_and_not_counted_for_ever(scrapy):
    with Site(stories=archive(240)) as server:
        server.extra = 1
        server.listings = server.stories.pop

        done = crawl(scrapy, server)

        counted = [parse_qs(urlsplit(path).query)["page"] for path in server.paths() if is_census(path)]
    assert counted == [["1"], ["2"], ["3"]] * 3
    assert rest(done)["reasons"] == ["the site changed while it was counted; the next crawl counts again"]
    assert numbers(done) == list(range(1, 241)), "what was read before it was taken off stays"


def test_an_edit_of_a_post_that_fails_is_read_by_its_page(scrapy):
    with Site(stories=archive(12)) as server:
        for story in server.stories:
            server.answer(story.path, story.page(), headers=HTML)
        crawl(scrapy, server)
        edited = server.stories[6]
        edited.text[1] = "It is 50 metres long; an earlier version said 49."
        edited.modified = NEWEST
        server.answer(edited.path, edited.page(), headers=HTML)
        answer_to = server.answer_to

        def failing(path):
            stored = answer_to(path)
            return Stored(500, [], b"") if b"an earlier version said 49" in stored.body and POSTS in path else stored

        server.answer_to = failing
        done = crawl(scrapy, server)

    assert [line["revision"] for line in done.articles if line["id"] == "iraqinews:7"] == [1, 2]
    assert done.report["fetched"] == 1
