"""Tells a page that is empty until a script fills it.

In: a page's HTML. Out: whether it looks like such a shell. Pure.
"""

import re

LOOK_AT = 40_000
"""Bytes: such a page is short, and shows what it is at its beginning."""
EMPTY = re.compile(
    rb"<(div|main)[^>]+id=[\"']?(?:root|app|__next|__nuxt|___gatsby)\b[^>]*>\s*</\1>|<body[^>]*>\s*(?:</body>|\Z)"
)
"""The element that a framework fills, or a body without anything in it; in lower case, as a search that ignores case
takes longer than parsing the page."""
ASKING = (
    r"(?:enable|turn on|activate) javascript\b",
    r"javascript (?:is|must be) (?:disabled|required|enabled)",
    r"requires javascript\b",
)
"""What pages say to those who run no scripts."""
_ASKING = re.compile("|".join(ASKING).encode())
_SCRIPTS = re.compile(rb"<script\b", re.IGNORECASE)


def is_shell(html: bytes) -> bool:
    """Whether a page may hold something once its scripts have run. One without any script never will."""
    if _SCRIPTS.search(html) is None:
        return False
    start = html[:LOOK_AT].lower()
    asks = b"javascript" in start and _ASKING.search(start) is not None
    return asks or EMPTY.search(start) is not None
