from datetime import UTC, datetime

import pytest

from newscrawl.network.retry_after import retry_after

NOW = datetime(2025, 7, 22, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120),
        (" 0 ", 0),
        ("Tue, 22 Jul 2025 12:01:30 GMT", 90),
        ("Tuesday, 22-Jul-25 12:00:05 GMT", 5),
        ("Tue Jul 22 12:00:07 2025", 7),
        ("Tue, 22 Jul 2025 15:00:30 +0300", 30),
        ("Tue, 22 Jul 2025 11:00:00 GMT", 0),
        ("9" * 400, 999_999_999),
        (None, None),
        ("", None),
        ("-5", None),
        ("1.5", None),
        ("soon", None),
        ("٣", None),
        ("Tue, 99 Jul 2025 12:01:30 GMT", None),
        ("Tue, 22 Jul 99999 12:01:30 GMT", None),
        ("Jan 1 999999999999999999999 12:01:30 GMT", None),
    ],
)
def test_seconds_and_dates_are_read_and_nothing_else(value, seconds):
    assert retry_after(value, NOW) == seconds


def test_a_date_is_held_against_the_servers_own_clock():
    late = datetime(2025, 7, 22, 12, 1, tzinfo=UTC)

    assert retry_after("Tue, 22 Jul 2025 12:01:30 GMT", late) == 30
