"""Tells lists of links to other stories, which stand between a story's paragraphs, from lists that are the story's own.

In: the element that holds a story, and which addresses are the outlet's. Out: the lists that lead away.
"""

from collections.abc import Callable

from selectolax.lexbor import LexborNode

_MOST_LISTS = 50
"""Lists of a story that are looked at."""
_MOST_ITEMS = 6
"""Sites name a few stories to read; a longer list is what the story is about."""
_LEAST_WORDS = 4
"""Of a link in such a list, on an average: it is another story's headline, and no name."""


def link_lists(root: LexborNode, is_own: Callable[[str], bool]) -> list[int]:
    """The `mem_id`s of the lists whose items are nothing but links to the outlet's own pages, a headline each.

    One that the words before it announce with a colon belongs to the story ("The others were:").
    """
    lists = root.css("ul, ol")[:_MOST_LISTS]
    return [one.mem_id for one in lists if _is_of_links(one, is_own) and not _is_announced(one)]


def _is_of_links(one: LexborNode, is_own: Callable[[str], bool]) -> bool:
    items = [item for item in one.iter() if item.tag == "li"]
    if not 0 < len(items) <= _MOST_ITEMS:
        return False
    words = 0
    for item in items:
        link = item.css_first("a[href]")
        text = item.text(separator=" ").split()
        if link is None or text != link.text(separator=" ").split() or not is_own(link.attributes.get("href") or ""):
            return False
        words += len(text)
    return words >= _LEAST_WORDS * len(items)


def _is_announced(one: LexborNode) -> bool:
    before = one.prev
    while before is not None and not (text := before.text().strip()):
        before = before.prev
    return before is not None and text.endswith(":")
