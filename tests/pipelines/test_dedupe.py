"""An article comes once: by its id, and by its text."""

import asyncio

import pytest

from newscrawl.ledger import Ledger, Line
from newscrawl.pipelines.dedupe import Dedupe
from newscrawl.pipelines.dropped import Duplicate, Unchanged
from tests.articles import NOW, article


@pytest.fixture
def ledger(tmp_path):
    ledger = Ledger(f"sqlite:///{tmp_path / 'ledger.db'}")
    yield ledger
    ledger.close()


def process(ledger, item):
    return asyncio.run(Dedupe(ledger).process_item(item))


def test_a_first_text_passes_as_it_is(ledger):
    assert process(ledger, article(1)).revision == 1


def test_a_known_text_of_a_known_article_is_unchanged(ledger):
    ledger.record.write(article(1), Line("f", 0, 1), now=NOW)

    with pytest.raises(Unchanged):
        process(ledger, article(1))


def test_a_changed_text_is_the_next_revision_and_names_the_one_before(ledger):
    ledger.record.write(article(1), Line("f", 0, 1), now=NOW)

    changed = process(ledger, article(1, content_hash="f" * 64))

    assert (changed.revision, changed.previous_hash) == (2, article(1).content_hash)


def test_the_same_text_at_another_url_of_the_outlet_is_a_duplicate(ledger):
    ledger.record.write(article(1), Line("f", 0, 1), now=NOW)

    with pytest.raises(Duplicate) as duplicate:
        process(ledger, article(2, content_hash=article(1).content_hash))

    assert "the same text as outlet:1, https://example.org/1" in str(duplicate.value)
    assert ledger.frontier.counts("outlet") == {"done": 1, "duplicate": 1}


def test_the_same_text_of_another_outlet_is_none(ledger):
    ledger.record.write(article(1), Line("f", 0, 1), now=NOW)
    other = article(2, outlet="other", content_hash=article(1).content_hash)

    assert process(ledger, other) is other
