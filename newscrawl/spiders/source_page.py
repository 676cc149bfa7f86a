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
from newscrawl.network.pace import CrawlEnding
from newscrawl.network.rendering import FAULTS, Steps, rendered
from newscrawl.network.robots import Forbidden, RobotsUnreachable
from newscrawl.sources.source import NotOfferedError, SourceError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scrapy.crawler import Crawler
    from scrapy.http import Response

    from newscrawl.items import Batch, Follow
    from newscrawl.sources.source import Source

State = Literal["stopped", "read", "empty", "closed", "failed", "unreachable"]
CLOSED = {400, 401, 403, 404, 405, 410, 451}
"""Statuses by which a site says that it does not offer a source, which is no fault of anyone."""
SOURCE_MAXSIZE = 64 * 1024 * 1024
"""Bytes: a sitemap may have 50 MB (sitemaps.org), an article never."""


NOBODY_THERE = (DownloadConnectionRefusedError, CannotResolveHostError, CrawlEnding)


class Unread(Exception):  # noqa: N818 (it says that a page was not read, not that someone erred)
    """A source's address gave nothing to read; the text says why."""

    def __init__(self, state: State, reason: str, *, status: int | None = None, may_pass: bool = False) -> None:
        """`status`: HTTP's, where there was an answer. `may_pass`: a smaller page may fare better."""
        super().__init__(reason)
        self.state: State = state
        self.status = status
        self.may_pass = may_pass


class Answer(NamedTuple):
    """A source's page, read, or unchanged since it was (then without a batch)."""

    batch: Batch | None
    state: PageState


async def ask(crawler: Crawler, source: Source, page: Follow, before: PageState | None = None) -> Answer:
    """Raises Unread."""
    try:
        request = Request(page.url, headers=_conditions(before), meta={"download_maxsize": SOURCE_MAXSIZE})
        response = await crawler.engine.download_async(request)
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
        raise Unread("failed", block, status=status)
    if status == 304 and before:
        return Answer(None, before._replace(told_at=page.modified_at))
    if status != 200:
        state: State = "closed" if status in CLOSED else "failed"
        raise Unread(state, f"the site answers {status}", status=status, may_pass=status >= 500)
    batch = await _read(crawler, source, response)
    _keep(crawler, response, batch)
    etag, last_modified = headers.get("etag"), headers.get("last-modified")
    return Answer(batch, PageState(etag, last_modified, page.modified_at, tuple(batch.follow)))


async def _read(crawler: Crawler, source: Source, response: Response) -> Batch:
    """What an answer names; where more comes of it by script, what it names once that has run."""
    try:
        batch = source.read(response.body, response.url, headers_of(response))
        steps = Steps(source.wait_for, source.show_more, source.presses)
        by_browser = source.is_page and await rendered(
            crawler, response, steps, is_needed=source.needs_script(response.body, batch)
        )
        return source.read(by_browser.body, by_browser.url, headers_of(by_browser)) if by_browser else batch
    except NotOfferedError as error:
        raise Unread("closed", str(error), status=response.status, may_pass=True) from error
    except SourceError as error:
        raise Unread("failed", str(error), status=response.status, may_pass=True) from error
    except (*FAULTS, CrawlEnding) as error:
        raise Unread("failed", sentence(error)) from error


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
