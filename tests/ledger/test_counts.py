"""What `scrapy status` counts, on real SQLite and real PostgreSQL."""

from datetime import UTC, datetime

from newscrawl.items import Lead
from newscrawl.ledger import Line, Outcome
from newscrawl.ledger.sources import SourceState
from tests.articles import NOW, article

NEW_YEAR = datetime.fromisoformat("2025-01-01T01:30:00+03:00")
"""Of 2024 in UTC."""


def note(ledger, *leads, outlet="outlet"):
    ledger.frontier.add(outlet, leads, "sitemap /sitemap.xml", now=NOW, run_started=NOW)


def lead(number, published_at=None):
    return Lead(url=f"https://example.org/{number}", published_at=published_at)


def write(ledger, number, published_at):
    line = Line(f"articles/outlet/{published_at:%Y-%m}.jsonl", number * 100, number * 100 + 100)
    item = article(number, headline=f"Headline {number}", published_at=published_at)
    ledger.record.write(item, line, now=NOW)


def test_urls_are_counted_by_year_of_publication_in_utc_newest_first(ledger):
    note(ledger, lead(1, NEW_YEAR), lead(2, NOW), lead(3, NOW), lead(4))
    write(ledger, 3, NOW)
    ledger.frontier.end("outlet", "https://example.org/4", Outcome("gone", "the site answers 404", NOW), 404)
    note(ledger, lead(5, NOW), outlet="another")

    counts = ledger.frontier.counts_by_year("outlet")

    assert list(counts.items()) == [(2025, {"due": 1, "done": 1}), (2024, {"due": 1}), (None, {"gone": 1})]


def test_an_outlet_of_which_nothing_is_known_has_no_years(ledger):
    assert ledger.frontier.counts_by_year("outlet") == {}
    assert ledger.record.newest("outlet") is None


def test_another_address_is_told_from_another_text(ledger):
    note(ledger, lead(1), lead(2), lead(3))
    ledger.frontier.alias("outlet", "https://example.org/1", "https://example.org/one", holder="here", now=NOW)
    ledger.record.settle(article(2), Outcome("duplicate", "the same text as outlet:3, https://example.org/3", NOW))

    assert ledger.frontier.counts("outlet")["duplicate"] == 2
    assert ledger.frontier.aliases("outlet") == 1


def test_the_newest_article_is_the_one_that_was_published_last(ledger):
    write(ledger, 1, datetime(2025, 3, 1, tzinfo=UTC))
    write(ledger, 2, datetime(2025, 7, 2, tzinfo=UTC))
    write(ledger, 3, datetime(2025, 7, 1, tzinfo=UTC))

    assert ledger.record.newest("outlet") == ("Headline 2", datetime(2025, 7, 2, tzinfo=UTC))
    assert ledger.record.count("outlet") == 3


def test_an_outlet_is_known_by_its_urls_or_by_its_sources(ledger):
    assert ledger.outlets() == []

    note(ledger, lead(1), outlet="named")
    for outlet in ("named", "unreachable"):
        ledger.sources.note_source(outlet, "feed /rss", "unreachable", "no answer", SourceState(), now=NOW)

    assert ledger.outlets() == ["named", "unreachable"]
