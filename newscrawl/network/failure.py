"""A failed request in one sentence that a person understands."""

from __future__ import annotations

import re

from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
)


class Unrendered(DownloadFailedError):  # noqa: N818 - says what the page is
    """A page could not be rendered, and may be another time; the text says why."""


UNREACHED = (DownloadConnectionRefusedError, CannotResolveHostError, DownloadTimeoutError)
"""The host does not answer, whatever it is asked for."""

SENTENCES: tuple[tuple[type[Exception], str], ...] = (
    (DownloadConnectionRefusedError, "connection refused: nothing listens there"),
    (CannotResolveHostError, "the host's name cannot be resolved"),
    (DownloadTimeoutError, "no answer in time"),
    (ResponseDataLossError, "the answer was cut short"),
    (DownloadCancelledError, "the answer is larger than DOWNLOAD_MAXSIZE"),
)
CONNECTIONS = (
    ("connection to the other side was lost", "the connection was reset"),
    ("connection was closed cleanly", "the connection was closed before the answer was whole"),
    ("certificate", "its certificate is not valid"),
)
"""What stands in the network library's texts, and what that means."""
_TWISTED = re.compile(r"\[?<twisted\.python\.failure\.Failure [\w.]+: (.*?)>\]?", re.DOTALL)
"""How Scrapy writes what the network library found wrong."""


def sentence(error: BaseException) -> str:
    """What went wrong, without a traceback, a class name or a line break where that can be helped."""
    if isinstance(error, (IgnoreRequest, Unrendered)):
        return str(error)
    for kind, text in SENTENCES:
        if isinstance(error, kind):
            return text
    text = " ".join(str(error).split())
    if isinstance(error, DownloadFailedError):
        fault = ("; ".join(_TWISTED.findall(text)) or text).rstrip(".")
        known = next((told for sign, told in CONNECTIONS if sign in fault.lower()), None)
        return known or f"no answer in HTTP: {fault}"
    if isinstance(error, ValueError):
        return f"it leads to what is no address: {text}"
    return f"{type(error).__name__}: {text}" if text else type(error).__name__
