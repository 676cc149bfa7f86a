"""Turns the element that holds a story into paragraphs.

In: an element of the parsed page. Out: its paragraphs in order, each with what it was (paragraph, list item, quote,
heading, table row), and nothing that is no prose: scripts, forms, pictures and their captions.
"""

from collections.abc import Iterable
from typing import Literal, NamedTuple

from selectolax.lexbor import LexborHTMLParser, LexborNode

from newscrawl.text.characters import clean_line

Sort = Literal["paragraph", "item", "quote", "heading", "row"]

_NO_PROSE = frozenset(
    "script style noscript template iframe object embed svg math form button input select textarea datalist dialog nav "
    "aside footer figcaption video audio canvas map head link meta title progress picture img".split()
)
_BLOCKS = frozenset(
    "p div section article main header ul ol menu li dl dt dd blockquote h1 h2 h3 h4 h5 h6 table caption thead tbody "
    "tfoot tr td th pre address figure hr details summary fieldset center hgroup body html".split()
)
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_QUOTES = 'blockquote, div[class*="quote"], section[class*="quote"], p[class*="quote"]'
_LISTS = frozenset({"ul", "ol", "menu"})
_TEASER = 300
_BREAK = "\x1d"
"""Stands for `<br>` until white space is folded: no other source of it, as control characters are dropped."""

NOT_PROSE = (
    "[hidden], .screen-reader-text, .visually-hidden, .sr-only"
    ", .wp-caption, .wp-caption-text, .wp-element-caption, .caption, .caption-text, .img_caption, .image-caption"
    ', [class$="-caption"], [class$="__caption"], [class$="_caption"]'
    ", blockquote.twitter-tweet, blockquote.instagram-media, blockquote.tiktok-embed, .fb-post"
    ", blockquote.twitter-video, blockquote.wp-embedded-content"
    ", #comments, #respond, .comments-area, .comment-respond, .comment-list, #disqus_thread"
    ", .sharedaddy, .addtoany_share_save_container, .social-share, .share-buttons, .sharebox, .share-box"
    ", .heateor_sss_sharing_container, .swp_social_panel, .shared-counts-wrap, .essb_links, .td-post-sharing"
    ", .wp-block-social-links, .wp-block-jetpack-sharing-buttons, .wp-block-buttons, .a2a_kit, .social-sharing"
    ", .post-share, .kk-star-ratings"
    ", .jp-relatedposts, .yarpp-related, .related-posts, .related-articles, .crp_related, .rp4wp-related-posts"
    ", .td_block_related_posts, .wp-block-query, .wp-block-latest-posts, .post-navigation, .navigation"
    ", .page-links, .post-nav-links, .breadcrumbs, .breadcrumb, #toc_container, #ez-toc-container"
    ", .adsbygoogle, .ad, .ads, .advert, .advertisement, .ad-container, .code-block, .td-a-rec, .quads-location"
    ", .newsletter, .newsletter-signup, .newsletter-box, .mc4wp-form, .wp-block-jetpack-subscriptions"
    ", .author-box, .saboxplugin-wrap, .abh_box, .entry-meta, .post-meta, .post-views"
)
"""What stands inside the content element of many sites and is no part of the story."""


class Paragraph(NamedTuple):
    text: str
    sort: Sort = "paragraph"


def fragment(markup: str) -> LexborNode | None:
    """The element that holds a content field's markup."""
    return LexborHTMLParser(markup, scripting=True).body


def paragraphs(root: LexborNode, *, leave_out: str = NOT_PROSE, left_out: Iterable[int] = ()) -> list[Paragraph]:
    """The story's paragraphs. `leave_out` are the selectors of what is no part of it, `left_out` elements by `mem_id`.

    A run of text between two block elements is a paragraph, whether or not it stands in a `<p>`; `<br>` is a newline in
    it, two in a row end it. Cells of a table row are joined by " | ", list items start with "- " or their number.
    """
    outside = {*left_out, *(node.mem_id for node in root.css(leave_out))} if leave_out else set(left_out)
    outside.discard(root.mem_id)
    return _Reader(outside, {node.mem_id for node in root.css(_QUOTES)}).read(root)


def densest(root: LexborNode) -> LexborNode | None:
    """The element with the most text in paragraphs of its own: where a theme's names are unknown, that is the story.

    None where no element has two of them, or no more than a teaser's text.
    """
    found: dict[int, tuple[LexborNode, list[int]]] = {}
    for paragraph in root.css("p"):
        parent = paragraph.parent
        if parent is not None:
            found.setdefault(parent.mem_id, (parent, []))[1].append(len(paragraph.text().strip()))
    node, lengths = max(found.values(), key=lambda entry: sum(entry[1]), default=(None, []))
    return node if len(lengths) > 1 and sum(lengths) > _TEASER else None


class _Reader:
    """Walks the tree once without recursion: pages nest thousands of elements deep by mistake."""

    def __init__(self, left_out: set[int], quotes: set[int]) -> None:
        self._left_out = left_out
        self._quotes = quotes
        self._found: list[Paragraph] = []
        self._run: list[str] = []
        self._prefix = ""
        self._lists: list[int | None] = []
        self._sorts: list[Sort] = []
        self._row: list[str] | None = None

    def read(self, root: LexborNode) -> list[Paragraph]:
        opened: list[tuple[LexborNode, str]] = []
        node = root.first_child
        while True:
            while node is None:
                if not opened:
                    self._end_run()
                    return self._found
                parent, tag = opened.pop()
                self._leave(parent, tag, len(opened))
                node = parent.next
            tag = node.tag or "-"
            if tag == "-text":
                self._run.append(node.text_content or "")
            elif tag == "br":
                self._run.append(_BREAK)
            elif tag[0] != "-" and not self._is_skipped(node, tag):
                self._enter(node, tag, len(opened))
                child = node.first_child
                if child is not None:
                    opened.append((node, tag))
                    node = child
                    continue
                self._leave(node, tag, len(opened))
            node = node.next

    def _is_skipped(self, node: LexborNode, tag: str) -> bool:
        if tag in _NO_PROSE or (self._left_out and node.mem_id in self._left_out):
            if tag in _BLOCKS:
                self._end_run()
            return True
        # A figure is a picture with its caption, unless it holds a table or a quotation (as block editors write them).
        if tag == "figure" and node.css_first("table, blockquote") is None:
            self._end_run()
            return True
        return False

    def _enter(self, node: LexborNode, tag: str, depth: int) -> None:
        if tag not in _BLOCKS:
            return
        self._end_run()
        if tag in _LISTS:
            self._lists.append(_first_number(node) if tag == "ol" else None)
        elif tag == "li":
            self._prefix = self._next_prefix(node)
            self._sorts.append("item")
        elif tag in _HEADINGS:
            self._sorts.append("heading")
        elif node.mem_id in self._quotes:
            self._sorts.append("quote")
        elif tag == "tr" and self._row is None and _is_row(node):
            self._row, self._row_depth = [], depth

    def _leave(self, node: LexborNode, tag: str, depth: int) -> None:
        if tag not in _BLOCKS:
            return
        self._end_run()
        if tag in _LISTS:
            self._lists.pop()
        elif tag == "li":
            self._prefix = ""
            self._sorts.pop()
        elif tag in _HEADINGS or node.mem_id in self._quotes:
            self._sorts.pop()
        elif self._row is not None and tag in {"td", "th"} and depth == self._row_depth + 1:
            self._row.append(clean_line("".join(self._run).replace(_BREAK, " ")))
            self._run = []
        elif self._row is not None and tag == "tr" and depth == self._row_depth:
            self._end_row(self._row)

    def _end_row(self, cells: list[str]) -> None:
        self._row = None
        self._run = []
        while cells and not cells[-1]:
            cells.pop()
        while cells and not cells[0]:
            cells.pop(0)
        if cells:
            self._found.append(Paragraph(clean_line(" | ".join(cells)), "row"))

    def _end_run(self) -> None:
        run = self._run
        if not run:
            return
        if self._row is not None:
            run.append(" ")
            return
        self._run = []
        text = "".join(run)
        if text.isspace():
            return
        sort = self._sorts[-1] if self._sorts else "paragraph"
        for part in _split_at_double_breaks(text):
            self._found.append(Paragraph(self._prefix + part, sort))
            self._prefix = ""

    def _next_prefix(self, node: LexborNode) -> str:
        if not self._lists or (number := self._lists[-1]) is None:
            return "- "
        value = node.attributes.get("value") or ""
        number = int(value) if value.isdecimal() and len(value) < 7 else number
        self._lists[-1] = number + 1
        return f"{number}. "


def _first_number(node: LexborNode) -> int:
    start = node.attributes.get("start") or ""
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
    if _BREAK not in text:
        line = clean_line(text)
        return [line] if line else []
    parts: list[list[str]] = [[]]
    for raw in text.split(_BREAK):
        line = clean_line(raw)
        if line:
            parts[-1].append(line)
        elif parts[-1]:
            parts.append([])
    return ["\n".join(lines) for lines in parts if lines]
