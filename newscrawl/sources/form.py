"""What bytes are by their beginning, whatever they were promised to be.

In: the bytes of a response. Out: their form, the part that an XML parser takes, and the words for a wrong one.
"""

import re
from typing import Literal

from newscrawl.sources.source import SourceError, plain

Form = Literal["nothing", "JSON", "HTML", "XML", "text"]

# What stands before a document's first element: white space, declarations, comments, the document type.
_PROLOGUE = re.compile(rb"(?:\s|<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^>\[]*(?:\[.*?\]\s*)?>)*", re.DOTALL | re.IGNORECASE)
_DECLARATION = re.compile(rb"<\?xml\s[^>]{1,200}\?>")
_ELEMENT = re.compile(rb"<([a-zA-Z][\w:.-]*)")
_HTML_DOCTYPE = re.compile(rb"<!DOCTYPE\s+html\b", re.IGNORECASE)
_HTML_PAGE = frozenset({b"html", b"head", b"body"})
_HTML_PARTS = frozenset(
    b"a article aside b base br center div em font footer form h1 h2 h3 h4 header hr i iframe img li link main meta "
    b"nav noscript ol p pre script section span strong style table template title ul".split()
)
_BOMS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")


def form_of(body: bytes) -> Form:
    """What the bytes are by their beginning, whatever was promised."""
    start = _ascii_start(body)
    if not start.strip():
        return "nothing"
    if start.lstrip()[:1] in {b"{", b"["}:
        return "JSON"
    root = _root(start)
    if root in _HTML_PAGE or root in _HTML_PARTS or _HTML_DOCTYPE.search(_prologue(start)):
        return "HTML"
    return "XML" if root or start.lstrip().startswith(b"<?xml") else "text"


def xml_part(body: bytes) -> bytes:
    """The XML declaration and all from the first element on, which is what parsers take without harm.

    Byte order marks and blank lines stand before the declaration where a site's own code prints them, and whole
    warnings where PHP does. A document type tells a reader of feeds and sitemaps nothing; one that declares
    entities is an attack on it, and `SourceError` says so.
    """
    body = body.removeprefix(_BOMS[0]).lstrip().removeprefix(_BOMS[0])
    begin = body.find(b"<?xml", 0, 4096)
    if begin > 0 and _root(body[:begin]) not in _HTML_PAGE and not _HTML_DOCTYPE.search(body[:begin]):
        body = body[begin:]
    # In UTF-16 either byte order writes these letters so.
    if b"!\0E\0N\0T\0I\0T\0Y" in body or b"<!ENTITY" in body[: _until_element(body)]:
        raise SourceError("not read: it declares entities, which no feed and no sitemap needs")
    if body.startswith(_BOMS[1:]):
        return body
    prologue = _prologue(body)
    rest = body[len(prologue) :]
    if rest.startswith(b"<?"):
        raise SourceError("broken XML: its declaration has no end")
    declaration = _DECLARATION.match(prologue)
    return declaration[0] + b"\n" + rest if declaration else rest


def json_part(body: bytes) -> bytes:
    """The JSON without the byte order mark and blank lines that a site's own code prints before it."""
    return body.removeprefix(_BOMS[0]).lstrip()


def instead(body: bytes, promised: str) -> str:
    """The sentence's half that says what came instead: "HTML where XML was promised"."""
    form = form_of(body)
    said = f"{form} where {promised} was promised"
    title = re.search(rb"<title[^>]*>([^<]{1,200})", body[:20_000], re.IGNORECASE) if form == "HTML" else None
    words = plain(title[1].decode("utf-8", "replace")) if title else None
    return f'{said}, titled "{words}"' if words else said


def _ascii_start(body: bytes) -> bytes:
    """The first bytes without their byte order mark, in an encoding that patterns can read."""
    start = body[:20_000]
    if start.startswith(_BOMS[1:]):
        return start[: len(start) // 2 * 2].decode("utf-16", "ignore").encode()
    return start.lstrip().removeprefix(_BOMS[0])


def _prologue(start: bytes) -> bytes:
    found = _PROLOGUE.match(start)
    return found[0] if found else b""


def _until_element(body: bytes) -> int:
    found = _ELEMENT.search(body)
    return found.start() if found else len(body)


def _root(start: bytes) -> bytes:
    """The name of the first element, in lower case; empty where there is none."""
    found = _ELEMENT.match(start, len(_prologue(start)))
    return found[1].lower() if found else b""
