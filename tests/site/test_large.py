"""A site that grew, with all that a record can hold, as people see it: over HTTP and from a disk."""

from __future__ import annotations

import functools
import threading
from dataclasses import replace
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest
from axe_playwright_python.sync_playwright import Axe

from newscrawl.site.single_page import single_page
from newscrawl.topics.catalogue import Catalogue
from tests.dataset import story
from tests.site.conftest import built
from tests.site.made import TEXT, stories
from tests.site.test_seen import PHONE, texts
from tests.topics.record import append

DESK = {"width": 1280, "height": 900}
BLOG = "articles/one/live.html"
PAGES = (
    BLOG,
    "articles/one/3.html",
    "outlets/one/index.html",
    "outlets/one/2025.html",
    "single.html",
    "search.html?q=engineers",
)


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """In three builds, so that the index has parts, and what is in them changed and went."""
    data, out = tmp_path_factory.mktemp("large") / "data", tmp_path_factory.mktemp("large") / "site"
    many = stories(0, 620)
    many[5].body = f"Zebras crossed the road while people looked on. {TEXT}"
    append(data, *many)
    built(data, out)
    changed = replace(many[5], revision=2, body=f"Okapis crossed the road while people looked on. {TEXT}")
    blog = {"id": "one:live", "kind": "live_blog", "headline": "The flood as it happens", "topics": ["Flood"]}
    append(
        data,
        changed,
        story("two", 1, TEXT, duplicate_of="one:3", days=3, outlet_name="Two", headline="Engineers open a lock"),
        replace(story("one", 700, TEXT, days=26, authors=["Staff"]), **blog),
        story("one", 701, "The water rises.", days=26.1, parent_id="one:live", kind="live_update"),
        # It becomes a copy of another one, and is no story of its own any more.
        replace(many[8], revision=2, duplicate_of="one:7"),
    )
    built(data, out)
    with Catalogue.open(data) as catalogue:
        (out / "single.html").write_bytes(single_page("Latest news", list(catalogue.cards(limit=20))))
    return out


@pytest.fixture(scope="module")
def served(site):
    # From the folder's parent, as docs/site.md says.
    handler = functools.partial(Quiet, directory=site.parent)
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/{site.name}/"
        server.shutdown()


@pytest.mark.parametrize(("scheme", "screen"), [("light", DESK), ("dark", PHONE)])
def test_no_kind_of_page_has_anything_that_axe_finds_wrong(look, served, scheme, screen):
    page = look(served, color_scheme=scheme, viewport=screen)
    for path in PAGES:
        page.goto(served + path)
        if path.startswith("search"):
            page.click("text=More results")
            page.wait_for_selector("#results .card >> nth=19")
        if path == BLOG:
            assert texts(page, "h2")[0] == "Live updates"
        if path == "articles/one/3.html":
            assert texts(page, "h2")[0] == "Also in"
        found = Axe().run(page, options={"preload": False}).response["violations"]
        assert [(one["id"], one["nodes"][0]["html"]) for one in found] == [], path
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path


def test_older_stories_are_reached_by_year_and_month_and_page_by_page(look, served):
    page = look(served + "outlets/one/index.html")

    def follow(link):
        page.click(link)
        # Who leaves a page before it has its script breaks that request off, which is a complaint.
        page.wait_for_load_state()

    assert texts(page, "h1") == ["Outlet"]
    assert page.locator(".card").count() == 50
    follow("text=Older stories")
    assert texts(page, "h1") == ["Outlet July 2025, part 6"]
    follow("text=Older stories")
    assert texts(page, "h1") == ["Outlet July 2025, part 5"]
    page.go_back()
    follow("text=Newer stories")
    follow("nav[aria-label=Earlier] a")
    assert texts(page, "h1") == ["Outlet 2025"]
    follow("nav[aria-label=Months] a")
    assert page.url == served + "outlets/one/2025-07-part-6.html"


@pytest.mark.parametrize("way", ["http", "file"])
def test_search_tells_what_is_there_now(look, site, served, way):
    base = served if way == "http" else (site / "index.html").as_uri().removesuffix("index.html")
    assert len([path for path in (site / "search").iterdir() if path.is_dir()]) == 2
    page = look(base + "search.html", "?q=zebras")
    page.wait_for_selector("text=No stories for “zebras”")
    assert page.locator(".card").count() == 0
    page.goto(base + "search.html?q=okapis")
    page.wait_for_selector("#results .card")
    assert (texts(page, "#found"), texts(page, "#results h2")) == (["1 story for “okapis”"], ["Story 5"])
    # 620 and a blog, without the one that became a copy.
    page.goto(base + "search.html?q=engineers")
    page.wait_for_selector("#results .card")
    assert texts(page, "#found") == ["620 stories for “engineers”"]
    page.click("text=More results")
    page.wait_for_selector("#results .card >> nth=19")
    assert page.locator("#results .card").count() == 20
    # A tag that has no page of its own.
    page.goto(base + "search.html?q=flood")
    page.wait_for_selector("#results .card")
    page.click("#results h2 a")
    assert page.url == base + BLOG
    assert texts(page, ".facts dd")[0] == "Flood"
    assert page.locator(".facts a").count() == 0


def test_a_list_of_parts_that_the_browser_kept_is_asked_for_again(look, served):
    page = look(served)
    kept = 'newscrawlShards({"gone":1},[]);'
    page.route(lambda url: url.endswith("/shards.js"), lambda route: route.fulfill(body=kept))
    page.goto(served + "search.html?q=okapis")
    page.wait_for_selector("#results .card")
    assert texts(page, "#found") == ["1 story for “okapis”"]
    # Chromium says which file was not there.
    assert look.complaints
    assert all("/gone/" in told or told.startswith("Failed to load ") for told in look.complaints)
    look.complaints.clear()


def test_words_that_no_screen_is_wide_enough_for_are_broken(look, tmp_path):
    long = {name: [name[0] * 90] for name in ("authors", "sections", "topics")}
    append(
        tmp_path / "data",
        story("one", 1, "b" * 90, headline="h" * 90, outlet_name="o" * 90, dateline="d" * 90, **long),
        story("one", 2, TEXT, **long),
    )
    built(tmp_path / "data", tmp_path / "site")
    page = look(tmp_path / "site/index.html", viewport={"width": 320, "height": 640})
    for path in (tmp_path / "site").rglob("*.html"):
        page.goto(path.as_uri())
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
