"""Spider arguments: the text after `-a`, checked before the first request.

In: the names and values of the command line, all text. Out: `Arguments`, or an `ArgumentError` that says what is
accepted.
"""

from __future__ import annotations

import base64
import re
import sys
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from newscrawl.text.topic import is_topic
from newscrawl.text.urls import without_credentials

ACCEPTED = {
    "since": "since=2025-01-01: published on that day (UTC) or later; also 2025-01-01T06:00:00+03:00",
    "until": "until=2025-12-31: published on that day (UTC) or earlier; a time is the moment before which",
    "topic": "topic=CJTF-OIR: with this tag, or naming it in the text",
    "limit": "limit=100: at most this many articles written",
    "urls": "urls=https://…,https://… or urls=@FILE with one a line (urls=@- reads standard input): only these",
    "duplicates": "duplicates=label: what becomes of near-duplicates: label (written, and told), drop, or off",
    "render": "render=needed: which pages a browser renders: never, needed (those that are empty without), or always",
    "max_minutes": "max_minutes=30: end after so many minutes; the next crawl goes on from there",
    "base_url": "base_url=http://127.0.0.1:8081: the same outlet at another origin, such as a mirror",
}
"""Every argument that all outlets take, with its form."""
POLICIES = ("label", "drop", "off")
"""What becomes of near-duplicates."""
RENDERED = ("never", "needed", "always")
"""Which pages a browser renders."""


class ArgumentError(ValueError):
    """An argument that cannot be used; the text names it and gives the accepted form."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arguments:
    """What the user asked for. Times are aware UTC; `until` is the moment before which articles are wanted."""

    since: datetime | None = None
    until: datetime | None = None
    topic: str | None = None
    limit: int | None = None
    urls: tuple[str, ...] | None = None
    duplicates: str | None = None
    render: str | None = None
    max_minutes: float | None = None
    base_url: str | None = None

    @property
    def takes_all(self) -> bool:
        """Whether nothing that is found is left out."""
        return not (self.since or self.until or self.topic or self.limit or self.urls)

    @classmethod
    def parse(cls, given: dict[str, str], also: dict[str, str] | None = None) -> Arguments:
        """Check and read arguments; `also` are further ones that the spider itself takes, with their form."""
        accepted = ACCEPTED | (also or {})
        for name, value in given.items():
            if name not in accepted:
                forms = "\n".join(f"  -a {form}" for form in accepted.values())
                raise ArgumentError(f"unknown argument {name!r}; there are:\n{forms}")
            if not str(value).strip():
                raise ArgumentError(f"{name}= has no value; write -a {accepted[name]}")
        arguments = cls(
            since=_moment("since", given.get("since")),
            until=_moment("until", given.get("until"), whole_day=True),
            topic=_topic(given.get("topic")),
            limit=_limit(given.get("limit")),
            urls=_urls(given.get("urls")),
            duplicates=_policy(given.get("duplicates")),
            render=_rendered(given.get("render")),
            max_minutes=_minutes(given.get("max_minutes")),
            base_url=origin("base_url", given.get("base_url")),
        )
        if arguments.since and arguments.until and arguments.since >= arguments.until:
            raise ArgumentError(f"since={given['since']} is not before until={given['until']}")
        return arguments


class Credentials(NamedTuple):
    """What a site asks for before it shows itself (RFC 7617)."""

    site: str
    """Scheme, host and port, as Scrapy's requests have them."""
    authorization: bytes
    """The value of the header."""


def credentials(given: dict[str, str]) -> Credentials | None:
    """The name and password that base_url= or site= holds.

    They are part of no address from there on, so that they stand in no log, report, record or ledger.
    """
    for name in ("base_url", "site"):
        parts = urlsplit((given.get(name) or "").strip())
        secret, at, host = parts.netloc.rpartition("@")
        if at and origin(name, given[name]):
            plain = unquote(secret).encode()
            return Credentials(f"{parts.scheme}://{host.lower()}", b"Basic " + base64.b64encode(plain))
    return None


def origin(name: str, text: str | None) -> str | None:
    """The address of a site's root, without a closing slash, name and password."""
    if text is None:
        return None
    text = without_credentials(text.strip())
    try:
        parts = urlsplit(text)
        valid = parts.scheme in {"http", "https"} and parts.hostname and (parts.port or 1) and not parts.query
    except ValueError:
        valid = False
    if not valid:
        raise ArgumentError(f"{name}={text} is not the address of a site; write {name}=https://www.example.org")
    return text.rstrip("/")


def _moment(name: str, text: str | None, *, whole_day: bool = False) -> datetime | None:
    if text is None:
        return None
    refusal = f"{name}={text} is not a date; write YYYY-MM-DD, such as {name}=2025-12-31"
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}.*)?", text):
        raise ArgumentError(refusal)
    try:
        if len(text) == len("YYYY-MM-DD"):
            day = date.fromisoformat(text) + timedelta(days=int(whole_day))
            return datetime.combine(day, time(), UTC)
        moment = datetime.fromisoformat(text)
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError) as error:
        raise ArgumentError(refusal) from error


def _topic(text: str | None) -> str | None:
    if text is not None and not is_topic(text):
        raise ArgumentError(f"topic={text} has no word in it; write topic=CJTF-OIR")
    return text


def _policy(text: str | None) -> str | None:
    if text is not None and text not in POLICIES:
        raise ArgumentError(
            f"duplicates={text} is no way to treat near-duplicates; write duplicates=label, drop or off"
        )
    return text


def _rendered(text: str | None) -> str | None:
    if text is not None and text not in RENDERED:
        raise ArgumentError(
            f"render={text} does not say which pages are rendered; write render=never, needed or always"
        )
    return text


def _limit(text: str | None) -> int | None:
    if text is None:
        return None
    if not re.fullmatch(r"[1-9]\d{0,9}", text.strip(), re.ASCII):
        raise ArgumentError(f"limit={text} is not a number of articles; write a whole number from 1, such as limit=100")
    return int(text)


def _minutes(text: str | None) -> float | None:
    if text is None:
        return None
    if not re.fullmatch(r"\d{1,6}(\.\d{1,3})?", text.strip(), re.ASCII) or not float(text):
        raise ArgumentError(
            f"max_minutes={text} is not a number of minutes; write max_minutes=30, or 0.5 for half a one"
        )
    return float(text)


def _urls(text: str | None) -> tuple[str, ...] | None:
    if text is None:
        return None
    if text.startswith("@"):
        text = _read(text[1:])
        lines = [line.strip() for line in text.splitlines()]
        urls = [line for line in lines if line and not line.startswith("#")]
    else:
        urls = [part for part in re.split(r"[\s,]+(?=https?://)|\s+", text.strip().strip(",")) if part]
    urls = [without_credentials(url) for url in urls]
    if not urls:
        raise ArgumentError("urls= names no address; write -a " + ACCEPTED["urls"])
    for url in urls:
        if not re.match(r"https?://[^/\s]+", url):
            raise ArgumentError(f"urls= holds {url!r}, which is no address; each starts with http:// or https://")
    return tuple(dict.fromkeys(urls))


def _read(file: str) -> str:
    try:
        return sys.stdin.read() if file == "-" else Path(file).read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not a UTF-8 text file"
        raise ArgumentError(f"urls=@{file} cannot be read: {reason}") from error
