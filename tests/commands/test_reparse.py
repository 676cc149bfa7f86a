"""`scrapy reparse`: kept pages are read anew, without any request, and only what is read otherwise is written."""

import gzip
import json
import os
import resource
import sqlite3
from datetime import UTC, datetime, timedelta

import pytest

from tests.archive.warcs import Warc, chunked
from tests.crash.site import HOST, Story, WordPress, archive, serve_pages
from tests.crash.terminated import PIPELINES
from tests.server import SITES, Server

HASTY = {"SPIDER_MODULES": "tests.spiders.hasty"}
"""A page class that leaves the second paragraph out."""
HTML = {"Content-Type": "text/html; charset=utf-8"}


def files_of(folder):
    return {file.name: file.read_bytes() for file in sorted(folder.glob("articles/*/*"))}


def urls_of(data):
    """What the ledger holds of every URL, but for the article that it led to."""
    db = sqlite3.connect(data / "ledger.db")
    try:
        rows = db.execute("SELECT url, status, reason, looked_at, due_at, changed_at, hinted_at, tries FROM urls")
        return {row[0]: row[1:] for row in rows}
    finally:
        db.close()


def middle(story: Story) -> str:
    return story.text[1]


def test_pages_are_read_anew_with_the_page_class_of_today(scrapy):
    stories = archive(6)
    with Server() as server:
        serve_pages(server, stories)
        packed = gzip.compress(stories[0].page().encode())
        server.answer(stories[0].path, packed, headers={**HTML, "Content-Encoding": "gzip"})
        leads_on = (
            f'<div class="page-links"><a class="post-page-numbers" href="{stories[1].path}2/">2</a></div></article>'
        )
        server.answer(stories[1].path, stories[1].page().replace("</article>", leads_on), headers=HTML)
        further = Story(2, text=["A second page.", "Its middle.", "Its end."])
        server.answer(stories[1].path + "2/", further.page(), headers=HTML)
        at = ["-a", f"base_url={server.url}"]
        crawl = scrapy("crawl", "iraqinews", *at, KEEP_PAGES=True, **HASTY)
        assert crawl.status == 0, crawl.err
        # A later version of the third story is told of, and cannot be had yet.
        stories[2].modified = datetime(2025, 6, 2, tzinfo=UTC)
        serve_pages(server, stories)
        server.answer(stories[2].path, status=502)
        assert scrapy("crawl", "iraqinews", *at).status == 1
        known, written, requests = urls_of(crawl.data), files_of(crawl.data), len(server.asked)

        dry = scrapy("reparse", "iraqinews", "--dry-run", *at)
        assert (dry.status, files_of(dry.data)) == (0, written)
        done = scrapy("reparse", "iraqinews", *at)
        again = scrapy("reparse", "iraqinews", *at)

        assert len(server.asked) == requests
        assert urls_of(again.data) == known, "what became of URLs is known from the site alone"
        stories[2].text[2] = "The provincial council has thought better of it."
        serve_pages(server, stories)
        assert scrapy("retry", "iraqinews").status == 0
        crawl = scrapy("crawl", "iraqinews", *at)
        assert crawl.status == 0

    assert dry.out.startswith("iraqinews: a dry run, nothing is written: 6 revised\n  body: 6\n")
    assert "iraqinews:1: “…" in dry.out
    assert (done.status, done.out, done.err) == (0, "iraqinews: 6 revised\n", "")
    assert (again.status, again.out, again.err) == (0, "iraqinews: 6 unchanged\n", "")
    lines = {(line["id"], line["revision"]): line for line in crawl.articles}
    assert len(lines) == 13, "six first readings, six new ones, and one later version of the site's own"
    for story in stories:
        first, second = lines[f"iraqinews:{story.number}", 1], lines[f"iraqinews:{story.number}", 2]
        assert middle(story) not in first["body"]
        assert middle(story) in second["body"]
        assert second["previous_hash"] == first["content_hash"]
        assert (second["crawled_at"], second["first_seen_at"]) == (first["crawled_at"], first["first_seen_at"])
    assert lines["iraqinews:2", 2]["body"].endswith("Its middle.\n\nIts end.")
    assert "thought better of it" in lines["iraqinews:3", 3]["body"]
    assert known[stories[2].url][0] == "failed"


def test_posts_of_rest_are_read_anew_from_the_newest_answer_that_holds_them(scrapy):
    stories = archive(120)
    with WordPress(stories=stories) as server:
        at = ["-a", f"base_url={server.url}"]
        scrapy("crawl", "iraqinews", *at, KEEP_PAGES=True, **HASTY)
        stories[0].text[0] = "Baghdad (IraqiNews.com) – Engineers have let the water in after all."
        stories[0].modified = datetime.now(UTC)
        crawl = scrapy("crawl", "iraqinews", *at, KEEP_PAGES=True, **HASTY)
    assert len(crawl.articles) == 121

    done = scrapy("reparse", "iraqinews", *at)
    again = scrapy("reparse", "iraqinews", *at)

    assert (done.status, done.out) == (0, "iraqinews: 120 revised\n")
    assert again.out == "iraqinews: 120 unchanged\n"
    newest = done.by_id["iraqinews:1"]
    assert (newest["revision"], newest["provenance"]["body"]) == (3, "rest")
    assert newest["body"].startswith("Engineers have let the water in after all.\n\n" + middle(stories[0]))


def test_a_feed_is_read_anew_for_what_has_no_page(scrapy):
    stories = archive(2)
    items = "".join(
        f"<item><title>{story.headline}</title><link>{story.url}</link><pubDate>{story.published:%a, %d %b %Y %T} +0000"
        f"</pubDate><guid>{HOST}/?p={story.number}</guid><content:encoded><![CDATA["
        + "".join(f"<p>{paragraph}</p>" for paragraph in story.text)
        + "]]></content:encoded></item>"
        for story in stories
    )
    content = 'xmlns:content="http://purl.org/rss/1.0/modules/content/"'
    feed = f'<?xml version="1.0"?><rss version="2.0" {content}><channel><title>News</title>{items}</channel></rss>'
    with Server() as server:
        serve_pages(server, stories)
        server.answer("/feed/", feed, headers={"Content-Type": "application/rss+xml; charset=UTF-8"})
        server.answer(stories[0].path, status=404)
        at = ["-a", f"base_url={server.url}"]
        crawl = scrapy("crawl", "iraqinews", *at, KEEP_PAGES=True, **HASTY)
    assert {article["provenance"]["body"] for article in crawl.articles} == {"feed", "selector"}

    done = scrapy("reparse", "iraqinews", *at)
    again = scrapy("reparse", "iraqinews", *at)

    assert (done.out, again.out) == ("iraqinews: 2 revised\n", "iraqinews: 2 unchanged\n")
    for number, layer in ((1, "feed"), (2, "selector")):
        article = done.by_id[f"iraqinews:{number}"]
        assert (article["revision"], article["provenance"]["body"]) == (2, layer)
        assert middle(stories[number - 1]) in article["body"]


def test_an_article_that_is_not_read_any_more_is_told_and_stays(scrapy):
    with Server() as server:
        serve_pages(server, archive(3))
        at = ["-a", f"base_url={server.url}"]
        scrapy("crawl", "iraqinews", *at, KEEP_PAGES=True)
    written = files_of(scrapy.data)

    done = scrapy("reparse", "forgetful", *at, **HASTY)

    assert (done.status, done.out) == (1, "iraqinews: 2 unchanged, 1 unreadable\n")
    assert done.err == (
        "error: 1 article of the record not read any more: https://www.iraqinews.com/iraq/story-2/: "
        "a list of articles\n"
    )
    assert files_of(done.data) == written


def test_a_capture_older_than_the_record_never_becomes_a_newer_revision(scrapy, tmp_path):
    """And of several captures of one address only the newest counts."""
    stories = archive(3)
    with Server() as server:
        serve_pages(server, stories)
        crawl = scrapy("crawl", "iraqinews", "-a", f"base_url={server.url}")
    read = datetime.fromisoformat(crawl.by_id["iraqinews:1"]["crawled_at"])
    before, after = read - timedelta(days=1), datetime.now(UTC)
    warc = Warc()

    def capture(number: int, moment: datetime, word: str) -> None:
        story = Story(number, published=stories[number - 1].published, text=["One.", f"Read {word} the crawl.", "End."])
        warc.response(story.url.replace("https", "http"), f"{moment:%Y-%m-%dT%H:%M:%S.%fZ}", story.page())

    capture(1, before, "before")
    capture(2, after, "after")
    capture(2, before, "before")
    capture(2, read + (after - read) / 2, "soon after")
    file = warc.write(tmp_path / "others.warc.gz")

    done = scrapy("reparse", "iraqinews", "--warc", str(file))
    again = scrapy("reparse", "iraqinews", "--warc", str(file))

    assert (done.status, done.out) == (0, "iraqinews: 1 revised, 1 older than the record\n")
    assert again.out == "iraqinews: 1 unchanged, 1 older than the record\n"
    assert [(a["id"], a["revision"]) for a in sorted(done.articles, key=lambda a: (a["id"], a["revision"]))] == [
        ("iraqinews:1", 1),
        ("iraqinews:2", 1),
        ("iraqinews:2", 2),
        ("iraqinews:3", 1),
    ]
    assert "Read after the crawl." in done.by_id["iraqinews:2"]["body"]
    assert datetime.fromisoformat(done.by_id["iraqinews:2"]["crawled_at"]) == after


def others() -> Warc:
    """What an archive of many sites has: seven captures of the outlet, in every form, among others."""
    warc = Warc()
    date = "2025-06-03T10:00:00Z"
    pages = [story.page().encode() for story in archive(8)]
    urls = [story.url for story in archive(8)]
    warc.record("warcinfo", "", b"software: an archive\r\n")
    warc.record("request", urls[0], b"", http=None, WARC_Date=date)
    warc.response("https://www.example.org/a/", date, b"<html>" + os.urandom(50))
    warc.response(urls[0], date, pages[0])
    warc.response(urls[1].replace("https://www.", "http://"), date, gzip.compress(pages[1]), Content_Encoding="gzip")
    warc.response(f"<{urls[2]}?utm_source=feed>", date, chunked(pages[2]), Transfer_Encoding="chunked")
    warc.response(urls[3], date, pages[3], Content_Encoding="gzip", Transfer_Encoding="chunked")
    warc.response(urls[4], date, pages[4][:700], WARC_Truncated="length")
    warc.response(urls[5], date, pages[5][:700], Content_Length=str(len(pages[5])))
    warc.response(f"{HOST}/wp-content/report.pdf", date, b"%PDF-1.7", Content_Type="application/pdf")
    warc.response(f"{HOST}/iraq/gone/", date, b"<html>not here</html>", status=404)
    warc.response(f"{HOST}/author/salim/", date, "<html><body class='author'><h1>Salim</h1></body></html>")
    warc.response(urls[6], date, pages[6])
    warc.response(urls[7], "2999-01-01T00:00:00Z", pages[7])
    return warc


def test_what_others_archived_is_read_too(scrapy, tmp_path):
    """New articles carry the moment of their capture; other sites and broken records cost nothing but a line."""
    warc = others()
    broken = warc.records.index(warc.records[-2])
    warc.records[broken - 1] = warc.records[broken - 1][:-40]
    file = warc.write(tmp_path / "news.warc.gz")
    plain = Warc(gzip=False)
    plain.response(archive(9)[8].url, "2025-06-04T10:00:00Z", archive(9)[8].page())
    plain.response(f"{HOST}/iraq/cut/", "2025-06-04T10:00:00Z", "<html>" + "x" * 1000)
    cut = plain.write(tmp_path / "plain.warc")
    os.truncate(cut, cut.stat().st_size - 200)

    done = scrapy("reparse", "iraqinews", "--warc", str(file), str(cut))
    again = scrapy("reparse", "iraqinews", "--warc", str(file), str(cut))

    assert done.status == 1, "it says what could not be read"
    assert done.out == (
        "iraqinews: 6 new\n  left out: 1 of other sites, 1 cut short when they were captured, 2 no pages\n"
    )
    assert again.out.startswith("iraqinews: 6 unchanged\n")
    first, second = done.err.splitlines()
    assert first.startswith(f"error: {file}, byte ")
    assert first.endswith("; the rest was read")
    assert second.startswith(f"error: {cut}, byte ")
    assert second.endswith(": it is cut off; the rest was read")
    assert "Traceback" not in done.err
    articles = done.by_id
    assert sorted(articles) == [f"iraqinews:{number}" for number in (1, 2, 3, 4, 7, 9)]
    assert {article["crawled_at"] for article in articles.values()} == {"2025-06-03T10:00:00Z", "2025-06-04T10:00:00Z"}
    for number in (1, 2, 3, 4, 7, 9):
        story = archive(9)[number - 1]
        assert articles[f"iraqinews:{number}"]["url"] == story.url
        assert middle(story) in articles[f"iraqinews:{number}"]["body"]
    assert again.articles == done.articles


def test_where_the_newest_capture_is_not_whole_the_one_before_it_is_read(scrapy, tmp_path):
    story, warc = Story(1), Warc()
    page = story.page().replace("</article>", '<a class="post-page-numbers" href="2/">2</a></article>')
    parts = (story.path, page), (f"{story.path}2/", Story(1, text=["Its second page."]).page())
    for path, content in parts:
        packed = gzip.compress(content.encode())
        for day, body in (("04", packed[:-40]), ("02", packed), ("03", packed), ("05", packed[:-9])):
            warc.response(HOST + path, f"2025-06-{day}T10:00:00Z", body, Content_Encoding="gzip")

    done = scrapy("reparse", "iraqinews", "--warc", str(warc.write(tmp_path / "news.warc.gz")))

    assert (done.status, done.out) == (1, "iraqinews: 1 new\n"), "what is damaged is told"
    assert done.articles[0]["crawled_at"] == "2025-06-03T10:00:00Z"
    assert done.articles[0]["body"].endswith("Its second page.")


def test_a_dry_run_into_a_new_data_dir_tells_what_would_be_written(scrapy, tmp_path):
    file = others().write(tmp_path / "news.warc.gz")

    dry = scrapy("reparse", "iraqinews", "--dry-run", "--warc", str(file))
    assert not scrapy.data.exists()
    done = scrapy("reparse", "iraqinews", "--warc", str(file))

    assert dry.out.startswith("iraqinews: a dry run, nothing is written: 5 new")
    assert done.out.startswith("iraqinews: 5 new")
    assert (dry.status, dry.err) == (done.status, done.err)


def test_a_dry_run_counts_what_stands_twice_in_the_files_as_the_run_does(scrapy, tmp_path):
    """One post with two addresses, of which its page names a third; and its text under another number."""
    story, repost = Story(1), Story(2, slug="story-2", headline=Story(1).headline, text=Story(1).text)
    edited = Story(1, text=[*story.text, "The council has thought better of it."])
    warc = Warc()
    pages = (("?p=1", story), ("iraq/amp/story-1/", story), ("iraq/story-2/", repost), ("iraq/print/story-1/", edited))
    for day, (path, page) in enumerate(pages, 1):
        warc.response(f"{HOST}/{path}", f"2025-06-0{day}T10:00:00Z", page.page())
    file = str(warc.write(tmp_path / "news.warc.gz"))

    dry = scrapy("reparse", "iraqinews", "--dry-run", "--warc", file)
    done = scrapy("reparse", "iraqinews", "--warc", file)

    assert done.out == "iraqinews: 1 new, 1 revised, 1 duplicate, 1 unchanged\n"
    assert dry.out == done.out.replace("iraqinews:", "iraqinews: a dry run, nothing is written:")


def test_a_file_of_which_nothing_can_be_read_is_told_so(scrapy, tmp_path):
    file = others().write(tmp_path / "news.warc.gz")
    (tmp_path / "empty.warc").touch()

    done = scrapy("reparse", "iraqinews", "--warc", "README.md", str(tmp_path / "empty.warc"), str(file))

    first, second, third = done.err.splitlines()
    assert first == "error: README.md is no WARC file"
    assert second == f"error: {tmp_path}/empty.warc is empty"
    assert third.endswith("; the rest was read")
    assert (done.status, done.out.startswith("iraqinews: 5 new")) == (1, True)


def test_more_files_are_read_than_may_be_open_at_once(scrapy, tmp_path):
    files = []
    for story in archive(100):
        warc = Warc()
        warc.response(story.url, "2025-06-03T10:00:00Z", story.page())
        files.append(str(warc.write(tmp_path / f"{story.number}.warc.gz")))
    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (80, limits[1]))
    try:
        done = scrapy("reparse", "iraqinews", "--warc", *files)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, limits)

    assert (done.status, done.out, done.err) == (0, "iraqinews: 100 new\n", "")


def test_a_reparse_that_is_stopped_ends_at_once_and_the_next_one_goes_on(scrapy, tmp_path):
    warc = Warc()
    for story in archive(30):
        warc.response(story.url, "2025-06-03T10:00:00Z", story.page())
    file = str(warc.write(tmp_path / "news.warc.gz"))

    stopped = scrapy("reparse", "iraqinews", "--warc", file, ITEM_PIPELINES=json.dumps(PIPELINES), STOP_AT=10)
    written = len(stopped.articles)
    finished = scrapy("reparse", "iraqinews", "--warc", file)

    assert (stopped.status, stopped.err) == (1, "error: stopped before its end; run it again\n")
    assert stopped.out == f"iraqinews: {written} new\n"
    assert 10 <= written < 30
    assert finished.out == f"iraqinews: {30 - written} new, {written} unchanged\n"
    assert len(finished.by_id) == 30


def test_an_update_keeps_its_live_blog_wherever_it_stands_in_the_file(scrapy, tmp_path):
    site = SITES / "www.middleeasteye.net"
    update = "live-blog/live-blog-update/basra-airport-halts-flights-visibility-drops"
    blog = "live/iraq-dust-storm-closes-airports-and-schools"
    warc = Warc()
    # The blog's second page lists the update; by itself it is no article.
    for path, date in ((update, "2026-01-21"), (f"{blog}?page=1", "2026-01-21"), (blog, "2026-01-20")):
        page = (site / f"{path.replace('?', '@')}.html").read_bytes()
        warc.response(f"https://www.middleeasteye.net/{path}", f"{date}T10:00:00Z", page)

    done = scrapy("reparse", "middleeasteye", "--warc", str(warc.write(tmp_path / "mee.warc.gz")))

    assert (done.status, done.out) == (0, "middleeasteye: 2 new\n")
    by_kind = {article["kind"]: article for article in done.articles}
    assert by_kind["live_update"]["parent_id"] == by_kind["live_blog"]["id"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "error: name one outlet: scrapy reparse OUTLET [--dry-run] [--warc FILE…]"),
        (["iraqinews"], "iraqinews: crawl with -s KEEP_PAGES=True, or name files with --warc"),
        (["iraqinews", "--warc", "no-such.warc"], "error: no-such.warc cannot be read: No such file or directory"),
        (["iraqinews", "-a", "since=2025-01-01"], "error: since= is an argument for crawls"),
        (["iraqinews", "--dry-run", "--warc", "x.warc"], "error: x.warc cannot be read: No such file or directory"),
        (["iraqinews", "--warc", "docs"], "error: docs cannot be read: Is a directory"),
    ],
)
def test_what_cannot_be_read_is_told_before_anything_is_begun(scrapy, words, said):
    done = scrapy("reparse", *words)

    assert done.status == 2
    assert said in done.err
    assert done.err.count("\n") == 1


def test_a_file_of_which_a_power_cut_left_no_record_is_set_aside_and_costs_no_other(scrapy):
    folder = scrapy.data / "pages" / "iraqinews"
    folder.mkdir(parents=True)
    (folder / "2025-05.warc.gz").write_bytes(bytes(300))
    others().write(folder / "2025-06.warc.gz")

    done = scrapy("reparse", "iraqinews")

    assert done.out.startswith("iraqinews: 5 new")
    assert sorted(file.name for file in folder.iterdir()) == ["2025-05.warc.gz.torn", "2025-06.warc.gz"]


def test_kept_pages_that_cannot_be_listed_are_not_called_missing(scrapy):
    (scrapy.data / "pages").mkdir(parents=True)
    (folder := scrapy.data / "pages" / "iraqinews").symlink_to("iraqinews")

    done = scrapy("reparse", "iraqinews")

    assert (done.status, done.out) == (2, "")
    assert done.err == f"error: {folder} cannot be read: Too many levels of symbolic links\n"


@pytest.mark.parametrize("option", ["-o", "-O"])
def test_options_that_a_reparse_does_not_follow_are_refused(scrapy, tmp_path, option):
    done = scrapy("reparse", "iraqinews", option, str(tmp_path / "articles.jl"))

    said = "error: name one outlet: scrapy reparse OUTLET [--dry-run] [--warc FILE…]\n"
    assert (done.status, done.out, done.err) == (2, "", said)
    assert "--output" not in scrapy("reparse", "--help").out
