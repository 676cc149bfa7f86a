"""What an answer tells of the page that it holds: all that reading it needs, and plain enough to be sent elsewhere.

In: bytes and a few headers. Out: the page, by the class that reads the outlet's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from datetime import datetime

    from newscrawl.pages.article_page import ArticlePage
    from newscrawl.pages.outlet import Outlet


class Answered(NamedTuple):
    """An answer with a page."""

    html: bytes
    url: str
    """Where it was fetched."""
    date: datetime
    """When the answer was given, aware."""
    encoding: str | None
    """As the Content-Type declares it."""
    rendered_by: str | None
    """The browser that ran the page's scripts, where one did."""

    def page(self, page_class: type[ArticlePage], outlet: Outlet, least: int) -> ArticlePage:
        """`least`: LEAST_FALLBACK_TEXT."""
        url = outlet.site.canonical(self.url) or self.url
        return page_class(
            self.html,
            url,
            outlet=outlet,
            date=self.date,
            encoding=self.encoding,
            least=least,
            rendered_by=self.rendered_by,
        )
