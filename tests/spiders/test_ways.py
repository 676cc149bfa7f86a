"""By which of its ways a WordPress site is read, and what each of them brings."""

import gzip
import json
import sqlite3
from email.utils import format_datetime
from urllib.parse import parse_qs, urlsplit

from newscrawl.replay import Stored
from tests.crash.site import HOST, POSTS, Story, WordPress, archive, serve_sitemap
from tests.server import Server

HTML = {"Content-Type": "text/html; charset=utf-8"}
XML = {"Content-Type": "application/xml; charset=utf-8"}
JSON = {"Content-Type": "application/json; charset=utf-8"}
HIDDEN = "/?rest_route=/wp/v2/posts"
BROKEN = '[{"id": 1, "title": '
CHALLENGE = "<html><head><title>Just a moment...</title></head><body></body></html>"


def crawl(scrapy, server, *words, outlet="iraqinews", **settings):
    server.asked.clear()
    arguments = [word for pair in words or (f"base_url={server.url}",) for word in ("-a", pair)]
    return scrapy("crawl", outlet, *arguments, **settings)


def numbers(done) -> list[int]:
    """The posts in the record, each line's."""
    return sorted(int(article["id"].rpartition(":")[2]) for article in done.articles)


def states(done) -> dict[str, str]:
    return {source["label"]: source["state"] for source in done.report["sources"]}


def reasons(done) -> dict[str, str]:
    return {source["label"]: "; ".join(source["reasons"]) for source in done.report["sources"]}


def serve(server, stories) -> None:
    for story in stories:
        server.answer(story.path, story.page(), headers=HTML)


def feed(stories) -> str:
    items = "".join(
        f"<item><title>{story.headline}</title><link>{story.url}</link>"
        f"<guid>{HOST}/?p={story.number}</guid><pubDate>{format_datetime(story.published)}</pubDate>"
        f"<content:encoded><![CDATA[{''.join(f'<p>{text}</p>' for text in story.text)}]]></content:encoded></item>"
        for story in stories
    )
    return (
        '<?xml version="1.0"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>'
        f"<title>Iraqi News</title>{items}</channel></rss>"
    )


def serve_feed(server, path: str, stories, a_page: int) -> None:
    """A feed with older pages, as WordPress pages it: past its end is a 404."""
    pages = [stories[start : start + a_page] for start in range(0, len(stories), a_page)]
    for number, page in enumerate(pages, 1):
        server.answer(f"{path}?paged={number}", feed(page), headers=XML)
    server.answer(f"{path}?paged={len(pages) + 1}", status=404)
    server.answer(path, feed(pages[0]), headers=XML)


def sitemap(paths, *, news: bool = False) -> str:
    said = "<news:news><news:publication_date>2025-05-31T05:00:00Z</news:publication_date></news:news>" if news else ""
    urls = "".join(f"<url><loc>{HOST}{path}</loc>{said}</url>" for path in paths)
    return f'<urlset xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">{urls}</urlset>'


def index(paths) -> str:
    return f"<sitemapindex>{''.join(f'<sitemap><loc>{HOST}{path}</loc></sitemap>' for path in paths)}</sitemapindex>"


def serve_in_two_pages(server, story: Story, last: str) -> None:
    links = f'</div><div class="page-links"><a class="post-page-numbers" href="{story.url}2/">2</a></div></article>'
    server.answer(story.path, story.page().replace("</div></article>", links), headers=HTML)
    further = Story(story.number, headline=story.headline, text=[last], published=story.published)
    server.answer(f"{story.path}2/", further.page(), headers=HTML)


# --- where REST is ---


class Elsewhere(WordPress):
    """REST answers at another address than the usual one."""

    rest_at = HIDDEN

    def answer_to(self, path):
        if path.startswith(self.rest_at):
            return super().answer_to(f"{POSTS}?{path.removeprefix(self.rest_at)[1:]}")
        return Server.answer_to(self, path)


def test_rest_behind_its_query_is_found_and_comes_first_in_the_next_crawl(scrapy):
    with Elsewhere(stories=archive(3)) as server:
        first = crawl(scrapy, server)
        assert first.status == 0, first.err
        assert states(first) == {f"REST {POSTS}": "closed", f"REST {HIDDEN}": "read"}
        assert [path.partition("per_page")[0] for path in server.paths()] == ["/robots.txt", f"{POSTS}?", f"{HIDDEN}&"]

        second = crawl(scrapy, server)

    assert second.status == 0, second.err
    assert numbers(second) == [1, 2, 3]
    assert not [path for path in server.paths() if path.startswith(POSTS)], "the one that worked comes first"
    assert len(server.asked) <= 3


def test_rest_that_the_home_page_names_is_found_and_asked_at_once_in_the_next_crawl(scrapy):
    with Elsewhere(stories=archive(3)) as server:
        server.rest_at = "/api/wp/v2/posts"
        server.answer("/", "<html></html>", headers={**HTML, "Link": f'<{HOST}/api/>; rel="https://api.w.org/"'})
        first = crawl(scrapy, server)
        assert first.status == 0, first.err
        assert (numbers(first), first.report["fetched"]) == ([1, 2, 3], 0)
        assert states(first)["REST /api/wp/v2/posts"] == "read"

        second = crawl(scrapy, server)

    assert second.status == 0, second.err
    assert states(second) == {"REST /api/wp/v2/posts": "read"}
    assert len(server.asked) <= 3, server.paths()


def test_a_site_in_a_folder_is_read_in_its_folder(scrapy):
    with Elsewhere(stories=archive(3)) as server:
        server.rest_at = "/blog/api/wp/v2/posts"
        for story in server.stories:
            story.post = lambda story=story: {**Story.post(story), "link": f"{server.url}/blog{story.path}"}
        head = f'<head><link rel="https://api.w.org/" href="{server.url}/blog/api/"></head>'
        server.answer("/blog/", f"<html>{head}<body></body></html>", headers=HTML)

        done = crawl(scrapy, server, f"site={server.url}/blog", outlet="wordpress")

    assert done.status == 0, done.err
    assert numbers(done) == [1, 2, 3]


def test_addresses_that_were_closed_are_not_asked_again_for_a_week(scrapy):
    with Server() as server:
        stories = archive(3)
        serve(server, stories)
        serve_sitemap(server, {story.path: story.changed for story in stories})
        addresses = {POSTS, HIDDEN, "/"}

        def asked() -> set[str]:
            crawl(scrapy, server)
            short = {path.partition("?per_page")[0].partition("&per_page")[0] for path in server.paths()}
            return short & addresses

        assert asked() == addresses
        assert asked() == {POSTS}
        with sqlite3.connect(scrapy.data / "ledger.db") as db:
            db.execute("UPDATE sources SET read_at = strftime('%Y-%m-%d %H:%M:%f000', read_at, '-8 days')")
        db.close()
        assert asked() == addresses


# --- posts that fail ---


class Failing(WordPress):
    """Some posts cannot be rendered: a page of REST that holds one of them fails."""

    broken: dict = {}  # noqa: RUF012

    def answer_to(self, path):
        stored = super().answer_to(path)
        if urlsplit(path).path != POSTS or stored.status != 200 or b'"content"' not in stored.body:
            return stored
        failures = [answer for post in json.loads(stored.body) if (answer := self.broken.get(post["id"]))]
        return failures[0] if failures else stored


def test_a_post_that_fails_costs_its_own_rest_text_and_comes_by_its_page(scrapy):
    with Failing(stories=archive(250)) as server:
        # The newest, and two neighbours that stand in two smaller pages.
        server.broken = {1: Stored(500, [], b""), 120: Stored(200, list(JSON.items()), BROKEN.encode())}
        server.broken[121] = Stored(200, list(HTML.items()), b"<br /><b>Fatal error</b>: out of memory")
        serve(server, server.stories)

        done = crawl(scrapy, server)

    assert done.status == 0, done.err
    assert numbers(done) == list(range(1, 251))
    by_page = {article["id"] for article in done.articles if article["provenance"]["body"] != "rest"}
    assert by_page == {"iraqinews:1", "iraqinews:120", "iraqinews:121"}
    assert done.report["fetched"] == 3
    assert done.report["sources"][0]["left_out"] == {"failing": 3}
    # robots.txt, 3 pages, 20 and 30 smaller ones, 3 of the census with 2 requests for texts, 3 posts.
    assert len(server.asked) <= 62


def test_rest_that_fails_throughout_is_given_up_after_few_requests(scrapy):
    with Server() as server:
        server.answer(POSTS, "There has been a critical error on this website.", status=500)
        stories = archive(12)
        serve(server, stories)
        serve_sitemap(server, {story.path: story.changed for story in stories})

        done = crawl(scrapy, server)

    assert numbers(done) == list(range(1, 13))
    assert sum(path.startswith(POSTS) for path in server.paths()) <= 8
    assert done.status == 1, "a source that is there and broken is an error, though others stand in for it"
    assert f"REST {POSTS} could not be read: the site answers 500" in done.report["errors"]


# --- posts that come and go while they are listed ---


class Changing(WordPress):
    """The editors work while the archive is read: what they do is done after so many pages."""

    work: dict = {}  # noqa: RUF012
    read = 0

    def answer_to(self, path):
        stored = super().answer_to(path)
        if urlsplit(path).path == POSTS:
            self.read += 1
            self.work.pop(self.read, lambda: None)()
        return stored


def test_posts_that_come_go_and_change_while_they_are_listed_are_all_had_once(scrapy):
    with Changing(stories=archive(350)) as server:
        stories = {story.number: story for story in server.stories}
        serve(server, server.stories)

        def take_off(*gone: int) -> None:
            server.stories = [story for story in server.stories if story.number not in gone]
            for number in gone:
                server.answer(stories[number].path, status=404)

        def put_up() -> None:
            server.stories += [Story(number, published=stories[1].published) for number in (901, 902, 903)]

        def edit() -> None:
            stories[150].text[1] = "It is 151 metres long; an earlier version said otherwise."
            stories[150].modified = stories[1].published

        server.work = {1: lambda: take_off(5, 6, 7), 2: edit, 3: put_up}

        done = crawl(scrapy, server)

        assert done.status == 0, done.err
        kept = {story.number for story in server.stories}
        assert len(kept) == 350
        assert kept <= set(numbers(done))
        assert len(numbers(done)) == len(set(numbers(done)))
        assert done.report["sources"][0]["total"] == 350
        later = crawl(scrapy, server)
    assert [line["revision"] for line in later.articles if line["id"] == "iraqinews:150"] == [1, 2]
    with sqlite3.connect(scrapy.data / "ledger.db") as db:
        rows = db.execute("SELECT url, status FROM urls WHERE status != 'done' ORDER BY url").fetchall()
    db.close()
    assert rows == [(f"{HOST}/iraq/story-{number}/", "gone") for number in (5, 6, 7)]


# --- REST closed: the next ways, and what the report says ---


def test_a_login_a_page_or_a_plugins_words_for_rest_lead_to_the_sitemaps_of_robots_txt(scrapy):
    stories = archive(9)
    with Server() as server:
        server.answer(POSTS, "<html><head><title>Iraqi News</title></head></html>", headers=HTML)
        refusal = {"code": "rest_login_required", "message": "REST API restricted to authenticated users."}
        server.answer("/", "<html></html>", headers={**HTML, "Link": f'<{HOST}/api/>; rel="https://api.w.org/"'})
        server.answer("/api/wp/v2/posts", json.dumps(refusal), status=401, headers=JSON)
        answer_to = server.answer_to
        plugin = Stored(200, list(JSON.items()), json.dumps(refusal).encode())
        server.answer_to = lambda path: plugin if path.startswith(HIDDEN) else answer_to(path)
        robots = f"User-agent: *\nSitemap: {HOST}/karte/alles.php?typ=index\nSitemap: {HOST}/mehr.txt\n"
        robots += "Sitemap: https://maps.example.net/news.xml\n"
        server.answer("/robots.txt", robots)
        server.answer("/karte/alles.php?typ=index", index(["/karte/a.xml.gz", "/karte/b"]), headers=XML)
        server.answer("/karte/a.xml.gz", gzip.compress(sitemap(story.path for story in stories[:4]).encode()))
        server.answer("/karte/b", sitemap(story.path for story in stories[4:8]), headers=XML)
        server.answer("/mehr.txt", f"{stories[8].url}\n", headers={"Content-Type": "text/plain"})
        serve(server, stories)
        serve_in_two_pages(server, stories[4], "The second page ends the story of canal number 5.")

        done = crawl(scrapy, server)

    assert done.status == 0, done.err
    assert numbers(done) == list(range(1, 10))
    assert done.by_id["iraqinews:5"]["body"].endswith("The second page ends the story of canal number 5.")
    assert states(done) == {
        f"REST {POSTS}": "closed",
        f"REST {HIDDEN}": "closed",
        "REST /api/wp/v2/posts": "closed",
        "feed /feed/": "closed",
        "sitemap /karte/alles.php?typ=index": "read",
        "sitemap /mehr.txt": "read",
        "sitemap https://maps.example.net/news.xml": "closed",
        "sitemap /sitemap_index.xml": "closed",
        "sitemap /wp-sitemap.xml": "closed",
    }
    why = reasons(done)
    assert why[f"REST {POSTS}"] == 'not a list of posts: HTML where JSON was promised, titled "Iraqi News"'
    assert "REST API restricted to authenticated users." in why[f"REST {HIDDEN}"]
    assert why["REST /api/wp/v2/posts"] == "the site answers 401"
    assert sum("/posts" in path for path in server.paths()) == 3, "a closed address is asked once"


def test_where_only_a_news_sitemap_is_left_the_feed_is_read_to_its_last_page(scrapy):
    stories = archive(14)
    with Server() as server:
        server.answer(POSTS, status=403)
        server.answer("/robots.txt", f"Sitemap: {HOST}/news-sitemap.xml\n")
        server.answer("/news-sitemap.xml", sitemap([story.path for story in stories[:2]], news=True), headers=XML)
        serve_feed(server, "/feed/", stories, 5)
        serve(server, stories)
        serve_in_two_pages(server, stories[12], "The second page ends the story of canal number 13.")
        server.answer(stories[1].path, CHALLENGE, status=403)
        server.answer(stories[6].path, status=500)
        server.answer(stories[11].path, status=404)

        done = crawl(scrapy, server)

    assert numbers(done) == list(range(1, 15))
    assert done.status == 0, done.err
    by_feed = {article["id"] for article in done.articles if article["provenance"]["body"] == "feed"}
    assert by_feed == {"iraqinews:2", "iraqinews:7", "iraqinews:12"}, "what the feed holds stands where no page is"
    assert done.by_id["iraqinews:13"]["body"].endswith("The second page ends the story of canal number 13.")
    assert states(done)["feed /feed/, all pages"] == "read"
    asked = [parse_qs(urlsplit(path).query) for path in server.paths() if path.startswith("/feed/?")]
    assert asked == [{"paged": [page]} for page in ("2", "3", "4")]
    assert [source["is_whole"] for source in done.report["sources"] if "news" in source["label"]] == [False]


def test_the_feeds_of_the_menus_categories_and_the_posts_page_come_last(scrapy):
    stories = archive(9)
    menu = (
        f'<ul><li class="menu-item-object-category"><a href="{HOST}/iraq/">Iraq</a></li>'
        f'<li class="menu-item-object-category"><a href="{HOST}/sports/">Sports</a></li></ul>'
    )

    def posts_page(listed, older: str = "") -> str:
        tiles = "".join(
            f'<article class="post hentry"><h2 class="entry-title"><a rel="bookmark" href="{story.url}">x</a></h2>'
            f'<time datetime="{story.published.isoformat()}">May</time></article>'
            for story in listed
        )
        return f'<html><body class="home blog">{menu}{tiles}{older}</body></html>'

    with Server() as server:
        serve_feed(server, "/iraq/feed/", stories[:4], 2)
        serve_feed(server, "/sports/feed/", stories[4:6], 2)
        server.answer("/", posts_page(stories[6:8], '<a class="next page-numbers" href="/page/2/">2</a>'), headers=HTML)
        server.answer("/page/2/", posts_page(stories[8:]), headers=HTML)
        serve(server, stories)

        done = crawl(scrapy, server)

    assert done.status == 0, done.err
    assert numbers(done) == list(range(1, 10))
    read = {label for label, state in states(done).items() if state == "read"}
    assert read == {"feed /iraq/feed/, all pages", "feed /sports/feed/, all pages", "listing /"}


def test_a_feeds_text_never_replaces_what_the_record_holds_under_an_older_address(scrapy):
    (story,) = archive(1)
    with Server() as server:
        server.answer("/feed/", feed([story]), headers=XML)
        serve_in_two_pages(server, story, "The second page ends the story of canal number 1.")
        crawl(scrapy, server)
        old, story.slug = story.path, "canal-opened"
        server.answer(old, status=301, headers={"Location": story.path})
        server.answer("/feed/", feed([story]), headers=XML)
        server.answer(story.path, status=500)

        done = crawl(scrapy, server)

    (line,) = done.articles
    assert line["body"].endswith("The second page ends the story of canal number 1.")
    assert done.report["endings"] == {"failed": 1}
