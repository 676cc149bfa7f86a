"""Reads one article from a page, or from the text that a source already holds.

In: the page's HTML and its address (or a source's `Draft`). Out: an `Article`, or `NotAnArticle` with the reason.

A subclass names an outlet and says in CSS where its pages keep what; `ArticlePage` reads each field from the first
layer that has a valid value (JSON-LD, meta, selectors, address, text) and notes that layer in `provenance`. What no
layer has stays empty, for the validate pipeline to refuse by name.

A page is read with the layout of its day, or else the newest that finds the story (`layouts`).
"""

import re
from contextlib import suppress
from datetime import date, datetime
from functools import cached_property, lru_cache
from types import SimpleNamespace
from typing import Any, ClassVar
from urllib.parse import parse_qsl, urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from newscrawl.items import Article, Draft, Kind, Layer, Lead
from newscrawl.pages.boilerplate import Boilerplate
from newscrawl.pages.choice import Account, Found, Habits, chosen, told, without_suffix
from newscrawl.pages.encoding import utf8
from newscrawl.pages.fallback import LEAST_CHARACTERS, read_generally
from newscrawl.pages.layout import Layout, in_order
from newscrawl.pages.link_lists import link_lists
from newscrawl.pages.metadata import Head, Node, Written, is_locked, json_ld, meta_draft, read_head
from newscrawl.pages.outlet import Outlet
from newscrawl.pages.pictures import captions, picture_caption
from newscrawl.pages.prose import NOT_PROSE, Paragraph, fragment, paragraphs
from newscrawl.pages.selectors import compiled
from newscrawl.pages.shell import is_shell
from newscrawl.pages.shown import Shown, pattern
from newscrawl.pages.steps import Steps
from newscrawl.pages.witnesses import disagreements, same_headline
from newscrawl.text.characters import plain_line
from newscrawl.text.dates import is_day_alone
from newscrawl.text.markup import Entangled, parsed
from newscrawl.text.urls import path_of

__all__ = ["ArticlePage", "Layout", "NotAnArticle", "Outlet"]

_LEVELS = 200
"""How far above the body the whole story is looked for; no page nests deeper but by mistake."""
_MOST_EMPTY = 20
"""How many elements that may hold the story are looked at for one that is not empty: they may stand in each other."""
_MOST_HEADLINES = 5
"""Headings of the first rank in which the headline is looked for."""
_MOST_IN_BOXES = 1_000_000
"""Characters of all boxes in a story, which may stand in each other too: beyond is no box."""
_SHORTLINK = re.compile(r"https?://[A-Za-z0-9.-]+/\?p=([0-9]+)")
_DAY = re.compile(r"(?:199\d|20\d\d)-\d\d-\d\d")


class NotAnArticle(Exception):  # noqa: N818 - no error of anyone's: a page of links is what it is
    """The page is no article, or none that may be read; `reason` says what it is instead."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class NothingFound(NotAnArticle):
    """The page shows nothing of an article, nor does it say what it is."""


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
    modified_text: ClassVar[str] = ""
    """A regular expression whose first group is the date, where it stands among other words in `modified_at`."""
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
    layouts: ClassVar[tuple[Layout, ...]] = (Layout("standard"),)
    """How the outlet's pages are laid out and were before, newest first: each says what differs from the above."""
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

    render: ClassVar[bool] = False
    """Whether all the outlet's articles are empty without their scripts, so that a browser renders each; a page that is
    an empty shell is rendered without this (`docs/rendering.md`)."""
    wait_for: ClassVar[str] = ""
    """The element without which a rendered page is not ready."""
    show_more: ClassVar[str] = ""
    """What is pressed for more, on a rendered page; where this is empty, the page is scrolled to its end instead."""
    presses: ClassVar[int] = 0
    """How often, at most."""

    def __init__(
        self,
        html: bytes,
        url: str,
        *,
        outlet: Outlet | None = None,
        date: datetime | None = None,
        encoding: str | None = None,
        least: int = LEAST_CHARACTERS,
        rendered_by: str | None = None,
    ) -> None:
        """`url` is where the page was fetched, `date` the response's Date (aware), `encoding` that of its header.

        `least`: how many characters a text has to have that no layout, but the general reader found. `rendered_by`: the
        browser that ran the page's scripts, where one did.
        """
        self.url = url
        self._outlet = outlet or type(self).outlet
        self._date = date
        self._least = least
        self._rendered_by = rendered_by
        self.unrendered = ""
        """Why no browser ran the page's scripts, where one should have."""
        self._more: list[LexborHTMLParser] = []
        self._unread: str | None = None
        self._html = utf8(html, encoding)
        self._tree = self._parsed(self._html)

    def _parsed(self, html: bytes) -> LexborHTMLParser:
        try:
            return parsed(html)
        except Entangled as reason:
            self._unread = str(reason)
            return parsed(b"")

    @classmethod
    def from_draft(
        cls, draft: Draft, *, url: str, outlet: Outlet | None = None, date: datetime | None = None
    ) -> Article:
        """The article whose whole text a source holds (WordPress REST, feed), cleaned like one read from a page."""
        outlet = outlet or cls.outlet
        try:
            body = fragment(draft.body_html or "")
            found = []
            if body is not None:
                others = link_lists(body, lambda href: outlet.site.canonical(href, url) is not None)
                found = _paragraphs(body, cls.left_out, cls.boxes_left_out, others)
        except Entangled as reason:
            raise NotAnArticle(str(reason)) from None
        if body is not None and body.css_first("form.post-password-form") is not None:
            raise NotAnArticle("protected by a password")
        if body is None or not (draft.headline or body.text(strip=True)):
            raise NotAnArticle("neither a headline nor a text")
        canonical = outlet.site.canonical(draft.url or "", url) or outlet.site.canonical(url) or url
        whole = Found(
            drafts={draft.layer: draft, "url": cls._path_draft(canonical)},
            url=canonical,
            url_layer=draft.layer,
            body=found,
            body_layer=draft.layer,
            captions=captions(body),
            caption_of=lambda address: picture_caption(body, address),
        )
        return chosen(whole, outlet, cls._habits(), date)

    def read(self) -> Article:
        """The article. Raises `NotAnArticle` where the page is another sort of page, or cannot be read."""
        try:
            return self._read()
        except Entangled as reason:
            raise NotAnArticle(str(reason)) from None

    def _read(self) -> Article:
        self._refuse_other_pages()
        drafts = self._drafts
        body, layer = self._body
        if not body and not any(drafts[name].headline for name in ("json-ld", "selector") if name in drafts):
            raise NothingFound("neither a headline nor a text")
        if not body:
            self._refuse_without_text(drafts)
        found = Found(
            drafts=drafts,
            url=self.canonical_url,
            url_layer=self._canonical[1],
            body=body,
            body_layer=layer,
            captions=[text for root in self._bodies for text in captions(root)],
            caption_of=lambda address: picture_caption(self._story, address) or picture_caption(self._root, address),
            is_locked=self._written_story is not None and is_locked(self._written_story),
        )
        article = chosen(found, self._outlet, self._habits(), self._date)
        article.provenance["layout"] = self._layout_and_body[0].name
        if self._rendered_by:
            article.provenance["rendered"] = self._rendered_by
        if self.unrendered:
            article.provenance["unrendered"] = self.unrendered
        if not body:
            article.provenance["body_refused"] = (
                f"no layout finds a text, nor does the general reader {self._least} characters"
            )
        return article

    @property
    def steps(self) -> Steps:
        """What a browser does with this page before it is read."""
        return Steps(self.wait_for, self.show_more, self.presses)

    def needs_script(self) -> bool:
        """Whether a script has to fill this page: the outlet says so, or it is a shell without a story."""
        return self.render or self.is_shell()

    def is_shell(self) -> bool:
        """Whether it is empty as it stands, and has scripts that may fill it."""
        # What is read anyway answers for nearly every page, and its whole markup need not be looked at.
        if sum(len(paragraph.text) for paragraph in self._prose) >= LEAST_CHARACTERS or not is_shell(self._html):
            return False
        try:
            return not self.read().body
        except NothingFound:
            return True
        except NotAnArticle:
            return False

    @property
    def disagreements(self) -> dict[str, dict[str, str]]:
        """Where the page's layers tell different dates, headlines or authors: by field, what each layer says."""
        return disagreements(self._drafts, self._outlet, self._date)

    @property
    def told(self) -> dict[str, dict[Layer, object]]:
        """By field what each layer of the page says of it, raw: among them what was not chosen."""
        said = told(self._drafts)
        said["url"] = {"meta": self._head.links.get("canonical"), "url": self.url}
        said["body"] = {"json-ld": self._written_draft.body_html if self._written_draft else None}
        return {field: {layer: value for layer, value in by.items() if value} for field, by in said.items()}

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
        self._more.append(self._parsed(utf8(html)))
        for name in ("_bodies", "_prose", "_body"):
            self.__dict__.pop(name, None)

    @classmethod
    def is_part(cls, url: str) -> bool:  # noqa: ARG003
        """Whether an address is that of a part of another article, such as an update of a live blog."""
        return False

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
        written = self._written_draft
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
            raise NothingFound("an empty page")
        return root

    @cached_property
    def _head(self) -> Head:
        return read_head(self._tree)

    @cached_property
    def _page_type(self) -> str:
        return (self._head.first("og:type") or "").lower()

    @cached_property
    def _meta(self) -> Draft:
        draft = meta_draft(self._head)
        draft.site_id = wordpress_id(self._head.links.get("shortlink", ""))
        return draft

    @cached_property
    def _written(self) -> Written:
        return Written(json_ld(self._tree))

    @cached_property
    def _written_story(self) -> Node | None:
        return self._written.story(self._is_own, self._is_shown_headline)

    @cached_property
    def _written_draft(self) -> Draft | None:
        return self._written.draft(self._written_story)

    @cached_property
    def _layout_and_body(self) -> tuple[Layout, LexborNode | None]:
        """The first layout that finds the story, and the story's element."""
        layouts = in_order(self.layouts, self._day)
        for layout in layouts:
            body = _story_element(self._tree, layout.at.get("body_at", self.body_at))
            if body is not None:
                return layout, body
        return layouts[0], None

    @cached_property
    def _at(self) -> Any:
        """The page class's declarations, as they are in this page's layout."""
        page_class: Any = type(self)
        return _declarations(page_class, self._layout_and_body[0].name)

    @cached_property
    def _day(self) -> date | None:
        """The day of publication as the head tells it: near enough to choose a layout."""
        for draft in (self._written_draft, self._meta):
            match = _DAY.match(draft.published or "") if draft is not None else None
            if match is not None:
                with suppress(ValueError):
                    return date.fromisoformat(match[0])
        return None

    @cached_property
    def _bodies(self) -> list[LexborNode]:
        """The story's element, and after it those of the further pages."""
        first = self._layout_and_body[1]
        further = (_story_element(tree, self._at.body_at) for tree in self._more)
        return [body for body in (first, *further) if body is not None]

    @cached_property
    def _story(self) -> LexborNode:
        """The element around the body that holds the whole article; the page where there is none."""
        around = compiled(self._at.story_at)
        headlines = self._at.headline_at
        node: LexborNode | None = self._bodies[0] if self._bodies else None
        for _ in range(_LEVELS):
            if node is None:
                break
            if around.match(node.tag or "", node.attributes) and _holds_any(node, headlines):
                return node
            node = node.parent
        return self._root

    @cached_property
    def _canonical(self) -> tuple[str, Layer]:
        site = self._outlet.site
        own = site.canonical(self.url) or self.url
        link = self._head.links.get("canonical")
        canonical = own if link == own else site.canonical(link, self.url) if link else None
        if canonical is None or (canonical != own and self._is_mistaken(canonical, own)):
            return own, "url"
        return canonical, "meta"

    def _is_mistaken(self, canonical: str, own: str) -> bool:
        """Whether rel=canonical names another page than this one: a theme's home page, or another story.

        Then what else the page says of its address, og:url and JSON-LD, knows nothing of it and names this page.
        """
        if _is_root(canonical) and not _is_root(own):
            return True
        site = self._outlet.site
        told = [*self._head.values.get("og:url", ()), *self._written.addresses]
        others = {site.canonical(address.partition("#")[0], self.url) for address in told}
        return own in others and canonical not in others

    def _is_of_the_outlet(self, address: str) -> bool:
        return self.address(address) is not None

    def _is_own(self, address: str) -> bool:
        own, without_fragment = self.canonical_url, address.partition("#")[0]
        return without_fragment == own or self._outlet.site.canonical(without_fragment, self.url) == own

    def _is_shown_headline(self, headline: str) -> bool:
        """Whether the page has it in its head or as a heading, whatever its layout."""
        shown = [self._head.first("og:title") or self._head.title or ""]
        shown += [node.text(separator=" ") for node in self._tree.css("h1")[:_MOST_HEADLINES]]
        own = without_suffix(plain_line(headline), self._outlet)
        return bool(own) and any(same_headline(own, without_suffix(plain_line(text), self._outlet)) for text in shown)

    def _refuse_other_pages(self) -> None:
        if self._unread:
            raise NotAnArticle(self._unread)
        if self._story.css_first("form.post-password-form") is not None:
            raise NotAnArticle("protected by a password")
        reason = self.is_other_page()
        if reason is not None:
            raise NotAnArticle(reason)
        if self._page_type == "profile" or self._written.is_listing:
            raise NotAnArticle("a page about a person or a list of articles")
        if self._page_type == "website" and not self._bodies:
            raise NothingFound("a page of the site without a story")

    def _refuse_without_text(self, drafts: dict[Layer, Account]) -> None:
        """An article whose text is not found is broken, and told so by its missing body; a video or a form is none."""
        if self._page_type.startswith("video") or self.kind() == "video":
            raise NotAnArticle("a video without a text")
        if not self._says_it_is_a_story() and not any(draft.published for draft in drafts.values()):
            raise NothingFound("neither a date nor a text")

    @classmethod
    def _habits(cls) -> Habits:
        return Habits(cls.boilerplate, cls.brands, cls.has_site_ids)

    # One layer each.

    @cached_property
    def _drafts(self) -> dict[Layer, Account]:
        drafts: dict[Layer, Account] = {}
        if self._written_draft is not None:
            drafts["json-ld"] = self._written_draft
        drafts["meta"] = self._meta
        drafts["selector"] = shown = Shown(self._story, self._at, site_id=self._selected_id(), kind=self.kind_on_page())
        drafts["text"] = Draft(layer="text", published=None if self._tells_when() else shown.date_text)
        drafts["url"] = self._confirmed_path()
        return drafts

    def _tells_when(self) -> bool:
        """Whether the head has a date with its time, so that none is looked for among other words."""
        told = [draft.published for draft in (self._written_draft, self._meta) if draft is not None and draft.published]
        return self._day is not None and not all(map(is_day_alone, told))

    @classmethod
    def _path_draft(cls, url: str) -> Draft:
        path = "/" + url.partition("://")[2].partition("?")[0].partition("/")[2]
        segments = path.strip("/").split("/")
        kind = next((kind for expression, kind in cls.kinds if pattern(expression).search(path)), None)
        section = cls.path_sections.get("/".join(segments[:2])) or cls.path_sections.get(segments[0])
        return Draft(layer="url", kind=kind, sections=[section] if section else [])

    def _confirmed_path(self) -> Draft:
        draft = self._path_draft(self.canonical_url)
        if draft.kind is not None and not self.confirms(draft.kind):
            draft.kind = None
        return draft

    @cached_property
    def _prose(self) -> list[Paragraph]:
        """The paragraphs that the layout finds."""
        left_out, boxes = self._at.left_out, self._at.boxes_left_out
        return [
            paragraph
            for root in self._bodies
            for paragraph in _paragraphs(root, left_out, boxes, link_lists(root, self._is_of_the_outlet))
        ]

    @cached_property
    def _body(self) -> tuple[list[Paragraph], Layer]:
        if self._prose:
            return self._prose, "selector"
        written = self._written_draft
        if written is not None and written.body_html:
            return _from_plain_text(written.body_html), "json-ld"
        found = read_generally(self._html, leave_out=self._at.left_out) if self._says_it_is_a_story() else []
        return (found if sum(len(part.text) for part in found) >= self._least else []), "fallback"

    def _says_it_is_a_story(self) -> bool:
        return self._head.first("og:type") == "article" or self._written_story is not None

    def _selected_id(self) -> str | None:
        return None


@lru_cache(maxsize=64)
def _declarations(page_class: type, layout: str) -> SimpleNamespace:
    """The declarations of a page class by name, as they are in one of its layouts."""
    own = {name: getattr(page_class, name) for name in ArticlePage.__annotations__ if hasattr(page_class, name)}
    at = next(one.at for one in own["layouts"] if one.name == layout)
    return SimpleNamespace(**{**own, **at})


def wordpress_id(address: str) -> str | None:
    """The post's number in a shortlink (`https://www.iraqinews.com/?p=209323`)."""
    if "p=" not in address:
        return None
    if shortlink := _SHORTLINK.fullmatch(address):
        return shortlink[1]
    try:
        number = dict(parse_qsl(urlsplit(address).query)).get("p", "")
    except ValueError:
        return None
    return number if number.isascii() and number.isdigit() else None


def _paragraphs(
    root: LexborNode, left_out: str, boxes: tuple[tuple[str, str], ...], others: list[int]
) -> list[Paragraph]:
    """The paragraphs of a story, without `others` (by `mem_id`) and without the boxes whose text says they are none."""
    found = list(others)
    room = _MOST_IN_BOXES
    for selector, expression in boxes:
        for box in root.css(selector):
            text = box.text(separator=" ")
            room -= len(text)
            if room < 0:
                break
            if pattern(expression).search(text):
                found.append(box.mem_id)
    return paragraphs(root, leave_out=left_out, left_out=found)


def _story_element(tree: LexborHTMLParser, selectors: tuple[str, ...]) -> LexborNode | None:
    for selector in selectors:
        # The first is the one nearly always, and the parser stops there.
        first = tree.css_first(selector)
        if first is None:
            continue
        for node in tree.css(selector)[:_MOST_EMPTY] if _is_blank(first) else (first,):
            if not _is_blank(node):
                return node
    return None


def _holds_any(node: LexborNode, selectors: tuple[str, ...]) -> bool:
    return any(node.css_first(selector) is not None for selector in selectors)


def _is_blank(node: LexborNode) -> bool:
    """Whether it holds no text; a story's first words say so, and the others need not be looked at."""
    texts = (child.text_content for child in node.traverse(include_text=True))
    return all(text is None or not text.strip() for text in texts)


def _is_root(url: str) -> bool:
    return path_of(url) in {"", "/"} and not urlsplit(url).query


def _page_number(article: str, page: str) -> int | None:
    """Which page of the article an address is: `/slug/2/` below `/slug/`, or `?page=2`."""
    below = page.removeprefix(article.rstrip("/"))
    match = re.fullmatch(r"/(\d{1,3})/?|[?&]page=(\d{1,3})", below) if below != page else None
    return int(match[1] or match[2]) if match else None


def _from_plain_text(text: str) -> list[Paragraph]:
    """The paragraphs of JSON-LD's `articleBody`, which is text by definition and markup now and then."""
    if re.search(r"<(?:p|br|div)\b", text, re.IGNORECASE):
        try:
            root = fragment(text)
        except Entangled:
            return []
        return paragraphs(root) if root is not None else []
    return [Paragraph(line) for raw in text.splitlines() if (line := plain_line(raw))]
