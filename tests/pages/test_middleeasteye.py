"""Middle East Eye: its markup as it is known, with and without JSON-LD."""

from datetime import UTC, datetime

import pytest

from newscrawl.pages.article_page import NotAnArticle
from newscrawl.pages.middleeasteye import MiddleEastEyePage

NOW = datetime(2026, 1, 24, tzinfo=UTC)
URL = "https://www.middleeasteye.net/news/baghdad-trams-return"
BOX = (
    '<div style="display: flex; align-items: center; justify-content: center;"><div><p>New MEE newsletter: Jerusalem '
    "Dispatch</p><p>Sign up to get the latest insights and analysis on Israel-Palestine, alongside Turkey Unpacked "
    "and other MEE newsletters</p><p>Your address</p></div></div>"
)
STORY = f"""<p>Trams may run in Baghdad again, the city said.</p>{BOX}
<p>The <a href="/topics/iraq">first line</a> is to open in <em>2027</em>.</p>
<div class="mee-readmore"><a href="/x">Read More »</a><p>Another story</p></div><p>Off</p>
<p>Middle East Eye delivers independent and unrivalled coverage of the region.</p>"""
BODY = "Trams may run in Baghdad again, the city said.\n\nThe first line is to open in 2027."
JSON_LD = """<script type="application/ld+json">{"@context":"https://schema.org","@graph":[{"@type":"NewsArticle",
"headline":"Baghdad's trams return","datePublished":"2025-01-15T10:20:00+00:00","author":[{"@type":"Person","name":
"Salim Jabbar"}],"articleSection":"News","image":{"url":"https://www.middleeasteye.net/a/tram.jpg"}}]}</script>"""


def page(head="", story=STORY, date="15 January 2025 10:20 GMT", url=URL, after="", title="Baghdad's trams return"):
    html = f"""<html><head><meta property="og:site_name" content="Middle East Eye">
<meta property="og:title" content="{title} | Middle East Eye"><meta property="og:description" content="After 60 years">
{head}</head><body><a href="#main">Skip to main content</a><section class="page-main-content">
<div class="page-title"><div class="field-title">{title}</div></div>
<div class="submitted-date"><span class="date-created">Published date:</span> {date}</div>
<figure><img src="/sites/default/files/styles/article_page/public/images-story/tram.jpg.webp?itok=1">
<figcaption>A tram of 1950 (AFP)</figcaption></figure><div class="field-body">{story}</div>{after}</section>
<div class="views-rows"><div class="mee-article-tile"><a class="mee-tile-title" href="/news/other">Other</a></div></div>
</body></html>"""
    return MiddleEastEyePage(html.encode(), url, date=NOW)


@pytest.mark.parametrize("head", ["", JSON_LD], ids=["without JSON-LD", "with JSON-LD"])
def test_known_markup_is_read(head):
    article = page(head).read()
    assert (article.headline, article.description) == ("Baghdad's trams return", "After 60 years")
    assert article.body == BODY
    assert article.published_at == datetime(2025, 1, 15, 10, 20, tzinfo=UTC)
    assert (article.sections, article.kind, article.language, article.dateline) == (["News"], "article", "en", None)
    assert (article.image.caption, article.image.credit) == ("A tram of 1950", "AFP")
    assert article.authors == (["Salim Jabbar"] if head else [])


@pytest.mark.parametrize(
    ("shown", "hour"),
    [
        ("6 June 2025 11:33 BST", 10),
        ("6 June 2025 11:33", 10),
        ("6 January 2025 11:33 GMT", 11),
        ("6 January 2025 11:33", 11),
        ("6 June 2025 11:33 BST | Last update: 7 months 2 weeks ago", 10),
    ],
)
def test_visible_date_is_london_s(shown, hour):
    article = page(date=shown).read()
    assert (article.published_at.hour, article.published_at.minute, article.modified_at) == (hour, 33, None)
    assert article.provenance["published_at_raw"] == shown.partition(" |")[0]


def test_id_comes_from_the_address_even_where_there_is_a_node():
    head = '<link rel="shortlink" href="https://www.middleeasteye.net/node/390377">'
    assert page(head).read().id == page(url="http://acquiaprod.middleeasteye.net/News/baghdad-trams-return/").read().id


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/opinion/slug", "opinion"),
        ("/fr/opinionfr/slug", "opinion"),
        ("/columns/slug-123", "opinion"),
        ("/video/slug", "video"),
        ("/gallery/slug", "gallery"),
        ("/live/slug", "live_blog"),
        ("/live-blog/live-blog-update/slug", "live_update"),
        ("/news/slug", "article"),
        ("/news/where-thousands-live", "article"),
        ("/big-story/slug", "article"),
    ],
)
def test_kind_comes_from_the_address(path, kind):
    assert page(url="https://www.middleeasteye.net" + path).read().kind == kind


@pytest.mark.parametrize(
    "path", ["/", "/news", "/fr", "/fr/actu-et-enquetes", "/topics/iraq", "/countries/iraq", "/users/x", "/about-us"]
)
def test_listings_and_the_site_s_own_pages_are_no_articles(path):
    with pytest.raises(NotAnArticle):
        page(url="https://www.middleeasteye.net" + path).read()


UPDATES = """<h2>Live Updates</h2>
<div><span>3 months ago</span><a href="/live-blog/live-blog-update/one?fid=1&amp;nid=2&amp;topic=A%2520b">Share</a>
<h3><a href="/live-blog/live-blog-update/one?topic=A%20b&amp;nid=2&amp;fid=1">The first</a></h3></div>
<div><h3><a href="/live-blog/live-blog-update/two%253Ffid%253D1%2526nid%253D2">The second</a></h3></div>
<aside><a href="/live-blog/live-blog-update/of-another-blog?fid=9">Elsewhere</a></aside>
<ul><li class="pager__item"><a href="?page=1">Show more</a></li>
<li class="pager__item"><a href="?page=0">x</a></li></ul>
"""


def test_live_blog_leads_to_each_update_once():
    live = page(url="https://www.middleeasteye.net/live/slug", after=UPDATES)
    leads = live.leads()
    assert [(lead.url, lead.title) for lead in leads] == [
        ("https://www.middleeasteye.net/live-blog/live-blog-update/one", "The first"),
        ("https://www.middleeasteye.net/live-blog/live-blog-update/two", "The second"),
    ]
    assert {lead.parent_id for lead in leads} == {live.read().id}
    assert live.follow() == ["https://www.middleeasteye.net/live/slug?page=1"]


def test_the_last_page_of_a_live_blog_leads_no_further():
    live = page(url="https://www.middleeasteye.net/live/slug?page=1", after=UPDATES)
    assert live.follow() == []


def test_live_blog_under_news_is_told_by_its_updates():
    live = page(url="https://www.middleeasteye.net/news/election-live", after=UPDATES)
    assert live.read().kind == "live_blog"
    assert len(live.leads()) == 2


def test_ordinary_articles_lead_nowhere():
    linked = page(story=STORY + '<p><a href="/live-blog/live-blog-update/one">Earlier</a></p>')
    assert (linked.leads(), linked.follow()) == ([], [])


def test_language_comes_from_the_text_not_from_the_path():
    url = "https://www.middleeasteye.net/fr/actu-et-enquetes/slug"
    assert page(url=url).read().language == "en"
    french = "<p>La ville a décidé que les trams reviendraient dans les rues de Bagdad après soixante ans.</p>"
    assert page(url=url, story=french).read().language == "fr"


def test_newsletter_as_bare_paragraphs_goes_too():
    story = STORY.replace(
        BOX,
        "<p>Stay informed with MEE's newsletters</p><p>Sign up to get the latest alerts, insights and analysis, "
        "starting with Turkey Unpacked</p>",
    )
    assert page(story=story).read().body == BODY


@pytest.mark.parametrize(
    ("path", "section"),
    [
        ("/in-depth/features/slug-690971750", "Features"),
        ("/big-story/slug", "Big Story"),
        ("/fr/reportages/x", "Reportages"),
    ],
)
def test_section_comes_from_the_path_where_the_page_names_none(path, section):
    assert page(url="https://www.middleeasteye.net" + path).read().sections == [section]


def test_last_update_before_the_date_is_not_the_date():
    shown = (
        '<span class="date-updated">Last update:</span> 22 February 2020 08:00 GMT '
        '<span class="date-created">Published date:</span> 21 February 2020 23:50 GMT'
    )
    html = f"""<section class="page-main-content"><div class="page-title"><h1 class="field-title">Trams</h1></div>
    <div class="submitted-date">{shown}</div><div class="field-body"><p>Text.</p></div></section>"""
    assert MiddleEastEyePage(html.encode(), URL, date=NOW).read().published_at == datetime(
        2020, 2, 21, 23, 50, tzinfo=UTC
    )


def test_an_update_s_label_is_no_standfirst():
    head = '<meta property="og:description" content="Live blog update| Baghdad\'s trams">'
    story = "<p>Text of the update.</p>"
    html = f"""<html><head>{head}</head><body><section class="page-main-content"><h1>Evening recap</h1>
    <div class="field-body">{story}</div></section></body></html>"""
    url = "https://www.middleeasteye.net/live-blog/live-blog-update/evening-recap-120"
    article = MiddleEastEyePage(html.encode(), url, date=NOW).read()
    assert (article.kind, article.description, article.body) == ("live_update", None, "Text of the update.")


def test_a_caption_below_a_picture_in_a_paragraph_is_no_text():
    story = '<p><img src="/a.jpg"><br><em>A tram of 1950 (AFP)</em></p><p><img src="/b.jpg">Trams may run again.</p>'
    assert page(story=story).read().body == "Trams may run again."


def test_a_story_about_newsletters_in_a_flexible_box_stays():
    story = '<div style="display: flex"><p>The party sent newsletters to its members.</p></div>'
    assert page(story=story).read().body == "The party sent newsletters to its members."


@pytest.mark.parametrize(
    ("shown", "modified"),
    [
        ("15 January 2025 10:20 GMT | Last update: 16 January 2025 08:05 GMT", datetime(2025, 1, 16, 8, 5, tzinfo=UTC)),
        ("15 June 2025 10.20am BST | Last update: 16 June 2025 11.33pm BST", datetime(2025, 6, 16, 22, 33, tzinfo=UTC)),
        (
            "15 January 2025 10:20 GMT | Dernière mise à jour: 16 janvier 2025 08:05",
            datetime(2025, 1, 16, 8, 5, tzinfo=UTC),
        ),
        ("15 January 2025 10:20 GMT | Last update: 1 day 2 hours ago", None),
        ("15 January 2025 10:20 GMT", None),
    ],
)
def test_the_last_update_is_told_where_it_is_a_date(shown, modified):
    article = page(date=shown).read()
    assert (article.modified_at, article.published_at.day, article.published_at.minute) == (modified, 15, 20)


def test_names_that_are_not_linked_are_authors_too():
    byline = '<div class="submitted-by">By <a href="/users/x">Salim Jabbar</a> and Elif Karaca in Basra</div>'
    html = page().read
    assert html().authors == []
    source = (
        f"""<section class="page-main-content"><h1>H</h1>{byline}<div class="field-body"><p>Text.</p></div></section>"""
    )
    assert MiddleEastEyePage(source.encode(), URL, date=NOW).read().authors == ["Salim Jabbar", "Elif Karaca"]


def test_a_story_may_open_with_watch_and_name_other_videos_only_later():
    story = "<p>Watch: a tram passes for the first time since 1961.</p><p>It was late.</p><p>Watch: other videos</p>"
    assert page(story=story).read().body == "Watch: a tram passes for the first time since 1961.\n\nIt was late."


def test_a_table_s_caption_is_a_caption():
    story = "<p>Two lines.</p><table><caption>Lines of 2027</caption><tr><td>A</td><td>9 km</td></tr></table>"
    assert page(story=story).read().body == "Two lines.\n\nA | 9 km"


def test_tags_that_were_escaped_twice_are_no_text():
    story = "<p>The &lt;strong&gt;first&lt;/strong&gt; line, 3 &lt; 4 and a &lt;b&gt;.</p>"
    assert page(story=story).read().body == "The first line, 3 < 4 and a ."


@pytest.mark.parametrize("length", [0, 200])
def test_a_video_s_page_is_an_article_only_with_a_text(length):
    story = "<p>" + "word " * length + "</p>"
    watched = page(url="https://www.middleeasteye.net/video/slug", story=story)
    if length:
        assert watched.read().kind == "video"
    else:
        with pytest.raises(NotAnArticle, match="video"):
            watched.read()


@pytest.mark.parametrize(
    "line",
    [
        "<p>Advertisement</p>",
        "<p>Publicité</p>",
        "<p>Share this article</p>",
        '<div class="views-element-container"><div class="views-row"><h4><a href=/x>Another story</a></h4></div></div>',
        "<p><strong>Lire aussi :</strong></p><ul><li><a href=/x>Une autre</a></li></ul>",
        '<p><img src="/a.jpg"></p><p><em>A tram of 1950 (AFP)</em></p>',
        '<p><img src="/a.jpg"></p><div class="ad-slot"></div><p>A tram of 1950 (MEE/Salim Jabbar)</p>',
        "<p>Additional reporting by Elif Karaca in Basra.</p>",
        '<p><a href="#_ftnref1" name="_ftn1">[1]</a></p>',
    ],
)
def test_what_stands_between_two_paragraphs_and_is_none_leaves_no_trace(line):
    story = STORY.replace("again, the city said.</p>", f"again, the city said.</p>{line}")
    assert page(story=story).read().body == BODY


def test_a_sentence_in_brackets_after_a_picture_stays():
    story = '<p><img src="/a.jpg"></p><p>Trams may run again (the mayor said).</p><p>He left the union (IPU)</p>'
    assert page(story=story).read().body == "Trams may run again (the mayor said).\n\nHe left the union (IPU)"


def test_a_byline_above_the_text_is_none_of_it():
    for byline in ("By Salim Jabbar in Basra", "By MEE staff", "By Middle East Eye correspondent", "Par Élise Durand"):
        assert page(story=f"<p>{byline}</p><p>Trams may run again.</p>").read().body == "Trams may run again."


@pytest.mark.parametrize("date", ["Published on 3 March 2011", "6 June 2025 11:33 BST", "Updated: 2025-01-02"])
def test_a_date_in_the_first_lines_of_the_text_is_no_date_of_publication(date):
    html = f"""<section class="page-main-content"><h1>Trams</h1><div class="field-body"><p>{date}</p>
    <p>Basra, 4 May 2024 – <time datetime="2024-05-04">Trams</time> may run again.</p></div></section>"""
    assert MiddleEastEyePage(html.encode(), URL, date=NOW).read().published_at is None


def test_control_characters_part_words_or_leave_no_trace():
    assert page(story="<p>Trams\x1drun\tin\x0cBagh\x01dad.</p>").read().body == "Trams run in Baghdad."
