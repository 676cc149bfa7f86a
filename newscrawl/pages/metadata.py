"""Reads what a page says of itself in its head: JSON-LD, OpenGraph, meta and link elements.

In: the page's bytes in UTF-8, or its parsed tree. Out: a `Draft` a layer, raw values as the site wrote them.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from html import unescape
from typing import Any

import msgspec
from selectolax.lexbor import LexborHTMLParser

from newscrawl.items import Draft, Kind

Node = dict[str, Any]

_SCRIPT = re.compile(rb"<script\b[^>]{0,300}?\bld\+json\b[^>]{0,300}>", re.IGNORECASE)
_SCRIPT_END = re.compile(rb"</script", re.IGNORECASE)
_WRAPPER = re.compile(
    r"^\s*(?:<!--|//\s*<!\[CDATA\[|/\*\s*<!\[CDATA\[\s*\*/|<!\[CDATA\[)|(?:(?://\s*)?-->|(?://|/\*)?\s*\]\]>(?:\s*\*/)?)\s*;?\s*$"
)
_STRING_OR_COMMA = re.compile(r'"(?:[^"\\]++|\\.?)*+(?:"|\Z)|,(?=\s*[\]}])', re.DOTALL)
_CONTROL = re.compile(r"[\x00-\x1f]")
_BAD_ESCAPE = re.compile(r'\\(?!["\\/bfnrt]|u[0-9a-fA-F]{4})')
_decode = msgspec.json.Decoder().decode

_KINDS: dict[str, Kind] = {
    "LiveBlogPosting": "live_blog",
    "OpinionNewsArticle": "opinion",
    "VideoObject": "video",
    "ImageGallery": "gallery",
    "MediaGallery": "gallery",
}
_STORIES = frozenset({"BlogPosting", "SocialMediaPosting", "Report", "TechArticle", "ScholarlyArticle", *_KINDS})
_LISTING_PAGES = frozenset({"CollectionPage", "ProfilePage", "SearchResultsPage", "AboutPage", "ContactPage"})
_DEPTH = 8


def json_ld(html: bytes) -> list[Node]:
    """Every object that the page's JSON-LD scripts hold at the top: lists and `@graph` opened, broken JSON mended.

    The scripts are found in the bytes: looking for them in the tree costs ten times as much.
    """
    if b"ld+json" not in html:
        return []
    nodes: list[Node] = []
    start = _SCRIPT.search(html)
    while start is not None:
        end = _SCRIPT_END.search(html, start.end())
        if end is None:
            break
        nodes += _objects(_decoded(html[start.end() : end.start()]), depth=0)
        start = _SCRIPT.search(html, end.end())
    return nodes


def _decoded(raw: bytes) -> Any:
    try:
        return _decode(raw)
    except RecursionError:
        return None
    except (msgspec.DecodeError, UnicodeDecodeError):
        pass
    text = _WRAPPER.sub("", _WRAPPER.sub("", raw.decode("utf-8", "replace")))
    if '"' not in text and "&quot;" in text:
        text = unescape(text)
    mended = _STRING_OR_COMMA.sub(_mended, text)
    for attempt in (mended, mended.rstrip(" \r\n\t;")):
        try:
            return _decode(attempt.encode("utf-8", "replace"))
        except (msgspec.DecodeError, RecursionError):
            continue
    return None


def _mended(match: re.Match[str]) -> str:
    """A comma before a closing bracket goes, a raw newline in a string is a space, a stray backslash is doubled."""
    found = match[0]
    return "" if found == "," else _BAD_ESCAPE.sub(r"\\\\", _CONTROL.sub(" ", found))


def _objects(value: Any, depth: int) -> Iterator[Node]:
    if depth > _DEPTH:
        return
    if isinstance(value, list):
        for entry in value:
            yield from _objects(entry, depth + 1)
    elif isinstance(value, dict):
        yield value
        yield from _objects(value.get("@graph"), depth + 1)
        main = value.get("mainEntity")
        if isinstance(main, dict) and "@type" in main:
            yield main


def types(node: Node) -> set[str]:
    """The node's types without their vocabulary: `http://schema.org/NewsArticle` is `NewsArticle`."""
    return {re.split(r"[/:#]", name)[-1] for name in _strings(node.get("@type"))}


def is_story(node: Node) -> bool:
    return any(name.endswith("Article") or name in _STORIES for name in types(node))


def is_listing(nodes: Iterable[Node]) -> bool:
    """Whether the JSON-LD describes a page of links, a person or a search, and no story."""
    found = list(nodes)
    return not any(map(is_story, found)) and any(types(node) & _LISTING_PAGES for node in found)


def story_node(nodes: list[Node], is_own: Any) -> Node | None:
    """The node of the page's story. `is_own` says of an address whether it is the page's: teasers are stories too."""
    stories = [node for node in nodes if is_story(node)]
    if len(stories) > 1:
        own = [node for node in stories if any(map(is_own, _addresses(node)))]
        written = [node for node in own or stories if not types(node) <= {"VideoObject"}]
        stories = written or own or stories
    return stories[0] if stories else None


def _addresses(node: Node) -> list[str]:
    entity = node.get("mainEntityOfPage")
    return [
        *_strings(node.get("url")),
        *_strings(node.get("@id")),
        *_strings(entity if isinstance(entity, str) else _part(entity, "@id")),
    ]


def json_ld_draft(nodes: list[Node], is_own: Any) -> Draft | None:
    """What the JSON-LD says of the story; None where it tells of none.

    A page whose SEO plugin knows a WebPage but no article still gives its dates.
    """
    by_id = {node["@id"]: node for node in nodes if isinstance(node.get("@id"), str) and len(node) > 1}
    story = story_node(nodes, is_own)
    if story is None:
        page = next((node for node in nodes if "WebPage" in types(node) and node.get("datePublished")), None)
        if page is None:
            return None
        return Draft(
            layer="json-ld", published=_first(page.get("datePublished")), modified=_first(page.get("dateModified"))
        )
    image = _image(story.get("image"), by_id) or _image(story.get("thumbnailUrl"), by_id)
    kind = next((_KINDS[name] for name in sorted(types(story)) if name in _KINDS), None)
    return Draft(
        layer="json-ld",
        url=_first(story.get("url")),
        kind=kind,
        headline=_first(story.get("headline")) or _first(story.get("name")),
        description=_first(story.get("description")),
        body_html=_first(story.get("articleBody")),
        authors=_names(story.get("author") or story.get("creator"), by_id),
        sections=_strings(story.get("articleSection")),
        topics=_keywords(story.get("keywords"), by_id),
        published=_first(story.get("datePublished")) or _first(story.get("uploadDate")),
        modified=_first(story.get("dateModified")),
        image_url=image and image[0],
        image_caption=image and image[1],
    )


def _strings(value: Any) -> list[str]:
    """The strings of a value that may be one, a list of them, or `{"@value": …}`."""
    if isinstance(value, str):
        return [value] if value.strip() else []
    if isinstance(value, dict):
        return _strings(value.get("@value"))
    if isinstance(value, list):
        return [text for entry in value if not isinstance(entry, list) for text in _strings(entry)]
    return []


def _first(value: Any) -> str | None:
    found = _strings(value)
    return found[0] if found else None


def _part(value: Any, key: str) -> Any:
    return value.get(key) if isinstance(value, dict) else None


def _resolved(value: Any, by_id: dict[str, Node]) -> Any:
    """A reference (`{"@id": …}`) by the node that it names."""
    if isinstance(value, dict) and isinstance(value.get("@id"), str) and "name" not in value and "url" not in value:
        return by_id.get(value["@id"], value)
    return value


def _names(value: Any, by_id: dict[str, Node]) -> list[str]:
    names: list[str] = []
    for entry in value if isinstance(value, list) else [value]:
        whole = _resolved(entry, by_id)
        names += _strings(whole) if isinstance(whole, str) else _strings(_part(whole, "name"))
    return names


def _keywords(value: Any, by_id: dict[str, Node]) -> list[str]:
    """Keywords as a list, as objects (DefinedTerm), or as one string with commas."""
    if isinstance(value, str):
        return [word for word in value.split(",") if word.strip()]
    words = _names(value, by_id)
    return [part for word in words for part in (word.split(",") if len(words) == 1 else [word]) if part.strip()]


def _image(value: Any, by_id: dict[str, Node]) -> tuple[str, str | None] | None:
    for entry in value if isinstance(value, list) else [value]:
        whole = _resolved(entry, by_id)
        if isinstance(whole, str) and whole.strip():
            return whole, None
        if isinstance(whole, dict):
            address = _first(whole.get("url")) or _first(whole.get("contentUrl")) or _first(whole.get("@id"))
            if address:
                return address, _first(whole.get("caption"))
    return None


@dataclass(slots=True)
class Head:
    """The meta and link elements that matter here."""

    values: dict[str, list[str]] = field(default_factory=dict)
    """By property or name in lower case, in the page's order."""
    links: dict[str, str] = field(default_factory=dict)
    """The first address by relation: canonical, shortlink, next."""
    base: str | None = None
    title: str | None = None
    """The `<title>`, with the outlet's suffix."""

    def first(self, *names: str) -> str | None:
        for name in names:
            for value in self.values.get(name, ()):
                return value
        return None


def read_head(tree: LexborHTMLParser) -> Head:
    """The whole document is looked through: a stray element in the head moves what follows it into the body."""
    head = Head()
    for node in tree.css("meta[content], link[rel][href], base[href]"):
        attributes = node.attributes
        if node.tag == "meta":
            name = attributes.get("property") or attributes.get("name")
            content = attributes.get("content")
            if name and content and content.strip():
                head.values.setdefault(name.strip().lower(), []).append(content.strip())
        elif node.tag == "base":
            head.base = head.base or attributes.get("href")
        else:
            for relation in (attributes.get("rel") or "").lower().split():
                head.links.setdefault(relation, (attributes.get("href") or "").strip())
    title = tree.css_first("head title")
    head.title = title.text(strip=True) if title is not None else None
    return head


def meta_draft(head: Head) -> Draft:
    """What the meta elements say of the story."""
    return Draft(
        layer="meta",
        url=head.links.get("canonical") or None,
        headline=head.first("og:title", "twitter:title") or head.title,
        description=head.first("og:description", "description", "twitter:description"),
        authors=head.values.get("author", []) or head.values.get("article:author", []),
        sections=head.values.get("article:section", []),
        topics=head.values.get("article:tag", []),
        published=head.first(
            "article:published_time",
            "article:published",
            "datepublished",
            "dcterms.created",
            "dc.date.issued",
            "pubdate",
            "publishdate",
            "publish-date",
            "date",
        ),
        modified=head.first("article:modified_time", "article:modified", "datemodified", "dcterms.modified"),
        image_url=head.first("og:image", "og:image:url", "og:image:secure_url", "twitter:image"),
    )
