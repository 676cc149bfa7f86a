"""What a second crawl costs, and what it makes of what the editors did in between."""

import hashlib
import sqlite3
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from newscrawl.replay import Stored
from tests.crash.site import HOST, Story, WordPress, archive, serve_sitemap
from tests.server import SITES, Server

NOW = datetime.now(UTC).replace(microsecond=0)
HTML = {"Content-Type": "text/html; charset=utf-8"}


def crawl(scrapy, server, outlet="iraqinews", **settings):
    server.asked.clear()
    done = scrapy("crawl", outlet, "-a", f"base_url={server.url}", **settings)
    assert done.status == 0, done.err
    return done


def sent(server) -> int:
    """Bytes of all answers."""
    return sum(asked.sent for asked in server.asked)


# --- nothing has changed ---


def test_an_unchanged_wordpress_costs_three_requests_at_most(scrapy):
    with WordPress(stories=archive(250)) as server:
        assert len(crawl(scrapy, server).articles) == 250
        whole = sent(server)

        second = crawl(scrapy, server)

        assert len(server.asked) <= 3, server.paths()
        assert sent(server) < whole / 50
    assert (second.report["new"], second.report["revised"], second.report["fetched"]) == (0, 0, 0)


class Validating(Server):
    """A site whose pages all have validators, as Drupal's page cache gives them."""

    def answer_to(self, path):
        stored = super().answer_to(path)
        if stored.status == 200 and not dict(stored.headers).get("ETag"):
            etag = f'"{hashlib.sha256(stored.body).hexdigest()[:12]}"'
            stored = Stored(200, [*stored.headers, ("ETag", etag)], stored.body)
        return stored


def test_an_unchanged_middle_east_eye_costs_a_conditional_request_a_source_and_none_for_articles(scrapy):
    with Validating(SITES / "www.middleeasteye.net") as server:
        crawl(scrapy, server, "middleeasteye")
        whole = sent(server)

        second = crawl(scrapy, server, "middleeasteye")

        asked = [asked for asked in server.asked if asked.path != "/robots.txt"]
        assert all(asked.validators for asked in asked), "every one is conditional"
        assert {asked.status for asked in asked} == {304}
        assert len(asked) <= len(second.report["sources"]), [asked.path for asked in asked]
        assert sent(server) < whole / 50
    assert (second.report["fetched"], second.report["new"], second.report["revised"]) == (0, 0, 0)


def test_a_site_without_validators_is_asked_for_its_sources_and_for_no_article(scrapy):
    with Server(SITES / "www.middleeasteye.net") as server:
        crawl(scrapy, server, "middleeasteye")

        second = crawl(scrapy, server, "middleeasteye")

        listings = {"/news", "/opinion", "/countries/iraq", "/fr/actu-et-enquetes", "/fr/opinionfr", "/fr/reportages"}
        assert [path for path in server.paths() if path.partition("?")[0] in listings] == [
            "/news",
            "/opinion",
            "/countries/iraq",
            "/fr/actu-et-enquetes",
            "/fr/opinionfr",
            "/fr/reportages",
        ], "of each listing the first page, which is known"
    assert (second.report["fetched"], second.report["new"]) == (0, 0)


def test_an_etag_that_ends_in_gzip_leaves_the_date_to_do_alone(scrapy):
    modified = format_datetime(NOW, usegmt=True)
    with site_of(stories()) as server:
        sitemap = server.answers["/sitemap_index.xml"]
        sitemap.headers = [("ETag", '"5f2a-gzip"'), ("Last-Modified", modified)]
        crawl(scrapy, server)

        crawl(scrapy, server)

        (asked,) = [asked for asked in server.asked if asked.path == "/sitemap_index.xml"]
    assert asked.validators == {"If-Modified-Since": modified}
    assert (asked.status, asked.sent) == (304, 0)


# --- what editors do ---


def stories() -> list[Story]:
    """Young stories, which are looked at again six hours after their publication."""
    return [Story(number, published=NOW - timedelta(minutes=10 * number)) for number in range(1, 9)]


def site_of(listed: list[Story]) -> Server:
    server = Server()
    publish(server, listed)
    return server


def publish(server, listed: list[Story]) -> None:
    for story in listed:
        server.answer(story.path, story.page(), headers=HTML)
    serve_sitemap(server, {story.path: story.changed for story in listed})


def seven_hours_pass(scrapy) -> None:
    """As the ledger sees it: whatever it plans comes seven hours nearer."""
    db = sqlite3.connect(scrapy.data / "ledger.db")
    with db:
        db.execute("UPDATE urls SET due_at = strftime('%Y-%m-%d %H:%M:%f000', due_at, '-7 hours') WHERE due_at > 0")
    db.close()


def ledger(scrapy) -> dict[str, tuple[str, str | None]]:
    """(status, reason) of every path."""
    db = sqlite3.connect(scrapy.data / "ledger.db")
    rows = db.execute("SELECT url, status, reason FROM urls").fetchall()
    db.close()
    return {url.removeprefix(HOST): (status, reason) for url, status, reason in rows}


def revisions(done, number: int) -> list[dict]:
    return [line for line in done.articles if line["id"] == f"iraqinews:{number}"]


@pytest.fixture
def server():
    with site_of(stories()) as server:
        yield server


@pytest.fixture
def before(scrapy, server):
    """The first crawl, seven hours ago."""
    done = crawl(scrapy, server)
    assert len(done.articles) == 8
    seven_hours_pass(scrapy)
    return done


def test_young_articles_are_looked_at_again_and_their_markup_does_not_count(scrapy, server, before):
    for story in stories():
        changed = story.page(related="<a href='/iraq/story-1/'>Read by 1,204</a>").replace("<p>", "<p class='x'>")
        server.answer(story.path, changed, headers=HTML)

    done = crawl(scrapy, server)

    assert (done.report["fetched"], done.report["unchanged"]) == (8, 8)
    assert (done.report["new"], done.report["revised"]) == (0, 0)
    assert done.articles == before.articles
    done = crawl(scrapy, server)
    assert done.report["fetched"] == 0, "the next look is a day after publication"


@pytest.mark.parametrize("told", [True, False], ids=["told by the sitemap", "found by a second look"])
@pytest.mark.usefixtures("before")
def test_an_edited_article_is_its_next_revision(scrapy, server, told):
    edited = stories()
    edited[1].text[1] = "It is 15 metres long; an earlier version said 14."
    edited[1].modified = NOW + timedelta(minutes=1) if told else None
    publish(server, edited)

    done = crawl(scrapy, server)

    first, second = revisions(done, 2)
    assert (first["revision"], second["revision"]) == (1, 2)
    assert second["previous_hash"] == first["content_hash"] != second["content_hash"]
    assert "It is 15 metres long" in second["body"]
    assert second["first_seen_at"] == first["first_seen_at"]
    assert (done.report["new"], done.report["revised"], done.report["unchanged"]) == (0, 1, 7)
    assert ledger(scrapy)["/iraq/story-2/"] == ("done", None)


def test_an_edit_of_an_old_article_that_the_sitemap_tells_of_costs_one_request(scrapy):
    archived = archive(20)
    with site_of(archived) as server:
        crawl(scrapy, server)
        archived[4].headline = "Canal number 5 is closed"
        archived[4].modified = NOW
        publish(server, archived)

        done = crawl(scrapy, server)

    assert [line["headline"] for line in revisions(done, 5)] == [
        "Canal number 5 is opened in Basra",
        "Canal number 5 is closed",
    ]
    assert done.report["fetched"] == 1


def test_a_changed_slug_keeps_the_article_and_writes_nothing(scrapy, server, before):
    moved = stories()
    moved[2].slug = "canal-opened-in-basra"
    publish(server, moved)
    server.answer("/iraq/story-3/", status=301, headers={"Location": moved[2].path})

    done = crawl(scrapy, server)

    assert done.articles == before.articles
    assert (done.report["new"], done.report["revised"]) == (0, 0)
    assert ledger(scrapy)["/iraq/canal-opened-in-basra/"] == ("done", None)
    status, reason = ledger(scrapy)["/iraq/story-3/"]
    assert (status, reason) == ("duplicate", f"another address of {HOST}/iraq/canal-opened-in-basra/")


@pytest.mark.usefixtures("before")
def test_a_changed_slug_and_text_are_the_next_revision_at_the_new_address(scrapy, server):
    moved = stories()
    moved[2].slug, moved[2].headline = "canal-closed", "Canal number 3 is closed"
    publish(server, moved)
    server.answer("/iraq/story-3/", status=301, headers={"Location": moved[2].path})

    done = crawl(scrapy, server)

    first, second = revisions(done, 3)
    assert (first["url"], second["url"]) == (f"{HOST}/iraq/story-3/", f"{HOST}/iraq/canal-closed/")
    assert (second["revision"], second["previous_hash"]) == (2, first["content_hash"])
    assert done.report["revised"] == 1


def test_a_deleted_article_is_gone_in_the_ledger_and_stays_in_the_record(scrapy, server, before):
    publish(server, [story for story in stories() if story.number != 4])
    server.answer("/iraq/story-4/", status=404)

    done = crawl(scrapy, server)

    assert ledger(scrapy)["/iraq/story-4/"] == ("gone", "the site answers 404")
    assert done.report["endings"] == {"gone": 1}
    assert done.report["ended"] == [
        {"status": "gone", "url": f"{HOST}/iraq/story-4/", "reason": "the site answers 404"}
    ]
    assert done.articles == before.articles
    crawl(scrapy, server)
    assert "/iraq/story-4/" not in server.paths(), "what is gone is not asked for again"


def test_a_merged_article_is_gone_and_never_a_revision_with_the_other_text(scrapy, server, before):
    publish(server, [story for story in stories() if story.number != 5])
    server.answer("/iraq/story-5/", status=301, headers={"Location": "/iraq/story-6/"})

    done = crawl(scrapy, server)

    reason = f"leads to another article now, iraqinews:6, {HOST}/iraq/story-6/"
    assert ledger(scrapy)["/iraq/story-5/"] == ("gone", reason)
    assert ledger(scrapy)["/iraq/story-6/"] == ("done", None)
    assert done.report["endings"] == {"gone": 1}
    assert {"status": "gone", "url": f"{HOST}/iraq/story-5/", "reason": reason} in done.report["ended"]
    assert done.articles == before.articles


def test_an_article_that_leads_to_the_home_page_is_told_and_stays_in_the_record(scrapy, server, before):
    publish(server, [story for story in stories() if story.number != 5])
    server.answer("/iraq/story-5/", status=302, headers={"Location": "/"})
    server.answer("/", '<html><body class="home blog"><h1>Iraqi News</h1></body></html>', headers=HTML)

    done = crawl(scrapy, server)

    assert ledger(scrapy)["/iraq/story-5/"] == ("not_article", "the home page")
    assert done.articles == before.articles


def test_an_article_posted_again_is_a_duplicate_of_the_first(scrapy, server, before):
    again = Story(17, headline=stories()[6].headline, text=stories()[6].text, published=NOW)
    publish(server, [again, *stories()])

    done = crawl(scrapy, server)

    assert ledger(scrapy)["/iraq/story-17/"] == (
        "duplicate",
        f"the same text as iraqinews:7, {HOST}/iraq/story-7/",
    )
    assert ledger(scrapy)["/iraq/story-7/"] == ("done", None)
    assert (done.report["new"], done.report["duplicates"]) == (0, 1)
    assert done.articles == before.articles


def test_an_article_posted_again_after_its_first_post_was_deleted_is_a_duplicate_still(scrapy, server, before):
    again = Story(17, headline=stories()[6].headline, text=stories()[6].text, published=NOW)
    publish(server, [again, *(story for story in stories() if story.number != 7)])
    server.answer("/iraq/story-7/", status=404)

    done = crawl(scrapy, server)

    assert ledger(scrapy)["/iraq/story-17/"][0] == "duplicate"
    assert ledger(scrapy)["/iraq/story-7/"][0] == "gone"
    assert done.articles == before.articles


def test_an_article_taken_off_and_put_back_is_gone_then_done_and_written_once(scrapy, server, before):
    publish(server, [story for story in stories() if story.number != 8])
    server.answer("/iraq/story-8/", status=404)
    crawl(scrapy, server)
    assert ledger(scrapy)["/iraq/story-8/"] == ("gone", "the site answers 404")

    back = stories()
    back[7].modified = NOW + timedelta(minutes=5)
    publish(server, back)
    done = crawl(scrapy, server)

    assert ledger(scrapy)["/iraq/story-8/"] == ("done", None)
    assert done.report["unchanged"] == 1
    assert done.articles == before.articles


@pytest.mark.usefixtures("before")
def test_an_article_that_was_new_and_gone_before_it_was_read_is_gone(scrapy, server):
    listed = [Story(18, published=NOW), *stories()]
    publish(server, listed)
    server.answer("/iraq/story-18/", status=410)

    done = crawl(scrapy, server)

    assert ledger(scrapy)["/iraq/story-18/"] == ("gone", "the site answers 410")
    assert done.report["endings"] == {"gone": 1}


# --- the same by REST, which tells of changes itself ---


@pytest.fixture
def wordpress(scrapy):
    with WordPress(stories=stories()) as server:
        assert len(crawl(scrapy, server).articles) == 8
        seven_hours_pass(scrapy)
        yield server


def test_by_rest_an_edit_is_the_next_revision_and_costs_no_request_of_its_own(scrapy, wordpress):
    wordpress.stories[1].text[1] = "It is 15 metres long; an earlier version said 14."
    wordpress.stories[1].modified = NOW + timedelta(minutes=1)

    done = crawl(scrapy, wordpress)

    assert [line["revision"] for line in revisions(done, 2)] == [1, 2]
    assert (done.report["new"], done.report["revised"], done.report["fetched"]) == (0, 1, 0)
    assert len(wordpress.asked) <= 3


def test_by_rest_a_changed_slug_keeps_the_article(scrapy, wordpress):
    wordpress.stories[2].slug = "canal-opened-in-basra"
    wordpress.stories[2].modified = NOW + timedelta(minutes=1)

    done = crawl(scrapy, wordpress)

    assert len(done.articles) == 8
    assert ledger(scrapy)["/iraq/canal-opened-in-basra/"] == ("done", None)
    assert (done.report["new"], done.report["revised"]) == (0, 0)


def test_by_rest_an_article_posted_again_is_a_duplicate(scrapy, wordpress):
    first = wordpress.stories[6]
    wordpress.stories.append(Story(17, headline=first.headline, text=first.text, published=NOW))

    done = crawl(scrapy, wordpress)

    assert ledger(scrapy)["/iraq/story-17/"][0] == "duplicate"
    assert (done.report["new"], done.report["duplicates"]) == (0, 1)


@pytest.mark.parametrize("number", [1, 8], ids=["the newest", "the oldest"])
def test_by_rest_an_article_that_is_deleted_is_gone(scrapy, wordpress, number):
    del wordpress.stories[number - 1]

    done = crawl(scrapy, wordpress)

    assert ledger(scrapy)[f"/iraq/story-{number}/"] == ("gone", "the site answers 404")
    assert done.report["endings"] == {"gone": 1}
    assert len(done.articles) == 8
    crawl(scrapy, wordpress)
    assert len(wordpress.asked) <= 3


def test_by_rest_an_article_deleted_while_another_is_posted_is_gone(scrapy, wordpress):
    wordpress.stories[0] = Story(20, published=NOW)

    done = crawl(scrapy, wordpress)

    assert ledger(scrapy)["/iraq/story-1/"] == ("gone", "the site answers 404")
    assert ledger(scrapy)["/iraq/story-20/"] == ("done", None)
    assert done.report["new"] == 1


def test_by_rest_a_scheduled_post_is_found_though_it_was_last_changed_long_before(scrapy, wordpress):
    wordpress.stories.append(Story(21, published=NOW, modified=NOW - timedelta(days=9)))

    done = crawl(scrapy, wordpress)

    assert len(done.articles) == 9
    assert (done.report["new"], done.report["fetched"]) == (1, 0), "with its text, by REST"


def test_what_the_site_counts_is_counted_anew_in_each_crawl(scrapy, wordpress):
    wordpress.stories.append(Story(22, published=NOW, modified=NOW + timedelta(minutes=1)))

    done = crawl(scrapy, wordpress)

    assert done.report["sources"][0]["total"] == 9
    assert len(wordpress.asked) <= 3
