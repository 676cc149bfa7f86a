"""Whether WordPress's excerpt is a standfirst that an editor wrote, or the beginning of the text, cut off by itself.

In: the excerpt and the content, as markup. Out: the excerpt, or None.
"""

import re

from newscrawl.sources.source import plain

# What sites put after the cut: the theme's "Continue reading" link, the SEO plugin's line in feeds.
_MORE_LINK = re.compile(r"<a\b(?:(?!<a\b).)*</a>\s*(?=</p>|$)", re.DOTALL | re.IGNORECASE)
_FEED_TAIL = re.compile(r"<p>The post <a\b(?:(?!<p>).)*</p>\s*$", re.DOTALL)


def standfirst(excerpt: str | None, content: str | None) -> str | None:
    """The excerpt as given, if it is an editor's own.

    An automatic one ends where the text was cut off; that of a short post, or of one with a "read more" mark, is the
    text's beginning word for word.
    """
    text = plain(_MORE_LINK.sub("", _FEED_TAIL.sub("", (excerpt or "").strip()).strip()))
    if text is None or text.endswith(("…]", "...]", "…", "...")):
        return None
    return None if _letters(content).startswith(_letters(text)) else excerpt


def _letters(markup: str | None) -> str:
    return "".join((plain(markup) or "").split())
