"""Reads a story with a general reader, where an outlet's layouts find none.

In: a whole page. Out: the story's paragraphs as far as the reader knows them, which is less exactly than a layout does:
`provenance.body` is "fallback", and a crawl that needs it often says so. The reader is trafilatura, and is imported
only when it is needed: it takes longer to import than a hundred pages to read.
"""

import logging
from functools import cache
from typing import Any

from newscrawl.pages.prose import NOT_PROSE, Paragraph, fragment, paragraphs
from newscrawl.text.markup import Entangled

LEAST_CHARACTERS = 200
"""A shorter text is no story: what is left on a page without one is a line on cookies, or a teaser."""
MOST_BYTES = 2_000_000
"""Of a page that is handed on: a tenth of a second's work for every 500 kB."""

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
    document = _reader()(
        html.decode("utf-8", "replace"), fast=True, include_comments=False, include_tables=True, with_metadata=False
    )
    if document is None or document.body is None:
        return []
    try:
        root = fragment(_markup(document.body))
    except Entangled:
        return []
    return paragraphs(root, leave_out=leave_out) if root is not None else []


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
        element.tag = _AS_HTML.get(kind) or _AS_HTML.get((element.tag, None), element.tag)
    return str(html.tostring(body, encoding="unicode"))
