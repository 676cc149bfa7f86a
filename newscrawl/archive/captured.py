"""Makes of an archived answer the response that a crawl would have had.

In: the block of a `response` record, its address and date. Out: the response with its content decoded, or `Damaged`.
"""

from __future__ import annotations

import re
from email.utils import format_datetime
from io import BytesIO
from typing import TYPE_CHECKING, NamedTuple

from scrapy import Request
from scrapy.http import Headers, Response
from warcio.statusandheaders import StatusAndHeadersParser

from newscrawl.archive.warc import DIGITS, LARGEST_BLOCK, Damaged
from newscrawl.network.decoding import Decoding, Undecodable
from newscrawl.network.headers import kept_flags
from newscrawl.sources.form import form_of

if TYPE_CHECKING:
    from datetime import datetime

_STATUS = re.compile(r"(\d{3})(?!\d)")
_GZIP = b"\x1f\x8b"
_HEADER_END = re.compile(rb"\r?\n\r?\n")
"""A line feed alone ends a line too (RFC 9112, 2.2)."""
_CHUNK = re.compile(rb"([0-9A-Fa-f]{1,16})[ \t]*(?:;[^\r\n]*)?\r\n")
_CHUNK_END = b"\r\n"


class Answer(NamedTuple):
    """What an answer's HTTP header says."""

    status: int
    headers: Headers
    length: int
    """Of the header, in bytes."""


def answer_of(opening: bytes) -> Answer:
    """The HTTP header at the beginning of a block; raises Damaged."""
    end = _HEADER_END.search(opening)
    status = _STATUS.search(opening[:64].partition(b"\n")[0].decode("latin-1").partition(" ")[2])
    if end is None or not opening.startswith(b"HTTP/") or status is None:
        raise Damaged("it holds no answer of a site")
    headers = Headers()
    for name, value in StatusAndHeadersParser([], verify=False).parse(BytesIO(opening[: end.end()])).headers:
        headers.appendlist(name, value)
    return Answer(int(status[1]), headers, end.end())


def media_type(headers: Headers) -> str:
    """`text/html`; empty where it is not told."""
    return (headers.get("Content-Type") or b"").decode("latin-1").partition(";")[0].strip().lower()


class _Decoding(Decoding):
    """As in a crawl, outside of one."""

    def __init__(self) -> None:
        self.stats = None
        self._max_size = self._warn_size = LARGEST_BLOCK


_DECODING = _Decoding()
_GET = Request("data:,")
"""Of the request, decoding asks for the method alone; not every address that stands in an archive can be asked for."""


def response_of(block: bytes, uri: str, date: datetime) -> Response:
    """The response, without chunks and compression; raises Damaged where it is not whole."""
    status, headers, length = answer_of(block)
    body = block[length:]
    if b"chunked" in (headers.pop("Transfer-Encoding", None) or [b""])[-1].lower():
        body = _without_chunks(body)
    elif _is_short(body, headers):
        raise Damaged("its content is cut short")
    headers.setdefault("Date", format_datetime(date, usegmt=True))
    if _is_plain(body, headers):
        headers.pop("Content-Encoding", None)
    response = Response(uri, status=status, headers=headers, body=body, flags=kept_flags(headers))
    try:
        decoded = _DECODING.process_response(_GET, response)
    except Undecodable as error:
        raise Damaged(str(error)) from error
    assert isinstance(decoded, Response)
    return decoded


def _without_chunks(body: bytes) -> bytes:
    """What the chunks hold (RFC 9112, 7.1); raises Damaged where the last one is not there.

    Archives keep the chunks or undo them, and say "chunked" either way.
    """
    parts: list[bytes] = []
    at = 0
    while chunk := _CHUNK.match(body, at):
        begin, size = chunk.end(), int(chunk[1], 16)
        if not size:
            # Nothing but trailers stands behind it.
            return b"".join(parts)
        at = begin + size
        parts.append(body[begin:at])
        if not body.startswith(_CHUNK_END, at):
            break
        at += len(_CHUNK_END)
    if parts:
        raise Damaged("its content is cut short")
    return body


def _is_short(body: bytes, headers: Headers) -> bool:
    told = (headers.get("Content-Length") or b"").strip()
    return told.isdigit() and len(body) < int(told[:DIGITS])


def _is_plain(body: bytes, headers: Headers) -> bool:
    """Whether a body is not encoded, whatever its header says: archives undo the encoding and leave the header."""
    encoding = (headers.get("Content-Encoding") or b"").strip().lower()
    if encoding in {b"gzip", b"x-gzip"}:
        return not body.startswith(_GZIP)
    return form_of(body) in {"HTML", "JSON", "XML"} or encoding == b"identity"
