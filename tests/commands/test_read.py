"""`scrapy read`: one article as JSON, with what gave each of its fields and what lost."""

import json
import os

import pytest

from tests.crash.site import HOST, archive, serve_pages
from tests.server import FIXTURES, Server

PAGES = FIXTURES / "pages"
HTML = {"Content-Type": "text/html; charset=utf-8"}
TWO_VOICES = """<html><head><title>Canal opened - Iraqi News</title><meta property="og:title" content="A canal opens">
<meta property="article:published_time" content="2025-05-01T10:00:00+03:00">{address}
<script type="application/ld+json">{{"@type": "NewsArticle", "headline": "Canal is opened",
"datePublished": "2025-05-02T10:00:00+03:00"}}</script></head><body class="single single-post postid-7">
<article id="post-7"><h1 class="entry-title">Canal opened</h1><div class="entry-content">
<p>Engineers let the water into the canal on Sunday.</p></div></article></body></html>"""
CANONICAL = '<link rel="canonical" href="https://www.iraqinews.com/iraq/canal/">'


def nothing_written(scrapy) -> bool:
    return not scrapy.data.exists()


def test_a_stored_page_says_what_gave_each_field_and_what_lost(scrapy, tmp_path):
    file = tmp_path / "page.html"
    file.write_text(TWO_VOICES.format(address=CANONICAL))

    read = scrapy("read", str(file))

    assert (read.status, read.err) == (0, "")
    account = json.loads(read.out)
    assert read.out.startswith('{\n  "article": {\n    "id": "iraqinews:7",\n')
    assert account["article"]["url"] == "https://www.iraqinews.com/iraq/canal/"
    assert account["article"]["headline"] == "Canal is opened"
    assert account["layout"] == "core"
    assert account["fields"]["headline"] == {
        "from": "json-ld",
        "others": {"selector": "Canal opened", "meta": "A canal opens"},
    }
    assert account["fields"]["published_at"] == {
        "from": "json-ld",
        "others": {"meta": "2025-05-01T10:00:00+03:00"},
    }
    assert account["fields"]["body"]["from"] == "selector"
    assert account["disagreements"]["published_at"] == {
        "json-ld": "2025-05-02T10:00:00+03:00",
        "meta": "2025-05-01T10:00:00+03:00",
    }
    assert nothing_written(scrapy)


def test_the_outlet_is_that_of_the_address_or_named(scrapy, tmp_path):
    file = tmp_path / "page.html"
    file.write_text(TWO_VOICES.format(address=""))

    unknown = scrapy("read", str(file))
    told = scrapy("read", str(file), "--url", "https://iraqinews.com/iraq/canal/?utm_source=x")
    general = scrapy("read", str(file), "--outlet", "wordpress", "--url", "https://news.example.org/canal/")
    stored = scrapy("read", str(PAGES / "middleeasteye" / "french-opinion-2022" / "page.html"))

    assert (unknown.status, unknown.err.count("\n")) == (2, 1)
    assert "the page does not tell its address; give it: scrapy read URL-or-FILE" in unknown.err
    assert json.loads(told.out)["article"]["url"] == "https://www.iraqinews.com/iraq/canal/"
    assert json.loads(general.out)["article"]["id"] == "news.example.org:7"
    assert json.loads(stored.out)["article"]["outlet"] == "middleeasteye"


def test_an_address_is_asked_for_as_in_a_crawl_and_nothing_is_written(scrapy):
    stories = archive(3)
    with Server() as server:
        serve_pages(server, stories)
        first, second, third = (story.path for story in stories)
        leads_on = f'<div class="page-links"><a class="post-page-numbers" href="{second}2/">2</a></div></article>'
        server.answer(second, stories[1].page().replace("</article>", leads_on), headers=HTML)
        server.answer(second + "2/", "<div class='entry-content'><p>The second page.</p></div>", headers=HTML)
        server.answer("/robots.txt", f"User-agent: newscrawl\nDisallow: {third}\n")
        named = ["--outlet", "iraqinews"]
        read = scrapy("read", server.url + second, *named)
        paths, agents = server.paths(), {asked.headers["User-Agent"].partition("/")[0] for asked in server.asked}
        server.answer(first, status=301, headers={"Location": "https://www.example.org/elsewhere/"})
        ends = {path: scrapy("read", server.url + path, *named) for path in (third, "/iraq/nothing/", first)}
        asked = server.paths()

    assert read.status == 0, read.err
    account = json.loads(read.out)
    assert account["article"]["url"] == HOST + second
    assert account["article"]["body"].endswith("\n\nThe second page.")
    assert "not_read" not in account
    assert paths == ["/robots.txt", second, second + "2/"]
    assert agents == {"newscrawl"}
    assert third not in asked
    assert {path: (end.status, end.out, end.err) for path, end in ends.items()} == {
        third: (1, "", f"error: {server.url}{third}: forbidden by robots.txt\n"),
        "/iraq/nothing/": (1, "", f"error: {server.url}/iraq/nothing/: the site answers 404\n"),
        first: (1, "", f"error: {server.url}{first}: leads off the outlet, to https://www.example.org/elsewhere/\n"),
    }
    assert nothing_written(scrapy)


def test_what_is_no_article_is_one_line(scrapy, tmp_path):
    undated = tmp_path / "undated.html"
    undated.write_text(TWO_VOICES.format(address=CANONICAL).replace("2025-05-0", "no-date-"))
    noise = tmp_path / "noise.html"
    noise.write_bytes(os.urandom(2000))

    section = scrapy("read", str(PAGES / "iraqinews" / "section-page" / "page.html"))
    missing = scrapy("read", str(tmp_path / "none.html"))
    refused = scrapy("read", str(undated))
    broken = scrapy("read", str(noise), "--url", f"{HOST}/iraq/noise/")

    assert (section.status, section.out, section.err.count("\n")) == (1, "", 1)
    assert missing.err == f"error: {tmp_path}/none.html: it cannot be read: No such file or directory\n"
    assert missing.status == 1
    assert json.loads(refused.out)["article"]["headline"] == "Canal is opened", "it shows what is there"
    assert (refused.status, refused.err.count("\n")) == (1, 1)
    assert "a crawl would refuse it: published_at: missing" in refused.err
    assert (broken.status, broken.out, broken.err.count("\n")) == (1, "", 1)


def test_an_address_of_no_outlet_is_told_with_those_that_there_are(scrapy):
    names = scrapy("list").out.split()
    read = scrapy("read", "https://www.example.com/a/")

    assert read.status == 2
    assert read.err == f"error: no outlet is at www.example.com; name one with --outlet: {', '.join(names)}\n"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "error: name one address or file: scrapy read URL-or-FILE [--outlet NAME] [--url URL]"),
        (["https://www.iraqinews.com/a/", "--outlet", "iraqinew"], "no outlet 'iraqinew'; did you mean iraqinews?"),
        (["https://www.iraqinews.com/a/", "--url", "https://www.iraqinews.com/a/"], "error: --url is for files"),
        (
            ["README.md", "--url", "foo"],
            "error: --url foo is no address; write --url https://www.example.org/news/some-story\n",
        ),
        (["https://[::1/a/"], "error: https://[::1/a/ is no address; write https://www.example.org/news/some-story\n"),
        (["README.md", "--url", "https:///a/"], "error: --url https:///a/ is no address; write --url https://"),
    ],
)
def test_wrong_usage_is_told_with_the_accepted_form(scrapy, words, said):
    read = scrapy("read", *words)

    assert read.status == 2
    assert said in read.err
    assert read.err.count("\n") == 1


def test_an_address_without_its_scheme_is_no_file_and_told_how_to_write_it(scrapy):
    read = scrapy("read", "iraqinews.com/iraq/x/")
    file = scrapy("read", "no-such.html")

    said = "error: iraqinews.com/iraq/x/: there is no such file; an address begins with https://\n"
    assert (read.status, read.out, read.err) == (1, "", said)
    assert (file.status, file.err) == (1, "error: no-such.html: it cannot be read: No such file or directory\n")


def test_a_page_whose_own_address_is_none_is_one_that_tells_none(scrapy, tmp_path):
    page = tmp_path / "page.html"
    page.write_text(TWO_VOICES.format(address=CANONICAL.replace("www.iraqinews.com", "[www.iraqinews.com")))

    unnamed = scrapy("read", str(page))
    named = scrapy("read", str(page), "--outlet", "iraqinews")

    assert (unnamed.status, unnamed.out) == (2, "")
    assert unnamed.err.startswith("error: the page does not tell its address; give it: ")
    assert (named.status, json.loads(named.out)["article"]["headline"]) == (0, "Canal is opened")
