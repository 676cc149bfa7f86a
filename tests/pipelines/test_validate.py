"""An article that is not whole is refused, with the field and the URL."""

import asyncio
from datetime import datetime

import pytest

from newscrawl.items import Image
from newscrawl.ledger import Ledger
from newscrawl.pipelines.dropped import Refused
from newscrawl.pipelines.validate import Validate, fault_of
from tests.articles import NOW, article


def test_a_whole_article_has_no_fault():
    assert fault_of(article(image=Image(url="https://example.org/a.jpg", caption="A bridge"))) is None


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"headline": ""}, "headline: missing"),
        ({"headline": None}, "headline: missing"),
        ({"body": ""}, "body: missing"),
        ({"published_at": None}, "published_at: missing"),
        ({"language": None}, "language: missing"),
        ({"kind": "podcast"}, "kind: Invalid enum value 'podcast', got 'podcast'"),
        ({"headline": 17}, "headline: Expected `str`, got `int`, got 17"),
        ({"authors": "Amr Salem"}, "authors: Expected `array`, got `str`, got 'Amr Salem'"),
        ({"url": "ftp://example.org/1"}, "url: Expected `str` matching regex"),
        ({"content_hash": "abc"}, "content_hash: Expected `str` matching regex"),
        ({"published_at": datetime(2025, 7, 21)}, "published_at: Expected `datetime` with a timezone component"),  # noqa: DTZ001
        ({"published_at": "2025-07-21T10:00:00Z"}, "published_at: Expected `datetime`, got `str`"),
        ({"image": Image(url="/a.jpg")}, "image.url: Expected `str` matching regex"),
    ],
)
def test_a_fault_names_the_field(changes, fault):
    assert fault_of(article(**changes)).startswith(fault)


def test_a_refused_date_is_told_with_what_was_wrong_with_it():
    refused = article(published_at=None, provenance={"published_at_refused": "2099-01-01 is in the future"})

    assert fault_of(refused) == "published_at: missing (2099-01-01 is in the future)"


def test_a_refused_article_is_noted_with_its_reason(tmp_path):
    ledger = Ledger(f"sqlite:///{tmp_path / 'ledger.db'}")

    with pytest.raises(Refused) as refused:
        asyncio.run(Validate(ledger).process_item(article(headline="")))

    assert str(refused.value) == "headline: missing (https://example.org/1)"
    assert ledger.frontier.ended("outlet", ["refused"], since=NOW, limit=9) == [
        ("refused", "https://example.org/1", "headline: missing")
    ]
