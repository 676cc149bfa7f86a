"""Feeds of cards: Atom (RFC 4287), RSS 2.0 and JSON Feed 1.1.

In: cards, newest first, each as an entry; then title, id and addresses. Out: a feed, and of it the bytes of a file in
each format. An entry holds the standfirst and the opening paragraph, for the texts belong to the outlets; the whole
text only where that is asked for. The same cards give the same bytes.
"""

from __future__ import annotations

import re
import uuid
from datetime import UTC, datetime
from email.utils import format_datetime
from html import escape
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote

from lxml import etree

from newscrawl.reporting.as_json import as_json
from newscrawl.text.direction import direction
from newscrawl.text.links import is_of_the_web
from newscrawl.text.opening import opening, paragraphs

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from newscrawl.topics.card import Card, Story

ATOM = "http://www.w3.org/2005/Atom"
CONTENT = "http://purl.org/rss/1.0/modules/content/"
DC = "http://purl.org/dc/elements/1.1/"
JSON_FEED = "https://jsonfeed.org/version/1.1"
_DEFAULT: dict[Any, str] = {None: ATOM}
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
NEVER = datetime(1970, 1, 1, tzinfo=UTC)
"""The date of a feed without entries: a file that says the same stays the same."""
_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_IN_ADDRESSES = ":/?@!$&'()*+,;=%"
_LONE_PERCENT = re.compile("%(?![0-9A-Fa-f]{2})")
_LANGUAGE = re.compile("(?!und$)[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*")
"""RFC 3066, section 2.1; `und` is not known."""


class Feed(NamedTuple):
    """What the three formats have in common."""

    title: str
    id: str
    page: str | None
    address: str | None
    entries: list[Entry]

    @property
    def updated(self) -> datetime:
        return max((entry.updated for entry in self.entries), default=NEVER)


class Entry(NamedTuple):
    """One card."""

    id: str
    url: str | None
    title: str
    authors: list[str]
    topics: list[str]
    language: str | None
    published: datetime
    updated: datetime
    summary: str
    html: str
    image: str | None


def atom(feed: Feed) -> bytes:
    """The feed as Atom."""
    root = etree.Element(f"{{{ATOM}}}feed", nsmap=_DEFAULT)
    _add(root, f"{{{ATOM}}}id", feed.id)
    _add(root, f"{{{ATOM}}}title", feed.title)
    _add(root, f"{{{ATOM}}}updated", _rfc3339(feed.updated))
    for relation, kind, link in ("alternate", "text/html", feed.page), ("self", "application/atom+xml", feed.address):
        if link:
            _add(root, f"{{{ATOM}}}link", rel=relation, type=kind, href=link)
    for entry in feed.entries:
        element = _add(root, f"{{{ATOM}}}entry")
        if entry.language:
            element.set(LANG, entry.language)
        _add(element, f"{{{ATOM}}}id", entry.id)
        _add(element, f"{{{ATOM}}}title", entry.title)
        if entry.url:
            _add(element, f"{{{ATOM}}}link", rel="alternate", href=entry.url)
        _add(element, f"{{{ATOM}}}published", _rfc3339(entry.published))
        _add(element, f"{{{ATOM}}}updated", _rfc3339(entry.updated))
        for author in entry.authors:
            _add(_add(element, f"{{{ATOM}}}author"), f"{{{ATOM}}}name", author)
        for topic in entry.topics:
            _add(element, f"{{{ATOM}}}category", term=topic)
        _add(element, f"{{{ATOM}}}summary", entry.summary)
        _add(element, f"{{{ATOM}}}content", entry.html, type="html")
    return _xml(root)


def rss(feed: Feed) -> bytes:
    """The feed as RSS 2.0, with the modules for authors, languages and contents that readers know."""
    root = etree.Element("rss", version="2.0", nsmap={"atom": ATOM, "content": CONTENT, "dc": DC})
    channel = _add(root, "channel")
    _add(channel, "title", feed.title)
    # A channel must have a link, which may be of any scheme.
    _add(channel, "link", feed.page or feed.id)
    _add(channel, "description", feed.title)
    _add(channel, "lastBuildDate", _rfc822(feed.updated))
    if feed.address:
        _add(channel, f"{{{ATOM}}}link", rel="self", type="application/rss+xml", href=feed.address)
    for entry in feed.entries:
        item = _add(channel, "item")
        _add(item, "title", entry.title)
        if entry.url:
            _add(item, "link", entry.url)
        _add(item, "guid", entry.id, isPermaLink="false")
        _add(item, "pubDate", _rfc822(entry.published))
        # RSS itself has one date only.
        _add(item, f"{{{ATOM}}}updated", _rfc3339(entry.updated))
        for author in entry.authors:
            _add(item, f"{{{DC}}}creator", author)
        for topic in entry.topics:
            _add(item, "category", topic)
        if entry.language:
            _add(item, f"{{{DC}}}language", entry.language)
        # Readers take a description for markup.
        _add(item, "description", escape(entry.summary))
        _add(item, f"{{{CONTENT}}}encoded", entry.html)
    return _xml(root)


def json_feed(feed: Feed) -> bytes:
    """The feed as JSON Feed 1.1."""
    told: dict[str, Any] = {
        "version": JSON_FEED,
        "title": feed.title,
        "home_page_url": feed.page,
        "feed_url": feed.address,
        "items": [_present(_item(entry)) for entry in feed.entries],
    }
    return as_json(_present(told))


def _item(entry: Entry) -> dict[str, Any]:
    return {
        "id": entry.id,
        "url": entry.url,
        "title": entry.title,
        "summary": entry.summary,
        "content_html": entry.html,
        "image": entry.image,
        "date_published": _rfc3339(entry.published),
        "date_modified": _rfc3339(entry.updated) if entry.updated != entry.published else None,
        "authors": [{"name": author} for author in entry.authors],
        "tags": entry.topics or None,
        "language": entry.language,
    }


def _present(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None}


# --- from cards ---


def feed_of(
    title: str,
    entries: Iterable[Entry],
    *,
    feed_id: str | None = None,
    own_address: str | None = None,
    page: str | None = None,
) -> Feed:
    """`feed_id`: any words that no other feed has and that stay when the title is written otherwise; `own_address` and
    `page`: the absolute addresses of the feed's file and of the page that shows the same, where they are known.
    """
    id_ = _urn(f"feed {feed_id or page or title}")
    return Feed(_clean(title), id_, _address(page), _address(own_address), list(entries))


def entry_of(card: Card, *, whole_text: bool = False) -> Entry:
    """The entry of a card, with the text's opening or the whole of it."""
    story = card.story
    body = _clean(story.body)
    first = opening(body)
    standfirst = _clean(story.description or "").strip()
    updated = [story.published_at, *(update.published_at for update in card.updates)]
    return Entry(
        id=_urn(card.first_read or story.id),
        url=_address(story.url),
        title=_clean(story.headline),
        authors=[*filter(None, map(_clean, story.authors))] or [_clean(story.outlet_name)],
        topics=[*dict.fromkeys(filter(None, map(_clean, story.topics)))],
        language=_language(story),
        published=story.published_at,
        updated=max([*updated, card.updated_at] if card.updated_at else updated),
        summary=standfirst or first,
        html=_html(card, standfirst, paragraphs(body) if whole_text else [*filter(None, [first])]),
        image=_address(story.image.url if story.image else None),
    )


def _html(card: Card, standfirst: str, text: Sequence[str]) -> str:
    story = card.story
    parts = [f"<p><strong>{escape(standfirst)}</strong></p>"] if standfirst else []
    dateline = f"{_clean(story.dateline)} – " if story.dateline else ""
    for paragraph in text:
        parts.append(f"<p>{escape(dateline + paragraph)}</p>")
        dateline = ""
    others = [_linked(_clean(copy.outlet_name), _address(copy.url)) for copy in card.also_in]
    return _marked(story, "".join(parts)) + (f"<p>Also in {', '.join(others)}</p>" if others else "")


def _linked(name: str, address: str | None) -> str:
    return f'<a href="{escape(address)}">{escape(name)}</a>' if address else escape(name)


def _marked(story: Story, html: str) -> str:
    """The text with its language and direction, which the rest of a page may not share."""
    language = _language(story)
    marks = f' lang="{language}"' if language else ""
    return f'<div{marks} dir="{direction(language or "")}">{html}</div>'


def _language(story: Story) -> str | None:
    return story.language if _LANGUAGE.fullmatch(story.language) else None


def _clean(text: str) -> str:
    """The text without the characters that XML cannot hold, lone surrogates among them."""
    return _NOT_IN_XML.sub("", text)


def _address(url: str | None) -> str | None:
    """An address as feeds take them, what it may not hold percent-encoded (RFC 3986); None for one that is not of the
    web.
    """
    if not url or not is_of_the_web(url):
        return None
    address, mark, fragment = _LONE_PERCENT.sub("%25", _clean(url)).partition("#")
    return quote(address, safe=_IN_ADDRESSES) + mark + quote(fragment, safe=_IN_ADDRESSES)


def _urn(name: str) -> str:
    """An id that stays the same as long as its name does, wherever the feed lies (RFC 9562, version 5)."""
    return uuid.uuid5(uuid.NAMESPACE_URL, f"newscrawl:{_clean(name)}").urn


def _rfc3339(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _rfc822(moment: datetime) -> str:
    return format_datetime(moment.astimezone(UTC), usegmt=True)


def _add(parent: etree._Element, tag: str, text: str | None = None, **attributes: str) -> etree._Element:
    element = etree.SubElement(parent, tag, attributes)
    element.text = text
    return element


def _xml(root: etree._Element) -> bytes:
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
