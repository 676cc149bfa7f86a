"""Reads a page that is an article as it stands; every other page is the crawl's.

In: a page. Out: its article, and what else is told of it where it is read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from newscrawl.pages.article_page import NotAnArticle
from newscrawl.similarity import signature

if TYPE_CHECKING:
    from newscrawl.items import Article
    from newscrawl.pages.article_page import ArticlePage


class Plain(NamedTuple):
    """An article that is whole on its page."""

    article: Article
    disagreements: dict[str, dict[str, str]]
    """As the page has them."""
    signature: bytes
    """Of the body, by which near-duplicates are found."""


def read_plain(page: ArticlePage) -> Plain | None:
    """None where a page needs its scripts, has further parts or is no article: the crawl asks for more, or says why."""
    if page.needs_script() or page.further_pages() or page.leads() or page.follow():
        return None
    try:
        article = page.read()
    except NotAnArticle:
        return None
    return Plain(article, page.disagreements, signature(article.body))
