"""DATA_DIR: where one crawl finds the articles, the ledger and the reports of those before it.

articles/<outlet>/<YYYY-MM>.jsonl    the record, by month of publication
ledger.db                            what is known of every URL
reports/<outlet>-<time>.json         what each crawl did
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from scrapy import signals

from newscrawl.ledger import Ledger, LedgerError

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.settings import BaseSettings


class DatasetError(Exception):
    """DATA_DIR cannot be used; the text says why, in one line."""


class Dataset:
    """The data directory, open for one crawl; as a Scrapy extension it lives as long as the crawl."""

    def __init__(self, directory: Path, ledger_url: str = "") -> None:
        """Makes what is missing; raises DatasetError where that cannot be done."""
        self.directory = directory
        self.articles = directory / "articles"
        self.reports = directory / "reports"
        try:
            for folder in (self.articles, self.reports):
                folder.mkdir(parents=True, exist_ok=True)
                if not os.access(folder, os.W_OK):
                    raise PermissionError(13, "no permission to write", str(folder))
            self.ledger = Ledger(ledger_url or f"sqlite:///{directory / 'ledger.db'}")
        except OSError as error:
            raise DatasetError(f"DATA_DIR={directory} cannot be written: {error.filename}: {error.strerror}") from error
        except LedgerError as error:
            raise DatasetError(str(error)) from error

    @classmethod
    def from_settings(cls, settings: BaseSettings) -> Dataset:
        return cls(Path(settings["DATA_DIR"]), settings["LEDGER_URL"])

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Dataset:
        dataset = cls.from_settings(crawler.settings)
        crawler.signals.connect(dataset.close, signals.engine_stopped)
        return dataset

    @staticmethod
    def of(crawler: Crawler) -> Dataset:
        """The dataset of a running crawl."""
        dataset = crawler.get_extension(Dataset)
        if dataset is None:
            raise DatasetError("the extension newscrawl.dataset.Dataset is switched off; this project needs it")
        return dataset

    def close(self) -> None:
        self.ledger.close()
