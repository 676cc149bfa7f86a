"""Finds out in which encoding a page is written.

In: the page's bytes and the encoding that the HTTP header names. Out: the page in UTF-8.
"""

import codecs
import re
from functools import lru_cache

_META = re.compile(rb"<meta[^>]+charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_LOOKED_AT = 4096
_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))


def utf8(html: bytes, header: str | None = None) -> bytes:
    """The page in UTF-8: by its byte-order mark, then the HTTP header, then its own meta element.

    Bytes that hold more than ASCII and are valid UTF-8 are UTF-8 whatever is declared: no other encoding makes such
    sequences by chance, and servers name the wrong one. What cannot be read becomes U+FFFD.
    """
    for mark, name in _MARKS:
        if html.startswith(mark):
            return _recoded(html[len(mark) :], name)
    if html.isascii() and not _is_multi_byte(header):
        return html
    declared = _known(header) or _known(_of_meta(html))
    if declared == "utf-8":
        return html  # the parser makes U+FFFD of what cannot be read
    try:
        html.decode("utf-8")
    except UnicodeDecodeError:
        return _recoded(html, declared or _guessed(html))
    return html


def _of_meta(html: bytes) -> str | None:
    meta = _META.search(html, 0, _LOOKED_AT)
    return meta[1].decode("ascii", "replace") if meta else None


def _is_multi_byte(name: str | None) -> bool:
    """UTF-16 without a mark may be nothing but ASCII bytes and NULs; only the header can tell it."""
    return name is not None and _known(name) in {"utf-16", "utf-16-le", "utf-16-be"}


@lru_cache(maxsize=64)
def _known(name: str | None) -> str | None:
    if not name:
        return None
    try:
        found = codecs.lookup(name.strip().strip("\"'"))
    except (LookupError, ValueError):
        return None
    if not found._is_text_encoding:  # noqa: SLF001 - "hex" and "zlib" are codecs too
        return None
    # The web's Latin-1 and ASCII are windows-1252 (WHATWG Encoding Standard).
    return "cp1252" if found.name in {"iso8859-1", "ascii"} else found.name


def _guessed(html: bytes) -> str:
    """UTF-8 with a few broken bytes (a page cut off), or else the commonest encoding of old pages."""
    beyond_ascii = sum(byte > 127 for byte in html)
    unreadable = html.decode("utf-8", "replace").count("\ufffd")
    return "utf-8" if unreadable * 10 < beyond_ascii else "cp1252"


def _recoded(html: bytes, name: str) -> bytes:
    return html.decode(name, "replace").encode("utf-8", "replace")
