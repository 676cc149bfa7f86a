"""What a site does on a bad day costs a later crawl, never an article."""

import json
import sqlite3

import pytest

from tests.crash.site import HOST
from tests.server import Server

PAGE = """<html><body class="single single-post postid-{n}"><article id="post-{n}">
<h1 class="entry-title">Story {n}</h1>
<time class="entry-date published" datetime="2025-05-0{n}T10:00:00+03:00">May</time>
<div class="entry-content"><p>Baghdad (IraqiNews.com) – Text of story number {n}, in a sentence or two.</p></div>
</article></body></html>"""
REST = "/wp-json/wp/v2/posts"
COUNTED = {"Content-Type": "application/json", "X-WP-TotalPages": "1"}
NEEDED = (
    "_embed=author,wp:featuredmedia,wp:term"
    "&_fields=id,status,link,date,date_gmt,modified,modified_gmt,title,content,excerpt,_links,_embedded"
)


def post(n: int, **changes) -> dict:
    day = f"2025-05-0{n}T07:00:00"
    rest = {
        "id": n,
        "link": f"https://www.iraqinews.com/iraq/story-{n}/",
        "status": "publish",
        "date_gmt": day,
        "modified_gmt": day,
        "title": {"rendered": f"Story {n}"},
        "content": {"rendered": f"<p>Text of story number {n}, in a sentence or two.</p>", "protected": False},
        "excerpt": {"rendered": ""},
    }
    return {**rest, **changes}


@pytest.fixture
def server():
    """Four stories: REST gives two a page, a sitemap names them all, and each has its page."""
    with Server() as server:
        headers = {"Content-Type": "application/json", "X-WP-Total": "4", "X-WP-TotalPages": "2"}
        for page in (1, 2):
            posts = [post(2 * page - 1), post(2 * page)]
            asked = f"{REST}?per_page=100&page={page}&{NEEDED}"
            server.answer(asked, json.dumps(posts), headers=headers)
        locs = "".join(f"<url><loc>https://www.iraqinews.com/iraq/story-{n}/</loc></url>" for n in range(1, 5))
        server.answer("/sitemap_index.xml", f"<urlset>{locs}</urlset>", headers={"Content-Type": "text/xml"})
        for n in range(1, 5):
            server.answer(f"/iraq/story-{n}/", PAGE.format(n=n), headers={"Content-Type": "text/html"})
        yield server


@pytest.fixture
def crawl(scrapy, server):
    def run(*words, **settings):
        arguments = [word for pair in (f"base_url={server.url}", *words) for word in ("-a", pair)]
        return scrapy("crawl", "iraqinews", *arguments, **settings)

    return run


def close_rest(server) -> None:
    for path in list(server.answers):
        if path.startswith(REST):
            server.answer(path, status=404)


@pytest.mark.parametrize("status", [401, 403, 404, 500])
def test_a_source_that_ends_before_its_end_is_an_error_and_the_next_way_makes_up_for_it(server, crawl, status):
    server.answer(f"{REST}?per_page=100&page=2&{NEEDED}", status=status)

    done = crawl()

    assert done.status == 1
    assert "error: REST /wp-json/wp/v2/posts could not be read: " in done.err
    assert len(done.by_id) == 4


def test_a_site_without_its_robots_txt_costs_what_is_due_no_try(server, crawl, scrapy):
    close_rest(server)
    crawl("limit=1")
    server.answer("/robots.txt", status=503)
    server.asked.clear()

    for words in ((), (f"urls={HOST}/iraq/story-1/,{HOST}/iraq/story-2/",)):
        done = crawl(*words)
        assert done.status == 1
        (error,) = done.report["errors"]
        assert "robots.txt answers 503, so the site is left alone" in error

    assert set(server.paths()) == {"/robots.txt"}
    ledger = sqlite3.connect(scrapy.data / "ledger.db")
    assert ledger.execute("SELECT status, tries, count(*) FROM urls GROUP BY 1, 2 ORDER BY 1").fetchall() == [
        ("done", 0, 1),
        ("due", 0, 3),
    ]

    server.answer("/robots.txt", status=404)
    assert len(crawl().by_id) == 4


def test_a_source_that_names_nothing_gives_way_to_the_next(server, crawl):
    for path in list(server.answers):
        if path.startswith(REST):
            server.answer(path, "[]", headers={"Content-Type": "application/json"})

    done = crawl()

    assert done.status == 0, done.err
    assert len(done.by_id) == 4
    assert done.report["sources"][0]["state"] == "empty"


def test_a_blocked_page_is_asked_for_again(server, crawl):
    close_rest(server)
    server.answer("/iraq/story-1/", "<title>Just a moment...</title>", status=403)
    assert crawl().status == 1

    server.answer("/iraq/story-1/", PAGE.format(n=1), headers={"Content-Type": "text/html"})
    done = crawl("urls=https://www.iraqinews.com/iraq/story-1/")

    assert done.status == 0, done.err
    assert len(done.by_id) == 4


def test_a_post_dated_in_the_future_does_not_hide_the_posts_after_it(server, crawl):
    posts = [post(1, modified_gmt="2099-01-01T00:00:00")]
    server.answer(REST, json.dumps(posts), headers=COUNTED)
    server.answers = {path: stored for path, stored in server.answers.items() if "page=" not in path}
    crawl()
    server.asked.clear()

    crawl()

    (asked,) = [path for path in server.paths() if "modified_after" in path]
    assert "2099" not in asked


def test_what_one_mirror_said_tells_nothing_of_another(crawl, scrapy):
    crawl()
    with Server() as other:
        other.answer(REST, json.dumps([post(5)]), headers={"Content-Type": "application/json"})

        scrapy("crawl", "iraqinews", "-a", f"base_url={other.url}")

    assert not [path for path in other.paths() if "modified_after" in path]


def test_given_urls_and_a_limit_go_on_until_the_limit_is_reached(crawl):
    gone = [f"https://www.iraqinews.com/iraq/gone-{n}/" for n in range(3)]
    there = [f"https://www.iraqinews.com/iraq/story-{n}/" for n in range(1, 5)]

    done = crawl("urls=" + ",".join(gone + there), "limit=3")

    assert done.status == 0, done.err
    assert len(done.articles) == 3


def test_a_topic_leaves_alone_what_the_record_holds(server, crawl):
    scheduled = [post(n, modified_gmt=f"2025-04-0{n}T07:00:00") for n in (1, 2)]
    close_rest(server)
    server.answers = {path: stored for path, stored in server.answers.items() if not path.startswith(REST)}
    server.answer(REST, json.dumps(scheduled), headers=COUNTED)
    crawl()
    crawl("topic=Nothing like it")
    server.answer(REST, status=404)
    server.asked.clear()

    crawl()

    assert sorted(path for path in server.paths() if "/iraq/" in path) == ["/iraq/story-3/", "/iraq/story-4/"]


def test_an_article_that_is_always_refused_does_not_fail_every_crawl(server, crawl):
    posts = [post(n, **({"title": {"rendered": ""}} if n == 1 else {})) for n in range(1, 10)]
    server.answers.clear()
    server.answer(REST, json.dumps(posts), headers={"Content-Type": "application/json"})

    assert [crawl().status, crawl().status] == [0, 0]


def test_the_newest_pages_of_a_sitemap_come_first(server, crawl):
    close_rest(server)
    url = "<url><loc>https://www.iraqinews.com/iraq/story-{n}/</loc><lastmod>2025-05-0{n}T10:00:00Z</lastmod></url>"
    server.answer("/sitemap_index.xml", f"<urlset>{''.join(url.format(n=n) for n in range(1, 5))}</urlset>")

    done = crawl("limit=1")

    assert [article["id"] for article in done.articles] == ["iraqinews:4"]


def test_a_crawl_whose_reader_went_away_ends_well(server, scrapy):
    import subprocess
    import sys

    from tests.conftest import ROOT

    command = [sys.executable, "-m", "scrapy", "crawl", "iraqinews", "-a", f"base_url={server.url}"]
    command += ["-s", f"DATA_DIR={scrapy.data}", "-s", "DOWNLOAD_DELAY=0"]
    process = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE)
    process.stderr.close()

    assert process.wait(timeout=60) == 0


def test_a_broken_post_among_others_costs_itself_alone(server, crawl):
    posts = json.dumps([post(1), {**post(2), "title": None}])
    headers = {"Content-Type": "application/json", "X-WP-Total": "4", "X-WP-TotalPages": "2"}
    server.answer(f"{REST}?per_page=100&page=1&{NEEDED}", posts, headers=headers)

    done = crawl()

    assert done.status == 0, done.err
    assert set(done.by_id) == {"iraqinews:1", "iraqinews:3", "iraqinews:4"}
    assert done.report["sources"][0]["left_out"] == {"broken": 1}
