"""Dates as the outlets and their feeds write them."""

from contextlib import suppress
from datetime import UTC, datetime
from time import process_time
from zoneinfo import ZoneInfo

import pytest

from newscrawl.text.dates import DateError, is_day_alone, parse_date

LONDON = ZoneInfo("Europe/London")
BAGHDAD = ZoneInfo("Asia/Baghdad")
NOW = datetime(2026, 1, 24, 12, 0, tzinfo=UTC)


def utc(*parts):
    return datetime(*parts, tzinfo=UTC)


@pytest.mark.parametrize(
    ("raw", "moment"),
    [
        ("2025-06-06T11:33:00+01:00", utc(2025, 6, 6, 10, 33)),
        ("2025-06-06T10:33:00Z", utc(2025, 6, 6, 10, 33)),
        ("2025-06-06T11:33:00.123+0100", utc(2025, 6, 6, 10, 33, 0, 123000)),
        ("2025-06-06 11:33", utc(2025, 6, 6, 10, 33)),
        ("2025-06-06", utc(2025, 6, 5, 23, 0)),
        ("Tue, 22 Apr 2025 21:13:39 +0000", utc(2025, 4, 22, 21, 13, 39)),
        ("22 Apr 25 21:13:39 GMT", utc(2025, 4, 22, 21, 13, 39)),
        ("6 June 2025 11:33 BST", utc(2025, 6, 6, 10, 33)),
        ("12 January 2025 10:20 GMT", utc(2025, 1, 12, 10, 20)),
        ("6 June 2025 11.33am", utc(2025, 6, 6, 10, 33)),
        ("6 June 2025, 11.33 p.m.", utc(2025, 6, 6, 22, 33)),
        ("6 June 2025 11.33 BST", utc(2025, 6, 6, 10, 33)),
        ("6.06.2025", utc(2025, 6, 5, 23, 0)),
        ("6.06.2025 11.33", utc(2025, 6, 5, 23, 0)),
        ("Published date: 6 June 2025 11:33 BST | Last update: 5 months 2 weeks ago", utc(2025, 6, 6, 10, 33)),
        ("Tue, 10/27/2020 - 12:48", utc(2020, 10, 27, 12, 48)),
        ("Fri, 06/06/2025 - 11:33", utc(2025, 6, 6, 10, 33)),
        ("Thu, 05/06/2025 - 11:33", utc(2025, 6, 5, 10, 33)),
        ("27-10-2020", utc(2020, 10, 27)),
        ("06-07-2020", utc(2020, 7, 5, 23, 0)),
        ("27.10.2020 09:05", utc(2020, 10, 27, 9, 5)),
        ("June 6, 2025 at 3:05 pm", utc(2025, 6, 6, 14, 5)),
        ("Monday, November 3rd, 2008 at 12:05 am", utc(2008, 11, 3, 0, 5)),
        ("18:25 - 27 October 2020", utc(2020, 10, 27, 18, 25)),
        ("12 mars 2022 10:15 GMT", utc(2022, 3, 12, 10, 15)),
        ("1er août 2019 8h30", utc(2019, 8, 1, 7, 30)),
        ("3 décembre 2021", utc(2021, 12, 3)),
        ("6 June 2025 11:33 UTC+3", utc(2025, 6, 6, 8, 33)),
        ("6 June 2025\xa011:33\n BST", utc(2025, 6, 6, 10, 33)),
        ("June 6, 2025 at 3 pm", utc(2025, 6, 6, 14, 0)),
        ("6 June 2025, 3 p.m. GMT", utc(2025, 6, 6, 15, 0)),
        ("6 June 2025 12am", utc(2025, 6, 5, 23, 0)),
        ("3 pm, 6 June 2025", utc(2025, 6, 6, 14, 0)),
        ("11:33 GMT, Friday 6 June 2025", utc(2025, 6, 6, 11, 33)),
        ("Updated 3:05 PM EDT, FRI June 6, 2025", utc(2025, 6, 6, 19, 5)),
        ("11:33 on 6 June 2025", utc(2025, 6, 6, 10, 33)),
        ("à 18h30, le vendredi 6 juin 2025", utc(2025, 6, 6, 17, 30)),
        ("6 June 2025, updated 7 June 2025 10:00", utc(2025, 6, 5, 23, 0)),
        ("6 June 2025 (06/06/2025 10:00)", utc(2025, 6, 6, 9, 0)),
        ("le 6 juin 2025 à 18 h 30", utc(2025, 6, 6, 17, 30)),
        ("6 juin 2025 18h30", utc(2025, 6, 6, 17, 30)),
        ("6 juin 2025 à 18h", utc(2025, 6, 6, 17, 0)),
        ("6 juin 2025 (il y a 3 h)", utc(2025, 6, 5, 23, 0)),
        ("6 June 2025, 3 h ago", utc(2025, 6, 5, 23, 0)),
        ("6 June 2025, open 24 h and 36 h", utc(2025, 6, 5, 23, 0)),
        ("2025-06-06T11:33:00+3:00", utc(2025, 6, 6, 8, 33)),
        ("6 June 2025 11:33 +3:00", utc(2025, 6, 6, 8, 33)),
        ("6 June 2025 11:33 -4:30", utc(2025, 6, 6, 16, 3)),
        ("6 June 2025 11:33 GMT +3", utc(2025, 6, 6, 8, 33)),
        ("6 June 2025 11:33 (GMT+3)", utc(2025, 6, 6, 8, 33)),
        ("6 June 2025 11:33 (GMT)", utc(2025, 6, 6, 11, 33)),
        ("6 June 2025 11:33 (AFP)", utc(2025, 6, 6, 10, 33)),
        ("6 June 2025 11:33 -3 comments", utc(2025, 6, 6, 10, 33)),
    ],
)
def test_date_is_read_in_its_own_zone_or_in_london(raw, moment):
    assert parse_date(raw, zone=LONDON, now=NOW) == moment


@pytest.mark.parametrize(
    ("raw", "moment"),
    [
        ("12 hours ago", utc(2026, 1, 24)),
        ("a day ago", utc(2026, 1, 23, 12)),
        ("an hour ago", utc(2026, 1, 24, 11)),
        ("2 weeks ago", utc(2026, 1, 10, 12)),
        ("3 months ago", utc(2025, 10, 24, 12)),
        ("1 year 2 months ago", utc(2024, 11, 24, 12)),
        ("il y a 3 heures", utc(2026, 1, 24, 9)),
        ("yesterday", utc(2026, 1, 23, 12)),
    ],
)
def test_relative_time_counts_back_from_the_response(raw, moment):
    assert parse_date(raw, zone=LONDON, now=NOW) == moment


def test_a_month_before_the_31st_of_march_is_the_last_of_february():
    assert parse_date("1 month ago", zone=LONDON, now=utc(2025, 3, 31)) == utc(2025, 2, 28)


def test_baghdad_has_no_summer_time():
    assert parse_date("2025-07-01T10:00:00", zone=BAGHDAD, now=NOW) == utc(2025, 7, 1, 7)
    assert parse_date("2025-01-01T10:00:00", zone=BAGHDAD, now=NOW) == utc(2025, 1, 1, 7)


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        ("", "empty"),
        ("soon", "no date"),
        ("11:33", "no date"),
        ("31 February 2025", "calendar"),
        ("2025-13-40", "calendar"),
        ("1970-01-01T00:00:00Z", "before 1990"),
        ("0001-01-01T00:00:00Z", "before 1990"),
        ("0001-01-01T00:00:00+14:00", "calendar"),
        ("2026-01-25T12:00:01Z", "future"),
        ("6 June 2025 11:33 XYZ", "zone XYZ"),
        ("99999999999999 days ago", "calendar"),
        ("9" * 5000 + " days ago", "calendar"),
    ],
)
def test_what_is_no_usable_date_is_refused_with_the_reason(raw, reason):
    with pytest.raises(DateError, match=reason):
        parse_date(raw, zone=LONDON, now=NOW)


@pytest.mark.parametrize("text", ["mon 1/2/2020 ", "1/2/2020 ", "6 June 2025 ", "11:33 ", "1 day ", "11:33 (", " - "])
def test_a_long_text_is_soon_looked_through(text):
    start = process_time()
    with suppress(DateError):
        parse_date(text * 20_000, zone=LONDON, now=NOW)
    assert process_time() - start < 0.5


@pytest.mark.parametrize(
    "raw", ["2025-06-06", "6.06.2025", "6 June 2025", "Fri, 6 juin 2025", "6 June 2025, new 7 June 2025 9:00"]
)
def test_a_date_may_be_a_day_alone(raw):
    assert is_day_alone(raw)


@pytest.mark.parametrize(
    "raw",
    ["2025-06-06T11:33:00Z", "6 June 2025, 3 pm", "6 juin 2025 à 18 h", "11:33 - 6/6/2025", "20 hours ago", "soon"],
)
def test_what_tells_a_time_or_no_day_is_no_day_alone(raw):
    assert not is_day_alone(raw)


def test_a_clock_a_day_ahead_is_still_believed():
    assert parse_date("2026-01-25T11:59:00Z", zone=LONDON, now=NOW) == utc(2026, 1, 25, 11, 59)


def test_the_hour_that_clocks_repeat_is_read_as_its_first():
    assert parse_date("26 October 2025 01:30", zone=LONDON, now=NOW) == utc(2025, 10, 26, 0, 30)
