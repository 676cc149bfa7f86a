"""Takes no more of an answer's head than any server needs.

Scrapy bounds the body of an answer and each line of its head, but not how many lines there are: a server that sends
headers without end would fill gigabytes within DOWNLOAD_TIMEOUT. In: the bytes of a connection. Out: the same, or the
end of the connection with a reason.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scrapy.core.downloader.handlers.http11 import (
    HTTP11DownloadHandler,
    _LenientHTTP11ClientFactory,
    _LenientHTTP11ClientProtocol,
)
from twisted.python.failure import Failure
from twisted.web._newclient import HEADER, STATUS

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from twisted.internet.interfaces import IAddress

MOST_BYTES = 1024 * 1024
"""Of status line and headers; servers themselves take some tens of kilobytes of a request's."""


class LongHead(Exception):  # noqa: N818 - says what came
    """The text says how long."""


class Handler(HTTP11DownloadHandler):
    """Scrapy's own download handler, on connections with bounded heads."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._pool._factory = _Factory  # noqa: SLF001 - as Scrapy itself sets it


class _Factory(_LenientHTTP11ClientFactory):
    def buildProtocol(self, addr: IAddress | None) -> _Protocol:  # noqa: ARG002, N802
        return _Protocol(self._quiescentCallback)  # type: ignore[no-untyped-call]


class _Protocol(_LenientHTTP11ClientProtocol):
    _head = 0
    """Bytes of the head of the answer that is being read."""

    def request(self, request: Any) -> Any:
        self._head = 0
        return super().request(request)

    def dataReceived(self, data: bytes) -> None:  # noqa: N802
        if self._parser is not None and self._parser.state in {STATUS, HEADER}:
            self._head += len(data)
            if self._head > MOST_BYTES:
                fault = LongHead(f"its headers have more than {MOST_BYTES:,} bytes")
                self._giveUp(Failure(fault))  # type: ignore[no-untyped-call]
                return
        super().dataReceived(data)  # type: ignore[no-untyped-call]
