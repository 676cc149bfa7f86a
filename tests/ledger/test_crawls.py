"""How well earlier crawls could read, on real SQLite and real PostgreSQL."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import create_engine, text

from newscrawl.ledger import Ledger
from newscrawl.ledger.crawls import KEPT, CrawlNote, Group

START = datetime(2026, 11, 1, 12, 30, 15, 678901, tzinfo=UTC)
CRAWL = CrawlNote(
    started_at=START,
    articles=3,
    no_article=1,
    median_length=1836,
    groups=[
        Group("article", 2026, 2, {"body": {"selector": 2}, "image": {"json-ld": 1, "": 1}}, {1800: 1, 240: 1}),
        Group("live_update", None, 1, {"body": {"fallback": 1}, "image": {"": 1}}, {3000: 1}),
    ],
    disagreements={"headline": 2},
    examples={"image": ["https://example.org/Ünïcode", "https://example.org/2"]},
    told=["image"],
    accepted=["json-ld"],
)


def test_a_crawl_is_kept_as_it_was_counted(ledger):
    ledger.crawls.note("outlet", CRAWL)

    assert ledger.crawls.newest("outlet") == [CRAWL]


def test_a_crawl_whose_bodies_are_all_missing_has_no_median(ledger):
    crawl = CrawlNote(started_at=START, articles=0, no_article=4)
    ledger.crawls.note("outlet", crawl)

    assert ledger.crawls.newest("outlet") == [crawl]


def test_crawls_come_newest_first_and_each_outlet_has_its_own(ledger):
    for days in (2, 0, 1):
        ledger.crawls.note("outlet", replace(CRAWL, started_at=START + timedelta(days=days), articles=days))
    ledger.crawls.note("another", CRAWL)

    assert [crawl.articles for crawl in ledger.crawls.newest("outlet")] == [2, 1, 0]
    assert ledger.crawls.newest("another") == [CRAWL]
    assert ledger.crawls.newest("a third") == []


def test_the_table_does_not_grow_for_ever(ledger, ledger_url):
    small = CrawlNote(started_at=START, articles=1)
    ledger.crawls.note("another", small)
    for minutes in range(KEPT + 3):
        ledger.crawls.note("outlet", replace(small, started_at=START + timedelta(minutes=minutes)))

    engine = create_engine(ledger_url)
    with engine.connect() as db:
        count = "SELECT count(*) FROM crawls WHERE outlet = "
        assert db.execute(text(count + "'outlet'")).scalar() == KEPT
        assert db.execute(text(count + "'another'")).scalar() == 1
    engine.dispose()
    kept = ledger.crawls.newest("outlet")
    assert (kept[0].started_at - START, kept[-1].started_at - START) == (
        timedelta(minutes=KEPT + 2),
        timedelta(minutes=3),
    )


@pytest.fixture
def read_only(ledger, ledger_url):
    ledger.crawls.note("outlet", CRAWL)
    reader = Ledger(ledger_url, read_only=True)
    yield reader
    reader.close()


def test_a_ledger_that_is_only_read_tells_it_too(read_only):
    assert read_only.crawls.newest("outlet") == [CRAWL]
