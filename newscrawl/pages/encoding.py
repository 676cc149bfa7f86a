"""Finds out in which encoding a page is written.

In: the page's bytes and the encoding that the HTTP header names. Out: the page in UTF-8.
"""

import codecs
import re
from functools import lru_cache

_META = re.compile(rb"<meta[^>]+charset\s*=\s*[\"']?\s*([\w.:-]+)")
"""In lower case, as a search that ignores case looks at each byte."""
_LOOKED_AT = 4096
_BELIEVED = 32_768
"""Bytes of a page called UTF-8 that are looked at, whether they are: enough for its title, and a third of the time."""
_ARABIC_WORD = re.compile(rb"[\xc0-\xff]{3,}")
_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))


def utf8(html: bytes, header: str | None = None) -> bytes:
    """The page in UTF-8: by its byte-order mark, then the HTTP header, then its own meta element.

    Bytes that hold more than ASCII and are valid UTF-8 are UTF-8 whatever is declared: no other encoding makes such
    sequences by chance, and servers name the wrong one. Bytes that are not, and are called UTF-8, are so only if a few
    of them are broken. What cannot be read becomes U+FFFD.
    """
    for mark, name in _MARKS:
        if html.startswith(mark):
            return _recoded(html[len(mark) :], name)
    if html.isascii() and not _is_multi_byte(header):
        return html
    declared = _known(header) or _known(_of_meta(html))
    try:
        codecs.utf_8_decode(html[:_BELIEVED] if declared == "utf-8" else html, "strict", declared != "utf-8")
    except UnicodeDecodeError:
        declared = _known(_of_meta(html)) if declared == "utf-8" else declared
        return _recoded(html, _guessed(html) if declared in {None, "utf-8", "cp1252"} else declared)
    return html


def _of_meta(html: bytes) -> str | None:
    meta = _META.search(html[:_LOOKED_AT].lower())
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
    """UTF-8 with a few broken bytes (a page cut off), or one of the commonest encodings of old pages.

    In windows-1256 the bytes beyond ASCII stand in words, as Arabic does; in windows-1252 one by one, as accents do.
    """
    text = html.decode("utf-8", "replace")
    unreadable = text.count("\ufffd")
    if unreadable * 2 <= len(text) - len(text.encode("ascii", "ignore")):
        return "utf-8"
    in_words = sum(map(len, _ARABIC_WORD.findall(html)))
    return "cp1256" if in_words * 2 > unreadable else "cp1252"


def _recoded(html: bytes, name: str) -> bytes:
    return html.decode(name, "replace").encode("utf-8", "replace")
