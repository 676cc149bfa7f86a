"""Reads what a page says of itself in its head: JSON-LD, OpenGraph, meta and link elements.

In: the page's parsed tree. Out: a `Draft` a layer, raw values as the site wrote them.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from html import unescape
from itertools import islice
from typing import Any

import msgspec
from selectolax.lexbor import LexborHTMLParser

from newscrawl.items import Draft, Kind

Node = dict[str, Any]

MOST_WRITTEN = 2_000_000
"""Characters of a JSON-LD script that is read: the longest of real ones, of live blogs, have a few hundred thousand."""
MOST_MENDED = 200_000
"""The same for one that is broken."""
MOST_NODES = 2_000

_WRAPPER_START = re.compile(r"\s*(?:<!--|//\s*<!\[CDATA\[|/\*\s*<!\[CDATA\[\s*\*/|<!\[CDATA\[)")
_WRAPPER_END = re.compile(r"(?:(?://\s*)?-->|(?://|/\*)?\s*\]\]>(?:\s*\*/)?)\s*;?\s*$")
_WRAPPED = 60
"""Characters at the end in which a wrapper ends."""
_STRING_OR_COMMA = re.compile(r'"(?:[^"\\]++|\\.?)*+(?:"|\Z)|,(?=\s*[\]}])', re.DOTALL)
_CONTROL = re.compile(r"[\x00-\x1f]")
_BAD_ESCAPE = re.compile(r'\\(?!["\\/bfnrt]|u[0-9a-fA-F]{4})')
_PAGE = re.compile(r"(?:https?://[^/?#]+)?/[^?#]|(?:https?://[^/?#]+)?/?\?")
"""An address that leads further than to a site's root."""
_VOCABULARY = re.compile(r"[/:#]")
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


def json_ld(tree: LexborHTMLParser) -> list[Node]:
    """Every object that the page's JSON-LD scripts hold at the top: lists and `@graph` opened, broken JSON mended."""
    nodes: list[Node] = []
    for script in tree.tags("script"):
        if "ld+json" in (script.attributes.get("type") or "").lower():
            text = script.text()
            if len(text) <= MOST_WRITTEN:
                nodes += islice(_objects(_decoded(text), depth=0), MOST_NODES)
    return nodes[:MOST_NODES]


def _decoded(raw: str) -> Any:
    try:
        return _decode(raw)
    except RecursionError:
        return None
    except (msgspec.DecodeError, UnicodeError):
        pass
    if len(raw) > MOST_MENDED:
        return None
    text = _unwrapped(raw.strip())
    if '"' not in text and "&quot;" in text:
        text = unescape(text)
    mended = _STRING_OR_COMMA.sub(_mended, text)
    for attempt in (mended, mended.rstrip(" \r\n\t;")):
        try:
            return _decode(attempt.encode("utf-8", "replace"))
        except (msgspec.DecodeError, RecursionError):
            continue
    return None


def _unwrapped(text: str) -> str:
    """The text without the comment or CDATA section that once hid it from old browsers."""
    start = _WRAPPER_START.match(text)
    text = text[start.end() :] if start else text
    return text[:-_WRAPPED] + _WRAPPER_END.sub("", text[-_WRAPPED:])


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
    written = node.get("@type")
    return {_bare(written)} if isinstance(written, str) else {_bare(name) for name in _strings(written)}


@lru_cache(maxsize=256)
def _bare(name: str) -> str:
    return _VOCABULARY.split(name)[-1]


def _tells_a_story(named: set[str]) -> bool:
    return any(name in _STORIES or name.endswith("Article") for name in named)


class Written:
    """What a page's JSON-LD says, each node looked at once."""

    def __init__(self, nodes: list[Node]) -> None:
        self._nodes = nodes
        self._types = [types(node) for node in nodes]
        self._stories = [node for node, named in zip(nodes, self._types, strict=True) if _tells_a_story(named)]

    @property
    def addresses(self) -> list[str]:
        """Where the story, or stories, say that they stand."""
        return [address for story in self._stories for address in _addresses(story)]

    @property
    def is_listing(self) -> bool:
        """Whether the page is one of links, about a person or a search, and no story."""
        return not self._stories and any(named & _LISTING_PAGES for named in self._types)

    def story(self, is_own: Callable[[str], bool], is_shown: Callable[[str], bool]) -> Node | None:
        """The story's node: teasers are stories too, and some pages tell of nothing but another one.

        It is the one that says that it stands here, or that has the headline of the page; or the only one, if it does
        not say where it stands. `is_own` says of an address, `is_shown` of a headline, whether it is the page's.
        """
        stories = [node for node in self._stories if not types(node) <= {"VideoObject"}] or self._stories
        for node in stories:
            if any(map(is_own, _addresses(node))):
                return node
        if not any(map(_is_elsewhere, stories)) and len({_headline(node) for node in stories}) == 1:
            return stories[0]
        return next((node for node in stories if is_shown(_headline(node) or "")), None)

    def draft(self, story: Node | None) -> Draft | None:
        """What it says of the story, where it tells of one.

        A page whose SEO plugin knows a WebPage but no article still gives its dates.
        """
        if story is not None:
            by_id = {node["@id"]: node for node in self._nodes if isinstance(node.get("@id"), str) and len(node) > 1}
            return _story_draft(story, by_id)
        for node, named in zip(self._nodes, self._types, strict=True):
            if "WebPage" in named and node.get("datePublished"):
                published, modified = _first(node.get("datePublished")), _first(node.get("dateModified"))
                return Draft(layer="json-ld", published=published, modified=modified)
        return None


def is_locked(story: Node) -> bool:
    """Whether a story says that it is not free; a boolean by schema.org, and a word on many sites."""
    return str(story.get("isAccessibleForFree", "")).rpartition("/")[2].lower() == "false"


def _headline(story: Node) -> str | None:
    return _first(story.get("headline")) or _first(story.get("name"))


def _is_elsewhere(story: Node) -> bool:
    """Whether it says at all where it stands; an address of the site as a whole does not."""
    return any(_PAGE.match(address) for address in _addresses(story))


def _addresses(node: Node) -> list[str]:
    """Where a node says that it stands."""
    entity = node.get("mainEntityOfPage")
    return [
        *_strings(node.get("url")),
        *_strings(node.get("@id")),
        *_strings(entity if isinstance(entity, str) else _part(entity, "@id")),
    ]


def _story_draft(story: Node, by_id: dict[str, Node]) -> Draft:
    image = _image(story.get("image"), by_id) or _image(story.get("thumbnailUrl"), by_id)
    kind = next((_KINDS[name] for name in sorted(types(story)) if name in _KINDS), None)
    return Draft(
        layer="json-ld",
        url=_first(story.get("url")),
        kind=kind,
        headline=_headline(story),
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
    title: str | None = None
    """The `<title>`, with the outlet's suffix; looked up only where there is no og:title."""

    def first(self, *names: str) -> str | None:
        for name in names:
            for value in self.values.get(name, ()):
                return value
        return None


def read_head(tree: LexborHTMLParser) -> Head:
    """The whole document is looked through: a stray element in the head moves what follows it into the body."""
    head = Head()
    for node in tree.tags("meta"):
        attributes = node.attributes
        name = attributes.get("property") or attributes.get("name")
        content = (attributes.get("content") or "").strip()
        if name and content:
            head.values.setdefault(name.strip().lower(), []).append(content)
    for node in tree.tags("link"):
        attributes = node.attributes
        relations, address = attributes.get("rel"), attributes.get("href")
        if relations and address is not None:
            for relation in relations.lower().split():
                head.links.setdefault(relation, address.strip())
    if not head.first("og:title"):
        titles = (node for node in tree.tags("title") if node.parent is not None and node.parent.tag == "head")
        head.title = next((title.text(strip=True) for title in titles), None)
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
