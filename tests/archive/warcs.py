"""WARC files as others write them, by hand, for the tests that read them."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

if TYPE_CHECKING:
    from pathlib import Path


class Warc:
    """A file in the making; `records` are its bytes, one by one."""

    def __init__(self, *, gzip: bool = True) -> None:
        self.records: list[bytes] = []
        self._gzip = gzip

    def response(self, url: str, date: str, body: bytes | str, *, status: int = 200, **headers: str) -> None:
        """Names of headers with `_` for `-`: `Content_Type`."""
        http = {"Content-Type": "text/html; charset=utf-8"}
        http |= {name.replace("_", "-"): value for name, value in headers.items() if not name.startswith("WARC_")}
        fields = {name.replace("_", "-"): value for name, value in headers.items() if name.startswith("WARC_")}
        self.record("response", url, body, http=(status, list(http.items())), WARC_Date=date, **fields)

    def record(self, kind: str, url: str, body: bytes | str, http=None, **fields: str) -> None:
        body = body.encode() if isinstance(body, str) else body
        out = BytesIO()
        writer = WARCWriter(out, gzip=self._gzip)
        given = {name.replace("_", "-"): value for name, value in fields.items()}
        headers = StatusAndHeaders(f"{http[0]} OK", http[1], "HTTP/1.1") if http else None
        record = writer.create_warc_record(
            url, kind, payload=BytesIO(body), length=len(body), http_headers=headers, warc_headers_dict=given
        )
        writer.write_record(record)
        self.records.append(out.getvalue())

    def write(self, file: Path) -> Path:
        file.write_bytes(b"".join(self.records))
        return file


def chunked(body: bytes, size: int = 100, end: bytes = b"0\r\n\r\n") -> bytes:
    """A body as HTTP/1.1 sends it in chunks; `end`: the last one, which is empty, and what follows."""
    parts = [body[at : at + size] for at in range(0, len(body), size)]
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + end
