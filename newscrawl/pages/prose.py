"""Turns the element that holds a story into paragraphs.

In: an element of the parsed page. Out: its paragraphs in order, each with what it was (paragraph, list item, quote,
heading, table row), and nothing that is no prose: scripts, forms, pictures and their captions.
"""

from collections.abc import Iterable
from typing import Literal, NamedTuple

from selectolax.lexbor import LexborNode

from newscrawl.pages.selectors import Attributes, Selectors, compiled
from newscrawl.text.characters import clean_line, without_tags
from newscrawl.text.markup import Entangled, parsed

Sort = Literal["paragraph", "item", "quote", "heading", "row"]

_NO_PROSE = frozenset(
    "script style noscript template iframe object embed svg math form button input select textarea datalist dialog nav "
    "aside footer figcaption caption video audio canvas map head link meta title progress picture img".split()
)
_BLOCKS = frozenset(
    "p div section article main header ul ol menu li dl dt dd blockquote h1 h2 h3 h4 h5 h6 table caption thead tbody "
    "tfoot tr td th pre address figure hr details summary fieldset legend dir search center hgroup body html".split()
)
_REPLACED = frozenset("img picture iframe object embed video audio canvas button input select textarea".split())
"""Boxes in a line, that part the words before and after them."""
_EMOJI = frozenset({"emoji", "wp-smiley"})
"""Classes of the pictures that WordPress puts in an emoji's place, as in feeds: its letters are their `alt`."""
_PLAIN = frozenset("p a b i em strong span".split())
"""What a story's words stand in, and of which there is nothing to know but its attributes."""
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_QUOTES = frozenset({"div", "section", "p"})
"""Elements that are quotations where their class says so."""
_OF_A_QUOTATION = frozenset({"cite", "footer"})
"""In a blockquote they say whose words these are, on a line of their own."""
_LISTS = frozenset({"ul", "ol", "menu"})
MOST_ELEMENTS = 50_000
"""In one story: the longest live blogs have a tenth."""
_BREAK = "\x00"
"""Stands for `<br>` until white space is folded: the one character that no parsed page holds."""

OF_OTHERS = (
    "#comments, #respond, .comments-area, .comment-respond, .comment-list, #disqus_thread"
    ", .twitter-tweet, .instagram-media, .tiktok-embed, .fb-post"
    ", blockquote.twitter-video, blockquote.wp-embedded-content"
    ", .sharedaddy, .addtoany_share_save_container, .social-share, .share-buttons, .sharebox, .share-box"
    ", .heateor_sss_sharing_container, .swp_social_panel, .shared-counts-wrap, .essb_links, .td-post-sharing"
    ", .wp-block-social-links, .wp-block-jetpack-sharing-buttons, .wp-block-buttons, .a2a_kit, .social-sharing"
    ", .post-share, .share, .share-links, .share-tools, .addthis_toolbox, .kk-star-ratings"
    ", .jp-relatedposts, .yarpp-related, .related-posts, .related-articles, .crp_related, .rp4wp-related-posts"
    ", .td_block_related_posts, .wp-block-query, .wp-block-latest-posts, .post-navigation, .navigation"
    ", .page-links, .post-nav-links, .breadcrumbs, .breadcrumb, #toc_container, #ez-toc-container"
    ", .adsbygoogle, .ad, .ads, .advert, .advertisement, .ad-container, .code-block, .td-a-rec, .quads-location"
    ", .ad-label, .ad-slot, .ad-unit, .ad-wrapper, .adsense, .google-auto-placed, .ezoic-ad, .OUTBRAIN, .teads-inread"
    ", .trc_related_container, .dfp-tag-wrapper, amp-ad, amp-embed"
    ', [id^="dfp-"], [id^="div-gpt-ad"], [id^="google_ads"], [id^="taboola-"], [id^="ezoic-pub-ad"]'
    ", .newsletter, .newsletter-signup, .newsletter-box, .mc4wp-form, .wp-block-jetpack-subscriptions"
    ", .author-box, .saboxplugin-wrap, .abh_box, .entry-meta, .post-meta, .post-views"
)
"""What stands inside the content element of many sites and is not of the story: not its text, not its pictures."""

NOT_PROSE = (
    "[hidden], .screen-reader-text, .visually-hidden, .sr-only"
    ', [style*="display:none"], [style*="display: none"]'
    # The marks of footnotes, which would change a figure ("401" for "40" and a note), and the ways back from them.
    ', .fn[data-fn], .footnote-ref, [href^="#fn"], [href^="#_ftn"], [href^="#footnote"]'
    ', [aria-label^="Jump to footnote"]'
    ", .wp-caption, .wp-caption-text, .wp-element-caption, .caption, .caption-text, .tdb-caption-text, .img_caption"
    ", .image-caption"
    ', [class$="-caption"], [class$="__caption"], [class$="_caption"]'
    f", {OF_OTHERS}"
)
"""The same, and what is of the story but no text of it: captions, marks, what nobody is shown."""


class Paragraph(NamedTuple):
    text: str
    sort: Sort = "paragraph"


def fragment(markup: str) -> LexborNode | None:
    """The element that holds a content field's markup. Raises `Entangled` where it cannot be parsed in its time."""
    return parsed(markup).body


def paragraphs(root: LexborNode, *, leave_out: str = NOT_PROSE, left_out: Iterable[int] = ()) -> list[Paragraph]:
    """The story's paragraphs. `leave_out` are the selectors of what is no part of it, `left_out` elements by `mem_id`.

    A run of text between two block elements is a paragraph, whether or not it stands in a `<p>`; `<br>` is a newline in
    it, two in a row end it. Cells of a table row are joined by " | ", list items start with "- " or their number.
    Raises `Entangled` where there are more elements than a story has.
    """
    text = _text_alone(root)
    if text is not None:  # a headline, mostly
        line = _line(text)
        return [Paragraph(line)] if line else []
    selectors = compiled(leave_out)
    outside = set(left_out)
    if selectors.others:
        outside.update(node.mem_id for node in root.css(selectors.others))
    return _Reader(selectors, outside).read(root)


class _Reader:
    """Walks the tree once without recursion: pages nest thousands of elements deep by mistake."""

    def __init__(self, left_out: Selectors, outside: set[int]) -> None:
        self._is_left_out = left_out.match
        self._plain = frozenset() if outside else _PLAIN - left_out.tags
        self._outside = outside
        self._room = MOST_ELEMENTS
        self._preformatted = 0
        self._found: list[Paragraph] = []
        self._run: list[str] = []
        self._prefix = ""
        self._lists: list[int | None] = []
        self._sorts: list[Sort] = []
        self._row: list[str] | None = None

    def read(self, root: LexborNode) -> list[Paragraph]:
        opened: list[tuple[LexborNode, str, bool]] = []
        node = root.first_child
        while True:
            while node is None:
                if not opened:
                    self._end_run()
                    return self._found
                parent, tag, is_sort = opened.pop()
                if tag in _BLOCKS:
                    self._leave(tag, is_sort, len(opened))
                node = parent.next
            text = node.text_content
            child = None
            if text is None:
                tag = node.tag or "-"
                if tag == "br":
                    self._run.append(_BREAK)
                elif tag[0] != "-":
                    child = self._open(node, tag, opened)
            elif self._run or not text.isspace():  # white space that nothing stands before is the markup's own
                self._run.append(text.replace("\n", _BREAK) if self._preformatted else text)
            node = child if child is not None else node.next

    def _open(self, node: LexborNode, tag: str, opened: list[tuple[LexborNode, str, bool]]) -> LexborNode | None:
        """Takes an element up; its first child, where it is to be gone into."""
        self._room -= 1
        if self._room < 0:
            raise Entangled(f"not read: more than {MOST_ELEMENTS:,} elements in the story")
        attributes = node.attributes
        child = node.first_child
        is_block = tag in _BLOCKS
        if attributes or tag not in self._plain:
            if tag in _OF_A_QUOTATION and node.parent is not None and node.parent.tag == "blockquote":
                tag, is_block = "div", True
            if self._is_skipped(node, tag, attributes):
                if is_block:
                    self._end_run()
                elif tag in _REPLACED:
                    self._run.append(_in_place_of(node, attributes))
                return None
        if tag in _PLAIN and child is not None and self._is_text_alone(tag, attributes, child):
            return None
        is_sort = is_block and self._enter(node, tag, attributes, len(opened))
        if child is not None:
            opened.append((node, tag, is_sort))
        elif is_block:
            self._leave(tag, is_sort, len(opened))
        return child

    def _is_text_alone(self, tag: str, attributes: Attributes, child: LexborNode) -> bool:
        """Takes up an element that holds nothing but text, as most do: nothing else is to be noted of it."""
        text = child.text_content
        if text is None or child.next is not None or self._preformatted:
            return False
        if tag != "p":
            self._run.append(text)
            return True
        if self._row is not None or "quote" in (attributes.get("class") or ""):
            return False
        self._end_run()
        self._add(text)
        return True

    def _is_skipped(self, node: LexborNode, tag: str, attributes: Attributes) -> bool:
        if tag in _NO_PROSE or self._is_left_out(tag, attributes) or (self._outside and node.mem_id in self._outside):
            return True
        # A figure is a picture with its caption, unless it holds a table or a quotation (as block editors write them).
        return tag == "figure" and node.css_first("table, blockquote") is None

    def _enter(self, node: LexborNode, tag: str, attributes: Attributes, depth: int) -> bool:
        """Notes that a block begins; whether it says what sort of paragraphs stand in it."""
        if self._run:
            self._end_run()
        if tag in _QUOTES:
            if "quote" not in (attributes.get("class") or ""):
                return False
            self._sorts.append("quote")
        elif tag == "blockquote":
            self._sorts.append("quote")
        elif tag == "li":
            self._prefix = self._next_prefix(attributes)
            self._sorts.append("item")
        elif tag in _HEADINGS:
            self._sorts.append("heading")
        else:
            if tag in _LISTS:
                self._lists.append(_first_number(attributes) if tag == "ol" else None)
            elif tag == "pre":
                self._preformatted += 1
            elif tag == "tr" and self._row is None and _is_row(node):
                self._row, self._row_depth = [], depth
            return False
        return True

    def _leave(self, tag: str, is_sort: bool, depth: int) -> None:
        if self._run:
            self._end_run()
        if is_sort:
            self._sorts.pop()
            if tag == "li":
                self._prefix = ""
        elif tag in _LISTS:
            self._lists.pop()
        elif tag == "pre":
            self._preformatted -= 1
        elif self._row is not None and depth == self._row_depth + 1 and tag in {"td", "th"}:
            self._row.append(clean_line(without_tags("".join(self._run).replace(_BREAK, " "))))
            self._run.clear()
        elif self._row is not None and depth == self._row_depth and tag == "tr":
            self._end_row(self._row)

    def _end_row(self, cells: list[str]) -> None:
        self._row = None
        self._run.clear()
        while cells and not cells[-1]:
            cells.pop()
        while cells and not cells[0]:
            cells.pop(0)
        if cells:
            self._found.append(Paragraph(clean_line(" | ".join(cells)), "row"))

    def _end_run(self) -> None:
        """Makes paragraphs of the text since the last block began or ended; within a table row it only parts words."""
        run = self._run
        if not run:
            return
        if self._row is not None:
            run.append(" ")
            return
        text = run[0] if len(run) == 1 else "".join(run)
        run.clear()
        self._add(text)

    def _add(self, text: str) -> None:
        sort = self._sorts[-1] if self._sorts else "paragraph"
        if _BREAK not in text:
            line = _line(text)
            if line:
                self._found.append(Paragraph(self._prefix + line if self._prefix else line, sort))
                self._prefix = ""
            return
        for part in _split_at_double_breaks(text):
            self._found.append(Paragraph(self._prefix + part, sort))
            self._prefix = ""

    def _next_prefix(self, attributes: Attributes) -> str:
        if not self._lists or (number := self._lists[-1]) is None:
            return "- "
        value = attributes.get("value") or ""
        number = int(value) if value.isdecimal() and len(value) < 7 else number
        self._lists[-1] = number + 1
        return f"{number}. "


def _text_alone(element: LexborNode) -> str | None:
    """The text of an element that holds nothing else; None where it holds more, or nothing."""
    child = element.first_child
    return child.text_content if child is not None and child.next is None else None


def _line(text: str) -> str:
    line = clean_line(text)
    return clean_line(without_tags(line)) if "<" in line else line


def _in_place_of(box: LexborNode, attributes: Attributes) -> str:
    """What is read where a box stands in a line: an emoji, or the space before a word that follows at once."""
    if not _EMOJI.isdisjoint((attributes.get("class") or "").split()):
        return attributes.get("alt") or ""
    following = box.next.text_content if box.next is not None else None
    return " " if following and following[0].isalnum() else ""


def _first_number(attributes: Attributes) -> int:
    start = attributes.get("start") or ""
    return int(start) if start.isdecimal() and len(start) < 7 else 1


def _is_row(row: LexborNode) -> bool:
    """Whether a table row holds data: two cells or more, and no whole stories in them, as tables for layout have."""
    cells, cell = 0, row.first_child
    while cell is not None:
        cells += cell.tag in {"td", "th"}
        cell = cell.next
    return cells > 1 and len(row.css("p")) <= cells


def _split_at_double_breaks(text: str) -> list[str]:
    """The paragraphs of a run of text, each with its lines cleaned."""
    parts: list[list[str]] = [[]]
    for raw in text.split(_BREAK):
        line = clean_line(without_tags(raw))
        if line:
            parts[-1].append(line)
        elif parts[-1]:
            parts.append([])
    return ["\n".join(lines) for lines in parts if lines]
