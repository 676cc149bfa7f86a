"""A failed request in one sentence that a person understands."""

from __future__ import annotations

from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadConnectionRefusedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
)

UNREACHED = (DownloadConnectionRefusedError, CannotResolveHostError, DownloadTimeoutError)
"""The host does not answer, whatever it is asked for."""

SENTENCES: tuple[tuple[type[Exception], str], ...] = (
    (DownloadConnectionRefusedError, "connection refused: nothing listens there"),
    (CannotResolveHostError, "the host's name cannot be resolved"),
    (DownloadTimeoutError, "no answer in time"),
    (ResponseDataLossError, "the answer was cut short"),
)


def sentence(error: BaseException) -> str:
    """What went wrong, without a traceback, a class name or a line break where that can be helped."""
    if isinstance(error, IgnoreRequest):
        return str(error)
    for kind, text in SENTENCES:
        if isinstance(error, kind):
            return text
    text = " ".join(str(error).split())
    return f"{type(error).__name__}: {text}" if text else type(error).__name__
