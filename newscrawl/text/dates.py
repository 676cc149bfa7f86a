"""Reads a date as news sites write it.

In: the raw text, the zone in which a date without one is meant, and the present moment. Out: an aware datetime in UTC,
or `DateError` with the reason.
"""

import re
import unicodedata
from calendar import monthrange
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone, tzinfo

EARLIEST_YEAR = 1990
"""No outlet of the web is older; an earlier year is a broken clock (1970, 0000), not a date."""

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan january janvier janv",
            "feb february fevrier fevr fev",
            "mar march mars",
            "apr april avril avr",
            "may mai",
            "jun june juin",
            "jul july juillet juil",
            "aug august aout",
            "sep sept september septembre",
            "oct october octobre",
            "nov november novembre",
            "dec december decembre",
        ),
        start=1,
    )
    for name in names.split()
}

_WEEKDAYS = {"mon": 0, "tue": 1, "wed": 2, "thu": 3, "fri": 4, "sat": 5, "sun": 6}
_WEEKDAYS |= {"lun": 0, "mar": 1, "mer": 2, "jeu": 3, "ven": 4, "sam": 5, "dim": 6}

_ZONE_HOURS = {
    "z": 0.0,
    "ut": 0.0,
    "utc": 0.0,
    "gmt": 0.0,
    "wet": 0.0,
    "bst": 1.0,
    "west": 1.0,
    "cet": 1.0,
    "cest": 2.0,
    "eet": 2.0,
    "eest": 3.0,
    "msk": 3.0,
    "trt": 3.0,
    "irst": 3.5,
    "est": -5.0,
    "edt": -4.0,
    "cst": -6.0,
    "cdt": -5.0,
    "mst": -7.0,
    "mdt": -6.0,
    "pst": -8.0,
    "pdt": -7.0,
}

_UNITS = {
    "second": "s",
    "sec": "s",
    "seconde": "s",
    "minute": "min",
    "min": "min",
    "hour": "h",
    "hr": "h",
    "h": "h",
    "heure": "h",
    "day": "d",
    "jour": "d",
    "week": "w",
    "semaine": "w",
    "month": "m",
    "mois": "m",
    "year": "y",
    "an": "y",
    "annee": "y",
}

_YEAR_FIRST = re.compile(r"(?<!\d)(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?!\d)")
_YEAR_LAST = re.compile(r"(?<!\d)(\d{1,2})([-/.])(\d{1,2})\2(\d{4})(?!\d)")
_DAY_MONTH_NAME = re.compile(
    r"(?<!\d)(\d{1,2})(?:st|nd|rd|th|er)?[\s-]+([^\W\d_]{3,9})\.?,?[\s-]+(\d{4}|\d\d(?=\s+\d{1,2}:))"
)
_MONTH_NAME_DAY = re.compile(r"([^\W\d_]{3,9})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})")
_WEEKDAY = re.compile(r"\b(mon|tue|wed|thu|fri|sat|sun|lun|mar|mer|jeu|ven|sam|dim)[a-z]*[.,]?\s*$")
_UP_TO_THE_DATE = re.compile(
    r"(?:\s?\(?[a-z]{2,5}(?:\s?[+-]\d{1,2}(?::?\d\d)?)?\)?)?[ ,|·–—-]*(?:(?:on|le)\s)?"
    r"(?:(?:mon|tue|wed|thu|fri|sat|sun|lun|mar|mer|jeu|ven|sam|dim)[a-z]*[.,]?)?[ ,|·–—-]*"
)
"""What may stand between a time and the date behind it: a zone and the day of the week."""
_LONGEST_WEEKDAY = 12
"""Characters: "wednesday", and what parts it from the date."""
# "3 pm", "18h" and "18 h 30" are times as "11.33am" and "11.33 GMT" are; "6.06.2025" has none, nor has "3 h ago".
_TIME = re.compile(
    r"(?<![\d.])(?<!il y a )"
    r"(?:(?P<hour>\d{1,2})(?::|\s?h\s?|\.(?=\d\d\s*(?:[ap]\.?m\b|gmt\b|bst\b)))(?P<minute>\d\d)"
    r"(?::(?P<second>\d\d)(?:[.,]\d+)?)?(?!\d)(?:\s*(?P<half>[ap])\.?m\b\.?)?"
    r"|(?P<hour_of_half>\d{1,2})\s*(?P<half_alone>[ap])\.?m\b\.?"
    r"|(?P<hour_alone>[01]?\d|2[0-3])\s?h\b(?! ago))"
)
# "+03:00", "+0300" and "+03"; "+3:00"; and after its name "GMT+3".
_ZONE = re.compile(
    r"\s*\(?(?:(gmt|utc)?\s*(?P<sign>[+-])(?P<hours>\d\d|\d(?=:)|(?(1)\d|(?!)))(?::?(?P<minutes>\d\d))?(?!\d)"
    r"|(?P<name>[a-z]{1,5})\b)"
)
_ZONE_WORD = re.compile(r"\s*([A-Z]{1,5})\b")
_AGO = re.compile(r"\b(\d+|an?|one|une?)\s*([a-z]+?)s?\b")


class DateError(ValueError):
    """A text that is no usable date; the message says why."""


def parse_date(raw: str, *, zone: tzinfo, now: datetime) -> datetime:
    """The moment that `raw` names, as aware UTC.

    Known are ISO 8601, RFC 822, "6 June 2025 11:33 BST", "Tue, 10/27/2020 - 12:48", DD-MM-YYYY, "June 6, 2025 at
    3:05 pm", "6 juin 2025 à 18 h 30" and relative times ("12 hours ago", against `now`), with month names in English
    and French. A date without a zone is in `zone`, one without a time is its midnight. Refused with `DateError`: what
    holds no date, what lies more than a day after `now`, and what lies before 1990.
    """
    text = " ".join(raw.split())
    if not text:
        raise DateError("the date is empty")
    try:
        moment = _iso(text, zone) or _absolute(text, zone) or _relative(text, now)
        if moment is None:
            raise DateError(f"no date is found in {_quoted(text)}")
        moment = moment.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        if isinstance(error, DateError):
            raise
        raise DateError(f"{_quoted(text)} is no date of the calendar") from None
    if moment.year < EARLIEST_YEAR:
        raise DateError(f"{_quoted(text)} lies before {EARLIEST_YEAR}")
    if moment > now + timedelta(days=1):
        raise DateError(f"{_quoted(text)} lies in the future")
    return moment


def tells_time(raw: str) -> bool:
    """Whether a date names a time of its day."""
    found = _day_and_clock(_plain(" ".join(raw.split())))
    return found is not None and found[1] is not None


def is_day_alone(raw: str) -> bool:
    """Whether a date names a day of the calendar and no time of it; "12 hours ago" names neither."""
    found = _day_and_clock(_plain(" ".join(raw.split())))
    return found is not None and found[1] is None


def _quoted(text: str) -> str:
    return repr(text if len(text) <= 60 else text[:59] + "…")


def _iso(text: str, zone: tzinfo) -> datetime | None:
    # fromisoformat also takes bare digits ("20250606"), which on a page are rather a number than a date.
    if len(text) < 10 or text[4:5] != "-" or text[7:8] != "-":
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


def _absolute(text: str, zone: tzinfo) -> datetime | None:
    plain = _plain(text)
    found = _day_and_clock(plain)
    if found is None:
        return None
    (year, month, day), clock = found
    if clock is None:
        return datetime(year, month, day, tzinfo=zone)
    hour, minute, second = (int(clock[name] or 0) for name in ("hour", "minute", "second"))
    hour = hour or int(clock["hour_of_half"] or clock["hour_alone"] or 0)
    if half := clock["half"] or clock["half_alone"]:
        hour = hour % 12 + (12 if half == "p" else 0)
    return datetime(year, month, day, hour, minute, min(second, 59), tzinfo=_stated_zone(plain, text, clock) or zone)


def _plain(text: str) -> str:
    """Lower case without accents, character for character, so that positions stay those of `text`."""
    if text.isascii():
        return text.lower()
    return "".join((unicodedata.normalize("NFD", char)[0].lower() + char)[0] for char in text)


def _day_and_clock(plain: str) -> tuple[tuple[int, int, int], re.Match[str] | None] | None:
    """The first day in the text, and the time that stands behind it, before another day, or right before it."""
    dates = sorted(_dates(plain))
    if not dates:
        return None
    start, end, *day = dates[0]
    others = (other for other, _, *its_day in dates if other >= end and its_day != day)
    clock = _TIME.search(plain, end, next(others, len(plain))) or _last_time(plain[:start])
    return (day[0], day[1], day[2]), clock


def _last_time(text: str) -> re.Match[str] | None:
    """The time nearest to the end, if it leads to a date ("18:25 - ", "3:05 pm EDT, Fri ", "à 18h30, le vendredi ")."""
    found = None
    for found in _TIME.finditer(text):  # noqa: B007 - the last one is what is asked for
        pass
    return found if found is not None and _UP_TO_THE_DATE.fullmatch(text, found.end()) else None


def _dates(plain: str) -> Iterator[tuple[int, int, int, int, int]]:
    """Every calendar date in the text: where it starts and ends, and year, month, day."""
    for match in _YEAR_FIRST.finditer(plain):
        yield match.start(), match.end(), int(match[1]), int(match[3]), int(match[4])
    for match in _YEAR_LAST.finditer(plain):
        yield match.start(), match.end(), *_day_or_month_first(plain, match)
    for match in _DAY_MONTH_NAME.finditer(plain):
        if match[2] in _MONTHS:
            yield match.start(), match.end(), _full_year(match[3]), _MONTHS[match[2]], int(match[1])
    for match in _MONTH_NAME_DAY.finditer(plain):
        if match[1] in _MONTHS:
            yield match.start(), match.end(), int(match[3]), _MONTHS[match[1]], int(match[2])


def _full_year(digits: str) -> int:
    year = int(digits)
    return year if len(digits) > 2 else year + (2000 if year < 70 else 1900)


def _day_or_month_first(plain: str, match: re.Match[str]) -> tuple[int, int, int]:
    """10/27/2020 is Drupal's American form, 27-10-2020 and 27.10.2020 are European; a weekday before it decides."""
    first, second, year = int(match[1]), int(match[3]), int(match[4])
    readings = [(year, first, second), (year, second, first)]
    if match[2] != "/":
        readings.reverse()
    possible = [reading for reading in readings if reading[1] <= 12]
    weekday = _WEEKDAY.search(plain[max(0, match.start() - _LONGEST_WEEKDAY) : match.start()])
    for reading in possible if weekday else ():
        try:
            if datetime(*reading, tzinfo=UTC).weekday() == _WEEKDAYS[weekday[1]]:  # type: ignore[index]
                return reading
        except ValueError:
            continue
    return (possible or readings)[0]


def _stated_zone(plain: str, text: str, clock: re.Match[str]) -> tzinfo | None:
    match = _ZONE.match(plain, clock.end())
    if match is None:
        return None
    if match["sign"]:
        offset = timedelta(hours=int(match["hours"]), minutes=int(match["minutes"] or 0))
        return timezone(-offset if match["sign"] == "-" else offset)
    if match["name"] in _ZONE_HOURS:
        return timezone(timedelta(hours=_ZONE_HOURS[match["name"]]))
    unknown = _ZONE_WORD.match(text, clock.end())
    if unknown is not None and len(unknown[1]) > 2 and unknown[1].lower() not in _WEEKDAYS:
        raise DateError(f"the zone {unknown[1]} in {_quoted(text)} is not known")
    return None


def _relative(text: str, now: datetime) -> datetime | None:
    plain = _plain(text)
    if plain in {"now", "just now", "a l'instant", "moments ago"}:
        return now
    if plain in {"yesterday", "hier"}:
        return now - timedelta(days=1)
    if not plain.endswith("ago") and "il y a " not in plain:
        return None
    moment = None
    for amount, name in _AGO.findall(plain.partition("il y a ")[2] or plain):
        unit = _UNITS.get(name) or _UNITS.get(name + "s")
        if unit is None:
            continue
        moment = _earlier(moment or now, int(amount) if amount.isdigit() else 1, unit)
    return moment


def _earlier(moment: datetime, amount: int, unit: str) -> datetime:
    match unit:
        case "m" | "y":
            year, month = divmod(moment.year * 12 + moment.month - 1 - amount * (12 if unit == "y" else 1), 12)
            # The 31st of a shorter month is its last day.
            return moment.replace(year=year, month=month + 1, day=min(moment.day, monthrange(year, month + 1)[1]))
        case "w":
            return moment - timedelta(weeks=amount)
        case "d":
            return moment - timedelta(days=amount)
        case "h":
            return moment - timedelta(hours=amount)
        case "min":
            return moment - timedelta(minutes=amount)
        case _:
            return moment - timedelta(seconds=amount)
