"""Reads articles of a standard WordPress site.

In: a page's HTML. Out: an `Article`. The markup is what WordPress core, its default themes and the classic themes
before them write; SEO plugins add JSON-LD.
"""

import re
from typing import ClassVar

from newscrawl.items import Kind
from newscrawl.pages.article_page import ArticlePage
from newscrawl.pages.boilerplate import RELATED, Boilerplate
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
_FORMATS: dict[str, Kind] = {"single-format-video": "video", "single-format-gallery": "gallery"}


class WordPressPage(ArticlePage):
    """Any WordPress site; it has no outlet of its own, so each reading is given one."""

    headline_at = ("h1.entry-title, h1.wp-block-post-title, h1.post-title", "article h1, main h1", "h1")
    body_at = (
        ".entry-content, .wp-block-post-content",
        '.post-content, .td-post-content, .article-content, .single-content, [itemprop="articleBody"]',
        ".tdb_single_content, .elementor-widget-theme-post-content, .single-post-content, .the-content",
        ".post .entry, .post-entry, .post .content",
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
        for node in (self._root, *self._tree.css('article[id^="post-"], [id^="post-"].type-post')[:1]):
            attributes = node.attributes
            match = _POST_ID.search(f"{attributes.get('id') or ''} {attributes.get('class') or ''}")
            if match:
                return match[1]
        return None
