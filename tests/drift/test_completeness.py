"""What is counted of the articles that a crawl reads."""

from newscrawl.drift.completeness import Completeness, FoundField
from newscrawl.ledger.crawls import CrawlNote
from tests.articles import NOW, article

PROVENANCE = {"id": "meta", "headline": "json-ld", "body": "selector", "published_at": "meta", "language": "text"}


def read(*articles):
    counted = Completeness()
    for one, disagreements in articles:
        counted.article_read(one, disagreements)
    return counted


def test_each_field_is_counted_by_its_layer_in_its_kind_and_year():
    whole = article(1, body="x" * 1836, provenance=PROVENANCE)
    other = article(2, body="x" * 1044, authors=["Sara Hassan"], provenance={**PROVENANCE, "authors": "selector"})
    update = article(3, kind="live_update", published_at=None, body="", provenance={"headline": "json-ld"})

    note = read((whole, {}), (other, {"headline": {"meta": "A", "selector": "B"}}), (update, {})).note(NOW)

    first, second = note.groups
    assert (first.kind, first.year, first.articles, first.lengths) == ("article", 2025, 2, {1800: 1, 1000: 1})
    assert first.fields["headline"] == {"json-ld": 2}
    assert first.fields["authors"] == {"": 1, "selector": 1}
    assert first.fields["image"] == {"": 2}
    assert (second.kind, second.year, second.articles, second.lengths) == ("live_update", None, 1, {})
    assert second.fields["body"] == second.fields["published_at"] == {"": 1}
    assert (note.articles, note.median_length, note.disagreements) == (3, 1440, {"headline": 1})


def test_an_id_made_of_the_address_and_a_language_that_nobody_can_tell_were_not_found():
    counted = read((article(language="und", provenance={**PROVENANCE, "id": "url"}), {}))

    fields = counted.fields_found().fields
    assert fields["id"] == fields["language"] == FoundField(share=0.0, layers={})
    assert fields["headline"] == FoundField(share=1.0, layers={"json-ld": 1})


def test_the_first_three_urls_stand_for_what_is_missing_and_the_shortest_for_what_is_short():
    sizes = {1: 500, 2: 90, 3: 700, 4: 80, 5: 100}
    counted = read(
        *((article(n, body="x" * size, provenance={**PROVENANCE, "body": "fallback"}), {}) for n, size in sizes.items())
    )
    counted.nothing_read("https://example.org/team")

    examples = counted.note(NOW).examples
    assert examples["image"] == examples["fallback"] == [f"https://example.org/{n}" for n in (1, 2, 3)]
    assert examples["length"] == [f"https://example.org/{n}" for n in (4, 2, 5)]
    assert examples["article"] == ["https://example.org/team"]
    assert "headline" not in examples


def test_a_crawl_that_read_nothing_has_nothing_to_say():
    counted = Completeness()

    assert counted.note(NOW) == CrawlNote(started_at=NOW, articles=0)
    assert (counted.fields_found().fields, counted.fields_found().median_length) == ({}, None)
