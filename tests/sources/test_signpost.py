import pytest

from newscrawl.sources import SourceError
from newscrawl.sources.signpost import MOST_FEEDS, MOST_SITEMAPS, RestLink, RobotsTxt, SectionFeeds

HOME = "https://www.iraqinews.com/"
ROBOTS = "https://www.iraqinews.com/robots.txt"
PAGE = "<!DOCTYPE html><html><head>{head}</head><body>{body}</body></html>"


def sitemaps(text: str | bytes) -> list[str]:
    body = text.encode() if isinstance(text, str) else text
    return [source.path for source in RobotsTxt().read(body, ROBOTS).sources]


def rest(head: str = "", link: str = "", url: str = HOME) -> list[str]:
    batch = RestLink().read(PAGE.format(head=head, body="").encode(), url, {"link": link} if link else None)
    return [source.path for source in batch.sources]


def feeds(body: str, url: str = HOME) -> list[str]:
    return [source.path for source in SectionFeeds().read(PAGE.format(head="", body=body).encode(), url).sources]


# --- robots.txt ---


def test_robots_txt_names_sitemaps_in_any_spelling_each_once():
    named = sitemaps(
        "User-agent: *\r\nDisallow: /wp-admin/\r\n# Sitemap: https://www.iraqinews.com/old.xml\r\n"
        "Sitemap: https://www.iraqinews.com/post-sitemap.xml.gz\r\n"
        "  SITEMAP :https://www.iraqinews.com/Karte.php?art=alle  # all\r\n"
        "sitemap: /relative.xml\r\nSitemap: https://www.iraqinews.com/post-sitemap.xml.gz\r\n"
        "Sitemap:\r\nSitemap: mailto:editor@iraqinews.com\r\n"
    )

    assert named == [
        "https://www.iraqinews.com/post-sitemap.xml.gz",
        "https://www.iraqinews.com/Karte.php?art=alle",
        "https://www.iraqinews.com/relative.xml",
    ]


def test_a_byte_order_mark_hides_no_sitemap():
    assert sitemaps(b"\xef\xbb\xbfSitemap: https://www.iraqinews.com/a.xml\n") == ["https://www.iraqinews.com/a.xml"]


def test_an_empty_line_after_the_name_takes_nothing_from_the_next_line():
    assert sitemaps("Sitemap:\nUser-agent: *\n") == []


def test_a_robots_txt_without_end_names_a_bounded_number():
    assert len(sitemaps("".join(f"Sitemap: https://www.iraqinews.com/{n}.xml\n" for n in range(1000)))) == MOST_SITEMAPS


@pytest.mark.parametrize("body", [b"<html><title>Not found</title></html>", b'{"error":404}'])
def test_what_is_no_robots_txt_is_said(body):
    with pytest.raises(SourceError, match=r"not a robots\.txt"):
        RobotsTxt().read(body, ROBOTS)


# --- where REST is ---


@pytest.mark.parametrize(
    "link",
    [
        '<https://www.iraqinews.com/api/>; rel="https://api.w.org/"',
        "<https://www.iraqinews.com/api/>; rel=https://api.w.org/",
        '<https://www.iraqinews.com/?p=2>; rel=shortlink, <https://www.iraqinews.com/api/>; rel="https://api.w.org/"',
        '<https://www.iraqinews.com/api/>; title="x"; rel="https://api.w.org/", <https://x.org/>; rel="preconnect"',
        '</api/>; rel="https://api.w.org/"',
        '<https://www.iraqinews.com/api>; rel="https://api.w.org/"',
    ],
)
def test_a_header_names_rest(link):
    assert rest(link=link) == ["https://www.iraqinews.com/api/wp/v2/posts"]


@pytest.mark.parametrize(
    "head",
    [
        '<link rel="https://api.w.org/" href="https://www.iraqinews.com/api/">',
        "<link rel='https://api.w.org/' href='/api/' />",
        '<link href="/api/" rel=https://api.w.org/><link rel="alternate" href="/wp-json/wp/v2/pages/2">',
    ],
)
def test_the_pages_head_names_rest(head):
    assert rest(head) == ["https://www.iraqinews.com/api/wp/v2/posts"]


def test_the_header_goes_before_the_page():
    named = rest('<link rel="https://api.w.org/" href="/page/">', '</header/>; rel="https://api.w.org/"')

    assert named == ["https://www.iraqinews.com/header/wp/v2/posts"]


def test_rest_without_pretty_addresses_is_asked_through_its_query():
    assert rest(link='<https://www.iraqinews.com/index.php?rest_route=/>; rel="https://api.w.org/"') == [
        "https://www.iraqinews.com/index.php?rest_route=/wp/v2/posts"
    ]


@pytest.mark.parametrize(
    ("head", "link"),
    [
        ("", ""),
        ('<link rel="alternate" type="application/json+oembed" href="/wp-json/oembed/1.0/embed">', ""),
        ("", '<https://www.iraqinews.com/wp-json/wp/v2/pages/2>; rel="alternate"'),
        ("<title>How to find https://api.w.org/</title>", ""),
        ('<link rel="https://api.w.org/" href="javascript:void(0)">', ""),
        ('<link rel="https://api.w.org/">', ""),
    ],
)
def test_a_page_that_names_no_rest_is_said(head, link):
    with pytest.raises(SourceError, match="it names none"):
        rest(head, link)


# --- the feeds of sections ---


def test_sections_are_told_by_menu_by_post_and_by_address_each_once():
    body = """<ul><li class="menu-item menu-item-object-category"><a href="/iraq/">Iraq</a></li>
    <li class="menu-item menu-item-object-post_tag"><a href="https://www.iraqinews.com/mosul">Mosul</a></li>
    <li class="menu-item menu-item-object-page"><a href="/about/">About</a></li>
    <li class="menu-item menu-item-object-category"><a href="/">All</a></li></ul>
    <article><a href="/sports/" rel="category tag">Sports</a><a rel="tag" href="/isis/">ISIS</a>
    <a href="/iraq/story-1/">A story</a></article><a href="/category/business/#top">Business</a>
    <a href="/tag/oil/">oil</a><a href="/iraq/">Iraq</a>"""

    assert feeds(body) == [
        "https://www.iraqinews.com/iraq/feed/",
        "https://www.iraqinews.com/mosul/feed/",
        "https://www.iraqinews.com/sports/feed/",
        "https://www.iraqinews.com/isis/feed/",
        "https://www.iraqinews.com/category/business/feed/",
        "https://www.iraqinews.com/tag/oil/feed/",
    ]


def test_a_sections_feed_is_paged_and_holds_whole_texts():
    (source,) = SectionFeeds(sections=1).read(b'<html><a rel="category" href="/iraq/">Iraq</a>', HOME).sources

    assert (source.paged, source.whole_text, source.sections) == (True, True, 1)


def test_a_cloud_of_tags_gives_a_bounded_number_of_feeds():
    assert len(feeds("".join(f'<a rel="tag" href="/tag/t{n}/">t</a>' for n in range(3000)))) == MOST_FEEDS


def test_what_is_no_page_is_said():
    with pytest.raises(SourceError, match="not a page"):
        SectionFeeds().read(b'{"code":"closed"}', HOME)
