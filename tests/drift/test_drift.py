"""What is told when a site changes under its page class: the rules by counts written by hand, then whole crawls."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest

from newscrawl.drift.completeness import FIELDS
from newscrawl.drift.rules import drifts, with_drift
from newscrawl.ledger import Ledger
from newscrawl.ledger.crawls import CrawlNote, Group
from tests.server import Server

START = datetime(2026, 11, 1, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def group(articles=20, *, kind="article", year=2026, layers=None, lengths=None, **missing):
    """Articles that have all fields but those that are `missing` in so many of them; `layers`: those of the body."""
    fields = {field: {"meta": articles - missing.get(field, 0), "": missing.get(field, 0)} for field in FIELDS}
    without = missing.get("body", 0)
    fields["body"] = {"": without, **(layers or {"selector": articles - without})}
    return Group(kind, year, articles, fields, {2000: articles - without} if lengths is None else lengths)


def crawl(*groups, at=START, **given):
    return CrawlNote(started_at=at, articles=sum(one.articles for one in groups), groups=list(groups), **given)


def follow(crawls, step=DAY):
    """The crawls one after another, as they note themselves; the names of what each told, and what it accepted."""
    history, told = [], []
    for number, one in enumerate(crawls):
        one.started_at = START + number * step
        found = drifts(one, history)
        told.append([f"{drift.name} accepted" if drift.accepted else drift.name for drift in found])
        history.insert(0, with_drift(one, found))
    return told


def names(now, *before):
    """What is told of a crawl; `before`: newest first."""
    return [drift.name for drift in drifts(now, before)]


USUAL = crawl(group(100, dateline=5, image=50, modified_at=10))
"""A crawl of a hundred articles, of which some have no dateline, and half no picture."""


# --- fields ---


def test_a_field_that_nearly_all_had_and_sixty_percent_have_is_told():
    (drift,) = drifts(crawl(group(dateline=8), examples={"dateline": ["https://example.org/1"]}), [USUAL])

    assert str(drift) == (
        "drift: dateline was found in 12 of the last 20 articles, in 95% before: https://example.org/1"
    )
    assert (drift.name, drift.since, drift.accepted) == ("dateline", START, False)


@pytest.mark.parametrize(
    ("now", "told"),
    [
        (group(), []),
        (group(headline=1), []),
        (group(headline=4), []),
        (group(headline=5), ["headline"]),
        (group(dateline=5), []),
        (group(dateline=6), []),
        (group(dateline=7), ["dateline"]),
        # Of what every second article has, ten may have nine or one by chance, but not twenty two.
        (group(10, image=9), []),
        (group(image=17), []),
        (group(image=18), ["image"]),
        (group(4, headline=4), []),
        (group(5, headline=5), ["headline"]),
        (group(1000, dateline=299), []),
        (group(1000, dateline=301), ["dateline"]),
        (group(id=20), ["id"]),
        (group(body=20, lengths={}), ["body"]),
        (group(modified_at=20), []),
        (group(published_at=20, year=None), ["published_at"]),
    ],
)
def test_a_fall_has_to_be_deep_and_no_chance(now, told):
    assert names(crawl(now), USUAL) == told


def test_what_few_articles_had_is_not_believed_to_be_usual():
    assert names(crawl(group(headline=20)), crawl(group(9))) == []
    assert names(crawl(group(headline=20)), crawl(group(10))) == ["headline"]
    assert names(crawl(group(5), no_article=15), crawl(group(9))) == []


def test_what_all_of_ten_had_need_not_be_what_all_have():
    assert names(crawl(group(15, headline=5)), crawl(group(10))) == []
    assert names(crawl(group(15, headline=5)), crawl(group(100))) == ["headline"]


def test_a_rise_is_no_drift():
    assert names(crawl(group(100)), crawl(group(100, authors=100, dateline=50))) == []


def test_a_first_crawl_has_nothing_to_be_held_against():
    assert names(crawl(group(dateline=20, authors=20, image=15))) == []


def test_the_same_fields_from_another_source_are_no_drift():
    by_rest, by_pages = group(100), group(100)
    for one, layer in ((by_rest, "rest"), (by_pages, "json-ld")):
        for field in FIELDS:
            one.fields[field] = {"selector" if (field, layer) == ("body", "json-ld") else layer: 100}

    assert names(crawl(by_pages), crawl(by_rest)) == []
    assert names(crawl(by_rest), crawl(by_pages)) == []


# --- like with like ---


def test_live_updates_are_not_held_against_articles():
    updates = group(200, kind="live_update", authors=200, image=200, lengths={300: 200})

    assert names(crawl(group(5), updates), USUAL) == []
    assert names(crawl(updates), crawl(updates), USUAL) == []


def test_each_year_is_held_against_its_own():
    archive = crawl(group(1000, year=2012, dateline=10), group(100, year=2026, dateline=95))

    assert names(crawl(group(20, year=2026, dateline=19)), archive) == []
    assert names(crawl(group(20, year=2012, dateline=19)), archive) == ["dateline"]


def test_a_year_of_which_nothing_is_known_is_held_against_all_unless_it_is_earlier():
    known = crawl(group(50, year=2024), group(50, year=2025))

    assert names(crawl(group(year=2026, topics=15)), known) == ["topics"]
    assert names(crawl(group(year=2026, topics=15)), known, crawl(group(3, year=2026))) == ["topics"]
    assert names(crawl(group(year=None, topics=15)), known) == ["topics"]
    assert names(crawl(group(year=2012, topics=15)), known) == []


def test_a_mixture_is_held_against_the_same_mixture():
    before = crawl(group(100), group(100, kind="opinion", dateline=100))

    assert names(crawl(group(10), group(10, kind="opinion", dateline=10)), before) == []
    assert names(crawl(group(10, dateline=8), group(10, kind="opinion", dateline=10)), before) == ["dateline"]


# --- bodies ---


def test_bodies_half_as_long_are_told():
    before = crawl(group(100, lengths={1200: 20, 1600: 20, 2000: 20, 2600: 20, 3400: 20}))
    now = crawl(group(lengths={600: 4, 800: 4, 1000: 4, 1300: 4, 1700: 4}), examples={"length": ["https://x.org/1"]})

    (drift,) = drifts(now, [before])

    assert str(drift) == (
        "drift: the median body has 1,000 characters in the last 20 articles, 2,000 before: https://x.org/1"
    )


@pytest.mark.parametrize(
    "lengths",
    [
        # A site of short notes and long stories: a few more notes halve the median by chance.
        {300: 12, 3000: 8},
        {300: 2, 3000: 2},
    ],
)
def test_a_median_that_falls_by_chance_is_not_told(lengths):
    before = crawl(group(100, lengths={300: 45, 3000: 55}))
    now = crawl(group(sum(lengths.values()), lengths=lengths))

    assert names(now, before) == []


def test_lengths_are_held_against_the_same_mixture():
    before = crawl(group(100), group(400, kind="live_update", lengths={300: 400}))
    now = crawl(group(60, lengths={1000: 60}), group(20, kind="live_update", lengths={300: 20}))

    assert [drift.sentence for drift in drifts(now, [before])] == [
        "the median body has 1,000 characters in the last 80 articles, 2,000 before"
    ]


def test_bodies_a_third_shorter_are_not_told():
    assert names(crawl(group(lengths={1300: 20})), USUAL) == []
    assert names(crawl(group(lengths={1200: 20})), USUAL) == ["length"]


@pytest.mark.parametrize(("layer", "reader"), [("fallback", "the general reader"), ("json-ld", "JSON-LD")])
def test_bodies_that_no_layout_found_are_told_above_a_tenth(layer, reader):
    def now(count):
        return crawl(group(layers={"selector": 20 - count, layer: count}))

    assert names(now(2), USUAL) == []
    (drift,) = drifts(now(3), [USUAL])
    assert drift.name == layer
    assert drift.sentence == (
        f"no layout found the body, which {reader} gave, in 3 of the last 20 articles, in 0% before"
    )


def test_two_odd_bodies_of_a_small_crawl_are_not_told():
    assert names(crawl(group(2, layers={"fallback": 2})), USUAL) == []


def test_a_first_crawl_that_no_layout_fits_is_told():
    (drift,) = drifts(crawl(group(layers={"selector": 14, "fallback": 6})), [])

    assert drift.sentence == "no layout found the body, which the general reader gave, in 6 of the last 20 articles"


def test_json_ld_is_no_stand_in_where_it_always_gave_the_body_or_pages_were_never_read():
    by_json_ld, by_rest = crawl(group(100, layers={"json-ld": 100})), crawl(group(100, layers={"rest": 100}))

    assert names(crawl(group(layers={"json-ld": 20}))) == []
    assert names(crawl(group(layers={"json-ld": 20})), by_json_ld) == []
    assert names(crawl(group(layers={"json-ld": 20})), by_rest) == []


# --- pages that give nothing ---


def test_pages_that_give_no_article_any_more_are_told():
    (drift,) = drifts(crawl(group(5), no_article=15, examples={"article": ["https://example.org/1"]}), [USUAL])

    assert str(drift) == "drift: 15 of the last 20 pages gave no article, 0% before: https://example.org/1"


def test_a_site_whose_sources_always_named_other_pages_is_quiet():
    assert names(crawl(group(5), no_article=15), crawl(group(20), no_article=80)) == []


# --- small crawls ---


def hourly(count, **missing):
    return [crawl(group(3, **missing)) for _ in range(count)]


def test_a_change_is_told_within_few_articles_where_a_timer_reads_three_an_hour():
    told = follow([*hourly(20), *hourly(2, published_at=3, year=None)], HOUR)

    assert told == [[]] * 21 + [["published_at"]]


def test_one_odd_article_now_and_then_is_not_told():
    odd = {"headline": 1, "dateline": 1, "authors": 1, "body": 1}

    assert follow([*hourly(10), *([*hourly(4), crawl(group(1, **odd))] * 5)], HOUR) == [[]] * 35


def test_a_crawl_of_a_whole_archive_does_not_hide_what_comes_after_it():
    assert follow([crawl(group(20_000)), *hourly(2, authors=3)], HOUR) == [[], [], ["authors"]]


def test_a_crawl_of_a_part_of_an_archive_does_not_either():
    crawls = [crawl(group(20_000)), crawl(group(400)), *hourly(2, authors=3)]

    assert follow(crawls, HOUR) == [[], [], [], ["authors"]]


def test_two_crawls_of_ten_articles_are_enough():
    assert follow([crawl(group(10)), crawl(group(10, published_at=10, year=None))]) == [[], ["published_at"]]


def test_the_examples_are_this_crawl_s_and_then_those_of_the_crawls_taken_together_with_it():
    before = crawl(group(3, image=3), examples={"image": ["https://x.org/2", "https://x.org/3", "https://x.org/4"]})
    now = crawl(group(3, image=3), examples={"image": ["https://x.org/1", "https://x.org/2"]})

    (drift,) = drifts(now, [before, crawl(group(20_000))])

    assert drift.examples == ["https://x.org/1", "https://x.org/2", "https://x.org/3"]


def test_crawls_of_long_ago_do_not_say_what_is_usual():
    now = crawl(group(dateline=15))

    assert names(now, crawl(group(500, dateline=375)), crawl(group(10_000))) == []
    assert names(now, crawl(group(400, dateline=300)), crawl(group(10_000))) == ["dateline"]


# --- after it was told ---


def changed():
    return crawl(group(authors=20))


def test_a_drift_is_told_by_each_crawl_until_it_is_mended():
    told = follow([USUAL, changed(), changed(), changed(), crawl(group()), crawl(group())])

    assert told == [[], ["authors"], ["authors"], ["authors"], [], []]


def test_what_was_told_for_a_week_is_the_usual_then():
    told = follow([USUAL, *(changed() for _ in range(11))])

    assert told == [[], *[["authors"]] * 7, ["authors accepted"], [], [], []]


def test_it_is_told_three_times_however_seldom_one_crawls():
    told = follow([USUAL, *(changed() for _ in range(5))], 30 * DAY)

    assert told == [[], *[["authors"]] * 3, ["authors accepted"], []]


def test_what_is_the_usual_now_can_fall_again():
    told = follow([USUAL, *(changed() for _ in range(9)), crawl(group()), crawl(group()), changed()])

    assert told[8:] == [["authors accepted"], [], [], [], ["authors"]]


def test_one_drift_is_not_accepted_with_another():
    both = [crawl(group(authors=20, image=20)) for _ in range(4)]
    told = follow([crawl(group(100)), *(changed() for _ in range(6)), *both])

    assert told[6:] == [["authors"], ["authors", "image"], ["authors accepted", "image"], ["image"], ["image"]]


@pytest.mark.parametrize("size", [20, 6])
def test_an_outlet_that_no_layout_fits_is_told_for_a_week_too(size):
    told = follow([crawl(group(size, layers={"fallback": size})) for _ in range(10)])

    assert told == [*[["fallback"]] * 7, ["fallback accepted"], [], []]


def test_an_accepted_drift_is_said_once_and_is_no_error():
    history = [crawl(group(authors=20), at=START + day * DAY, told=["authors"]) for day in (6, 3, 0)]
    (drift,) = drifts(crawl(group(authors=20), at=START + 7 * DAY), [*history, USUAL])

    assert str(drift) == (
        "authors was found in 0 of the last 20 articles, in 100% before; told since 2026-11-01, it is taken as the "
        "usual from now on"
    )


# --- whole crawls ---

HEAD = """<head><title>Story {n} - Iraqi News</title><link rel="canonical" href="/iraq/story-{n}/">
<meta property="og:type" content="article"><meta property="og:title" content="Story number {n}">{date}</head>"""
DATE = '<meta property="article:published_time" content="2026-05-01T10:{n:02}:00+03:00">'
TEXT = "".join(
    f"<p>{sentence}</p>"
    for sentence in (
        "The water of well {n} was tested on Monday, for the first time since its pump had been repaired.",
        "Nobody in the village had drunk of it for {n} weeks, and most had bought their water from a lorry.",
        "The engineers found it clean, and said that they would come back in spring to test it once more.",
    )
)
USUAL_LAYOUT = f"""<html>{HEAD}<body class="single single-post postid-{{n}}"><article id="post-{{n}}">
<h1 class="entry-title">Story number {{n}}</h1><a rel="author" href="/author/salim/">Salim Jabbar</a>
<div class="entry-content">{TEXT}</div></article></body></html>"""
NEW_LAYOUT = f"""<html>{HEAD}<body class="postid-{{n}}"><nav><a href="/">Home</a></nav><main>
<h1>Well {{n}} is clean</h1>
<span class="k3">Salim Jabbar</span><div class="x7">{TEXT}</div></main><footer>© 2026</footer></body></html>"""


def serve(server, numbers, layout, without_date=()):
    locs = "".join(f"<url><loc>https://www.iraqinews.com/iraq/story-{n}/</loc></url>" for n in numbers)
    server.answer("/sitemap_index.xml", f"<urlset>{locs}</urlset>", headers={"Content-Type": "application/xml"})
    for n in numbers:
        page = layout.format(n=n, date="" if n in without_date else DATE.format(n=n))
        server.answer(f"/iraq/story-{n}/", page, headers={"Content-Type": "text/html; charset=utf-8"})


def crawl_site(scrapy, server, **settings):
    return scrapy("crawl", "iraqinews", "-a", f"base_url={server.url}", **settings)


def test_a_new_layout_is_told_on_screen_in_the_report_and_by_the_exit_status(scrapy):
    with Server() as server:
        serve(server, range(1, 13), USUAL_LAYOUT)
        first = crawl_site(scrapy, server)
        assert first.status == 0, first.err
        assert (first.report["drift"], len(first.articles)) == ([], 12)
        written = {file: file.read_bytes() for file in (scrapy.data / "articles").rglob("*.jsonl")}

        serve(server, range(20, 40), NEW_LAYOUT, without_date=range(20, 26))
        second = crawl_site(scrapy, server)

    assert "  drift:       fallback, authors, published_at; the last report says more\n" in scrapy("status").out
    assert second.status == 1
    assert {drift["name"]: (drift["sentence"], len(drift["examples"])) for drift in second.report["drift"]} == {
        "fallback": (
            "no layout found the body, which the general reader gave, in 20 of the last 20 articles, in 0% before",
            3,
        ),
        "authors": ("authors was found in 0 of the last 20 articles, in 100% before", 3),
        "published_at": ("published_at was found in 14 of the last 20 articles, in 100% before", 3),
    }
    shown = [line for line in second.err.splitlines() if line.startswith("error: drift: ")]
    assert len(shown) == 3
    assert all(line.count(" https://www.iraqinews.com/iraq/story-") == 3 for line in shown)
    assert [line.removeprefix("error: ") for line in shown] == [
        error for error in second.report["errors"] if error.startswith("drift: ")
    ]
    undated = {f"https://www.iraqinews.com/iraq/story-{n}/" for n in range(20, 26)}
    (dates,) = (drift for drift in second.report["drift"] if drift["name"] == "published_at")
    assert set(dates["examples"]) < undated
    found = second.report["completeness"]
    assert (found["articles"], found["no_article"], found["fields"]["authors"]) == (20, 0, {"share": 0.0, "layers": {}})
    assert found["disagreements"] == {"headline": 20}
    assert found["fields"]["published_at"] == {"share": 0.7, "layers": {"meta": 14}}
    assert found["fields"]["body"] == {"share": 1.0, "layers": {"fallback": 20}}
    assert all(file.read_bytes().startswith(before) for file, before in written.items())


def test_a_crawl_that_breaks_off_notes_what_it_read_and_a_ledger_that_cannot_is_one_line(scrapy):
    with Server() as server:
        serve(server, range(1, 13), USUAL_LAYOUT)
        first = crawl_site(scrapy, server, CLOSESPIDER_ITEMCOUNT=4)
        assert "error: ended early: closespider_itemcount" in first.err
        with closing(Ledger(f"sqlite:///{scrapy.data / 'ledger.db'}")) as ledger:
            (noted,) = ledger.crawls.newest("iraqinews")
        assert noted.articles == first.report["completeness"]["articles"] >= 4
        assert noted.median_length == first.report["completeness"]["median_length"] > 200

        with closing(sqlite3.connect(scrapy.data / "ledger.db")) as db:
            db.execute("CREATE TRIGGER no BEFORE INSERT ON crawls BEGIN SELECT RAISE(ABORT, 'no room for it'); END")
        second = crawl_site(scrapy, server)

    assert second.status == 1
    assert [line for line in second.err.splitlines() if line.startswith("error: ")] == [
        f"error: the ledger sqlite:///{scrapy.data / 'ledger.db'}: no room for it"
    ]
    assert len(second.articles) == 12
    assert "Traceback" not in second.err
