"""Leaves the screen to what a command tells: Scrapy's and Twisted's own talk stays away from it.

In: the settings, which say whether a log level was asked for. Out: filters on loggers.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from scrapy.settings import SETTINGS_PRIORITIES
from twisted.logger import globalLogBeginner

if TYPE_CHECKING:
    from scrapy.settings import Settings

TALKATIVE = ("scrapy.utils.log", "scrapy.addons", "scrapy.middleware", "scrapy.crawler", "scrapy.core.engine")
"""Loggers that tell at length how Scrapy starts and ends."""
FAILING = ("scrapy.core.scraper", "scrapy.core.engine", "newscrawl.spiders.outlet", "twisted")
"""Loggers that show a traceback, when code of ours raises or a certificate is not valid."""


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
