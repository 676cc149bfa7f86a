"""The opening paragraph of a text: what is shown of it where the whole belongs to its outlet.

In: a body, its paragraphs parted by blank lines. Out: its paragraphs; the first that is one, not a heading.
"""

from __future__ import annotations

LONGEST_OPENING = 700
"""Characters of an opening paragraph; some sites write their whole story in one."""
FEWEST_WORDS = 5
"""Of a paragraph; a live blog's first may be "Key points"."""


def opening(body: str) -> str:
    """The first paragraph that is one, not a heading, cut at a word where it is very long; empty for an empty body."""
    every = paragraphs(body)
    first = next(
        (paragraph for paragraph in every if len(paragraph.split()) >= FEWEST_WORDS), every[0] if every else ""
    )
    if len(first) <= LONGEST_OPENING:
        return first
    return first[:LONGEST_OPENING].rsplit(None, 1)[0].rstrip(" ,;:–—-") + " …"


def paragraphs(body: str) -> list[str]:
    """The whole text."""
    return [paragraph for part in body.split("\n\n") if (paragraph := part.strip())]
