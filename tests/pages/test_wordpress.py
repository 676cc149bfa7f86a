"""Standard WordPress markup."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from newscrawl.pages.article_page import NotAnArticle, Outlet
from newscrawl.pages.wordpress import WordPressPage
from newscrawl.text.urls import Site

OUTLET = Outlet("blog.example", "A Blog", ZoneInfo("UTC"), Site("blog.example", trailing_slash=True))
NOW = datetime(2026, 1, 24, tzinfo=UTC)
URL = "https://blog.example/iraq/slug/"


def page(body, classes="post-template-default single single-post postid-44", head="", url=URL):
    html = f"<html><head>{head}</head><body class='{classes}'>{body}</body></html>"
    return WordPressPage(html.encode(), url, outlet=OUTLET, date=NOW)


CLASSIC = """
<header><p>Baghdad, <time class="entry-date" datetime="2026-01-24">today</time></p></header>
<main><article id="post-44" class="post type-post"><header><h1 class="entry-title">Rain in Najaf</h1>
<time class="entry-date published" datetime="2025-03-01T09:00:00+03:00">1 March</time>
<time class="updated" datetime="2025-03-02T09:00:00+03:00"></time>
<a rel="author" href="/author/x">Amr Salem</a></header>
<div class="entry-content"><p>It rained in Najaf.</p>%s</div>
<footer><a rel="category tag" href="/iraq">Iraq</a> <a rel="tag" href="/tag/rain">rain</a></footer></article>
<section class="related"><article><h2>Other</h2><a rel="tag">other</a></article></section></main>
<div id="comments"><h2>One Comment</h2><article><p>Nice.</p><time datetime="2025-04-01"></time></article></div>
"""
PAGES = (
    '<div class="page-links">Pages: <span class="post-page-numbers current">1</span>'
    ' <a href="https://blog.example/iraq/slug/3/" class="post-page-numbers">3</a>'
    ' <a href="https://blog.example/iraq/slug/2/" class="post-page-numbers">2</a></div>'
)


def test_classic_markup_is_read():
    article = page(CLASSIC % "").read()
    assert (article.id, article.url, article.headline) == ("blog.example:44", URL, "Rain in Najaf")
    assert article.body == "It rained in Najaf."
    assert article.published_at == datetime(2025, 3, 1, 6, tzinfo=UTC)
    assert article.modified_at == datetime(2025, 3, 2, 6, tzinfo=UTC)
    assert (article.authors, article.sections, article.topics) == (["Amr Salem"], ["Iraq"], ["rain"])


def test_id_is_read_from_shortlink_body_or_article():
    assert page(CLASSIC % "", classes="single").read().id == "blog.example:44"
    short = '<link rel="shortlink" href="https://blog.example/?p=45">'
    assert page(CLASSIC % "", head=short).read().id == "blog.example:45"
    bare = "<h1>H</h1><div class='entry-content'><p>Text.</p></div>"
    assert page(bare, classes="").read().id == "blog.example:4a3c9375b3e3087e"


def test_block_theme_s_sections_are_no_topics():
    body = (
        "<h1 class='wp-block-post-title'>H</h1><div class='taxonomy-category wp-block-post-terms'>"
        "<a rel='tag'>Iraq</a></div><div class='entry-content wp-block-post-content'><p>Text.</p></div>"
        "<div class='taxonomy-post_tag wp-block-post-terms'><a rel='tag'>rain</a></div>"
    )
    article = page(body).read()
    assert (article.sections, article.topics) == (["Iraq"], ["rain"])


def test_further_pages_are_named_in_order_and_their_text_added():
    first = page(CLASSIC % PAGES)
    assert first.further_pages() == ["https://blog.example/iraq/slug/2/", "https://blog.example/iraq/slug/3/"]
    first.append((CLASSIC % ("<p>Second page.</p>" + PAGES)).replace("It rained in Najaf.", "And more.").encode())
    assert first.read().body == "It rained in Najaf.\n\nAnd more.\n\nSecond page."


def test_neighbouring_posts_are_no_further_pages():
    links = '<link rel="next" href="https://blog.example/iraq/slug-2/"><link rel="prev" href="/iraq/slug/1/">'
    assert page(CLASSIC % "", head=links).further_pages() == []
    assert page(CLASSIC % "", head='<link rel="next" href="/iraq/slug/2/">').further_pages() == [
        "https://blog.example/iraq/slug/2/"
    ]


@pytest.mark.parametrize(
    "classes",
    [
        "home blog",
        "archive category category-iraq",
        "archive author",
        "archive tag",
        "search search-results",
        "error404",
        "page-template-default page page-id-2",
        "single single-post postid-44 paged-2 single-paged-2",
    ],
)
def test_pages_of_other_sorts_are_no_articles(classes):
    with pytest.raises(NotAnArticle):
        page(CLASSIC % "", classes=classes).read()


def test_protected_posts_are_no_articles():
    with pytest.raises(NotAnArticle, match="password"):
        page(CLASSIC % '<form class="post-password-form"><input></form>').read()


def test_post_formats_tell_the_kind():
    assert page(CLASSIC % "", classes="single single-format-video").read().kind == "video"


def test_a_list_of_posts_is_told_without_body_classes():
    post = "<article><h2 class='entry-title'>X</h2><div class='entry-content'><p>Text.</p></div></article>"
    with pytest.raises(NotAnArticle, match="list"):
        page(post * 3, classes="").read()


def test_the_site_s_own_heading_is_no_headline():
    body = "<h1 class='site-title'>A Motto</h1><div id='post-44'><h1 class='entry-title'>Rain in Najaf</h1>%s</div>"
    assert page(body % "<div class='entry-content'><p>It rained.</p></div>").read().headline == "Rain in Najaf"


def test_a_broken_line_in_a_headline_is_a_space():
    body = "<h1>Rain<br>in Najaf<span class='screen-reader-text'>(new)</span></h1>%s"
    assert page(body % "<div class='entry-content'><p>It rained.</p></div>").read().headline == "Rain in Najaf"


def test_the_page_s_title_is_the_last_to_be_asked_for_a_headline():
    body = "<h2 class='entry-title'>Rain</h2><div class='entry-content'><p>It rained.</p></div>"
    article = page(body, head="<title>Rain in Najaf :: A Blog</title>").read()
    assert (article.headline, article.provenance["headline"]) == ("Rain in Najaf", "meta")


@pytest.mark.parametrize(
    "byline",
    [
        "<ul class='post-meta'><li class='post-author'>By <a href='/author/x'>Amr Salem</a></li></ul>",
        "<div class='td-post-author-name'>By <a href='/author/x'>Amr Salem</a></div>",
        "<div class='wp-block-post-author-name'><a href='/author/x'>Amr Salem</a></div>",
    ],
)
def test_bylines_of_themes_without_author_links(byline):
    body = f"<article><h1>Rain</h1>{byline}<div class='entry-content'><p>It rained.</p></div></article>"
    assert page(body).read().authors == ["Amr Salem"]


def test_a_date_in_an_abbreviation_is_read():
    date = "<abbr class='published' title='2010-05-04T07:15:00+0300'>Tuesday</abbr>"
    body = f"<article><h1>Rain</h1>{date}<div class='entry-content'><p>It rained.</p></div></article>"
    assert page(body).read().published_at == datetime(2010, 5, 4, 4, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    "box",
    [
        "<div class='td-a-rec'><span>- Advertisement -</span><p>Buy now</p></div>",
        "<div class='td_block_template_1 td_block_related_posts'><p>Other</p></div>",
        "<div class='wp-block-buttons'><a>Subscribe</a></div>",
        "<div class='saboxplugin-wrap'><p>Amr writes on rain.</p></div>",
        "<div class='heateor_sss_sharing_container'><div>Spread the love</div></div>",
        "<div class='swp_social_panel'><p>12 Shares</p></div>",
        "<div id='ez-toc-container'><p>Contents</p><nav><ul><li>One</li></ul></nav></div>",
        "<blockquote class='wp-embedded-content'><a href='/other'>Other</a></blockquote>",
    ],
)
def test_boxes_of_plugins_inside_the_text_are_none_of_it(box):
    assert page(CLASSIC % f"{box}<p>It stopped.</p>").read().body == "It rained in Najaf.\n\nIt stopped."


def test_smileys_and_counting_pixels_are_no_pictures():
    images = "<p>Wet <img class='emoji' src='/e.png'></p><img width='1' height='1' src='/count.gif'>"
    assert page(CLASSIC % images).read().image is None


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("author/amr-salem", "author"),
        ("category/iraq", "list"),
        ("tag/rain", "list"),
        ("iraq/page/2", "list"),
        ("search/rain", "search"),
        ("about-us", "page of the site"),
        ("contact", "page of the site"),
        ("privacy-policy", "page of the site"),
        ("newsletters/friday", "page of the site"),
        ("donate", "page of the site"),
    ],
)
def test_without_body_classes_the_address_tells_other_pages(path, reason):
    url = f"https://blog.example/{path}/"
    body = "<h1>Title</h1><div class='entry-content'><p>Some text.</p></div>"
    with pytest.raises(NotAnArticle, match=reason):
        page(body, classes="", url=url).read()


@pytest.mark.parametrize(
    "path", ["iraq/newsletter-of-a-party-is-banned", "jobs/port-hires-200", "iraq/about-us-all", "tagore-in-baghdad"]
)
def test_articles_at_addresses_like_those_stay_articles(path):
    body = "<h1>Title</h1><div class='entry-content'><p>Some text.</p></div>"
    assert page(body, classes="", url=f"https://blog.example/{path}/").read().body == "Some text."


def test_what_calls_itself_an_article_is_one_wherever_it_stands():
    body = "<h1>Title</h1><div class='entry-content'><p>Some text.</p></div>"
    head = '<meta property="og:type" content="article">'
    assert page(body, classes="", head=head, url="https://blog.example/donate/").read().body == "Some text."


@pytest.mark.parametrize(
    "container",
    [
        "wp-block-post-content",
        "td-post-content",
        "elementor-widget-theme-post-content",
        "et_pb_post_content",
        "brxe-post-content",
        "fl-module-fl-post-content",
    ],
)
def test_containers_of_themes_and_page_builders(container):
    body = f"<h1>Rain</h1><div class='{container}'><div><p>It rained.</p></div></div>"
    assert page(body).read().body == "It rained."


def test_the_oldest_themes_mark_a_post_by_its_id_alone():
    listed = "<div id='sidebar'><div class='post' id='post-9'><h2>Other</h2></div></div>"
    post = "<div class='post' id='post-44'><h2>Rain</h2><div class='entry'><p>It rained.</p></div></div>"
    article = page(f"<h1>A Blog</h1>{listed}{post}", classes="").read()
    assert (article.id, article.headline, article.provenance["layout"]) == ("blog.example:44", "Rain", "kubrick")


def test_an_amp_page_is_read_like_the_page_beside_it():
    body = """<article class="amp-wp-article"><h1 class="amp-wp-title">Rain</h1><div class="amp-wp-article-content">
    <p>It rained.</p><amp-ad><div>Loading</div></amp-ad><amp-social-share>Share</amp-social-share></div></article>"""
    article = page(body, classes="", head=f'<link rel="canonical" href="{URL}">', url=URL + "amp/").read()
    assert (article.url, article.headline, article.body) == (URL, "Rain", "It rained.")


def test_the_time_of_a_day_may_stand_among_other_words():
    day = '<meta property="article:published_time" content="2025-03-01">'
    meta = "<div class='post-meta'>Posted on March 1, 2025 at 3 pm by Amr Salem</div>"
    article = page(
        f"<article><h1>Rain</h1>{meta}<div class='entry-content'><p>It rained.</p></div></article>", head=day
    )
    assert article.read().published_at == datetime(2025, 3, 1, 15, tzinfo=UTC)
