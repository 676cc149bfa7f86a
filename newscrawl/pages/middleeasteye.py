"""Reads articles of Middle East Eye.

In: a page's HTML. Out: an `Article`; of a live blog also the leads to its updates.
"""

import re
from datetime import date
from typing import ClassVar
from urllib.parse import unquote
from zoneinfo import ZoneInfo

from newscrawl.items import Kind, Lead
from newscrawl.pages.article_page import ArticlePage, Layout, Outlet
from newscrawl.pages.boilerplate import BYLINE, RELATED, SIGNED, WATCH, Boilerplate
from newscrawl.pages.prose import NOT_PROSE
from newscrawl.text.characters import plain_line
from newscrawl.text.hashing import address_hash
from newscrawl.text.urls import Site, path_of

_DRUPAL_8 = date(2015, 11, 19)
"""The day on which Drupal 8 came out."""
_DRUPAL_7 = date(2018, 12, 31)
"""No address of a later year is known with the number at its end that the site's Drupal 7 gave."""
_PICTURE_AND_CAPTION = "p:has(img), p:has(img) + p, p:has(img) + :not(p) + p, p:has(img) + :not(p) + :not(p) + p"
_BY_SCROLLING = '[data-drupal-views-infinite-scroll-pager="automatic"]'
"""How Drupal's module Views Infinite Scroll marks a pager that is pressed by scrolling."""
_UPDATE = "/live-blog/live-blog-update/"
_OTHER_PATH = re.compile(
    r"/|/fr/?"  # the front pages
    r"|/(?:fr/)?[^/]+"  # a section, /news, or a page of the site, /about-middle-east-eye
    r"|/(?:fr/)?(?:topics|countries|users|authors?|tags|search|trending|taxonomy)/.+"
    r"|/(?:fr/)?(?:newsletters?|donate|donation|support(?:-us)?|subscribe|about|contact|webform|form|user)/.+"
)
_OTHER_PAGES = {
    "path-frontpage": "the home page",
    "path-taxonomy": "a list of articles",
    "path-user": "an author's page",
    "path-search": "search results",
    "page-node-type-page": "a page of the site",
    "page-node-type-webform": "a form of the site",
    "page-node-type-newsletter": "a newsletter's page",
}


class MiddleEastEyePage(ArticlePage):
    """Drupal, with stories since 2014 in English and French."""

    outlet = Outlet(
        name="middleeasteye",
        title="Middle East Eye",
        zone=ZoneInfo("Europe/London"),
        site=Site(
            host="www.middleeasteye.net",
            aliases=frozenset({"middleeasteye.net", "acquiaprod.middleeasteye.net"}),
            trailing_slash=False,
            lower_case=True,
            # Where an update was linked from: its live blog, its place in it, its topic.
            ignored=frozenset({"fid", "nid", "topic"}),
        ),
    )
    has_site_ids = False  # the mirror and the French edition number the same story anew

    story_at = "section.page-main-content"
    headline_at = (".page-title .field-title, .page-title h1", "h1")
    standfirst_at = ".field-subhead, .field-field-subhead, .field--name-field-subhead, .standfirst"
    body_at = ("section.page-main-content div.field-body", "div.field-body")
    layouts: ClassVar[tuple[Layout, ...]] = (
        # The theme as it was seen in 2025; since when, nobody knows.
        Layout("page-main-content"),
        # Drupal's own markup, where the theme is not the known one: the classes of Drupal 8 and after, ...
        Layout(
            "drupal",
            at={
                "story_at": "article, main",
                "headline_at": (".field--name-title", "h1"),
                "body_at": ("div.field--name-body",),
                "published_at": ".submitted-date, .node__submitted time, time[datetime]",
                "topic_at": ".field--name-field-tags a",
            },
            since=_DRUPAL_8,
        ),
        # ... the properties that its module RDF writes even where a theme drops the classes (until Drupal 10 dropped
        # the module), ...
        Layout(
            "drupal-rdf",
            at={
                "story_at": "article, main",
                "headline_at": ('h1 [property="schema:name"]', "h1"),
                "body_at": ('[property="schema:text"]',),
                "byline_at": '[rel="schema:author"] a, [rel="schema:author"] [property="schema:name"]',
                "published_at": '[property="schema:dateCreated"]',
                "topic_at": '[property="schema:about"]',
                "picture_at": '[rel="schema:image"] img, figure img',
            },
            since=_DRUPAL_8,
        ),
        # ... and the same two of Drupal 7.
        Layout(
            "drupal-7",
            at={
                "story_at": "#content, .node",
                "headline_at": ("h1#page-title, h1.title", "h1"),
                "body_at": (".field-name-body .field-item", ".field-name-body"),
                "standfirst_at": ".field-name-field-subhead",
                "byline_at": ".submitted .username, .field-name-field-author a",
                "published_at": '[property~="dc:created"], .submitted-date',
                "date_text_at": ".submitted",
                "topic_at": ".field-name-field-tags a",
            },
            until=_DRUPAL_7,
        ),
        Layout(
            "drupal-7-rdf",
            at={
                "story_at": "#content, .node",
                "headline_at": ("h1",),
                "body_at": ('[property~="content:encoded"]',),
                "byline_at": '[rel="sioc:has_creator"] .username, .submitted .username',
                "published_at": '[property~="dc:created"]',
                "date_text_at": ".submitted",
                "topic_at": '[rel="dc:subject"] a, a[property~="rdfs:label"]',
                "picture_at": '[rel~="og:image"] img, figure img',
            },
            until=_DRUPAL_7,
        ),
        # What any site may write for search engines: schema.org's properties in the markup.
        Layout(
            "microdata",
            at={
                "story_at": '[itemtype$="Article"], article, main',
                "headline_at": ('[itemprop="headline"]', "h1"),
                "standfirst_at": '[itemprop="alternativeHeadline"]',
                "body_at": ('[itemprop="articleBody"]',),
                "byline_at": '[itemprop="author"] [itemprop="name"], a[itemprop="author"]',
                "published_at": '[itemprop="datePublished"]',
                "modified_at": '[itemprop="dateModified"]',
                "modified_text": "",
                "section_at": '[itemprop="articleSection"]',
                "topic_at": '[itemprop="keywords"] a, a[rel~="tag"]',
            },
        ),
    )
    byline_at = '.submitted-by a[href], a[rel~="author"], [itemprop="author"]'
    byline_text_at = ".submitted-by"
    # The date is the text after the label: `<span class="date-created">Published date:</span> 6 June 2025 11:33 BST`.
    published_at = ".submitted-date"
    date_label = (
        r"^.*\b(?:published date|date de publication)\s*:\s*|^[^\d:]*:\s*"
        r"|\s*\|?\s*(?:last update|dernière mise à jour)\b.*$"
    )
    modified_at = ".submitted-date"
    modified_text = (
        r"(?:last update|dernière mise à jour)\s*:?\s*"
        r"(\d{1,2}(?:er)?\s+[^\W\d]+\s+\d{4}(?:,?\s+\d{1,2}[:.h]\d\d(?:\s*[ap]m)?(?:\s+[A-Z]{3,4})?)?)"
    )
    section_at = ".main-article-topic a, .article-topic a"
    topic_at = '.field-tags a, .tags a, a[rel~="tag"]'
    picture_at = "figure img, .field-image img, .main-image img"

    left_out = f"{NOT_PROSE}, .mee-readmore, .mee-article-tile, .field-tags, .views-element-container, .views-row"
    boxes_left_out = (
        ('div[style*="flex"]', r"\bMEE(?:['’]s)?\s+newsletters?\b|\bnewsletters?\s+(?:de\s+)?MEE\b"),
        # A picture in a paragraph, with its caption below it or in the next, and the credit in brackets at the end; an
        # advertisement may stand between the two.
        (_PICTURE_AND_CAPTION, r"^(?s:.{0,250})[(\[][^()\[\]]{2,80}[)\]]\s*$"),
    )
    boilerplate = Boilerplate(
        lines=(
            r"New MEE newsletter\b.*",
            r"Stay informed with MEE['’]s newsletters?.*",
            r"Sign up to get the latest\b.*\b(?:insights and analysis|newsletters?)\b.*",
            # The length first: to look for a word within every line takes more time than all other rules.
            r"(?=.{51,100}+$).{0,40}\balongside Turkey Unpacked and other MEE newsletters\W*",
            r"(?:Read more|Lire (?:la suite|plus)|En savoir plus)\W*",
            r"Live blog update\s*\|.*",
            RELATED,
            SIGNED,
            r"\W*(?:Advertisements?|Publicité)\W*",
            r"(?:Share(?: this(?: article| story)?)?|Share (?:on|via) .{2,20}|Partager)\s*:?",
            r"Skip to main content",
            r"Off|On",
            r"Middle East Eye (?:delivers independent|propose une couverture)\b.*",
            r"(?:To learn more about republishing|Pour en savoir plus sur la reprise)\b.*",
            r"More about MEE can be found here\.?|Pour en savoir plus sur MEE\b.*",
            r"This article is available in French on Middle East Eye.{0,3} French edition\.?",
            r"The views expressed in this article belong to the author and do not necessarily reflect\b.*",
            r"Les (?:opinions|points de vue|propos) exprimée?s dans cet article n['’]engagent que\b.*",
        ),
        first=(BYLINE,),
        later=(WATCH,),
    )
    brands = (r"Middle East Eye", r"MEE")
    presses = 100

    kinds = (
        (rf"^(?:/fr)?{_UPDATE}", "live_update"),
        (r"^(?:/fr)?/live/|^/news/.+-live$", "live_blog"),
        (r"^(?:/fr)?/(?:opinion|opinionfr|columns)/", "opinion"),
        (r"^(?:/fr)?/videos?/", "video"),
        (r"^(?:/fr)?/(?:gallery|galleries|photos?|in-pictures)/", "gallery"),
    )
    path_sections: ClassVar[dict[str, str]] = {
        "news": "News",
        "opinion": "Opinion",
        "columns": "Columns",
        "big-story": "Big Story",
        "features": "Features",
        "in-depth/features": "Features",
        "in-depth": "In depth",
        "discover": "Discover",
        "explainers": "Explainers",
        "video": "Video",
        "live": "Live",
        "live-blog": "Live",
        "fr/actu-et-enquetes": "Actu et enquêtes",
        "fr/opinionfr": "Opinion",
        "fr/reportages": "Reportages",
        "fr/decryptages": "Décryptages",
        "fr/entretiens": "Entretiens",
        "fr/video": "Vidéo",
    }

    def is_other_page(self) -> str | None:
        if _OTHER_PATH.fullmatch(path_of(self.canonical_url)):
            return "a list of articles or a page of the site"
        if self._says_it_is_a_story():
            return None
        # What Drupal says of the page in the classes of its body.
        classes = (self._root.attributes.get("class") or "").split()
        return next((_OTHER_PAGES[name] for name in classes if name in _OTHER_PAGES), None)

    def confirms(self, kind: Kind) -> bool:
        """A live blog under /news shows its updates; other slugs end in "live" by chance."""
        return kind != "live_blog" or "/news/" not in self.canonical_url or bool(self._updates())

    def needs_script(self) -> bool:
        """A live blog too whose further updates come while one scrolls, by a pager that has no link to follow.

        Its last page has no such link either, where its first one has.
        """
        if super().needs_script():
            return True
        by_scrolling = self.kind() == "live_blog" and self._tree.css_first(_BY_SCROLLING) is not None
        return by_scrolling and not self.follow() and _page_of(self.url) == 0

    @classmethod
    def is_part(cls, url: str) -> bool:
        return _UPDATE in url

    def leads(self) -> list[Lead]:
        """The live blog's updates on this page, each once, in the page's order."""
        if self.kind() != "live_blog":
            return []
        parent = f"{self.site_name}:{address_hash(self.canonical_url)}"
        leads: dict[str, Lead] = {}
        for address, title in self._updates():
            known = leads.setdefault(address, Lead(url=address, parent_id=parent, title=title))
            known.title = known.title or title
        return list(leads.values())

    def follow(self) -> list[str]:
        """The live blog's further pages: the pager's links to pages after this one."""
        if self.kind() != "live_blog":
            return []
        here = _page_of(self.url)
        pages = {
            self.address(node.attributes.get("href")) for node in self.select(".pager__item a[href], .pager a[href]")
        }
        return sorted((page for page in pages if page and _page_of(page) > here), key=_page_of)

    def _updates(self) -> list[tuple[str, str | None]]:
        """Address and title of every update that is linked here, of other live blogs' tiles none."""
        found = []
        left_out = {node.mem_id for node in self.select("aside a, .mee-article-tile a, div.field-body a")}
        for node in self.select(f'a[href*="{_UPDATE.strip("/")}"]'):
            address = self.address(_decoded(node.attributes.get("href") or "").partition("?")[0])
            if address and node.mem_id not in left_out:
                heading = node.parent is not None and node.parent.tag in {"h2", "h3", "h4"}
                found.append((address, plain_line(node.text()) if heading else None))
        return found


def _decoded(address: str) -> str:
    """Undoes encoding that was done several times over, as in `topic=Iraq%25252Bdust`."""
    for _ in range(4):
        plain = unquote(address)
        if plain == address:
            break
        address = plain
    return address


def _page_of(url: str) -> int:
    match = re.search(r"[?&]page=(\d{1,6})(?:&|$)", url)
    return int(match[1]) if match else 0
