"""Near-duplicates from the sites to the record, and what `scrapy duplicates` tells of them."""

import json
import sqlite3
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta

import pytest

from tests.crash.site import Story, serve_pages
from tests.server import Server
from tests.similarity.texts import BACKGROUND, BLAST, BRIDGE

BEGIN = datetime(2025, 5, 2, 9, tzinfo=UTC)
WIRE = (BRIDGE + "\n\n" + BACKGROUND).split("\n\n")
# Another dateline, another word here and there, the last paragraph cut.
COPY = ["Baquba, Iraq (AFP) - " + WIRE[0].replace("opened to traffic", "inaugurated"), *WIRE[1:-1]]
URGENT = [
    "A bomb exploded beside a bakery in Baquba on Friday, wounding 5 people, a police source said. More to follow."
]
PAGE = """<!DOCTYPE html><html lang="en"><head><title>{headline} | Middle East Eye</title>
<meta property="article:published_time" content="{published}" /></head>
<body class="path-node page-node-type-article"><section class="page-main-content"><div class="page-title">
<h1>{headline}</h1></div><div class="field-body">{paragraphs}</div></section></body></html>"""
MEE = "https://www.middleeasteye.net"


def iraqinews():
    server = Server()
    stories = [
        Story(1, headline="New bridge in Baquba", text=WIRE, published=BEGIN),
        Story(2, headline="Urgent: blast in Baquba", text=URGENT, published=BEGIN + timedelta(hours=1)),
        Story(3, headline="Blast\x1b[31m in Baquba", text=(BLAST + "\n\n" + BACKGROUND).split("\n\n"), published=BEGIN),
    ]
    serve_pages(server, stories)
    return server


def middleeasteye():
    server = Server()
    pages = {"/news/bridge-diyala": ("Bridge over the Diyala opens", COPY), "/news/canal": ("A canal", Story(9).text)}
    for path, (headline, text) in pages.items():
        paragraphs = "".join(f"<p>{paragraph}</p>" for paragraph in text)
        published = (BEGIN + timedelta(hours=3)).isoformat()
        page = PAGE.format(headline=headline, published=published, paragraphs=paragraphs)
        server.answer(path, page, headers={"Content-Type": "text/html; charset=utf-8"})
    locs = "".join(f"<url><loc>{MEE}{path}</loc></url>" for path in pages)
    server.answer("/sitemap.xml", f"<urlset>{locs}</urlset>", headers={"Content-Type": "application/xml"})
    return server


@pytest.fixture
def crawl(scrapy):
    """Crawls an outlet from a server of its own."""
    with ExitStack() as servers:
        urls = {site.__name__: servers.enter_context(site()).url for site in (iraqinews, middleeasteye)}

        def crawl(outlet, *words, **settings):
            return scrapy("crawl", outlet, "-a", f"base_url={urls[outlet]}", *words, **settings)

        yield crawl


def labels(done):
    return {article["id"]: article["duplicate_of"] for article in done.articles if article["duplicate_of"]}


def told(scrapy, *words):
    done = scrapy("duplicates", *words, "--json")
    assert (done.status, done.err) == (0, "")
    return json.loads(done.out)


def test_a_wire_story_of_both_outlets_is_labelled_and_explained(scrapy, crawl):
    crawl("iraqinews")
    done = crawl("middleeasteye")

    assert done.status == 0, done.err
    (copy,) = [article for article in done.articles if article["duplicate_of"]]
    assert (copy["url"], copy["duplicate_of"]) == (f"{MEE}/news/bridge-diyala", "iraqinews:1")
    assert 0.7 < copy["similarity"] < 0.9
    assert (done.report["new"], done.report["near_duplicates"], done.report["duplicates"]) == (2, 1, 0)

    (cluster,) = told(scrapy)["clusters"]
    assert cluster["head"] == "iraqinews:1"
    first, second = cluster["articles"]
    assert (first["headline"], first["outlet"], first["similarity"]) == ("New bridge in Baquba", "iraqinews", None)
    assert (second["id"], second["outlet"], second["similarity"]) == (copy["id"], "middleeasteye", copy["similarity"])
    assert second["published_at"] == "2025-05-02T12:00:00Z"
    (pair,) = told(scrapy, "--outlet", "iraqinews")["contained"]
    assert (pair["part"]["id"], pair["whole"]["id"]) == ("iraqinews:2", "iraqinews:3")
    assert told(scrapy, "--since", "2025-05-03") == {"clusters": [], "contained": [], "not_written": []}

    table = scrapy("duplicates").out
    lines = [line.split() for line in table.splitlines()]
    assert "2025-05-02 09:00 iraqinews the first New bridge in Baquba iraqinews:1".split() in lines
    assert "2025-05-02 10:00 iraqinews part of it Urgent: blast in Baquba iraqinews:2".split() in lines
    assert "\x1b" not in table

    explained = scrapy("duplicates", "explain", "iraqinews:1", copy["id"])
    assert explained.status == 0
    assert "duplicate: 9" in explained.out
    assert "- opened to traffic\n+ inaugurated\n" in explained.out
    assert "  in Baquba on Monday after four years of work. It is 420 metres long" in explained.out
    other = scrapy("duplicates", "explain", "iraqinews:1", "iraqinews:2", "--json")
    assert (json.loads(other.out)["verdict"], json.loads(other.out)["sentence"][:18]) == (
        "different",
        "little in common; ",
    )


def test_dropped_ones_are_not_written_and_the_ledger_says_why(scrapy, crawl):
    crawl("iraqinews")
    done = crawl("middleeasteye", "-a", "duplicates=drop")

    assert done.status == 0, done.err
    assert [article["url"] for article in done.articles if article["outlet"] == "middleeasteye"] == [
        f"{MEE}/news/canal"
    ]
    assert (done.report["new"], done.report["duplicates"], done.report["near_duplicates"]) == (1, 1, 0)
    (dropped,) = told(scrapy, "--outlet", "middleeasteye")["not_written"]
    assert dropped["url"] == f"{MEE}/news/bridge-diyala"
    assert dropped["reason"].startswith("tells the same text as iraqinews:1 (similarity 0.")
    assert dropped["reason"].endswith("), https://www.iraqinews.com/iraq/story-1/")
    assert told(scrapy)["clusters"] == []
    assert "1 article was not written:" in scrapy("duplicates").out

    again = crawl("middleeasteye", NEAR_DUPLICATES="drop")
    assert (again.report["fetched"], again.report["new"]) == (0, 0), "it came to its end"


def test_what_was_written_with_duplicates_off_is_compared_by_the_next_crawl(scrapy, crawl):
    crawl("iraqinews")
    done = crawl("middleeasteye", "-a", "duplicates=off")

    assert labels(done) == {}
    untold = scrapy("duplicates", "--json")
    assert json.loads(untold.out)["clusters"] == []
    assert untold.err == "note: 2 articles are not compared yet; the next crawl does so\n"
    with sqlite3.connect(scrapy.data / "ledger.db") as db:
        assert db.execute("SELECT count(*) FROM fingerprints").fetchone() == (3,)

    again = crawl("iraqinews")

    assert labels(again) == {}, "lines are not rewritten"
    assert [cluster["head"] for cluster in told(scrapy)["clusters"]] == ["iraqinews:1"]


def test_wrong_usage_is_one_clear_line_and_exit_status_2(scrapy, crawl):
    nothing = scrapy("duplicates", "--json")
    assert (nothing.status, json.loads(nothing.out)["clusters"]) == (0, [])
    assert nothing.err == f"nothing was crawled into {scrapy.data} yet\n"
    for words, settings, said in (
        (["-a", "duplicates=delete"], {}, "error: duplicates=delete is no way to treat near-duplicates; write"),
        ([], {"NEAR_DUPLICATES": "yes"}, "error: NEAR_DUPLICATES=yes is none of label, drop, off\n"),
        ([], {"DUPLICATE_WINDOW": "a month"}, "error: DUPLICATE_WINDOW=a month is no number of days, such as 30\n"),
    ):
        refused = crawl("iraqinews", *words, **settings)
        assert (refused.status, refused.out) == (2, "")
        assert refused.err.startswith(said)
    crawl("iraqinews")
    for words, said in (
        (
            ["explain", "iraqinews:1", "iraqinews:7"],
            "there is no article 'iraqinews:7'; scrapy duplicates tells the ids",
        ),
        (["explain", "iraqinews:1"], "write scrapy duplicates [--outlet OUTLET] [--since YYYY-MM-DD] [--json], or"),
        (["iraqinews"], "write scrapy duplicates [--outlet OUTLET] [--since YYYY-MM-DD] [--json], or"),
        (["--outlet", "iraqinew"], "nothing is known of 'iraqinew'; did you mean iraqinews?"),
        (["--since", "May"], "--since May is not a date; write YYYY-MM-DD, such as --since 2025-12-31"),
    ):
        refused = scrapy("duplicates", *words)
        assert (refused.status, refused.out, refused.err.count("\n")) == (2, "", 1)
        assert refused.err.startswith(f"error: {said}")
