"""What a response's headers say, as plain values."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scrapy.http import Headers, Response

RENDERED_BY = "x-rendered-by"
"""The header of a kept page (KEEP_PAGES) that names the browser that rendered it."""
_BROWSER = re.compile(r"Chromium(?:/[\d.]{1,40})?")
_FLAG = "rendered by "
_CHARSET = re.compile(r"charset=[\"']?([\w-]+)", re.IGNORECASE)


def headers_of(response: Response) -> dict[str, str]:
    """All headers, with lower-case names: of a repeated one the last, of `Link` all as one list (RFC 9110, 5.3).

    Without NUL, which no value may hold (5.5) and PostgreSQL does not take.
    """
    headers = {name.decode("latin-1").lower(): values for name, values in response.headers.items()}
    return {
        name: b", ".join(values if name == "link" else values[-1:]).replace(b"\0", b"").decode("latin-1")
        for name, values in headers.items()
    }


def date_of(response: Response) -> datetime:
    """The Date header, aware UTC; now, where there is none that can be read."""
    try:
        date = parsedate_to_datetime((response.headers.get("Date") or b"").decode("latin-1"))
        return date.astimezone(UTC) if date.tzinfo else date.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return datetime.now(UTC)


def flag_of(browser: str) -> str:
    """The flag of a rendered response. No header says it, for any site may send any header."""
    return _FLAG + browser


def rendered_by(response: Response) -> str | None:
    """The browser that ran a page's scripts."""
    return next((flag.removeprefix(_FLAG) for flag in response.flags if flag.startswith(_FLAG)), None)


def kept_flags(headers: Headers) -> list[str]:
    """The flags of a response that was kept with these headers."""
    browser = (headers.get(RENDERED_BY) or b"").decode("latin-1")
    return [flag_of(browser)] if _BROWSER.fullmatch(browser) else []


def charset_of(response: Response) -> str | None:
    """The character encoding that the Content-Type header declares."""
    match = _CHARSET.search((response.headers.get("Content-Type") or b"").decode("latin-1"))
    return match[1] if match else None
