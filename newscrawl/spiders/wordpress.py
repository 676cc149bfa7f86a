"""Any WordPress site: `scrapy crawl wordpress -a site=https://www.example.org`, or an outlet that subclasses it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from newscrawl.pages.article_page import Outlet
from newscrawl.pages.wordpress import WordPressPage
from newscrawl.sources.feed import Feed
from newscrawl.sources.listing import Listing
from newscrawl.sources.signpost import RestLink, RobotsTxt, SectionFeeds
from newscrawl.sources.sitemap import Sitemap
from newscrawl.sources.wordpress import WordPressRest
from newscrawl.sources.wordpress_topic import WordPressTopic
from newscrawl.spiders.arguments import ArgumentError, origin
from newscrawl.spiders.outlet import OutletSpider
from newscrawl.text.topic import slug
from newscrawl.text.urls import Site

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newscrawl.spiders.survey import Way


HIDDEN_REST = "/?rest_route=/wp/v2/posts"
"""Where REST answers on sites that hide /wp-json/, or have no pretty addresses."""
FEED = Feed("/feed/", whole_text=True)
POSTS_PAGE = Listing(
    "/",
    item="article.hentry, article.post, .wp-block-post",
    link='a[rel="bookmark"], .entry-title a, .wp-block-post-title a, h2 a',
    date="time[datetime]",
    next="a.next.page-numbers, .nav-previous a, a.wp-block-query-pagination-next",
)
"""The home page of most themes: the posts, newest first, and a link to the older ones."""


def ways_of(feed: Feed) -> Sequence[Way]:
    """How a WordPress site lists its posts, the cheapest way first."""
    return [
        [(WordPressRest(), WordPressRest(HIDDEN_REST), RestLink())],
        [feed, RobotsTxt(), Sitemap("/sitemap_index.xml"), Sitemap("/wp-sitemap.xml")],
        [replace(feed, paged=True)],
        [SectionFeeds(sections=feed.sections), POSTS_PAGE],
    ]


class WordPressSpider(OutletSpider):
    """REST gives a hundred whole posts a request; where a site closes it, other ways name the pages.

    An outlet of its own subclasses it: it names its page class, and what is particular about its feed.
    """

    name = "wordpress"
    page = WordPressPage
    own_arguments: ClassVar[dict[str, str]] = {
        "site": "site=https://www.example.org: the site's address",
        "name": "name=example: the outlet's name in ids and files; its host if not given",
    }
    feed: ClassVar[Feed] = FEED
    ways = ways_of(FEED)

    @classmethod
    def ways_to(cls, topic: str) -> Sequence[Way]:
        """By REST the posts with the tag or category, and those that name it; else the tag's own feed."""
        by_rest = WordPressTopic(topic=topic), WordPressTopic(HIDDEN_REST, topic=topic)
        return [[by_rest], [replace(cls.feed, path=f"/tag/{slug(topic)}/feed/", paged=True)]]

    @classmethod
    def outlet_of(cls, given: dict[str, str]) -> Outlet:
        if cls is not WordPressSpider:
            return super().outlet_of(given)
        site = origin("site", given.get("site"))
        if site is None:
            raise ArgumentError(f"no site given; write -a {cls.own_arguments['site']}")
        parts = urlsplit(site)
        host = parts.netloc.rpartition("@")[2].lower()
        # A colon would end the outlet's name in an id, and no file system that Spark reads takes one.
        name = given.get("name") or host.replace(":", "-")
        if not name.isidentifier() and not name.replace("-", "").replace(".", "").isalnum():
            raise ArgumentError(f"name={name} is no name for files; use letters, digits, dots and hyphens")
        if name in _own_spiders():
            raise ArgumentError(
                f"name={name} is the name of an outlet with a spider of its own: take another, or: scrapy crawl {name}"
            )
        # A site that is found with and without www. names its posts in one of the two forms.
        twin = host.removeprefix("www.") if host.startswith("www.") else f"www.{host}"
        address = Site(host=host, aliases=frozenset({twin}), scheme=parts.scheme, trailing_slash=None)
        # REST, feeds and most pages state their offset; a bare date on such a site is read as UTC.
        outlet = Outlet(name=name, title=given.get("name") or host, zone=ZoneInfo("UTC"), site=address)
        return replace(outlet, site=address.mirrored(site)) if parts.path.strip("/") else outlet


def _own_spiders() -> set[str]:
    """The outlets with a spider of their own, whose record no other site's articles come into."""
    spiders = list[type[OutletSpider]](OutletSpider.__subclasses__())
    for spider in spiders:
        spiders += spider.__subclasses__()
    outlets = (getattr(getattr(spider, "page", None), "outlet", None) for spider in spiders)
    return {outlet.name for outlet in outlets if outlet}
