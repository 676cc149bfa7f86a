"""Puts a page together with what belongs to it: what its scripts add, the further pages of its text, and of a live
blog's list of updates.

In: an answer, then a crawler that can ask for more. Out: the page with its whole text, and the leads that it names; or
`Unread`, with the reason why a part of it cannot be had.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from scrapy import Request
from scrapy.http import HtmlResponse

from newscrawl.archive.keeping import keep
from newscrawl.network.blocked import SHELL, wall_of
from newscrawl.network.failure import sentence
from newscrawl.network.headers import charset_of, date_of, rendered_by
from newscrawl.network.pace import CrawlEnding
from newscrawl.network.rendering import FAULTS, rendered
from newscrawl.pages.answered import Answered
from newscrawl.pages.article_page import NotAnArticle
from newscrawl.pages.steps import Reader
from newscrawl.spiders.source_page import Unread

if TYPE_CHECKING:
    from collections.abc import Callable

    from scrapy.crawler import Crawler
    from scrapy.http import Response

    from newscrawl.items import Lead
    from newscrawl.pages.article_page import ArticlePage, Outlet

MOST_PARTS = 500
"""Further pages of one article, or of the list of a live blog's updates: the longest blogs have some dozens."""


def page_of(response: Response, page_class: type[ArticlePage], outlet: Outlet, least: int) -> ArticlePage:
    """The page that an answer holds, as it is read from any answer: of the site itself, or kept.

    `least`: LEAST_FALLBACK_TEXT.
    """
    return answered(response).page(page_class, outlet, least)


def answered(response: Response) -> Answered:
    """What an answer tells of its page."""
    return Answered(response.body, response.url, date_of(response), charset_of(response), rendered_by(response))


class Filled(NamedTuple):
    """An answer and its page, rendered where a script has to fill it."""

    response: Response
    page: ArticlePage
    cut: str = ""
    """Why the page lists less than the site has, where that is so."""


async def filled(crawler: Crawler, response: Response, read: Callable[[Response], ArticlePage]) -> Filled:
    """Raises Unread where a page cannot be rendered that has no text without."""
    page = read(response)

    def is_filled(html: bytes) -> bool:
        return not read(_html(response, html)).is_shell()

    try:
        by_browser = await rendered(crawler, response, page.steps, Reader(is_filled), is_needed=page.needs_script())
    except FAULTS as error:
        if not _has_text(page):
            raise Unread("failed", sentence(error)) from error
        page.unrendered = sentence(error)
        return Filled(response, page)
    if by_browser is None:
        return Filled(response, page)
    return Filled(by_browser.response, read(by_browser.response), by_browser.cut)


def _html(response: Response, html: bytes) -> Response:
    """The answer with what became of its body."""
    headers = {"Date": response.headers.get("Date"), "Content-Type": "text/html; charset=utf-8"}
    return HtmlResponse(response.url, headers=headers, body=html, request=response.request)


def _has_text(page: ArticlePage) -> bool:
    try:
        return bool(page.read().body)
    except NotAnArticle:
        return False


async def with_whole_text(crawler: Crawler, page: ArticlePage, read: Callable[[Response], ArticlePage]) -> None:
    """Fetch the further pages of an article's text; raises Unread where one of them cannot be had."""
    addresses = page.further_pages()
    _bounded(len(addresses))
    for address in addresses:
        part = await _part(crawler, address, read)
        if rendered_by(part.response) and not _has_text(part.page):
            raise Unread("failed", f"{address}, a part of it: no text is on it once its scripts have run")
        page.append(part.response.body)


async def all_leads(crawler: Crawler, page: ArticlePage, read: Callable[[Response], ArticlePage]) -> list[Lead]:
    """What a page lists, and the further pages of its list; raises Unread where one of them cannot be had."""
    leads, waiting, asked = page.leads(), page.follow(), {page.url}
    while waiting:
        address = waiting.pop(0)
        if address not in asked:
            _bounded(len(asked))
            asked.add(address)
            part = await _part(crawler, address, read)
            leads += part.page.leads()
            waiting += part.page.follow()
    return leads


def _bounded(parts: int) -> None:
    if parts > MOST_PARTS:
        raise Unread("failed", f"it has more than {MOST_PARTS} further pages")


async def _part(crawler: Crawler, address: str, read: Callable[[Response], ArticlePage]) -> Filled:
    assert crawler.engine is not None
    try:
        response = await crawler.engine.download_async(Request(address))
    except CrawlEnding:
        raise
    except Exception as error:
        raise Unread("failed", f"{address}, a part of it: {sentence(error)}") from error
    if response.status != 200:
        raise Unread("failed", f"{address}, a part of it: the site answers {response.status}")
    try:
        part = await filled(crawler, response, read)
    except Unread as unread:
        raise Unread("failed", f"{address}, a part of it: {unread}") from unread
    if part.cut or part.page.is_shell():
        raise Unread("failed", f"{address}, a part of it: {part.cut or wall_of(part.response.body) or SHELL}")
    keep(crawler, part.response)
    return part
