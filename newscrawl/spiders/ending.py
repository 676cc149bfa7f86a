"""Says how a URL ends that gave no article, and when it is asked for again.

In: an answer, a page's refusal, or the error of a request. Out: `Ending`, for the ledger.
"""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from newscrawl.network.blocked import blocked_by, wall_of
from newscrawl.network.borders import Offsite
from newscrawl.network.failure import sentence
from newscrawl.network.headers import headers_of
from newscrawl.network.robots import Forbidden
from newscrawl.pages.article_page import NothingFound

if TYPE_CHECKING:
    from scrapy.http import Response

    from newscrawl.pages.article_page import NotAnArticle

STATUSES = {401: "forbidden", 403: "blocked", 404: "gone", 410: "gone", 451: "forbidden"}
"""HTTP statuses that settle a URL; any other that is no success may pass."""
NOT_ASKED = {Forbidden: "forbidden", Offsite: "offsite"}
"""Why a request was not made."""
LOOK_AGAIN = {"blocked": timedelta(hours=1), "forbidden": timedelta(days=7), "offsite": timedelta(days=7)}
"""When to ask again for what may be let through later; nothing is lost because a site had a bad day."""
NOTHING_YET = timedelta(days=7)
"""The same for a page that shows nothing and does not say why: most are errors that pass."""
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
PAGES = ("text/", "application/xhtml", "application/xml", "application/octet-stream")
"""Types of what may be a page: some servers send theirs without knowing what it is."""


class Ending(NamedTuple):
    """What a URL ended in that gave no article."""

    status: str
    reason: str
    http_status: int | None = None
    again: timedelta | None = None
    """How long after; None for never by itself, and for "failed", whose times the ledger knows."""


def ending_of_answer(response: Response) -> Ending | None:
    """What an answer ends in that holds no page; None for one that may."""
    status, headers = response.status, headers_of(response)
    if block := blocked_by(status, headers, response.body):
        return _ended("blocked", block, status)
    if 300 <= status < 400 and _SCHEME.match(headers.get("location", "")):
        # Scrapy follows http and https alone, and gives others to us.
        return _ended("offsite", f"leads off the outlet, to {headers['location']:.200}", status)
    if status != 200:
        return _ended(STATUSES.get(status, "failed"), f"the site answers {status}", status)
    if not response.body.strip():
        return Ending("failed", "an empty answer", status)
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind and not kind.startswith(PAGES):
        return Ending("not_article", f"no page, but {kind}", status)
    return None


def ending_of_page(reason: NotAnArticle, response: Response) -> Ending:
    """What a page ends in that is no article."""
    if not isinstance(reason, NothingFound):
        return Ending("not_article", str(reason), response.status)
    if wall := wall_of(response.body):
        return _ended("blocked", wall, response.status)
    return Ending("not_article", str(reason), response.status, NOTHING_YET)


def ending_of_failure(error: BaseException) -> Ending:
    """What a request ends in that brought no answer."""
    status = next((status for kind, status in NOT_ASKED.items() if isinstance(error, kind)), "failed")
    return _ended(status, sentence(error))


def _ended(status: str, reason: str, http_status: int | None = None) -> Ending:
    return Ending(status, reason, http_status, LOOK_AGAIN.get(status))
