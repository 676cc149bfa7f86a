"""Reads one article from a page, or from the text that a source already holds.

In: the page's HTML and its address (or a source's `Draft`). Out: an `Article`, or `NotAnArticle` with the reason.

A subclass names an outlet and says in CSS where its pages keep what; `ArticlePage` reads each field from the first
layer that has a valid value (JSON-LD, meta, selectors, address, text) and notes that layer in `provenance`. What no
layer has stays empty, for the validate pipeline to refuse by name.
"""

import re
from datetime import datetime
from functools import cached_property, lru_cache
from typing import ClassVar
from urllib.parse import parse_qsl, urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from newscrawl.items import Article, Draft, Kind, Layer, Lead
from newscrawl.pages.boilerplate import Boilerplate
from newscrawl.pages.choice import Found, Habits, chosen
from newscrawl.pages.encoding import utf8
from newscrawl.pages.metadata import Head, Node, is_listing, is_story, json_ld, json_ld_draft, meta_draft, read_head
from newscrawl.pages.outlet import Outlet
from newscrawl.pages.pictures import captions, picture_address, picture_caption
from newscrawl.pages.prose import NOT_PROSE, Paragraph, densest, fragment, paragraphs
from newscrawl.text.characters import plain_line

__all__ = ["ArticlePage", "NotAnArticle", "Outlet"]


class NotAnArticle(Exception):  # noqa: N818 - no error of anyone's: a page of links is what it is
    """The page is no article, or none that may be read; `reason` says what it is instead."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class ArticlePage:
    """A page of an outlet. A subclass is a list of declarations, each a CSS selector unless said otherwise."""

    outlet: ClassVar[Outlet]

    headline_at: ClassVar[tuple[str, ...]] = ("h1",)
    """The first selector that finds a text is taken: a theme's `h1` may be the site's name."""
    standfirst_at: ClassVar[str] = ""
    body_at: ClassVar[tuple[str, ...]] = ('[itemprop="articleBody"]',)
    """The element that holds the story's paragraphs: the first selector that finds one with text is taken."""
    byline_at: ClassVar[str] = 'a[rel~="author"]'
    byline_text_at: ClassVar[str] = ""
    """Whole bylines ("By … and …"), looked at when no element holds a name alone."""
    published_at: ClassVar[str] = 'time[itemprop="datePublished"]'
    """Elements whose `datetime` attribute, or else whose text, is the date."""
    modified_at: ClassVar[str] = 'time[itemprop="dateModified"]'
    date_text_at: ClassVar[str] = ""
    """Where a date may stand among other words, looked at when nothing else has one."""
    section_at: ClassVar[str] = 'a[rel~="category"]'
    topic_at: ClassVar[str] = 'a[rel~="tag"]:not([rel~="category"])'
    picture_at: ClassVar[str] = "figure img"
    story_at: ClassVar[str] = "article, main"
    """What holds the whole article: elements outside it are the page's own or another story's."""

    left_out: ClassVar[str] = NOT_PROSE
    """What stands inside the body and is no prose."""
    boxes_left_out: ClassVar[tuple[tuple[str, str], ...]] = ()
    """Further elements in the body that are left out if their text matches: a selector and a regular expression."""
    boilerplate: ClassVar[Boilerplate] = Boilerplate()
    brands: ClassVar[tuple[str, ...]] = ()
    """Regular expressions for the outlet's name in its datelines."""
    date_label: ClassVar[str] = r"^[^\d:]*:\s*"
    """A regular expression for the words around a date ("Published date:")."""
    kinds: ClassVar[tuple[tuple[str, Kind], ...]] = ()
    """Regular expressions for paths that tell the kind; the first that is found."""
    path_sections: ClassVar[dict[str, str]] = {}
    """The section's name by the first segment of the path, or by the first two ("fr/reportages")."""
    has_site_ids: ClassVar[bool] = True
    """Whether the site's own number makes the article's id (else the address does)."""

    def __init__(
        self,
        html: bytes,
        url: str,
        *,
        outlet: Outlet | None = None,
        date: datetime | None = None,
        encoding: str | None = None,
    ) -> None:
        """`url` is where the page was fetched, `date` the response's Date (aware), `encoding` that of its header."""
        self.url = url
        self._outlet = outlet or type(self).outlet
        self._date = date
        self._html = utf8(html, encoding)
        self._tree = LexborHTMLParser(self._html, scripting=True)
        self._more: list[LexborHTMLParser] = []

    @classmethod
    def from_draft(
        cls, draft: Draft, *, url: str, outlet: Outlet | None = None, date: datetime | None = None
    ) -> Article:
        """The article whose whole text a source holds (WordPress REST, feed), cleaned like one read from a page."""
        outlet = outlet or cls.outlet
        body = fragment(draft.body_html or "")
        if body is not None and body.css_first("form.post-password-form") is not None:
            raise NotAnArticle("protected by a password")
        if body is None or not (draft.headline or body.text(strip=True)):
            raise NotAnArticle("neither a headline nor a text")
        canonical = outlet.site.canonical(draft.url or "", url) or outlet.site.canonical(url) or url
        found = Found(
            drafts={draft.layer: draft, "url": cls._path_draft(canonical)},
            url=canonical,
            url_layer=draft.layer,
            body=cls._paragraphs(body),
            body_layer=draft.layer,
            captions=captions(body),
            caption_of=lambda address: picture_caption(body, address),
        )
        return chosen(found, outlet, cls._habits(), date)

    def read(self) -> Article:
        """The article. Raises `NotAnArticle` where the page is another sort of page."""
        self._refuse_other_pages()
        drafts: dict[Layer, Draft] = {}
        written = json_ld_draft(self._nodes, self._is_own)
        if written is not None:
            drafts["json-ld"] = written
        drafts["meta"] = meta_draft(self._head)
        drafts["meta"].site_id = self._shortlink_id()
        drafts["selector"] = self._selected()
        drafts["text"] = Draft(layer="text", published=self._date_text())
        drafts["url"] = self._confirmed_path()
        body, layer = self._body(written)
        if not body and not any(drafts[name].headline for name in ("json-ld", "selector") if name in drafts):
            raise NotAnArticle("neither a headline nor a text")
        found = Found(
            drafts=drafts,
            url=self.canonical_url,
            url_layer=self._canonical[1],
            body=body,
            body_layer=layer,
            captions=[text for root in self._bodies for text in captions(root)],
            caption_of=lambda address: picture_caption(self._story, address) or picture_caption(self._root, address),
        )
        return chosen(found, self._outlet, self._habits(), self._date)

    def further_pages(self) -> list[str]:
        """Pages 2 to n of an article that is split over several, canonical, in order."""
        own = self.canonical_url
        found: dict[int, str] = {}
        addresses = [
            node.attributes.get("href") for node in self._tree.css(".page-links a[href], a.post-page-numbers[href]")
        ]
        for address in (*addresses, self._head.links.get("next")):
            page = self._outlet.site.canonical(address, self.url) if address else None
            number = _page_number(own, page) if page else None
            if page and number and number > 1:
                found[number] = page
        return [found[number] for number in sorted(found)]

    def append(self, html: bytes) -> None:
        """Adds the body of a further page of this article, before `read`."""
        self._more.append(LexborHTMLParser(utf8(html), scripting=True))
        self.__dict__.pop("_bodies", None)

    def leads(self) -> list[Lead]:
        """The articles that belong to this one: a live blog's updates."""
        return []

    def follow(self) -> list[str]:
        """Further pages of this page's `leads`, canonical."""
        return []

    # What a subclass may say in code where a selector is not enough.

    def is_other_page(self) -> str | None:
        """Why this page is no article, where the outlet's pages tell; None where they do not."""
        return None

    def kind_on_page(self) -> Kind | None:
        """The kind, where the page shows what its address does not say."""
        return None

    def confirms(self, kind: Kind) -> bool:  # noqa: ARG002 - a subclass may look at it
        """Whether the page bears out the kind that its address tells."""
        return True

    def kind(self) -> Kind | None:
        """The kind that the page or its address tells, None for an ordinary article."""
        written = json_ld_draft(self._nodes, self._is_own)
        return (written and written.kind) or self._confirmed_path().kind or self.kind_on_page()

    # What subclasses look things up with.

    @property
    def canonical_url(self) -> str:
        return self._canonical[0]

    @property
    def site_name(self) -> str:
        return self._outlet.name

    def address(self, href: str | None) -> str | None:
        """The canonical form of an address on this page; None where it leads elsewhere."""
        return self._outlet.site.canonical(href, self.url) if href else None

    def select(self, selector: str) -> list[LexborNode]:
        """The matching elements of the story, not those of the page around it."""
        return self._story.css(selector) if selector else []

    # The page's parts, each looked up once.

    @cached_property
    def _root(self) -> LexborNode:
        root = self._tree.body or self._tree.root
        if root is None:
            raise NotAnArticle("an empty page")
        return root

    @cached_property
    def _head(self) -> Head:
        return read_head(self._tree)

    @cached_property
    def _nodes(self) -> list[Node]:
        return json_ld(self._html)

    @cached_property
    def _bodies(self) -> list[LexborNode]:
        """The story's element, and after it those of the further pages."""
        return [body for tree in (self._tree, *self._more) if (body := _story_element(tree, self.body_at)) is not None]

    @cached_property
    def _story(self) -> LexborNode:
        """The element around the body that holds the whole article; the page where there is none."""
        if self._bodies:
            around = {node.mem_id for node in self._tree.css(self.story_at)} if self.story_at else set()
            node: LexborNode | None = self._bodies[0]
            while node is not None:
                if node.mem_id in around and node.css_first(", ".join(self.headline_at)) is not None:
                    return node
                node = node.parent
        return self._root

    @cached_property
    def _canonical(self) -> tuple[str, Layer]:
        site = self._outlet.site
        link = self._head.links.get("canonical")
        canonical = site.canonical(link, self.url) if link else None
        own = site.canonical(self.url) or self.url
        # A theme that names the home page as everybody's canonical address is broken, not telling.
        if canonical is None or (_is_root(canonical) and not _is_root(own)):
            return own, "url"
        return canonical, "meta"

    def _is_own(self, address: str) -> bool:
        return self._outlet.site.canonical(address.partition("#")[0], self.url) == self.canonical_url

    def _refuse_other_pages(self) -> None:
        if self._tree.css_first("form.post-password-form") is not None:
            raise NotAnArticle("protected by a password")
        reason = self.is_other_page()
        if reason is not None:
            raise NotAnArticle(reason)
        page_type = (self._head.first("og:type") or "").lower()
        if page_type == "profile" or is_listing(self._nodes):
            raise NotAnArticle("a page about a person or a list of articles")
        if page_type == "website" and not self._bodies:
            raise NotAnArticle("a page of the site without a story")

    @classmethod
    def _habits(cls) -> Habits:
        return Habits(cls.boilerplate, cls.brands, cls.has_site_ids)

    # One layer each.

    def _selected(self) -> Draft:
        picture = self._first(self.picture_at)
        return Draft(
            layer="selector",
            site_id=self._selected_id(),
            kind=self.kind_on_page(),
            headline=next(filter(None, map(self._text, self.headline_at)), None),
            description=self._text(self.standfirst_at),
            authors=self._texts(self.byline_at) or self._texts(self.byline_text_at),
            sections=self._texts(self.section_at),
            topics=self._topics(),
            published=self._date_at(self.published_at),
            modified=self._date_at(self.modified_at),
            image_url=picture_address(picture) if picture is not None else None,
        )

    @classmethod
    def _path_draft(cls, url: str) -> Draft:
        path = urlsplit(url).path
        segments = path.strip("/").split("/")
        kind = next((kind for pattern, kind in cls.kinds if _pattern(pattern).search(path)), None)
        section = cls.path_sections.get("/".join(segments[:2])) or cls.path_sections.get(segments[0])
        return Draft(layer="url", kind=kind, sections=[section] if section else [])

    def _confirmed_path(self) -> Draft:
        draft = self._path_draft(self.canonical_url)
        if draft.kind is not None and not self.confirms(draft.kind):
            draft.kind = None
        return draft

    def _body(self, written: Draft | None) -> tuple[list[Paragraph], Layer]:
        found = [paragraph for root in self._bodies for paragraph in self._paragraphs(root)]
        if found:
            return found, "selector"
        if written is not None and written.body_html:
            return _from_plain_text(written.body_html), "json-ld"
        if self._says_it_is_a_story() and (root := densest(self._root)) is not None:
            return self._paragraphs(root), "text"
        return [], "text"

    def _says_it_is_a_story(self) -> bool:
        return self._head.first("og:type") == "article" or any(map(is_story, self._nodes))

    @classmethod
    def _paragraphs(cls, root: LexborNode) -> list[Paragraph]:
        boxes = [
            box.mem_id
            for selector, pattern in cls.boxes_left_out
            for box in root.css(selector)
            if _pattern(pattern).search(box.text(separator=" "))
        ]
        return paragraphs(root, leave_out=cls.left_out, left_out=boxes)

    def _date_text(self) -> str | None:
        for node in self.select(self.date_text_at):
            text = _pattern(self.date_label).sub("", plain_line(node.text(separator=" ")))
            if any(map(str.isdigit, text)):
                return text
        return None

    def _shortlink_id(self) -> str | None:
        return wordpress_id(self._head.links.get("shortlink", ""))

    def _selected_id(self) -> str | None:
        return None

    def _first(self, selector: str) -> LexborNode | None:
        found = self.select(selector)
        return found[0] if found else None

    def _text(self, selector: str) -> str | None:
        for node in self.select(selector):
            text = plain_line(" ".join(paragraph.text for paragraph in paragraphs(node)))
            if text:
                return text
        return None

    def _texts(self, selector: str) -> list[str]:
        return [text for node in self.select(selector) if (text := plain_line(node.text(separator=" ")))]

    def _topics(self) -> list[str]:
        """Block themes mark sections as tags too: what `section_at` finds is none."""
        sections = {node.mem_id for node in self.select(self.section_at)}
        found = [node for node in self.select(self.topic_at) if node.mem_id not in sections]
        return [text for node in found if (text := plain_line(node.text(separator=" ")))]

    def _date_at(self, selector: str) -> str | None:
        for node in self.select(selector):
            attributes = node.attributes
            raw = attributes.get("datetime") or attributes.get("content")
            if node.tag == "abbr":
                raw = raw or attributes.get("title")  # hAtom: <abbr class="published" title="2010-05-04T07:15:00+0300">
            raw = raw or plain_line(node.text(separator=" "))
            raw = _pattern(self.date_label).sub("", raw).strip()
            if raw:
                return raw
        return None


@lru_cache(maxsize=256)
def _pattern(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


def wordpress_id(address: str) -> str | None:
    """The post's number in a shortlink (`https://www.iraqinews.com/?p=209323`)."""
    try:
        number = dict(parse_qsl(urlsplit(address).query)).get("p", "")
    except ValueError:
        return None
    return number if number.isascii() and number.isdigit() else None


def _story_element(tree: LexborHTMLParser, selectors: tuple[str, ...]) -> LexborNode | None:
    for selector in selectors:
        for node in tree.css(selector):
            if not _is_blank(node):
                return node
    return None


def _is_blank(node: LexborNode) -> bool:
    return not node.text(strip=True)


def _is_root(url: str) -> bool:
    parts = urlsplit(url)
    return parts.path in {"", "/"} and not parts.query


def _page_number(article: str, page: str) -> int | None:
    """Which page of the article an address is: `/slug/2/` below `/slug/`, or `?page=2`."""
    below = page.removeprefix(article.rstrip("/"))
    match = re.fullmatch(r"/(\d{1,3})/?|[?&]page=(\d{1,3})", below) if below != page else None
    return int(match[1] or match[2]) if match else None


def _from_plain_text(text: str) -> list[Paragraph]:
    """The paragraphs of JSON-LD's `articleBody`, which is text by definition and markup now and then."""
    if re.search(r"<(?:p|br|div)\b", text, re.IGNORECASE):
        root = fragment(text)
        return paragraphs(root) if root is not None else []
    return [Paragraph(line) for raw in text.splitlines() if (line := plain_line(raw))]
