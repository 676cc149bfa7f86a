"""Opens the catalogue that a project's settings name: DATA_DIR, LEDGER_URL and TOPICS_FILE.

In: settings. Out: the catalogue, up to date, or a `DatasetError` in one line.
"""

from __future__ import annotations

from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from scrapy.utils.conf import closest_scrapy_cfg

from newscrawl.dataset import Dataset, DatasetError, NothingCrawledError, data_dir, is_without_ledger, recorded
from newscrawl.duplicates.clusters import told_again
from newscrawl.topics.catalogue import Catalogue
from newscrawl.topics.connection import CatalogueError
from newscrawl.topics.names import Topic, TopicsFileError, read_names

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scrapy.settings import BaseSettings

PROJECT_PRIORITY = 20
"""Scrapy's, of what the settings module says; whoever sets something for one command has a higher one."""


@contextmanager
def opened(settings: BaseSettings) -> Iterator[Catalogue]:
    """The catalogue, until the block ends; raises DatasetError, and NothingCrawledError where there is no record."""
    directory = data_dir(settings)
    topics = named_topics(settings)
    if not recorded(directory):
        raise NothingCrawledError(f"nothing was crawled into {directory} yet")
    try:
        with Catalogue.open(directory, topics, _clusters(settings)) as catalogue:
            yield catalogue
    except CatalogueError as error:
        raise DatasetError(str(error)) from error


def named_topics(settings: BaseSettings) -> list[Topic]:
    """The topics of TOPICS_FILE; none where the file that is there by default was left out. Raises DatasetError."""
    if not settings["TOPICS_FILE"]:
        return []
    file = Path(closest_scrapy_cfg()).parent / settings["TOPICS_FILE"]
    if (settings.getpriority("TOPICS_FILE") or 0) <= PROJECT_PRIORITY and not file.exists():
        return []
    try:
        return read_names(file)
    except TopicsFileError as error:
        raise DatasetError(str(error)) from error


def _clusters(settings: BaseSettings) -> list[list[str]] | None:
    """The ids of the articles that tell the same text, as the ledger knows them; None where there is no ledger."""
    try:
        with closing(Dataset.existing(settings, read_only=True)) as dataset:
            told = told_again(dataset.ledger, dataset.ledger.outlets())
    except DatasetError as error:
        if is_without_ledger(error):
            return None
        raise
    return [[member.id for member in cluster.articles] for cluster in told.clusters]
