"""DATA_DIR: where one crawl finds the articles, the ledger and the reports of those before it.

articles/<outlet>/<YYYY-MM>.jsonl    the record, by month of publication
ledger.db                            what is known of every URL
catalogue.db                         where stories are found by topic (`newscrawl/topics/`): made from the record alone
reports/<outlet>-<time>.json         what each crawl did
locks/<outlet>.lock                  held while an outlet is crawled
pages/<outlet>/<YYYY-MM>.warc.gz     with KEEP_PAGES: what articles were read from, by month of the answer
"""

from __future__ import annotations

import logging
import os
import uuid
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from scrapy import signals
from sqlalchemy import URL

from newscrawl import setting_values
from newscrawl.duplicates.search import DuplicateSearch
from newscrawl.ledger import Ledger, LedgerError, NoLedgerError
from newscrawl.lock import Held, OutletLock
from newscrawl.months import month_files
from newscrawl.recovery import RecordChangedError, Recovered, recover
from newscrawl.reporting.counted import counted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scrapy.crawler import Crawler
    from scrapy.settings import BaseSettings

logger = logging.getLogger(__name__)

HANDED_OVER = "DATASET"
"""The setting that holds the dataset of a crawl that was claimed before the crawl began."""


class DatasetError(Exception):
    """DATA_DIR cannot be used; the text says why, in one line."""


class NothingCrawledError(DatasetError):
    """DATA_DIR holds nothing yet."""


class Dataset:
    """The data directory; as a Scrapy extension it is claimed for as long as the crawl lives.

    A command claims it before anything is begun and hands it over; a crawl that a script begins claims it by itself.
    """

    def __init__(self, directory: Path, ledger_url: str = "", *, read_only: bool = False) -> None:
        """Makes what is missing, but for `read_only`; raises DatasetError where that cannot be done."""
        self.directory = directory
        self.articles = directory / "articles"
        self.reports = directory / "reports"
        self.second_looks: list[timedelta] = []
        """How long after its publication an article is looked at again."""
        self.duplicate_window = timedelta()
        """How far apart two articles may be published that are compared."""
        self._lock: OutletLock | None = None
        with _in_words(directory, "read" if read_only else "written"):
            for folder in () if read_only else (self.articles, self.reports):
                folder.mkdir(parents=True, exist_ok=True)
                if not os.access(folder, os.W_OK):
                    raise PermissionError(13, "no permission to write", str(folder))
            self.holder = "" if read_only else _name_of(directory)
            # Not as text: a "?" in DATA_DIR is no query.
            database = ledger_url or URL.create("sqlite", database=str(directory / "ledger.db"))
            self.ledger = Ledger(database, self.holder, read_only=read_only)

    @classmethod
    def from_settings(cls, settings: BaseSettings) -> Dataset:
        looks, window = cls.looks(settings), cls.window(settings)
        dataset = cls(data_dir(settings), settings["LEDGER_URL"])
        dataset.second_looks = looks
        dataset.duplicate_window = window
        return dataset

    @classmethod
    def existing(cls, settings: BaseSettings, *, read_only: bool = False, makes_ledger: bool = False) -> Dataset:
        """What earlier crawls left; `read_only` leaves it as it is, `makes_ledger` makes a ledger that is gone.

        Raises DatasetError, and NothingCrawledError where there is nothing: a directory is not made for that.
        """
        directory, ledger_url = data_dir(settings), settings["LEDGER_URL"]
        nothing = NothingCrawledError(f"nothing was crawled into {directory} yet")
        with _in_words(directory, "read"):
            if not ledger_url and not (directory / "ledger.db").exists() and not recorded(directory):
                raise nothing
            if not read_only and not directory.is_dir():
                raise nothing
        if not read_only and not makes_ledger:
            # Whoever opens it to write would make an empty one.
            cls.existing(settings, read_only=True).close()
        try:
            return cls(directory, ledger_url, read_only=read_only)
        except DatasetError as error:
            if not isinstance(error.__cause__, NoLedgerError):
                raise
            if not recorded(directory):
                raise nothing from error
            raise DatasetError(f"{error}; the next crawl makes it from the files, or: scrapy ledger rebuild") from error

    @classmethod
    def claimed(cls, settings: BaseSettings, outlet: str, duplicates: str | None = None) -> Dataset:
        """The dataset, held for one crawl of an outlet until it is closed; raises DatasetError.

        `duplicates`: what becomes of near-duplicates, where it is not what NEAR_DUPLICATES says.
        """
        dataset = cls.from_settings(settings)
        try:
            dataset.claim(outlet)
            if (duplicates or settings["NEAR_DUPLICATES"]) != "off":
                dataset.compare()
        except BaseException:
            dataset.close()
            raise
        return dataset

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Dataset:
        dataset = crawler.settings[HANDED_OVER]
        if not isinstance(dataset, Dataset):
            outlet = getattr(crawler.spider, "outlet", None)
            settings = crawler.settings
            asked_for = getattr(crawler.spider, "arguments", None)
            duplicates = asked_for.duplicates if asked_for else None
            dataset = cls.claimed(settings, outlet.name, duplicates) if outlet else cls.from_settings(settings)
        crawler.signals.connect(dataset.close, signals.engine_stopped)
        return dataset

    def hand_over(self, crawler: Crawler) -> None:
        """Let a crawl that has not begun work with this dataset."""
        crawler.settings.set(HANDED_OVER, self)

    @staticmethod
    def of(crawler: Crawler) -> Dataset:
        """The dataset of a running crawl."""
        dataset = crawler.get_extension(Dataset)
        if dataset is None:
            raise DatasetError("the extension newscrawl.dataset.Dataset is switched off; this project needs it")
        return dataset

    @staticmethod
    def looks(settings: BaseSettings) -> list[timedelta]:
        """SECOND_LOOKS: how long after its publication an article is looked at again; raises SettingError."""
        return [timedelta(hours=hours) for hours in setting_values.hours(settings)]

    @staticmethod
    def window(settings: BaseSettings) -> timedelta:
        """DUPLICATE_WINDOW: how far apart two articles may be published that are compared; raises SettingError."""
        return timedelta(days=setting_values.days(settings))

    def outlets(self) -> list[str]:
        """Those that the ledger knows; raises DatasetError where there are none, though there are files of them."""
        outlets = self.ledger.outlets()
        if not outlets and recorded(self.directory):
            raise DatasetError(
                f"the ledger knows nothing of the files in {self.articles}; read them with: scrapy ledger rebuild"
            )
        if not outlets:
            raise NothingCrawledError(f"nothing was crawled into {self.directory} yet")
        return outlets

    def search(self) -> DuplicateSearch:
        """What finds near-duplicates in the record."""
        return DuplicateSearch(self.directory, self.ledger, self.duplicate_window)

    def compare(self) -> None:
        """Look for near-duplicates among what was written without that; raises DatasetError."""
        with _in_words(self.directory):
            for outlet, count in self.ledger.fingerprints.unsigned_counts().items():
                articles = counted(count, "article")
                logger.info("%s: comparing %s of the record, to find near-duplicates", outlet, articles)
                with closing(self.search()) as search:
                    search.catch_up(outlet)

    def claim(self, outlet: str) -> None:
        """Take the outlet for one crawl, and mend what an earlier one left behind; raises DatasetError."""
        with _in_words(self.directory):
            self._take(outlet)
            recovered = recover(self.directory, outlet, self.ledger, self.second_looks)
        if recovered != Recovered():
            logger.info(
                "%s: record and ledger differed: %s taken in, %s set aside, %s due again",
                outlet,
                counted(recovered.taken_in, "line"),
                counted(recovered.torn, "broken line"),
                counted(recovered.forgotten, "article"),
            )

    @contextmanager
    def held(self, outlet: str) -> Iterator[None]:
        """Keep crawls of the outlet out while something is done to it; what goes wrong with that is a DatasetError."""
        with _in_words(self.directory):
            self._take(outlet)
            try:
                yield
            finally:
                self._release()

    def close(self) -> None:
        self._release()
        self.ledger.close()

    def _take(self, outlet: str) -> None:
        self._lock = OutletLock(self.directory / "locks", outlet)
        self._lock.take()

    def _release(self) -> None:
        if self._lock:
            self._lock.release()


@contextmanager
def _in_words(directory: Path, what: str = "written") -> Iterator[None]:
    """Raises as DatasetError what can go wrong with files, lock and ledger; `what` is done with the files."""
    try:
        yield
    except (Held, RecordChangedError, LedgerError) as error:
        raise DatasetError(str(error)) from error
    except OSError as error:
        raise DatasetError(f"DATA_DIR={directory} cannot be {what}: {_reason(error)}") from error


def data_dir(settings: BaseSettings) -> Path:
    """Raises DatasetError where DATA_DIR is empty: that would be the folder where one stands."""
    if not settings["DATA_DIR"]:
        raise DatasetError("DATA_DIR is empty; write DATA_DIR=data")
    return Path(settings["DATA_DIR"])


def recorded(directory: Path) -> list[str]:
    """The files of the record, below DATA_DIR, the oldest month first; raises DatasetError."""
    with _in_words(directory, "read"):
        return month_files(directory)


def is_without_ledger(error: BaseException | None) -> bool:
    """Whether that is why a data directory cannot be used."""
    while error is not None:
        if isinstance(error, NoLedgerError):
            return True
        error = error.__cause__
    return False


def pages_folder(directory: Path, outlet: str) -> Path:
    """Where an outlet's kept pages are, below DATA_DIR: never elsewhere, however odd its name is."""
    name = quote(outlet, safe=" ")
    return directory / "pages" / (name if name.strip(".") else name.replace(".", "%2E"))


def _name_of(directory: Path) -> str:
    """A name for the data directory, made once and kept in it, so that it is the same wherever it is moved."""
    file = directory / "holder"
    if not file.exists():
        part = file.with_name(f"holder.{os.getpid()}")
        try:
            part.write_text(uuid.uuid4().hex, "ascii")
            _name_once(part, file)
        finally:
            part.unlink(missing_ok=True)
    return file.read_text("ascii").strip()


def _name_once(part: Path, file: Path) -> None:
    """Give a file its name, unless another crawl was first: two first crawls agree on one."""
    try:
        os.link(part, file)
    except FileExistsError:
        return
    except OSError:
        # No links, as on exFAT. There the later one of two at the same moment is right.
        part.replace(file)


def _reason(error: OSError) -> str:
    if isinstance(error, FileExistsError) and Path(error.filename).is_symlink():
        return f"{error.filename} links to {Path(error.filename).readlink()}, which is not there"
    return f"{error.filename}: {error.strerror}" if error.filename else str(error.strerror or error)
