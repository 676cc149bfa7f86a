"""Tells a page that is empty until a script fills it.

In: a page's HTML. Out: whether it looks like such a shell. Pure.
"""

import re

LOOK_AT = 40_000
"""Bytes: such a page is short, and shows what it is at its beginning."""
# In lower case, as a search that ignores case takes longer than parsing the page; and without any part that could be
# looked at again from each place in it, which would take minutes for a page that is made for that.
_HOLLOW = re.compile(rb"<(div|main)\b([^<>]*+)>\s*+</\1>")
_TO_FILL = re.compile(rb"[\s\"']id\s*+=\s*+[\"']?(?:root|app|__next|__nuxt|___gatsby)\b")
_BARE = re.compile(rb"<body\b[^<>]*+>\s*+(?:</body>|\Z)")
ASKING = (
    r"(?:enable|turn on|activate) javascript\b",
    r"javascript (?:is|must be) (?:disabled|required|enabled)",
    r"requires javascript\b",
)
"""What pages say to those who run no scripts."""
_ASKING = re.compile("|".join(ASKING).encode())
_ASKING_HAVE = (b" javascript", b"javascript ")
"""Each of them has one of these, and few other pages do: to look for them takes a hundredth of the time."""
_SCRIPTS = re.compile(rb"<script\b", re.IGNORECASE)


def is_shell(html: bytes) -> bool:
    """Whether a page may hold something once its scripts have run. One without any script never will."""
    if _SCRIPTS.search(html) is None:
        return False
    start = html[:LOOK_AT].lower()
    if any(words in start for words in _ASKING_HAVE) and _ASKING.search(start):
        return True
    return is_hollow(start)


def is_hollow(start: bytes) -> bool:
    """Whether a page has, empty, the element that a framework fills, or a body without anything in it.

    `start`: the page's beginning, in lower case.
    """
    if any(_TO_FILL.search(element[2]) for element in _HOLLOW.finditer(start)):
        return True
    return _BARE.search(start) is not None
