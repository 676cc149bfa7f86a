"""The ledger: what is due, what became of it, and which texts are known. On real SQLite and real PostgreSQL."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from itertools import chain
from threading import Barrier

import pytest
from hypothesis import given
from hypothesis.strategies import datetimes, integers
from sqlalchemy.dialects import sqlite

from newscrawl.items import Lead
from newscrawl.ledger import Ledger, LedgerError, Likeness, Line, Look, Outcome
from newscrawl.ledger.sources import PageState, SourceState
from newscrawl.ledger.tables import UtcDateTime
from tests.articles import NOW, article

LATER = NOW + timedelta(hours=1)


def leads(*numbers: int) -> list[Lead]:
    return [Lead(url=f"https://example.org/{number}") for number in numbers]


def add(ledger, *numbers, now=NOW, run=NOW):
    return ledger.frontier.add("outlet", leads(*numbers), "feed /feed/", now=now, run_started=run)


def lease(ledger, limit=10, now=NOW, holder="here", **period):
    return [row.url[-1] for row in ledger.frontier.lease("outlet", limit, now=now, holder=holder, **period)]


def write(ledger, item, start=0, now=NOW):
    ledger.record.write(item, Line("articles/outlet/2025-07.jsonl", start, start + 100), now=now)


def test_a_url_named_by_two_sources_is_found_once_and_new_once(ledger):
    assert add(ledger, 1, 2) == (2, 2)
    assert add(ledger, 2, 3) == (1, 1)
    assert add(ledger, 1, 2, 3, now=LATER, run=LATER) == (0, 3)


def test_what_is_leased_is_not_handed_out_again_until_the_lease_is_over(ledger):
    add(ledger, 1, 2)

    assert lease(ledger, 1) == ["1"]
    assert lease(ledger) == ["2"]
    assert lease(ledger, now=LATER) == ["1", "2"]


def test_the_newest_come_first_and_a_period_leaves_out_what_is_dated_elsewhere(ledger):
    dated = [Lead(url=f"https://example.org/{day}", published_at=datetime(2025, 7, day, tzinfo=UTC)) for day in (1, 5)]
    ledger.frontier.add("outlet", [*dated, *leads(9)], "feed", now=NOW, run_started=NOW)

    assert lease(ledger, since=datetime(2025, 7, 3, tzinfo=UTC)) == ["9", "5"]
    assert lease(ledger) == ["1"]


def test_a_settled_url_is_never_due_again(ledger):
    add(ledger, 1, 2, 3)
    write(ledger, article(1), 100, now=NOW)
    ledger.record.settle(article(2), Outcome("duplicate", "the same text as outlet:1", NOW))
    ledger.frontier.end("outlet", "https://example.org/3", Outcome("gone", "the site answers 404", NOW), 404)

    assert lease(ledger, now=LATER) == []
    assert ledger.frontier.counts("outlet") == {"done": 1, "duplicate": 1, "gone": 1}


def test_a_failure_is_due_again_after_a_pause_that_doubles_until_it_is_given_up(ledger):
    add(ledger, 1)
    now, pauses = NOW, []
    lease(ledger)
    for _ in range(5):
        ledger.frontier.fail("outlet", "https://example.org/1", "the site answers 502", now=now, http_status=502)
        waited = timedelta()
        while waited < timedelta(days=1) and not lease(ledger, now=now + waited):
            waited += timedelta(minutes=10)
        pauses.append(waited)
        now += waited

    minutes = [pause.total_seconds() / 60 for pause in pauses]
    assert minutes == [10, 20, 40, 80, 1440]


def test_a_url_that_this_run_passed_over_is_due_for_the_next(ledger):
    add(ledger, 1)
    lease(ledger)
    ledger.frontier.pass_over("outlet", "https://example.org/1", now=NOW)

    assert lease(ledger) == []
    ledger.frontier.begin("outlet", "here")
    assert lease(ledger) == ["1"]


def test_an_article_or_duplicate_that_a_run_passes_over_is_due_for_the_next_with_the_change_that_was_told(ledger):
    add(ledger, 1, 2)
    lease(ledger)
    ledger.record.write(article(1), Line("f", 0, 1), now=NOW, next_look=LATER)
    ledger.record.settle(article(2), Outcome("duplicate", "the same text as outlet:1", NOW))
    told = Lead(url="https://example.org/2", modified_at=LATER)
    ledger.frontier.add("outlet", [told], "sitemap", now=LATER, run_started=LATER)
    assert lease(ledger, now=LATER) == ["1", "2"], "a second look, and a change"

    for number in (1, 2):
        ledger.frontier.pass_over("outlet", f"https://example.org/{number}", now=LATER, published_at=NOW)

    assert lease(ledger, now=LATER + timedelta(days=30)) == [], "not in this run"
    ledger.frontier.begin("outlet", "here")
    assert lease(ledger, now=LATER) == ["1", "2"]


def test_a_page_that_was_read_and_passed_over_has_not_failed(ledger):
    add(ledger, 1)
    for _ in range(4):
        ledger.frontier.fail("outlet", "https://example.org/1", "the site answers 502", now=NOW)
    ledger.frontier.pass_over("outlet", "https://example.org/1", now=NOW)

    ledger.frontier.fail("outlet", "https://example.org/1", "the site answers 502", now=NOW)

    assert lease(ledger, now=LATER) == ["1"], "its first failure in a row"


def test_the_leases_of_a_killed_crawl_are_taken_back_and_those_of_another_machine_are_not(ledger):
    add(ledger, 1, 2)
    lease(ledger, 1)
    lease(ledger, 1, holder="there")

    ledger.frontier.begin("outlet", "here")

    assert lease(ledger) == ["1"]


def test_a_lease_is_renewed_while_its_holder_lives(ledger):
    add(ledger, 1)
    lease(ledger)
    ledger.frontier.renew("here", now=NOW + timedelta(minutes=20))

    assert lease(ledger, now=NOW + timedelta(minutes=40), holder="there") == []
    assert lease(ledger, now=NOW + timedelta(minutes=51), holder="there") == ["1"]


def test_what_is_due_is_due_whatever_the_clock_does(ledger):
    add(ledger, 1, 2)
    ledger.frontier.fail("outlet", "https://example.org/2", "the site answers 502", now=NOW)

    assert lease(ledger, now=NOW - timedelta(days=400)) == ["1", "2"]


def test_a_next_look_that_a_clock_ahead_of_time_planned_is_due_when_the_next_crawl_begins(ledger):
    add(ledger, 1, 2)
    now = datetime.now(UTC)
    ahead = now + timedelta(days=1)
    ledger.frontier.fail("outlet", "https://example.org/1", "the site answers 502", now=ahead)
    ledger.record.write(article(2), Line("f", 0, 1), now=ahead, next_look=ahead + timedelta(hours=6))
    assert lease(ledger, now=now) == []

    ledger.frontier.begin("outlet", "here")

    assert lease(ledger, now=now) == ["1", "2"]


def test_a_next_look_that_was_planned_in_time_is_not_brought_forward(ledger):
    add(ledger, 1, 2, 3)
    now = datetime.now(UTC)
    ledger.frontier.fail("outlet", "https://example.org/1", "the site answers 502", now=now)
    ledger.record.write(article(2), Line("f", 0, 1), now=now, next_look=now + timedelta(days=7))
    ledger.frontier.end("outlet", "https://example.org/3", Outcome("gone", "404", now + timedelta(days=1)))

    ledger.frontier.begin("outlet", "here")

    assert lease(ledger, now=now) == []
    assert lease(ledger, now=now + timedelta(days=7)) == ["1", "2"]


def test_a_change_that_a_source_tells_makes_an_article_due_again_once(ledger):
    add(ledger, 1)
    write(ledger, article(1), now=NOW)

    def told(moment):
        lead = Lead(url="https://example.org/1", modified_at=moment)
        ledger.frontier.add("outlet", [lead], "sitemap", now=moment, run_started=moment)
        return lease(ledger, now=moment)

    assert told(NOW - timedelta(hours=1)) == [], "it was read after that change"
    assert told(LATER) == ["1"]
    write(ledger, article(1, crawled_at=LATER), now=LATER)
    assert told(LATER) == []


def test_a_second_look_is_due_at_its_time(ledger):
    add(ledger, 1)
    ledger.record.write(article(1), Line("f", 0, 1), now=NOW, next_look=LATER)

    assert lease(ledger) == []
    assert lease(ledger, now=LATER) == ["1"]


def test_a_forgotten_line_leaves_its_article_due_and_known_by_the_revision_before(ledger):
    write(ledger, article(1), 0)
    write(ledger, article(2), 100)
    write(ledger, article(1, revision=2, content_hash="f" * 64, previous_hash=article(1).content_hash), 200)

    assert sorted(ledger.record.forget_from("articles/outlet/2025-07.jsonl", 100)) == ["outlet:1", "outlet:2"]

    assert ledger.record.known("outlet:2") is None
    assert ledger.record.known("outlet:1")[1:3] == (article(1).content_hash, 1)
    assert lease(ledger) == ["1", "2"]


def test_what_ended_without_an_article_can_be_made_due_again(ledger):
    add(ledger, 1, 2)
    write(ledger, article(1))
    ledger.frontier.end("outlet", "https://example.org/2", Outcome("blocked", "a challenge page", NOW), 403)

    assert ledger.frontier.retry("outlet") == 1
    assert lease(ledger) == ["2"]


def test_a_nul_in_what_a_site_says_is_dropped(ledger):
    add(ledger, 1, 2)
    ledger.frontier.fail("outlet", "https://example.org/1", "broken\0 off", now=NOW)
    ledger.frontier.end("outlet", "https://example.org/2", Outcome("not_article", "no page, but image/p\0ng", NOW))
    ledger.sources.note_source("outlet", "sitemap /a\0.xml", "failed", "titled \0", SourceState(total=5), now=NOW)
    ledger.sources.note_page("outlet", "https://example.org/a\0.xml", PageState("etag"))
    ledger.frontier.add("outlet", leads(5), "sitemap /a\0.xml", now=NOW, run_started=NOW)
    write(ledger, article(3, headline="A head\0line"))
    ledger.record.settle(article(4), Outcome("duplicate", "the same text as \0", NOW))

    assert [reason for *_, reason in ledger.frontier.ended("outlet", ["failed", "not_article", "duplicate"])] == [
        "broken off",
        "the same text as ",
        "no page, but image/png",
    ]
    assert ledger.sources.all("outlet")[0]["reason"] == "titled "
    assert ledger.sources.source("outlet", "sitemap /a\0.xml").total == 5
    assert ledger.sources.page("outlet", "https://example.org/a\0.xml").etag == "etag"
    assert ledger.record.newest("outlet")[0] == "A headline"


def test_two_crawls_that_share_a_frontier_never_get_the_same_url(ledger):
    add(ledger, *range(1, 10))

    handed_out = [lease(ledger, 3, holder=name) for name in ("here", "there", "here", "there")]

    assert sorted(chain(*handed_out)) == [str(number) for number in range(1, 10)]


def test_two_crawls_at_the_same_time_never_get_the_same_url(ledger, ledger_url):
    add(ledger, *range(1, 401))

    with ThreadPoolExecutor(2) as crawls:
        here, there = crawls.map(lambda holder: all_that_is_handed_out(ledger_url, holder), ("here", "there"))

    assert sorted(here + there) == sorted(lead.url for lead in leads(*range(1, 401)))


@pytest.mark.parametrize("change", [None, LATER], ids=["new", "changed"])
def test_two_that_note_the_same_leads_in_opposite_orders_do_not_stop_each_other(ledger, ledger_url, change):
    ready = Barrier(2)
    rounds = [[Lead(url=f"https://example.org/{a}/{b}", modified_at=NOW) for b in range(500)] for a in range(5)]
    if change:
        for found in rounds:
            ledger.frontier.add("outlet", found, "feed", now=NOW, run_started=NOW)

    def note(of, direction):
        for found in rounds:
            ready.wait(60)
            told = [Lead(url=lead.url, modified_at=change or NOW) for lead in found[::direction]]
            of.frontier.add("outlet", told, "feed", now=NOW, run_started=NOW)

    with closing(Ledger(ledger_url)) as other, ThreadPoolExecutor(2) as machines:
        assert list(machines.map(note, (ledger, other), (1, -1))) == [None, None]
    assert ledger.frontier.counts("outlet") == {"due": 2500}


def test_of_leads_to_one_url_the_last_counts_and_the_order_of_all_does_not(ledger):
    dated = Lead(url="https://example.org/7", published_at=NOW - timedelta(days=1))
    twice = [Lead(url="https://example.org/3", published_at=NOW - timedelta(days=day)) for day in (9, 2)]
    found = [*leads(5, 3, 9, 1), dated, *twice]
    assert ledger.frontier.add("outlet", found, "feed", now=NOW, run_started=NOW) == (5, 5)

    assert lease(ledger) == ["1", "5", "9", "7", "3"]


def all_that_is_handed_out(ledger_url, holder):
    ledger = Ledger(ledger_url)
    urls = []
    while rows := ledger.frontier.lease("outlet", 5, holder=holder, now=NOW):
        urls += [row.url for row in rows]
    ledger.close()
    return urls


def test_what_cannot_be_written_whole_is_not_written_at_all(ledger):
    add(ledger, 1)

    with pytest.raises(AttributeError):
        ledger.record.write(article(1), Line("f", 0, 1), now="noon")
    with pytest.raises(LedgerError, match=r"(?i)not.null"):
        ledger.record.write(article(1, published_at=None), Line("f", 0, 1), now=NOW)
    with pytest.raises(LedgerError, match=r"(?i)not.null"):
        ledger.record.write(article(1), Line("f", None, 1), now=NOW)

    assert ledger.record.known("outlet:1") is None
    assert ledger.frontier.counts("outlet") == {"due": 1}
    write(ledger, article(1))
    assert ledger.frontier.counts("outlet") == {"done": 1}


def test_another_address_of_an_article_leaves_the_canonical_one_to_carry_the_outcome(ledger):
    add(ledger, 1)
    ledger.frontier.alias("outlet", "https://example.org/1", "https://example.org/canonical", holder="here", now=NOW)

    assert ledger.frontier.counts("outlet") == {"leased": 1, "duplicate": 1}
    assert ledger.frontier.ended("outlet", ["duplicate"], since=NOW, limit=9) == [
        ("duplicate", "https://example.org/1", "another address of https://example.org/canonical")
    ]


def test_a_written_article_is_known_by_its_id_and_by_its_text(ledger):
    first = article(1)
    write(ledger, first, 100, now=NOW)

    assert ledger.record.known("outlet:1").content_hash == first.content_hash
    assert ledger.record.same_text("outlet", first.content_hash).id == "outlet:1"
    assert ledger.record.same_text("another", first.content_hash) is None


def test_before_an_article_is_written_its_url_itself_and_its_text_are_known_as_far_as_they_are(ledger):
    assert ledger.record.before(article(1)) == (None, None, None)

    add(ledger, 2)
    write(ledger, article(1, first_seen_at=LATER), 100, now=NOW)
    write(ledger, article(3, content_hash=article(1).content_hash), 200, now=NOW)

    known, same_text, first_seen_at = ledger.record.before(article(1))
    assert (known.id, known.url) == ("outlet:1", article(1).url)
    assert same_text.id == "outlet:3", "the first that was seen"
    assert first_seen_at == LATER
    assert ledger.record.before(article(2)) == (None, None, NOW)
    assert ledger.record.before(article(4, content_hash=article(1).content_hash)) == (None, same_text, None)
    assert ledger.record.before(article(1, outlet="another"))[1:] == (None, None)


def test_a_text_that_was_not_compared_takes_away_what_is_known_of_the_one_before(ledger):
    ledger.record.write(article(1), Line("f", 0, 100), now=NOW, compared=Look(b"signature"))
    assert ledger.fingerprints.unsigned_counts() == {}

    ledger.record.write(article(1, revision=2), Line("f", 100, 200), now=NOW)

    assert ledger.fingerprints.unsigned_counts() == {"outlet": 1}


def test_a_text_that_was_compared_takes_the_place_of_the_one_before(ledger):
    for number in (2, 3):
        ledger.record.write(article(number), Line("f", number, number + 1), now=NOW, compared=Look(b"signature"))
    likeness = Likeness("outlet:2", "duplicate", 0.9)
    ledger.record.write(article(1), Line("f", 10, 20), now=NOW, compared=Look(b"signature", (likeness,)))
    assert {pair[:2] for pair in ledger.fingerprints.pairs()} == {("outlet:1", "outlet:2"), ("outlet:2", "outlet:1")}

    likeness = Likeness("outlet:3", "duplicate", 0.9)
    ledger.record.write(article(1, revision=2), Line("f", 20, 30), now=NOW, compared=Look(b"another", (likeness,)))

    assert {pair[:2] for pair in ledger.fingerprints.pairs()} == {("outlet:1", "outlet:3"), ("outlet:3", "outlet:1")}
    assert {signed.article_id: signed.signature for signed in ledger.fingerprints.signed(["2025-07"])} == {
        "outlet:1": b"another",
        "outlet:2": b"signature",
        "outlet:3": b"signature",
    }


def test_a_revision_replaces_what_is_known_of_the_article(ledger):
    write(ledger, article(1), 100, now=NOW)
    write(ledger, replace(article(1), revision=2, content_hash="f" * 64), 200, now=LATER)

    known = ledger.record.known("outlet:1")
    assert (known.revision, known.content_hash, known.first_seen_at) == (2, "f" * 64, NOW)


def test_an_earlier_revision_that_is_read_later_replaces_nothing(ledger):
    write(ledger, replace(article(1), revision=2, content_hash="f" * 64), 200, now=NOW)
    write(ledger, article(1), 100, now=LATER)

    known = ledger.record.known("outlet:1")
    assert (known.revision, known.content_hash) == (2, "f" * 64)


def test_an_article_is_current_as_long_as_its_source_tells_of_no_later_change(ledger):
    settled = article(1, modified_at=NOW)
    write(ledger, settled, 100, now=NOW)

    assert ledger.frontier.is_current("outlet", settled.url, NOW)
    assert not ledger.frontier.is_current("outlet", settled.url, LATER)
    assert not ledger.frontier.is_current("outlet", settled.url, None)


def test_times_come_back_aware_whatever_zone_they_went_in_with(ledger):
    baghdad = datetime.fromisoformat("2025-07-22T15:00:00+03:00")
    write(ledger, article(1, first_seen_at=baghdad), 1, now=NOW)

    assert ledger.record.known("outlet:1").first_seen_at == datetime(2025, 7, 22, 12, tzinfo=UTC)


@given(
    datetimes(timezones=integers(-23 * 60, 23 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))).filter(
        lambda moment: 1 < moment.year < 9999
    )
)
def test_times_are_text_by_which_sqlite_sorts_them(moment):
    text = UtcDateTime().bind_processor(sqlite.dialect())(moment)

    assert text == moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f").zfill(26)
    assert UtcDateTime().result_processor(sqlite.dialect(), None)(text) == moment
