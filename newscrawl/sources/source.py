"""What every way of listing articles promises, with the small readings that they share.

In: an outlet's root for the first address, then the bytes of each response. Out: a `Batch` of leads, or a
`SourceError` that says in one sentence why the bytes are not what was promised.
"""

import html
import re
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import ClassVar, NamedTuple
from urllib.parse import urljoin, urlsplit

from newscrawl.items import Batch, Follow, Lead
from newscrawl.pages.steps import Steps


class SourceError(ValueError):
    """A source's bytes are not what the source promises; the message is one sentence for people."""


class NotOfferedError(SourceError):
    """The bytes are well, and say that the site does not have this source; no fault of anyone."""


class Wanted(NamedTuple):
    """Which articles a source is asked for; times are aware."""

    changed_since: datetime | None = None
    since: datetime | None = None
    """Published then or later."""
    until: datetime | None = None
    """Published before that."""


EVERYTHING = Wanted()


@dataclass(frozen=True)
class Source(ABC):
    """One way that a site lists its articles."""

    path: str
    """Relative to the outlet's root, or an absolute URL."""

    kind: ClassVar[str]

    @property
    def steps(self) -> Steps | None:
        """What a browser does with its pages; None where they are not made for people, so that none renders them."""
        return None

    @property
    def is_whole(self) -> bool:
        """Whether it names all that the site has, and not the newest only."""
        return True

    @property
    def holds_text(self) -> bool:
        """Whether leads come with the article itself, every page of it, so that most need no request of their own."""
        return False

    @property
    def label(self) -> str:
        """The source's name for people and for the ledger: "feed /rss"."""
        return f"{self.kind} {self.path}"

    newest_first: ClassVar[bool] = False
    """Whether a page without anything new means that there is nothing new on the pages after it."""
    past_end: ClassVar[frozenset[int]] = frozenset()
    """HTTP statuses that a page after the last one has."""

    def is_past_end(self, page: Follow, status: int, body: bytes) -> bool:  # noqa: ARG002
        """Whether an answer says that there is no such further page."""
        return status in self.past_end

    def first(self, root: str, wanted: Wanted = EVERYTHING) -> str:  # noqa: ARG002
        """The first URL to ask. A root with a path of its own (a mirror in a folder) keeps it.

        `wanted`: what a source that can tell is asked for; others are asked for all.
        """
        if urlsplit(self.path).netloc:
            return urljoin(root, self.path)
        return f"{root.rstrip('/')}/{self.path.lstrip('/')}"

    def names_older(self, leads: Sequence[Lead]) -> bool:  # noqa: ARG002
        """Whether a page's leads show that the source names more than the articles of the last days."""
        return True

    def parts(self, url: str) -> list[str]:  # noqa: ARG002
        """Smaller pages that together hold what one holds, for one that the site fails to give; none: no smaller."""
        return []

    def after(self, url: str) -> str | None:  # noqa: ARG002
        """The page after one that could not be read, where that can be told without reading it."""
        return None

    def needs_script(self, body: bytes, batch: Batch, url: str) -> bool:  # noqa: ARG002
        """Whether a page, which gave this batch, names more by script only."""
        return False

    @abstractmethod
    def read(self, body: bytes, url: str, headers: Mapping[str, str] | None = None) -> Batch:
        """The leads of one response, and what to read next.

        `url` is the response's own address, `headers` its HTTP headers with names in lower case.
        Raises `SourceError`, and nothing else whatever the bytes are.
        """


def address(href: str | None, base: str) -> str | None:
    """An absolute http(s) URL, otherwise as written; None for what no request can be made of."""
    # Browsers drop tabs and newlines within an address too.
    href = re.sub(r"[\t\r\n]", "", (href or "").strip())
    if not href:
        return None
    try:
        url = urljoin(base, href)
        parts = urlsplit(url)
        _ = parts.port  # raises where the port is no number
    except ValueError:
        return None
    return url if parts.scheme in {"http", "https"} and parts.hostname else None


# The email module makes a date of nearly anything ("-0001" the year 2000), so the form is held against this first.
_RFC_822 = re.compile(r"(?:[A-Za-z]+,?\s+)?\d{1,2}\s+[A-Za-z]+\s+\d{2}(?:\d\d)?\s+\d{1,2}:\d\d")


def moment(raw: str | None) -> datetime | None:
    """A date of ISO 8601 or RFC 822 that tells its time and zone, as aware UTC; None for every other.

    Leads carry only what needs no knowledge of the outlet: a date without a zone is read with the article. Years
    before 1990 are how sites write "no date".
    """
    text = (raw or "").strip()
    # RFC 822's "-0000" is UTC whose local zone is not told; the email module makes it naive.
    text = re.sub(r"[ ]-0000$", " +0000", text)
    read = parsedate_to_datetime if _RFC_822.match(text) else datetime.fromisoformat
    try:
        when = read(text)
        return when.astimezone(UTC) if when.tzinfo and when.astimezone(UTC).year >= 1990 else None
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def plain(markup: str | None) -> str | None:
    """The text of a title or other short markup on one line; None where there is none."""
    text = html.unescape(re.sub(r"</?[a-zA-Z!][^<>]*>", " ", markup or ""))
    return " ".join(text.split()) or None


def page_number(url: str, parameter: str) -> int | None:
    """The number that a query parameter gives."""
    found = re.search(rf"[?&]{parameter}=(\d{{1,9}})(?=[&#]|$)", url)
    return int(found[1]) if found else None


def with_parameter(url: str, parameter: str, value: object) -> str:
    """The same URL with another value of a query parameter, as it is to stand there; all else as it is.

    WordPress's `rest_route` stays readable.
    """
    changed, times = re.subn(rf"(?<=[?&]){parameter}=[^&#]*", lambda _: f"{parameter}={value}", url)
    if times:
        return changed
    return f"{url}{'&' if '?' in url else '?'}{parameter}={value}"
