"""Reads a story with a general reader, where an outlet's layouts find none.

In: a whole page. Out: the story's paragraphs as far as the reader knows them, which is less exactly than a layout does:
`provenance.body` is "fallback", and a crawl that needs it often says so. The reader is trafilatura, and is imported
only when it is needed: it takes longer to import than a hundred pages to read.
"""

import logging
import re
from functools import cache
from typing import Any

from newscrawl.pages.prose import NOT_PROSE, Paragraph, fragment, paragraphs
from newscrawl.text.markup import Entangled

LEAST_CHARACTERS = 200
"""A shorter text is no story: what is left on a page without one is a line on cookies, or a teaser."""
MOST_BYTES = 2_000_000
"""Of a page that is handed on: a tenth of a second's work for every 500 kB."""

_REFERENCE = re.compile(r"&#(?:(\d{1,9})|[xX]([0-9a-fA-F]{1,9}))(?![0-9a-fA-F]);?")
_AS_HTML = {
    ("head", "h1"): "title",  # the headline, which is no part of the text
    ("head", None): "h3",
    ("list", "ol"): "ol",
    ("list", None): "ul",
    ("item", None): "li",
    ("quote", None): "blockquote",
    ("row", None): "tr",
    ("cell", None): "td",
    ("lb", None): "br",
}
"""By name and `rend` of the elements of TEI that trafilatura writes."""


def read_generally(html: bytes, *, leave_out: str = NOT_PROSE) -> list[Paragraph]:
    """The paragraphs, none where nothing that reads like a story is found. `html` is UTF-8."""
    if len(html) > MOST_BYTES:
        return []
    text = _REFERENCE.sub(_known_to_xml, html.decode("utf-8", "replace"))
    document = _reader()(text, fast=True, include_comments=False, include_tables=True, with_metadata=False)
    if document is None or document.body is None:
        return []
    try:
        root = fragment(_markup(document.body))
    except Entangled:
        return []
    return paragraphs(root, leave_out=leave_out) if root is not None else []


def _known_to_xml(reference: re.Match[str]) -> str:
    """The reference, or a space for a character that XML does not have: the reader gives up a page that holds one."""
    code = int(reference[1]) if reference[1] else int(reference[2], 16)
    is_known = code in {9, 10, 13} or 0x20 <= code < 0xD800 or 0xE000 <= code < 0xFFFE or 0x10000 <= code < 0x110000
    return reference[0] if is_known else " "


@cache
def _reader() -> Any:
    from trafilatura import bare_extraction  # noqa: PLC0415 - rarely needed, and slow to import

    # What it cannot read is told by what it gives.
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    return bare_extraction


def _markup(body: Any) -> str:
    from lxml import html  # noqa: PLC0415 - comes with the reader

    for element in body.iter():
        kind = element.tag, element.get("rend")
        # What the parser made of a broken tag is no name that can be given to an element.
        if name := _AS_HTML.get(kind) or _AS_HTML.get((element.tag, None)):
            element.tag = name
    return str(html.tostring(body, encoding="unicode"))
