"""Reads articles of a standard WordPress site.

In: a page's HTML. Out: an `Article`. The markup is what WordPress core, its default themes and the classic themes
before them write; SEO plugins add JSON-LD.
"""

import re
from datetime import date
from typing import ClassVar

from selectolax.lexbor import LexborNode

from newscrawl.items import Kind
from newscrawl.pages.article_page import ArticlePage, Layout
from newscrawl.pages.boilerplate import BYLINE, RELATED, SIGNED, WATCH, Boilerplate
from newscrawl.pages.prose import NOT_PROSE
from newscrawl.text.urls import path_of

_POST_ID = re.compile(r"(?:^|\s)(?:post|postid)-(\d+)(?=\s|$)")
_LEVELS = 6
"""How far above the body its post's number is looked for."""
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

    headline_at: ClassVar[tuple[str, ...]] = (
        "h1.entry-title, h1.wp-block-post-title, h1.post-title",
        "article h1, main h1",
        "h1",
    )
    body_at: ClassVar[tuple[str, ...]] = (".entry-content",)
    layouts: ClassVar[tuple[Layout, ...]] = (
        # Block themes: the block of a post's content came with WordPress 5.8.
        Layout("block", at={"body_at": (".wp-block-post-content",)}, since=date(2021, 7, 20)),
        # What WordPress's own themes since Twenty Ten and most others write.
        Layout("core"),
        # tagDiv's Newspaper and Newsmag, of which many news sites are made.
        Layout(
            "newspaper",
            at={
                "body_at": (".td-post-content", ".tdb_single_content"),
                "headline_at": (".td-post-title .entry-title", "h1.tdb-title-text", "h1"),
                "byline_at": ".td-post-author-name a, .tdb-author-name",
                "section_at": ".td-category a, .tdb-category a",
                "picture_at": ".td-post-featured-image img, .tdb_single_featured_image img, figure img",
            },
        ),
        Layout(
            "builder",
            at={
                "body_at": (
                    ".elementor-widget-theme-post-content",
                    ".et_pb_post_content, .brxe-post-content, .fl-module-fl-post-content",
                    ".single-post-content, .the-content",
                )
            },
        ),
        Layout(
            "theme",
            at={"body_at": ('.post-content, .article-content, .single-content, [itemprop="articleBody"]',)},
        ),
        # What the AMP plugin makes of a post beside its own page; AMP was told of on that day.
        Layout(
            "amp",
            at={
                "body_at": (".amp-wp-article-content",),
                "headline_at": ("h1.amp-wp-title", "h1"),
                "byline_at": ".amp-wp-author",
                "published_at": ".amp-wp-posted-on time, time[datetime]",
                "section_at": ".amp-wp-tax-category a",
                "topic_at": ".amp-wp-tax-tag a",
                "picture_at": ".amp-wp-article-featured-image amp-img, .amp-wp-article-content amp-img",
                "left_out": f"{NOT_PROSE}, amp-ad, amp-embed, amp-social-share, amp-sidebar, amp-carousel, amp-iframe",
            },
            since=date(2015, 10, 7),
        ),
        # WordPress's own theme until Twenty Ten (June 2010), and the themes made after it.
        Layout(
            "kubrick",
            at={
                "body_at": (".post .entry, .post-entry, .post .content",),
                "story_at": ".post",
                # The first heading of the page is the site's name.
                "headline_at": (".post h1, .post h2", "h1"),
            },
            until=date(2014, 12, 31),
        ),
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
            SIGNED,
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
        first=(BYLINE,),
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
            path = path_of(self.canonical_url)
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
        marked = self._tree.css_first('article[id^="post-"], [id^="post-"].type-post')
        return _post_id(self._root) or _post_id(marked) or self._id_around_the_story()

    def _id_around_the_story(self) -> str | None:
        """The oldest themes mark a post by its id alone, and those of lists in the sidebar too."""
        node = self._bodies[0] if self._bodies else None
        for _ in range(_LEVELS):
            number = _post_id(node)
            if node is None or number:
                return number
            node = node.parent
        return None


def _post_id(node: LexborNode | None) -> str | None:
    attributes = node.attributes if node is not None else {}
    match = _POST_ID.search(f"{attributes.get('id') or ''} {attributes.get('class') or ''}")
    return match[1] if match else None
