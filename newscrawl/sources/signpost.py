"""Signposts: pages that list no article, but say where a site's sources are.

In: robots.txt, or a site's home page. Out: a batch that names further sources.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar
from urllib.parse import urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser

from newscrawl.items import Batch
from newscrawl.sources.feed import Feed
from newscrawl.sources.form import form_of, instead
from newscrawl.sources.listing import parsed
from newscrawl.sources.sitemap import Sitemap
from newscrawl.sources.source import NotOfferedError, Source, SourceError, address
from newscrawl.sources.wordpress import WordPressRest

MOST_SITEMAPS = 50
MOST_FEEDS = 200
"""A site has a few dozen categories; a cloud of tags can have thousands."""


@dataclass(frozen=True)
class RobotsTxt(Source):
    """The `Sitemap:` lines of robots.txt (sitemaps.org; RFC 9309, 2.2.4)."""

    path: str = "/robots.txt"
    kind: ClassVar[str] = "sitemaps of"

    def read(self, body: bytes, url: str, headers: Mapping[str, str] | None = None) -> Batch:  # noqa: ARG002
        if form_of(body) in {"HTML", "JSON", "XML"}:
            raise SourceError(f"not a robots.txt: {instead(body, 'text')}")
        lines = re.findall(rb"(?im)^[ \t]*sitemap[ \t]*:[ \t]*(\S+)", body.removeprefix(b"\xef\xbb\xbf"))
        places = [address(line.decode("utf-8", "replace"), url) for line in lines]
        paths = dict.fromkeys(place for place in places if place)
        return Batch(sources=[Sitemap(path) for path in list(paths)[:MOST_SITEMAPS]])


@dataclass(frozen=True)
class RestLink(Source):
    """Where a WordPress site says that its REST is: a header or a <link> of its home page."""

    path: str = "/"
    kind: ClassVar[str] = "REST named by"

    def read(self, body: bytes, url: str, headers: Mapping[str, str] | None = None) -> Batch:
        headers = headers or {}
        root = _linked(headers.get("link", "")) or _in_page(body, headers)
        place = address(root, url)
        if place is None:
            raise NotOfferedError("it names none")
        posts = f"{place}wp/v2/posts" if place.endswith("/") else f"{place}/wp/v2/posts"
        return Batch(sources=[WordPressRest(posts)])


@dataclass(frozen=True)
class SectionFeeds(Source):
    """The feeds of the categories and tags that a WordPress site's home page links to."""

    path: str = "/"
    sections: int = 0
    """As in `Feed`."""
    kind: ClassVar[str] = "feeds of the sections of"

    def read(self, body: bytes, url: str, headers: Mapping[str, str] | None = None) -> Batch:
        if form_of(body) != "HTML":
            raise SourceError(f"not a page: {instead(body, 'HTML')}")
        page = parsed(body, headers or {})
        paths = dict.fromkeys(f"{place.rstrip('/')}/feed/" for place in _sections(page, url))
        feeds = [Feed(path, whole_text=True, sections=self.sections, paged=True) for path in paths]
        return Batch(sources=feeds[:MOST_FEEDS])


def _linked(header: str) -> str | None:
    found = re.search(r'<([^<>]+)>\s*;[^,<]*rel="?https://api\.w\.org/"?', header)
    return found[1] if found else None


def _in_page(body: bytes, headers: Mapping[str, str]) -> str | None:
    if b"api.w.org" not in body or form_of(body) != "HTML":
        return None
    link = parsed(body, headers).css_first('link[rel="https://api.w.org/"][href]')
    return link.attributes["href"] if link else None


def _sections(page: LexborHTMLParser, url: str) -> Iterator[str]:
    """What WordPress marks as a category or tag: in menus, at posts, or by its usual addresses."""
    for link in page.css(
        ".menu-item-object-category > a[href], .menu-item-object-post_tag > a[href], a[rel~=category][href], "
        'a[rel~=tag][href], a[href*="/category/"], a[href*="/tag/"]'
    ):
        place = address(link.attributes["href"], url)
        if place and urlsplit(place).path.strip("/"):
            yield urljoin(place, urlsplit(place).path)
