"""The ledger: what is due, what became of it, and which texts are known. On a real SQLite file."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from newscrawl.items import Lead
from newscrawl.ledger import Ledger, LedgerError, Outcome
from tests.articles import NOW, article

LATER = NOW + timedelta(hours=1)


@pytest.fixture
def ledger(tmp_path):
    ledger = Ledger(f"sqlite:///{tmp_path / 'ledger.db'}")
    yield ledger
    ledger.close()


def leads(*numbers: int) -> list[Lead]:
    return [Lead(url=f"https://example.org/{number}") for number in numbers]


def add(ledger, *numbers, now=NOW, run=NOW):
    return ledger.add("outlet", leads(*numbers), "feed /feed/", now=now, run_started=run)


def lease(ledger, limit=10, now=NOW, run=NOW, **period):
    return [row.url[-1] for row in ledger.lease("outlet", limit, now=now, run_started=run, **period)]


def test_a_url_named_by_two_sources_is_found_once_and_new_once(ledger):
    assert add(ledger, 1, 2) == (2, 2)
    assert add(ledger, 2, 3) == (1, 1)
    assert add(ledger, 1, 2, 3, now=LATER, run=LATER) == (0, 3)


def test_what_is_leased_is_not_handed_out_again_until_the_lease_is_over(ledger):
    add(ledger, 1, 2)

    assert lease(ledger, 1) == ["1"]
    assert lease(ledger) == ["2"]
    assert lease(ledger, now=LATER, run=LATER) == ["1", "2"]


def test_the_newest_come_first_and_a_period_leaves_out_what_is_dated_elsewhere(ledger):
    dated = [Lead(url=f"https://example.org/{day}", published_at=datetime(2025, 7, day, tzinfo=UTC)) for day in (1, 5)]
    ledger.add("outlet", [*dated, *leads(9)], "feed", now=NOW, run_started=NOW)

    assert lease(ledger, since=datetime(2025, 7, 3, tzinfo=UTC)) == ["9", "5"]
    assert lease(ledger) == ["1"]


def test_a_settled_url_is_never_due_again(ledger):
    add(ledger, 1, 2, 3)
    ledger.record(article(1), "articles/outlet/2025-07.jsonl", 100, now=NOW)
    ledger.settle(article(2), Outcome("duplicate", "the same text as outlet:1", NOW))
    ledger.end("outlet", "https://example.org/3", Outcome("gone", "the site answers 404", NOW), 404)

    assert lease(ledger, now=LATER, run=LATER) == []
    assert ledger.counts("outlet") == {"done": 1, "duplicate": 1, "gone": 1}


def test_a_failure_is_due_again_after_a_pause_that_doubles_until_it_is_given_up(ledger):
    add(ledger, 1)
    now, pauses = NOW, []
    lease(ledger)
    for _ in range(5):
        ledger.fail("outlet", "https://example.org/1", "the site answers 502", now=now, http_status=502)
        waited = timedelta()
        while waited < timedelta(days=1) and not lease(ledger, now=now + waited, run=now + waited):
            waited += timedelta(minutes=10)
        pauses.append(waited)
        now += waited

    minutes = [pause.total_seconds() / 60 for pause in pauses]
    assert minutes == [10, 20, 40, 80, 1440]


def test_a_url_that_this_run_passed_over_is_due_for_the_next(ledger):
    add(ledger, 1)
    lease(ledger)
    ledger.pass_over("outlet", "https://example.org/1", now=NOW)

    assert lease(ledger) == []
    assert lease(ledger, now=LATER, run=LATER) == ["1"]


def test_the_leases_of_a_killed_crawl_are_taken_back(ledger):
    add(ledger, 1)
    lease(ledger)
    ledger.release_leases("outlet")

    assert lease(ledger, run=NOW) == ["1"]


def test_another_address_of_an_article_leaves_the_canonical_one_to_carry_the_outcome(ledger):
    add(ledger, 1)
    ledger.alias("outlet", "https://example.org/1", "https://example.org/canonical", now=NOW)

    assert ledger.counts("outlet") == {"due": 1, "duplicate": 1}
    assert ledger.ended("outlet", ["duplicate"], since=NOW, limit=9) == [
        ("duplicate", "https://example.org/1", "another address of https://example.org/canonical")
    ]


def test_a_written_article_is_known_by_its_id_and_by_its_text(ledger):
    first = article(1)
    ledger.record(first, "articles/outlet/2025-07.jsonl", 100, now=NOW)

    assert ledger.known("outlet:1").content_hash == first.content_hash
    assert ledger.same_text("outlet", first.content_hash).id == "outlet:1"
    assert ledger.same_text("another", first.content_hash) is None


def test_a_revision_replaces_what_is_known_of_the_article(ledger):
    ledger.record(article(1), "f", 100, now=NOW)
    ledger.record(replace(article(1), revision=2, content_hash="f" * 64), "f", 200, now=LATER)

    known = ledger.known("outlet:1")
    assert (known.revision, known.content_hash, known.first_seen_at) == (2, "f" * 64, NOW)


def test_an_article_is_current_as_long_as_its_source_tells_of_no_later_change(ledger):
    settled = article(1, modified_at=NOW)
    ledger.record(settled, "f", 100, now=NOW)

    assert ledger.is_current("outlet", settled.url, NOW)
    assert not ledger.is_current("outlet", settled.url, LATER)
    assert not ledger.is_current("outlet", settled.url, None)


def test_times_come_back_aware_whatever_zone_they_went_in_with(ledger):
    baghdad = datetime.fromisoformat("2025-07-22T15:00:00+03:00")
    ledger.record(article(1, first_seen_at=baghdad), "f", 1, now=NOW)

    assert ledger.known("outlet:1").first_seen_at == datetime(2025, 7, 22, 12, tzinfo=UTC)


def test_a_ledger_that_cannot_be_opened_says_why_in_one_line(tmp_path):
    with pytest.raises(LedgerError) as refused:
        Ledger(f"sqlite:///{tmp_path}/no/such/folder/ledger.db")

    assert "unable to open database file" in str(refused.value)
    assert "\n" not in str(refused.value)
