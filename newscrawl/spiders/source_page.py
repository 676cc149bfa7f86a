"""Asks a site for one page of a source and reads it.

In: the page's address, and what it said when it was last read. Out: an `Answer`, or `Unread` with the reason.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from scrapy import Request
from scrapy.exceptions import CannotResolveHostError, DownloadCancelledError, DownloadConnectionRefusedError

from newscrawl.archive.keeping import keep
from newscrawl.ledger.sources import PageState
from newscrawl.network.blocked import blocked_by
from newscrawl.network.borders import Offsite
from newscrawl.network.failure import sentence
from newscrawl.network.headers import headers_of
from newscrawl.network.pace import CrawlEnding, Pace
from newscrawl.network.rendering import FAULTS, policy_of, rendered
from newscrawl.network.robots import Forbidden, RobotsUnreachable
from newscrawl.pages.steps import Reader
from newscrawl.sources.source import NotOfferedError, SourceError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from scrapy.crawler import Crawler
    from scrapy.http import Response

    from newscrawl.items import Batch, Follow, Lead
    from newscrawl.sources.source import Source

State = Literal["stopped", "read", "empty", "closed", "failed", "unreachable"]
CLOSED = {400, 401, 403, 404, 405, 410, 451}
"""Statuses by which a site says that it does not offer a source, which is no fault of anyone."""
SOURCE_MAXSIZE = 64 * 1024 * 1024
"""Bytes: a sitemap may have 50 MB (sitemaps.org), an article never."""


NOT_RENDERED = "more of it comes by script only, and it was not rendered"
NOBODY_THERE = (DownloadConnectionRefusedError, CannotResolveHostError)


class Unread(Exception):  # noqa: N818 (it says that a page was not read, not that someone erred)
    """A source's address gave nothing to read; the text says why."""

    def __init__(self, state: State, reason: str, *, may_pass: bool = False, is_past_end: bool = False) -> None:
        """`may_pass`: a smaller page may fare better. `is_past_end`: the page before it was the last."""
        super().__init__(reason)
        self.state: State = state
        self.may_pass = may_pass
        self.is_past_end = is_past_end


class Answer(NamedTuple):
    """A source's page, read, or unchanged since it was (then without a batch)."""

    batch: Batch | None
    state: PageState
    cut: str = ""
    """Why it does not name all that it should, where that is so."""
    is_fault: bool = False
    """Whether that should not be."""


class Found(NamedTuple):
    """What a page names, as far as it could be had."""

    batch: Batch
    needs_script: bool = False
    cut: str = ""
    is_fault: bool = False


async def ask(
    crawler: Crawler,
    source: Source,
    page: Follow,
    before: PageState | None = None,
    is_known: Callable[[list[Lead]], bool] = lambda _: False,
) -> Answer:
    """Raises Unread, or CrawlEnding. `is_known`: whether leads hold nothing new, so that what a script would bring is
    not either.
    """
    pace = crawler.get_downloader_middleware(Pace)
    if pace is not None and pace.is_ending:
        # The engine may take no more requests.
        raise CrawlEnding("the crawl is ending")
    try:
        # What is to be rendered in any case is another page than the one of which the site would say "unchanged".
        is_rendered = source.steps is not None and policy_of(crawler) == "always"
        conditions = {} if is_rendered else _conditions(before)
        request = Request(page.url, headers=conditions, meta={"download_maxsize": SOURCE_MAXSIZE})
        response = await crawler.engine.download_async(request)
    except CrawlEnding:
        raise
    except RobotsUnreachable as error:
        raise Unread("unreachable", sentence(error)) from error
    except (Forbidden, Offsite) as error:
        raise Unread("closed", sentence(error)) from error
    except DownloadCancelledError as error:
        raise Unread("failed", f"not read: it is larger than {SOURCE_MAXSIZE:,} bytes") from error
    except Exception as error:
        raise Unread("failed", sentence(error), may_pass=not isinstance(error, NOBODY_THERE)) from error
    status, headers = response.status, headers_of(response)
    if block := blocked_by(status, headers, response.body):
        raise Unread("failed", block)
    if status == 304 and before:
        return Answer(None, before._replace(told_at=page.modified_at))
    if status != 200:
        state: State = "closed" if status in CLOSED else "failed"
        is_past_end = source.is_past_end(page, status, response.body)
        raise Unread(state, f"the site answers {status}", may_pass=status >= 500, is_past_end=is_past_end)
    batch, needs_script, cut, is_fault = await _found(crawler, source, response, is_known)
    _keep(crawler, response, batch)
    # The site may say "unchanged" of the empty page for ever, whatever its scripts would fill it with.
    etag, last_modified = (None, None) if needs_script else (headers.get("etag"), headers.get("last-modified"))
    return Answer(batch, PageState(etag, last_modified, page.modified_at, tuple(batch.follow)), cut, is_fault)


async def _found(crawler: Crawler, source: Source, response: Response, is_known: Callable[[list[Lead]], bool]) -> Found:
    """What an answer names; where more comes of it by script, what it names once that has run."""
    batch = _read(source, response, response.body)
    if source.steps is None:
        return Found(batch)
    needs_script = source.needs_script(response.body, batch, response.url)
    if batch.leads and is_known(batch.leads):
        return Found(batch, needs_script)
    reader = Reader(
        lambda html: _holds_leads(source, response, html),
        _Novelty(lambda html: _read(source, response, html).leads, is_known).is_in,
    )
    try:
        by_browser = await rendered(crawler, response, source.steps, reader, is_needed=needs_script)
    except FAULTS as error:
        return Found(batch, needs_script, sentence(error), is_fault=True)
    if by_browser is None:
        return Found(batch, needs_script, NOT_RENDERED if needs_script else "")
    whole = _read(source, response, by_browser.response.body)
    return Found(whole, True, by_browser.cut, is_fault=bool(by_browser.cut))


class _Novelty:
    """Looks at a list each time that it has grown."""

    def __init__(self, leads_of: Callable[[bytes], list[Lead]], is_known: Callable[[list[Lead]], bool]) -> None:
        self._leads_of = leads_of
        self._is_known = is_known
        self._named: set[str] = set()

    def is_in(self, html: bytes) -> bool:
        """Whether what has come since the last look holds anything new."""
        leads = [lead for lead in self._leads_of(html) if lead.url not in self._named]
        # Before anything is made of their addresses.
        self._named.update(lead.url for lead in leads)
        return not leads or not self._is_known(leads)


def _read(source: Source, response: Response, html: bytes) -> Batch:
    """What a page names, by an answer and what became of its body. Raises Unread."""
    try:
        return source.read(html, response.url, _headers(response, html))
    except NotOfferedError as error:
        raise Unread("closed", str(error), may_pass=True) from error
    except SourceError as error:
        raise Unread("failed", str(error), may_pass=True) from error


def _headers(response: Response, html: bytes) -> dict[str, str]:
    headers = headers_of(response)
    return headers if html is response.body else {**headers, "content-type": "text/html; charset=utf-8"}


def _holds_leads(source: Source, response: Response, html: bytes) -> bool:
    try:
        return bool(_read(source, response, html).leads)
    except Unread:
        return False


def _keep(crawler: Crawler, response: Response, batch: Batch) -> None:
    """Keep an answer that holds articles."""
    if any(lead.draft for lead in batch.leads):
        kept_at = keep(crawler, response)
        for lead in batch.leads:
            lead.read_at = kept_at


def _conditions(before: PageState | None) -> Mapping[str, str]:
    """Headers that let the site answer "unchanged".

    Behind Apache's gzip an ETag ends in `-gzip` and then never matches, so that the date must do alone (RFC 9110,
    13.1.3: an ETag takes precedence over it).
    """
    if before is None:
        return {}
    headers = {}
    if before.etag and not before.etag.endswith('-gzip"'):
        headers["If-None-Match"] = before.etag
    if before.last_modified:
        headers["If-Modified-Since"] = before.last_modified
    return headers
