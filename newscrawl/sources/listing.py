"""Listings: a site's own pages of links to its articles, section by section.

In: an HTML page. Out: a lead for each item that the outlet's selectors find, and the listing's next page.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar
from urllib.parse import urldefrag

from selectolax.lexbor import LexborHTMLParser, LexborNode
from w3lib.encoding import html_to_unicode

from newscrawl.items import Batch, Follow, Lead
from newscrawl.pages.steps import Steps
from newscrawl.sources.form import form_of, instead
from newscrawl.sources.source import Source, SourceError, address, moment
from newscrawl.text.markup import Entangled, check


@dataclass(frozen=True)
class Listing(Source):
    """A page that lists articles. Selectors are CSS; those of link, title and date may match the item itself too."""

    item: str
    """One for each article."""
    link: str
    """The element with the article's address in `href`."""
    title: str | None = None
    """Where the title stands, if not in the link."""
    date: str | None = None
    """An element with `datetime`, or with a date for text."""
    next: str | None = None
    """The pager's link to the next page."""
    render: bool = field(default=False, kw_only=True)
    """Whether a browser renders its pages that name more by script only (`docs/rendering.md`)."""
    wait_for: str = field(default="", kw_only=True)
    """The element without which a rendered page is not ready."""
    show_more: str = field(default="", kw_only=True)
    """What is pressed for more, on a rendered page; where this is empty, the page is scrolled to its end instead."""
    presses: int = field(default=0, kw_only=True)
    """How often, at most."""

    kind: ClassVar[str] = "listing"
    newest_first: ClassVar[bool] = True
    past_end: ClassVar[frozenset[int]] = frozenset({404})

    @property
    def steps(self) -> Steps:
        return Steps(self.wait_for, self.show_more, self.presses)

    def read(self, body: bytes, url: str, headers: Mapping[str, str] | None = None) -> Batch:
        page = parsed(body, headers or {})
        base = _base(page, url)
        batch = Batch()
        seen: set[str] = set()
        for item in page.css(self.item):
            link = item.css_first(self.link)
            place = address(link.attributes.get("href"), base) if link else None
            if link is None or place is None or _same(place, url):
                batch.left_out["no address"] = batch.left_out.get("no address", 0) + 1
            elif urldefrag(place).url not in seen:
                seen.add(urldefrag(place).url)
                batch.leads.append(self._lead(item, link, place))
        if self.next and batch.leads:
            batch.follow = _following(page.css(self.next), base, url)
        return batch

    def needs_script(self, body: bytes, batch: Batch, url: str) -> bool:
        """Not where the pager is a link, nor where there is nothing to press; and one that lists nothing, but is no
        first page, is the end of its list.
        """
        if not self.render or batch.follow:
            return False
        if not batch.leads:
            return not _numbered(url)
        return not self.show_more or parsed(body, {}).css_first(self.show_more) is not None

    def _lead(self, item: LexborNode, link: LexborNode, place: str) -> Lead:
        titled = item.css_first(self.title) if self.title else link
        dated = item.css_first(self.date) if self.date else None
        return Lead(
            url=place,
            published_at=moment(dated.attributes.get("datetime") or _text(dated)) if dated else None,
            title=(titled.attributes.get("aria-label") or _text(titled)) if titled else None,
        )


def parsed(body: bytes, headers: Mapping[str, str]) -> LexborHTMLParser:
    """A page of links; raises SourceError for what is none, or would take all memory there is."""
    if form_of(body) != "HTML":
        raise SourceError(f"not a listing: {instead(body, 'HTML')}")
    try:
        check(body)
    except Entangled as reason:
        raise SourceError(str(reason)) from reason
    try:
        _, text = html_to_unicode(headers.get("content-type"), body)
    except (LookupError, UnicodeError):  # a charset that Python knows, but not as one of text
        text = body.decode("utf-8", "replace")
    return LexborHTMLParser(text)


def _base(page: LexborHTMLParser, url: str) -> str:
    """What the page's relative links are resolved against: its <base>, where it has one."""
    element = page.css_first("base[href]")
    return address(element.attributes["href"], url) or url if element else url


def _text(element: LexborNode) -> str | None:
    return " ".join(element.text(separator=" ").split()) or None


def _same(one: str, other: str) -> bool:
    return urldefrag(one).url == urldefrag(other).url


_NUMBER = re.compile(r"[?&]paged?=(\d{1,9})(?=[&#]|$)|/page/(\d{1,9})/?(?=[?#]|$)")


def _following(links: list[LexborNode], base: str, url: str) -> list[Follow]:
    """The next page, of all that a pager links to: what says `rel=next`, else the first with a higher number.

    A full pager begins with the first and the previous page, and the last page's still names those.
    """
    links.sort(key=lambda link: "next" not in (link.attributes.get("rel") or "").split())
    for link in links:
        place = address(link.attributes.get("href"), base)
        if place and not _same(place, url) and _is_after(place, url):
            return [Follow(url=place)]
    return []


def _is_after(place: str, url: str) -> bool:
    """Whether a page's number is higher than this one's, where either has one. The first page counts from nought."""
    there, here = _numbered(place), _numbered(url)
    if there is None:
        return here is None
    return there > (here or 0)


def _numbered(url: str) -> int | None:
    found = _NUMBER.search(url)
    return int(found[1] or found[2]) if found else None
