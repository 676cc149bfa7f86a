"""Which values the settings may have that a user sets by `-s`.

In: settings. Out: nothing, or `SettingError`, before anything is begun: what is wrong, and what to write instead.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from newscrawl.spiders.arguments import POLICIES

if TYPE_CHECKING:
    from scrapy.settings import BaseSettings

LARGEST = 10**12
"""Of any number: what a database and a clock can take, and more than anybody means."""
TEN_YEARS = 10 * 365 * 24
"""Hours."""


class SettingError(ValueError):
    """A setting that cannot be used; the text names it and says what can be written."""


class Number(NamedTuple):
    """A number that is not negative."""

    of: str
    example: str
    is_whole: bool = False
    least: int = 0
    most: int = LARGEST


SWITCHES = (
    "DOWNLOAD_VERIFY_CERTIFICATES",
    "KEEP_PAGES",
    "PROGRESS",
    "RETRY_ENABLED",
    "ROBOTSTXT_OBEY",
    "STATS_DUMP",
)
NUMBERS = {
    "BROWSER_PAGES": Number("number of pages", "200", is_whole=True),
    "CONCURRENT_ITEMS": Number("number of articles", "1", is_whole=True),
    "CONCURRENT_REQUESTS": Number("number of requests", "2", is_whole=True),
    # With none a crawl would wait for ever.
    "CONCURRENT_REQUESTS_PER_DOMAIN": Number("number of requests", "1", is_whole=True, least=1),
    "DOWNLOAD_DELAY": Number("number of seconds", "1.0"),
    "DOWNLOAD_MAXSIZE": Number("number of bytes", "10485760", is_whole=True),
    "DOWNLOAD_TIMEOUT": Number("number of seconds", "30"),
    "LEAST_FALLBACK_TEXT": Number("number of characters", "200", is_whole=True),
    "MAX_CRAWL_DELAY": Number("number of seconds", "30.0"),
    "MAX_DUE": Number("number of URLs", "1000000"),
    "MAX_MEMORY": Number("number of MB", "2048"),
    "MAX_PAUSE": Number("number of seconds", "900.0"),
    "MAX_REFUSALS": Number("number of refusals", "6", is_whole=True),
    "MAX_REFUSED_SHARE": Number("share", "0.2"),
    "MAX_SOURCE_PAGES": Number("number of pages", "20000"),
    "READERS": Number("number of processes, 64 at most", "1", is_whole=True, most=64),
    "REFUSAL_PAUSE": Number("number of seconds", "5.0"),
    "RETRY_TIMES": Number("number of further tries", "2", is_whole=True),
    "ROBOTSTXT_REFETCH": Number("number of seconds", "86400"),
    "URLLENGTH_LIMIT": Number("number of characters", "2083"),
}


def check(settings: BaseSettings) -> None:
    """All of them that are set; raises SettingError."""
    for name in SWITCHES:
        if name in settings:
            _check_switch(settings, name)
    for name, number in NUMBERS.items():
        if name in settings:
            _check_number(settings, name, number)
    if settings["NEAR_DUPLICATES"] not in POLICIES:
        raise SettingError(f"NEAR_DUPLICATES={settings['NEAR_DUPLICATES']} is none of {', '.join(POLICIES)}")
    days(settings)
    hours(settings)


def days(settings: BaseSettings) -> int:
    """DUPLICATE_WINDOW; raises SettingError."""
    value = str(settings.get("DUPLICATE_WINDOW", 0))
    if not re.fullmatch(r"\d{1,4}", value, re.ASCII):
        raise SettingError(f"DUPLICATE_WINDOW={value} is no number of days, such as 30")
    return int(value)


def hours(settings: BaseSettings) -> list[float]:
    """SECOND_LOOKS, the earliest first; raises SettingError."""
    value = settings["SECOND_LOOKS"] or []
    # As it is written on the command line, or copied from the settings.
    parts = [part for part in value.strip(" []").split(",") if value.strip(" []")] if isinstance(value, str) else value
    try:
        looks = sorted(map(float, parts))
    except (TypeError, ValueError):
        looks = [-1]
    if not all(0 <= look <= TEN_YEARS for look in looks):
        raise SettingError(f"SECOND_LOOKS={value} is no list of hours, such as 6,24,72,168")
    return looks


def _check_switch(settings: BaseSettings, name: str) -> None:
    try:
        settings.getbool(name)
    except (TypeError, ValueError) as error:
        raise SettingError(f"{name}={settings[name]} is neither True nor False") from error


def _check_number(settings: BaseSettings, name: str, number: Number) -> None:
    try:
        value = settings.getint(name) if number.is_whole else settings.getfloat(name)
    except (TypeError, ValueError):
        value = -1
    if not number.least <= value <= number.most:
        raise SettingError(f"{name}={settings[name]} is no {number.of}, such as {number.example}")
