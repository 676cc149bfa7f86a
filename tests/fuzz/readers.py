"""What is fuzzed: each reader of bytes, what it promises whatever the bytes are, and what it is begun with.

In: any bytes. Out: nothing; an AssertionError, or whatever else is raised, is a broken promise. They are that bytes end
as leads or an article, or as the one documented error (SourceError, NotAnArticle); soon; and that no text that comes
out holds markup, control characters or halves of characters.
"""

from __future__ import annotations

import json
import re
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

import msgspec

from newscrawl.items import Image
from newscrawl.pages.article_page import NotAnArticle
from newscrawl.pages.fallback import read_generally
from newscrawl.pages.iraqinews import IraqiNewsPage
from newscrawl.pages.middleeasteye import MiddleEastEyePage
from newscrawl.pages.outlet import Outlet
from newscrawl.pages.wordpress import WordPressPage
from newscrawl.sources import Feed, Listing, Sitemap, SourceError, WordPressRest
from newscrawl.text.urls import Site

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from newscrawl.items import Article
    from newscrawl.pages.article_page import ArticlePage
    from newscrawl.sources import Source

FIXTURES = Path(__file__).parents[2] / "fixtures"
IRAQI = "https://www.iraqinews.com/iraq/slug/"
EYE = "https://www.middleeasteye.net/news/slug"
OTHER = "https://www.example.org/slug/"
OUTLET = Outlet(name="example", title="The Example", zone=ZoneInfo("UTC"), site=Site(host="www.example.org"))
NOW = datetime(2026, 1, 24, tzinfo=UTC)
SECONDS = 5
"""Of CPU time, for what takes some milliseconds; a fuzzer's counting makes it several times as many."""
LONGEST = 60_000
"""Bytes of an input: an ordinary page."""
RUBBISH = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\xa0\xad\u200b\u2028\ufeff\ud800-\udfff]|</?(?:p|div|a|b|i|span|script)\\b[^<>]*>"
)
CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
STORY = (
    '<html><head><script type="application/ld+json">%s</script></head><body><section class="page-main-content"><h1>H'
    '</h1><div class="submitted-date"><span class="date-created">Published date:</span> 6 June 2025 11:33 BST</div>'
    '<div class="field-body"><p>Nobody had seen so much water.</p></div></section></body></html>'
)


class Reader(NamedTuple):
    read: Callable[[bytes], None]
    seeds: Callable[[], Iterator[bytes]]


def _source(source: Source, url: str, page_class: type[ArticlePage]) -> Callable[[bytes], None]:
    def read(data: bytes) -> None:
        try:
            batch = source.read(data, url, {})
        except SourceError:
            return
        for lead in batch.leads:
            assert lead.url.startswith(("http://", "https://")), lead.url
            canonical = page_class.outlet.site.canonical(lead.url)
            assert canonical is None or not CONTROL.search(canonical), canonical
            if lead.draft is not None and canonical is not None:
                _draft(lead, canonical, page_class)
        for follow in batch.follow:
            assert follow.url.startswith(("http://", "https://")), follow.url

    return _in_time(read)


def _draft(lead, url: str, page_class: type[ArticlePage]) -> None:
    try:
        article = page_class.from_draft(lead.draft, url=url, date=NOW)
    except NotAnArticle:
        return
    check(article)


def _page(page_class: type[ArticlePage], url: str, outlet: Outlet | None = None) -> Callable[[bytes], None]:
    def read(data: bytes) -> None:
        page = page_class(data, url, outlet=outlet, date=NOW)
        try:
            article = page.read()
            page.leads(), page.follow(), page.further_pages(), page.disagreements, page.told
        except NotAnArticle:
            return
        check(article)

    return _in_time(read)


def _json_ld(data: bytes) -> None:
    before, _, after = STORY.partition("%s")
    _READ_EYE(before.encode() + data + after.encode())


def _fallback(data: bytes) -> None:
    for paragraph in read_generally(data):
        assert not RUBBISH.search(paragraph.text), paragraph.text


def _in_time(read: Callable[[bytes], None]) -> Callable[[bytes], None]:
    def timed(data: bytes) -> None:
        began = time.process_time()
        read(data)
        taken = time.process_time() - began
        assert taken < SECONDS, f"{taken:.1f} s for {len(data):,} bytes"

    return timed


def check(article: Article) -> None:
    """Raises AssertionError where a text of the article is not clean, or cannot be written."""
    for field in ("headline", "description", "body", "dateline", "authors", "sections", "topics", "image"):
        for text in _texts(getattr(article, field)):
            assert not RUBBISH.search(text), (field, RUBBISH.search(text), text)
    for text in (article.url, article.id, article.image.url if article.image else ""):
        assert not CONTROL.search(text), text
    msgspec.json.encode(article)


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for part in value:
            yield from _texts(part)
    elif isinstance(value, Image):
        yield from _texts([value.caption or "", value.credit or ""])


def _files(*patterns: str) -> Callable[[], Iterator[bytes]]:
    def seeds() -> Iterator[bytes]:
        for pattern in patterns:
            for file in sorted(FIXTURES.glob(pattern)):
                data = file.read_bytes()
                if len(data) <= LONGEST:
                    yield data

    return seeds


def _feeds() -> Iterator[bytes]:
    """Whole feeds, and their first entries alone, of which thousands are read in the time of one whole one."""
    for feed in _files("sites/*/**/*ss.xml", "sites/*/feed/*.xml")():
        yield feed
        yield feed[: feed.find(b"</item>")] + b"</item></channel></rss>"


def _posts() -> Iterator[bytes]:
    """The same of REST."""
    for page in _files("sites/*/wp-json/wp/v2/*.json")():
        yield page
        for post in json.loads(page):
            yield json.dumps([post]).encode()


def _written_json() -> Iterator[bytes]:
    for page in _files("pages/*/*/page.html")():
        yield from re.findall(rb"<script[^>]+ld\+json[^>]*>(.*?)</script>", page, re.DOTALL)


_TILES = Listing("/news", item=".mee-article-tile, article", link="a", date="time", next=".pager__item a")
_READ_EYE = _page(MiddleEastEyePage, EYE)

READERS = {
    "feed": Reader(
        _source(Feed(whole_text=True, sections=1, paged=True), IRAQI, IraqiNewsPage),
        _feeds,
    ),
    "sitemap": Reader(_source(Sitemap(), IRAQI, IraqiNewsPage), _files("sites/*/*sitemap*.xml")),
    "rest": Reader(_source(WordPressRest(), IRAQI, IraqiNewsPage), _posts),
    "listing": Reader(
        _source(_TILES, EYE, MiddleEastEyePage),
        _files("sites/www.middleeasteye.net/*.html", "sites/*/countries/*.html"),
    ),
    "json-ld": Reader(_json_ld, _written_json),
    "iraqinews": Reader(_page(IraqiNewsPage, IRAQI), _files("pages/iraqinews/*/page.html")),
    "middleeasteye": Reader(_READ_EYE, _files("pages/middleeasteye/*/page.html")),
    "wordpress": Reader(_page(WordPressPage, OTHER, OUTLET), _files("pages/iraqinews/*/page.html")),
    "fallback": Reader(_in_time(_fallback), _files("pages/*/*/page.html")),
}
