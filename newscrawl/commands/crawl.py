"""`scrapy crawl OUTLET`: Scrapy's own command, which checks what it is asked for and tells whether it did it.

Exit status: 0 the crawl did its job, 1 it did not (the report says why), 2 it was asked for something that cannot be.
"""

from __future__ import annotations

import argparse
import logging
import re
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from scrapy.commands import ScrapyHelpFormatter, crawl
from scrapy.settings import SETTINGS_PRIORITIES
from twisted.logger import globalLogBeginner

from newscrawl.commands.refusal import hint, refusing
from newscrawl.dataset import Dataset, DatasetError
from newscrawl.reporting.report import Reporter
from newscrawl.spiders.arguments import ACCEPTED, POLICIES, ArgumentError
from newscrawl.spiders.outlet import OutletSpider
from newscrawl.spiders.wordpress import WordPressSpider

if TYPE_CHECKING:
    from scrapy.settings import Settings


TALKATIVE = ("scrapy.utils.log", "scrapy.addons", "scrapy.middleware", "scrapy.crawler", "scrapy.core.engine")
"""Loggers that tell at length how Scrapy starts and ends."""
BOUNDS = ("URLLENGTH_LIMIT", "MAX_SOURCE_PAGES", "MAX_DUE", "MAX_MEMORY")
NUMBERS = ("DOWNLOAD_DELAY", "DOWNLOAD_TIMEOUT", "CONCURRENT_REQUESTS", "MAX_REFUSED_SHARE", *BOUNDS)
FAILING = ("scrapy.core.scraper", "scrapy.core.engine", "newscrawl.spiders.outlet", "twisted")
"""Loggers that show a traceback, when code of ours raises or a certificate is not valid."""


class Command(crawl.Command):
    def syntax(self) -> str:
        return "OUTLET [-a NAME=VALUE …] [-s SETTING=VALUE …]"

    def short_desc(self) -> str:
        return "Crawl an outlet: scrapy crawl iraqinews"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        forms = {**ACCEPTED, **WordPressSpider.own_arguments}
        lines = ["Arguments, all optional but site= for wordpress:", *(f"  -a {form}" for form in forms.values())]
        parser.formatter_class = _Help
        parser.epilog = "\n".join([*lines, "Exit status: 0 the job is done, 1 it is not, 2 it was not begun."])

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        super().process_options(args, opts)
        assert self.settings is not None
        quieten(self.settings)

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        assert self.crawler_process is not None
        with refusing(self), closing(self._claimed(args, opts.spargs)) as dataset:
            crawler = self._create_crawler(args[0])
            dataset.hand_over(crawler)
            self.crawler_process.crawl(crawler, **opts.spargs)
            self.crawler_process.start()
            self.exitcode = Reporter.exit_status(crawler)

    def _claimed(self, args: list[str], arguments: dict[str, str]) -> Dataset:
        """The dataset for the crawl; raises what cannot be done before anything is begun."""
        assert self.crawler_process is not None
        assert self.settings is not None
        names = sorted(self.crawler_process.spider_loader.list())
        if len(args) != 1:
            raise ArgumentError("name one outlet: scrapy crawl " + " | ".join(names))
        if args[0] not in names:
            raise ArgumentError(f"there is no spider {args[0]!r}; {hint(args[0], names)}")
        check_settings(self.settings)
        spider_class = self.crawler_process.spider_loader.load(args[0])
        if not issubclass(spider_class, OutletSpider):
            return Dataset.from_settings(self.settings)
        outlet, read = spider_class.check(arguments)
        if read.urls:
            # Standard input can be read only once, and the spider checks its arguments too.
            arguments["urls"] = "\n".join(read.urls)
        return Dataset.claimed(self.settings, outlet.name, read.duplicates)


class _Help(ScrapyHelpFormatter, argparse.RawDescriptionHelpFormatter):
    """Scrapy's form, which leaves the lines of the epilog as they are."""


def check_settings(settings: Settings) -> None:
    """Raises DatasetError for folders and numbers that would end the crawl in its middle."""
    if settings["REPLAY_FROM"] and not Path(settings["REPLAY_FROM"]).is_dir():
        raise DatasetError(f"REPLAY_FROM={settings['REPLAY_FROM']} is no folder")
    if settings["RECORD_TO"]:
        try:
            Path(settings["RECORD_TO"]).mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise DatasetError(f"RECORD_TO={settings['RECORD_TO']} cannot be written: {error.strerror}") from error
    for name in NUMBERS:
        try:
            settings.getfloat(name)
        except ValueError as error:
            raise DatasetError(f"{name}={settings[name]} is no number") from error
    if settings["NEAR_DUPLICATES"] not in POLICIES:
        raise DatasetError(f"NEAR_DUPLICATES={settings['NEAR_DUPLICATES']} is none of {', '.join(POLICIES)}")
    if not re.fullmatch(r"\d{1,4}", str(settings["DUPLICATE_WINDOW"]), re.ASCII):
        raise DatasetError(f"DUPLICATE_WINDOW={settings['DUPLICATE_WINDOW']} is no number of days, such as 30")


def quieten(settings: Settings) -> None:
    """Leave the screen to the crawl, unless a log level was asked for: `-L DEBUG` shows everything.

    Filters, because Scrapy sets the levels of its loggers anew when it starts.
    """
    # Twisted's errors come through Python's logging; until told that it has begun, it writes them to the screen too.
    globalLogBeginner.beginLoggingTo([], discardBuffer=True, redirectStandardIO=False)
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
