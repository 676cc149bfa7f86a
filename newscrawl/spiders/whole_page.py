"""Puts a page together with what belongs to it: what its scripts add, the further pages of its text, and of a live
blog's list of updates.

In: an answer, then a crawler that can ask for more. Out: the page with its whole text, and the leads that it names; or
`Unread`, with the reason why a part of it cannot be had.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy import Request

from newscrawl.archive.keeping import keep
from newscrawl.network.failure import sentence
from newscrawl.network.headers import RENDERED_BY, charset_of, date_of, headers_of
from newscrawl.network.pace import CrawlEnding
from newscrawl.network.rendering import FAULTS, Steps, rendered
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
    url = outlet.site.canonical(response.url) or response.url
    date, encoding, browser = date_of(response), charset_of(response), headers_of(response).get(RENDERED_BY)
    return page_class(response.body, url, outlet=outlet, date=date, encoding=encoding, least=least, rendered_by=browser)


async def filled(
    crawler: Crawler, response: Response, read: Callable[[Response], ArticlePage]
) -> tuple[Response, ArticlePage]:
    """The answer and its page, rendered where a script has to fill it; raises Unread where that fails."""
    page = read(response)
    steps = Steps(page.wait_for, page.show_more, page.presses)
    try:
        by_browser = await rendered(crawler, response, steps, is_needed=page.needs_script())
    except FAULTS as error:
        raise Unread("failed", sentence(error)) from error
    return (by_browser, read(by_browser)) if by_browser else (response, page)


async def with_whole_text(crawler: Crawler, page: ArticlePage) -> None:
    """Fetch the further pages of an article's text; raises Unread where one of them cannot be had."""
    addresses = page.further_pages()
    _bounded(len(addresses))
    for address in addresses:
        page.append((await _part(crawler, address)).body)


async def all_leads(crawler: Crawler, page: ArticlePage, read: Callable[[Response], ArticlePage]) -> list[Lead]:
    """What a page lists, and the further pages of its list; raises Unread where one of them cannot be had."""
    leads, waiting, asked = page.leads(), page.follow(), {page.url}
    while waiting:
        address = waiting.pop(0)
        if address not in asked:
            _bounded(len(asked))
            asked.add(address)
            part = read(await _part(crawler, address))
            leads += part.leads()
            waiting += part.follow()
    return leads


def _bounded(parts: int) -> None:
    if parts > MOST_PARTS:
        raise Unread("failed", f"it has more than {MOST_PARTS} further pages")


async def _part(crawler: Crawler, address: str) -> Response:
    assert crawler.engine is not None
    try:
        response = await crawler.engine.download_async(Request(address))
    except CrawlEnding:
        raise
    except Exception as error:
        raise Unread("failed", f"{address}, a part of it: {sentence(error)}") from error
    if response.status != 200:
        raise Unread("failed", f"{address}, a part of it: the site answers {response.status}")
    keep(crawler, response)
    return response
