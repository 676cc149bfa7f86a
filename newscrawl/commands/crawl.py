"""`scrapy crawl OUTLET`: Scrapy's own command, which checks what it is asked for and tells whether it did it.

Exit status: 0 the crawl did its job, 1 it did not (the report says why), 2 it was asked for something that cannot be.
"""

from __future__ import annotations

import logging
from difflib import get_close_matches
from typing import TYPE_CHECKING

from scrapy.commands import crawl
from scrapy.exceptions import UsageError
from scrapy.settings import SETTINGS_PRIORITIES

from newscrawl.dataset import Dataset, DatasetError
from newscrawl.report import Reporter
from newscrawl.spiders.arguments import ArgumentError
from newscrawl.spiders.outlet import OutletSpider

if TYPE_CHECKING:
    import argparse

    from scrapy.settings import Settings


TALKATIVE = ("scrapy.utils.log", "scrapy.addons", "scrapy.middleware", "scrapy.crawler", "scrapy.core.engine")
"""Loggers that tell at length how Scrapy starts and ends."""
FAILING = ("scrapy.core.scraper", "scrapy.core.engine", "newscrawl.spiders.outlet")
"""Loggers that show a traceback when code of ours raises."""


class Command(crawl.Command):
    def short_desc(self) -> str:
        return "Crawl an outlet: scrapy crawl iraqinews"

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        super().process_options(args, opts)
        assert self.settings is not None
        quieten(self.settings)

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        if len(args) != 1:
            raise UsageError("name one spider: scrapy crawl " + " | ".join(self._names()), print_help=False)
        self._check(args[0], opts.spargs)
        assert self.crawler_process is not None
        crawler = self._create_crawler(args[0])
        self.crawler_process.crawl(crawler, **opts.spargs)
        self.crawler_process.start()
        self.exitcode = Reporter.exit_status(crawler)

    def _check(self, name: str, arguments: dict[str, str]) -> None:
        """Refuse what cannot be done, before anything is begun."""
        assert self.crawler_process is not None
        assert self.settings is not None
        if name not in self._names():
            nearest = get_close_matches(name, self._names(), 1)
            hint = f"; did you mean {nearest[0]}?" if nearest else f"; there are: {', '.join(self._names())}"
            raise UsageError(f"there is no spider {name!r}{hint}", print_help=False)
        try:
            spider_class = self.crawler_process.spider_loader.load(name)
            if issubclass(spider_class, OutletSpider):
                spider_class.check(arguments)
            Dataset.from_settings(self.settings).close()
        except (ArgumentError, DatasetError) as error:
            raise UsageError(str(error), print_help=False) from error

    def _names(self) -> list[str]:
        assert self.crawler_process is not None
        return sorted(self.crawler_process.spider_loader.list())


def quieten(settings: Settings) -> None:
    """Leave the screen to the crawl, unless a log level was asked for: `-L DEBUG` shows everything.

    Filters, because Scrapy sets the levels of its loggers anew when it starts.
    """
    if (settings.getpriority("LOG_LEVEL") or 0) >= SETTINGS_PRIORITIES["cmdline"]:
        return
    for name in TALKATIVE:
        logging.getLogger(name).addFilter(_from_warnings_up)
    for name in FAILING:
        logging.getLogger(name).addFilter(_without_traceback)


def _from_warnings_up(record: logging.LogRecord) -> bool:
    return record.levelno >= logging.WARNING


def _without_traceback(record: logging.LogRecord) -> bool:
    """Keeps a traceback's last line only."""
    if record.exc_info and record.exc_info[1]:
        error = record.exc_info[1]
        record.msg = f"{record.getMessage().splitlines()[0]}: {type(error).__name__}: {error}"
        record.args = None
        record.exc_info = None
        record.exc_text = None
    return True
