"""What a response's headers say, as plain values."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scrapy.http import Response

RENDERED_BY = "x-rendered-by"
"""The header of a rendered answer that names the browser; it is kept with the page (KEEP_PAGES)."""
_CHARSET = re.compile(r"charset=[\"']?([\w-]+)", re.IGNORECASE)


def headers_of(response: Response) -> dict[str, str]:
    """All headers, with lower-case names: of a repeated one the last, of `Link` all as one list (RFC 9110, 5.3)."""
    headers = {name.decode("latin-1").lower(): values for name, values in response.headers.items()}
    return {
        name: b", ".join(values if name == "link" else values[-1:]).decode("latin-1")
        for name, values in headers.items()
    }


def date_of(response: Response) -> datetime:
    """The Date header, aware UTC; now, where there is none that can be read."""
    try:
        date = parsedate_to_datetime((response.headers.get("Date") or b"").decode("latin-1"))
    except ValueError:
        return datetime.now(UTC)
    return date.astimezone(UTC) if date.tzinfo else date.replace(tzinfo=UTC)


def charset_of(response: Response) -> str | None:
    """The character encoding that the Content-Type header declares."""
    match = _CHARSET.search((response.headers.get("Content-Type") or b"").decode("latin-1"))
    return match[1] if match else None
