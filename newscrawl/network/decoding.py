"""Undoes Content-Encoding, whole or not at all.

Scrapy's own middleware hands on what it could decode of a body that was cut off; half a story would pass for one. Its
guard against bombs stays: what unfolds to more than DOWNLOAD_MAXSIZE is not read on. ISA-L inflates three times as fast
as zlib, piece by piece as zlib does (libdeflate, faster by another third, wants to be told the size beforehand).
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import brotli
from isal import isal_zlib
from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response, TextResponse

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scrapy import Request, Spider

CHUNK = 1024 * 1024
"""Bytes that are decoded at a time: so much more than the limit is held at most."""
_GZIP, _ZLIB, _DEFLATE = 31, 15, -15
"""Window bits, as zlib has them, for the three of its formats (RFC 1952, 1950 and 1951)."""


class Undecodable(IgnoreRequest):
    """The body is not what its Content-Encoding says, or larger than we take; the text says which."""


class Decoding(HttpCompressionMiddleware):
    """Downloader middleware: takes the place of Scrapy's."""

    def process_response(
        self,
        request: Request,
        response: Response,
        spider: Spider | None = None,  # noqa: ARG002 (Scrapy's own has it still)
    ) -> Request | Response:
        if isinstance(response, TextResponse) and "Content-Encoding" in response.headers and request.method != "HEAD":
            # Of a text that declares no encoding Scrapy would guess the one of its packed bytes first.
            response = Response(**{name: getattr(response, name) for name in Response.attributes})
        return super().process_response(request, response)

    @staticmethod
    def _decode(body: bytes, encoding: bytes, max_size: int) -> bytes:
        name = encoding.decode("latin-1")
        if not body:
            return body
        parts, size = [], 0
        try:
            for part in _PARTS[name](body):
                size += len(part)
                if max_size and size > max_size:
                    raise Undecodable(f"its {name} unfolds to more than {max_size:,} bytes")
                parts.append(part)
        except EOFError:
            raise Undecodable(f"the answer was cut short: its {name} does not end") from None
        except (isal_zlib.error, brotli.error, zstd.ZstdError) as error:  # type: ignore[misc] # its stub names no class
            raise Undecodable(f"its {name} cannot be read: {error}") from error
        return b"".join(parts)

    def _warn_unknown_encoding(self, response: Any, encodings: Any) -> None:
        """As browsers do, a body with an encoding that nobody knows is taken as it is; the page shows what it is."""


def _gunzip(body: bytes) -> Iterator[bytes]:
    """All members of a gzip file (RFC 1952, 2.2); what stands behind them is left, as browsers do."""
    while True:
        decoder = isal_zlib.decompressobj(_GZIP)
        yield from _inflate(decoder, body)
        body = decoder.unused_data
        if not body.startswith(b"\x1f\x8b"):
            return


def _deflate(body: bytes) -> Iterator[bytes]:
    """`deflate` is zlib's format (RFC 9110, 8.4.1.2); some servers send the bare one."""
    is_zlib = body[0] & 0x0F == 8 and int.from_bytes(body[:2], "big") % 31 == 0
    return _inflate(isal_zlib.decompressobj(_ZLIB if is_zlib else _DEFLATE), body)


def _inflate(decoder: Any, body: bytes) -> Iterator[bytes]:
    while not decoder.eof:
        part = decoder.decompress(body, CHUNK)
        body = decoder.unconsumed_tail
        if not part and not body and not decoder.eof:
            raise EOFError
        yield part


def _unbrotli(body: bytes) -> Iterator[bytes]:
    decoder = brotli.Decompressor()
    while not decoder.is_finished():
        part = decoder.process(body, output_buffer_limit=CHUNK)
        body = b""
        if not part and not decoder.is_finished():
            raise EOFError
        yield part


def _unzstd(body: bytes) -> Iterator[bytes]:
    """All frames (RFC 8878, 3.1)."""
    while body:
        decoder = zstd.ZstdDecompressor()
        while not decoder.eof:
            part = decoder.decompress(body, CHUNK)
            body = b""
            if not part and decoder.needs_input:
                raise EOFError
            yield part
        body = decoder.unused_data


_PARTS = {"gzip": _gunzip, "x-gzip": _gunzip, "deflate": _deflate, "br": _unbrotli, "zstd": _unzstd}
