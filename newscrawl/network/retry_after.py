"""Reads how long a site asks us to wait.

In: the Retry-After and Date headers of an answer. Out: seconds, or None. Pure.
"""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from math import ceil


def retry_after(value: str | None, date: datetime) -> float | None:
    """RFC 9110, 10.2.3: whole seconds, or a date, which is held against the answer's own `date` (aware).

    None where there is no such header, or nothing that can be read; a date that has passed asks for no wait.
    """
    value = (value or "").strip()
    if value.isascii() and value.isdigit():
        return float(value[:9])
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, OverflowError):
        return None
    return float(max(0, ceil((_aware(moment) - date).total_seconds())))


def _aware(moment: datetime) -> datetime:
    """An HTTP date is in GMT, whether or not it says so."""
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
