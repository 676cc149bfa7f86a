"""What the page "About the data" tells.

In: a project's settings. Out: the coverage of each outlet, as `scrapy status` tells it, and the fields of an article.
"""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from newscrawl.dataset import Dataset, DatasetError
from newscrawl.reporting.coverage import Coverage, coverage
from newscrawl.schema import article_schema

if TYPE_CHECKING:
    from scrapy.settings import BaseSettings


def coverage_of(settings: BaseSettings) -> list[Coverage]:
    """The outlets in the ledger; none where there is no ledger."""
    try:
        dataset = Dataset.existing(settings, read_only=True)
    except DatasetError:
        return []
    with closing(dataset):
        return [coverage(dataset, outlet) for outlet in dataset.ledger.outlets()]


def fields() -> list[tuple[str, str]]:
    """Each field of an article with its meaning, as the schema has it."""
    properties = article_schema()["$defs"]["Article"]["properties"]
    return [(name, _meaning(told)) for name, told in properties.items()]


def _meaning(told: dict[str, object]) -> str:
    return str(told.get("description", ""))
