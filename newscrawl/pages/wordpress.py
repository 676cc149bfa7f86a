"""Reads articles of a standard WordPress site.

In: a page's HTML. Out: an `Article`. The markup is what WordPress core, its default themes and the classic themes
before them write; SEO plugins add JSON-LD.
"""

import re
from datetime import date
from typing import ClassVar
from urllib.parse import urlsplit

from selectolax.lexbor import LexborNode

from newscrawl.items import Kind
from newscrawl.pages.article_page import ArticlePage, Layout
from newscrawl.pages.boilerplate import RELATED, WATCH, Boilerplate
from newscrawl.pages.prose import NOT_PROSE

_POST_ID = re.compile(r"(?:^|\s)(?:post|postid)-(\d+)(?=\s|$)")
_FURTHER_PAGE = re.compile(r"single-paged-\d+")
_OTHER_PAGES = {
    "error404": "a page that is not there",
    "home": "the home page",
    "blog": "a list of articles",
    "archive": "a list of articles",
    "author": "an author's page",
    "category": "a section's page",
    "tag": "a tag's page",
    "search": "search results",
    "search-results": "search results",
    "attachment": "a picture's or file's page",
    "page": "a page of the site, not a post",
}
_OTHER_PATHS = (
    (re.compile(r"/(?:author|authors|writers?)/.+"), "an author's page"),
    (re.compile(r"/(?:category|tag|topics?)/.+|/(?:.+/)?page/\d+/?"), "a list of articles"),
    (re.compile(r"/search(?:/.*)?"), "search results"),
    (
        re.compile(
            r"/(?:about|contact|support|advertise|write-for)(?:-us|-with-us)?/?|/(?:privacy|cookies?)(?:-policy)?/?"
            r"|/terms(?:-[a-z-]+)?/?|/(?:careers|jobs|masthead|our-team)/?|/(?:newsletters?|subscribe|donate|donations?)(?:/.*)?"
        ),
        "a page of the site, not a post",
    ),
)
"""What themes without WordPress's body classes leave to the address; a page that calls itself an article is one."""
_FORMATS: dict[str, Kind] = {"single-format-video": "video", "single-format-gallery": "gallery"}


class WordPressPage(ArticlePage):
    """Any WordPress site; it has no outlet of its own, so each reading is given one."""

    headline_at = ("h1.entry-title, h1.wp-block-post-title, h1.post-title", "article h1, main h1", "h1")
    body_at = (".entry-content, .wp-block-post-content",)
    layouts: ClassVar[tuple[Layout, ...]] = (
        Layout("core"),
        Layout(
            "theme",
            at={
                "body_at": (
                    '.post-content, .td-post-content, .article-content, .single-content, [itemprop="articleBody"]',
                )
            },
        ),
        Layout(
            "builder",
            at={
                "body_at": (
                    ".tdb_single_content, .elementor-widget-theme-post-content",
                    ".et_pb_post_content, .brxe-post-content, .fl-module-fl-post-content",
                    ".single-post-content, .the-content",
                )
            },
        ),
        # WordPress's own theme until Twenty Ten (June 2010), and the themes made after it.
        Layout("kubrick", at={"body_at": (".post .entry, .post-entry, .post .content",)}, until=date(2014, 12, 31)),
    )
    byline_at = (
        'a[rel~="author"], .wp-block-post-author__name, .wp-block-post-author-name, .author.vcard .fn, '
        ".post-author a, .td-post-author-name a"
    )
    published_at = (
        'time.entry-date.published, time.published, time.entry-date, time[itemprop="datePublished"], abbr.published, '
        ".wp-block-post-date time, .entry-header time[datetime], .entry-meta time[datetime], .posted-on time[datetime]"
    )
    modified_at = 'time.updated:not(.published), time[itemprop="dateModified"]'
    date_text_at = (
        ".createdate, .entry-date, .post-date, .posted-on, .entry-meta, .post-meta, .postmetadata, .article-info"
    )
    section_at = 'a[rel~="category"], .wp-block-post-terms.taxonomy-category a, .td-category a'
    topic_at = 'a[rel~="tag"]:not([rel~="category"]), .td-tags a'
    picture_at = (
        ".post-thumbnail img, .wp-block-post-featured-image img, .entry-content figure img, .wp-caption img, "
        '.entry-content img:not(.emoji):not(.wp-smiley):not([width="1"])'
    )
    boilerplate = Boilerplate(
        lines=(
            r"The post .+ appeared first on .+",
            RELATED,
            r"Tags\s*:.*",
            r"©.{2,60}",
            r"Follow us on .{2,40}",
            r"(?:Share this(?: article| post| story)?|Like this|Share (?:on|via) .{2,20}|Related|Loading\.\.\.)\s*:?",
            r"\W*Advertisements?\W*",
            r"Subscribe to our newsletters?\b.{0,40}",
            r"Post Views\s*:?\s*[\d,]+",
            # What no plugin has turned into a picture or an embedded post, as in feeds and after a plugin is removed.
            r"\[(?:caption|gallery|embed|video|audio|playlist)\b.*|https?://\S+",
        ),
        later=(WATCH,),
        ends=(
            r"Leave a (?:Reply|Comment)(?: Cancel reply)?.*",
            r"Your email address will not be published.*",
            r"No Comments|(?:One|\d+) (?:Comments?|(?:Responses?|Replies|Reply|thoughts?)(?: (?:to|on) .+)?)",
            r"Post a Comment|Comments are closed\.?",
        ),
    )
    brands: ClassVar[tuple[str, ...]] = (r"(?:www\.)?[a-z0-9-]{3,30}\.(?:com|net|org|news|info|[a-z]{2})",)
    date_label = r"^.*?\b(?:published|posted|written|publié)(?: on| le)?\b\s*:?\s*|\s+and is filed under\b.*$"
    left_out = f"{NOT_PROSE}, .postmetadata"

    def is_other_page(self) -> str | None:
        classes = self._classes()
        if any(_FURTHER_PAGE.fullmatch(name) for name in classes):
            return "a further page of an article, which its first page leads to"
        if "single" in classes or "single-post" in classes:
            return None
        if not self._says_it_is_a_story():
            path = urlsplit(self.canonical_url).path
            reason = next((reason for paths, reason in _OTHER_PATHS if paths.fullmatch(path)), None)
            if reason is not None:
                return reason
        listed = next((_OTHER_PAGES[name] for name in classes if name in _OTHER_PAGES), None)
        if listed is None and len(self._root.css("h2.entry-title, h2.wp-block-post-title")) > 1:
            # Themes without WordPress's body classes: a list of posts heads each with a heading of the second rank.
            return None if self._root.css_first("h1.entry-title, h1.wp-block-post-title") else "a list of articles"
        return listed

    def kind_on_page(self) -> Kind | None:
        classes = self._classes()
        return next((kind for name, kind in _FORMATS.items() if name in classes), None)

    def _says_it_is_a_story(self) -> bool:
        return "single-post" in self._classes() or super()._says_it_is_a_story()

    def _classes(self) -> list[str]:
        """What WordPress says of the page in the classes of its body."""
        return (self._root.attributes.get("class") or "").split()

    def _selected_id(self) -> str | None:
        return _post_id(self._root) or _post_id(self._tree.css_first('article[id^="post-"], [id^="post-"].type-post'))


def _post_id(node: LexborNode | None) -> str | None:
    attributes = node.attributes if node is not None else {}
    match = _POST_ID.search(f"{attributes.get('id') or ''} {attributes.get('class') or ''}")
    return match[1] if match else None
