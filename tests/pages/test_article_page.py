"""How one value a field is chosen, and what is no article."""

import contextlib
import gc
import weakref
from datetime import UTC, datetime
from typing import ClassVar
from zoneinfo import ZoneInfo

import pytest

from newscrawl.items import Draft
from newscrawl.pages.article_page import ArticlePage, NotAnArticle, Outlet
from newscrawl.pages.boilerplate import Boilerplate
from newscrawl.pages.iraqinews import IraqiNewsPage
from newscrawl.pages.middleeasteye import MiddleEastEyePage
from newscrawl.text.urls import Site

NOW = datetime(2026, 1, 24, 12, tzinfo=UTC)
URL = "https://news.example/iraq/slug"


class Gazette(ArticlePage):
    """An outlet as a newcomer would declare it."""

    outlet = Outlet("gazette", "The Gazette", ZoneInfo("Asia/Baghdad"), Site("news.example", trailing_slash=False))
    standfirst_at = ".standfirst"
    body_at = (".story",)
    published_at = "time.published"
    modified_at = "time.modified"
    kinds = ((r"^/opinion/", "opinion"),)
    path_sections: ClassVar = {"iraq": "Iraq"}


def html(head="", body="", story="<p>The first paragraph of the story is here.</p><p>And the second is here.</p>"):
    return f"<html><head>{head}</head><body><article>{body}<div class=story>{story}</div></article></body>".encode()


def read(head="", body="<h1>Shown</h1>", url=URL, **options):
    return Gazette(html(head, body, **options), url, date=NOW).read()


JSON_LD = (
    '<script type="application/ld+json">{"@type":"NewsArticle","headline":"Written","datePublished":"%s",'
    '"dateModified":"2025-03-02T00:00:00Z","author":{"name":"Amr Salem"},"articleSection":"Politics",'
    '"keywords":["k"],"description":"Told","image":"/i.jpg"}</script>'
)


def test_layers_are_asked_in_order_and_named():
    article = read(JSON_LD % "2025-03-01T00:00:00Z")
    assert (article.headline, article.authors, article.sections) == ("Written", ["Amr Salem"], ["Politics"])
    assert article.published_at == datetime(2025, 3, 1, tzinfo=UTC)
    assert article.modified_at == datetime(2025, 3, 2, tzinfo=UTC)
    assert article.image.url == "https://news.example/i.jpg"
    assert article.provenance["headline"] == "json-ld"
    assert article.provenance["published_at_raw"] == "2025-03-01T00:00:00Z"
    assert article.provenance["body"] == "selector"
    assert article.provenance["language"] == "text"


@pytest.mark.parametrize("page_class", [Gazette, IraqiNewsPage, MiddleEastEyePage])
def test_a_page_goes_with_its_last_reference(page_class):
    """It has a tree of a megabyte, which must not wait for the search for garbage."""
    gc.collect()
    gc.disable()
    try:
        url = f"https://{page_class.outlet.site.host}/iraq/slug/"
        page = page_class(html(JSON_LD % "2025-03-01T00:00:00Z", "<h1>Shown</h1>"), url, date=NOW)
        with contextlib.suppress(NotAnArticle):
            page.read()
        _ = page.disagreements, page.told
        gone = weakref.ref(page)
        del page, _
        assert gone() is None
    finally:
        gc.enable()


def test_a_refused_date_is_told_and_the_next_layer_asked():
    article = read(JSON_LD % "2030-01-01", body="<h1>H</h1><time class=published datetime='2025-03-01 09:00'></time>")
    assert article.published_at == datetime(2025, 3, 1, 6, tzinfo=UTC)
    assert article.provenance["published_at"] == "selector"
    assert "future" in article.provenance["published_at_refused"]


@pytest.mark.parametrize(
    ("head", "shown", "moment", "layer"),
    [
        ('<meta property="article:published_time" content="2025-03-01T09:20:00Z">', "", (1, 9, 20), "meta"),
        ("", "1 March 2025 12:20", (1, 9, 20), "selector"),
        ("", "2 March 2025 02:20", (1, 23, 20), "selector"),
        ('<meta property="article:published_time" content="2025-03-01">', "1 March 2025 12:20", (1, 9, 20), "selector"),
    ],
)
def test_a_day_alone_gets_its_time_from_the_next_layer_that_tells_one(head, shown, moment, layer):
    article = read(JSON_LD % "2025-03-01" + head, f"<h1>H</h1><time class=published>{shown}</time>")
    assert article.published_at == datetime(2025, 3, *moment, tzinfo=UTC)
    assert article.provenance["published_at"] == layer
    assert "published_at_precision" not in article.provenance


@pytest.mark.parametrize("shown", ["", "5 March 2025 12:20", "1 March 2025", "soon"])
def test_a_day_whose_time_nothing_tells_is_said_to_be_one(shown):
    article = read(JSON_LD % "2025-03-01", f"<h1>H</h1><time class=published>{shown}</time>")
    assert article.published_at == datetime(2025, 2, 28, 21, tzinfo=UTC)
    assert article.provenance["published_at"] == "json-ld"
    assert article.provenance["published_at_raw"] == "2025-03-01"
    assert article.provenance["published_at_precision"] == "day"


def test_without_any_usable_date_there_is_none():
    article = read(JSON_LD % "1970-01-01T00:00:00Z")
    assert article.published_at is None
    assert "before 1990" in article.provenance["published_at_refused"]


def test_a_date_in_the_page_s_header_or_in_the_text_is_never_taken():
    header = "<header><time class=published datetime='2026-01-24'>Today</time></header>"
    page = header + html(body="<h1>Shown</h1>", story="<p>On 3 March 2024 it rained.</p>").decode()
    assert Gazette(page.encode(), URL, date=NOW).read().published_at is None


def test_modified_is_told_only_where_it_is_later():
    assert read(JSON_LD % "2025-03-02T00:00:00Z").modified_at is None
    assert read(JSON_LD % "2025-03-03T00:00:00Z").modified_at is None


def test_visible_standfirst_comes_before_the_written_description():
    assert read(JSON_LD % "2025-03-01").description == "Told"
    body = "<h1>Shown</h1><p class=standfirst>Seen</p>"
    assert read(JSON_LD % "2025-03-01", body).description == "Seen"


@pytest.mark.parametrize(
    "excerpt",
    [
        "The first paragraph of the […]",
        "The first paragraph of the...",
        "The first paragraph of the story…",
        "The first paragraph of the story is here.",
        "the  first paragraph of the",
        "Shown",
        " ",
    ],
)
def test_an_excerpt_is_no_description(excerpt):
    assert read(f'<meta property="og:description" content="{excerpt}">').description is None


@pytest.mark.parametrize("title", ["Rain | The Gazette", "Rain - The Gazette", "Rain – TheGazette.com", "Rain"])
def test_the_outlet_s_name_is_no_part_of_the_headline(title):
    assert read(f'<meta property="og:title" content="{title}">', body="").headline == "Rain"


def test_the_outlet_is_an_author_only_when_nobody_else_is():
    meta = '<meta name="author" content="{}">'
    assert read(meta.format("The Gazette")).authors == ["The Gazette"]
    body = "<h1>H</h1><a rel=author>The Gazette</a>"
    assert read(meta.format("Amr Salem"), body).authors == ["Amr Salem"]


def test_sections_are_no_topics():
    body = "<h1>H</h1><a rel='category tag'>Iraq</a><a rel=tag>Water</a><a rel=tag>water</a>"
    article = read(body=body)
    assert (article.sections, article.topics) == (["Iraq"], ["Water"])


def test_the_path_tells_section_and_kind_where_nothing_else_does():
    article = read()
    assert (article.sections, article.kind, article.provenance["sections"]) == (["Iraq"], "article", "url")
    assert read(url="https://news.example/opinion/x").kind == "opinion"


def test_canonical_link_decides_where_it_stays_on_the_outlet():
    link = '<link rel="canonical" href="{}">'
    assert read(link.format("/iraq/other/?utm_source=x")).url == "https://news.example/iraq/other"
    assert read(link.format("https://elsewhere.example/x")).url == URL
    assert read(link.format("https://news.example/")).url == URL


def test_body_of_json_ld_stands_in_where_no_element_holds_it():
    written = '{"@type":"NewsArticle","headline":"H","articleBody":"One.\\n\\nTwo."}'
    script = f'<script type="application/ld+json">{written}</script>'
    article = Gazette(f"<head>{script}</head><body><h1>H</h1></body>".encode(), URL, date=NOW).read()
    assert (article.body, article.provenance["body"]) == ("One.\n\nTwo.", "json-ld")


def test_words_are_counted_and_missing_fields_left_for_validation():
    article = read(body="")
    assert (article.headline, article.word_count, article.published_at) == ("", 13, None)
    assert (article.first_seen_at, article.crawled_at, article.revision) == (None, None, 1)


@pytest.mark.parametrize(
    "page",
    [
        b"",
        b"\x00\x01",
        b'{"a": 1}',
        b"<html><body><ul><li><a href=/x>X</a></ul></body></html>",
        b"<form class='post-password-form'></form><h1>Protected: x</h1><div class=story><p>Enter</p></div>",
        b"<meta property=og:type content=profile><h1>Amr Salem</h1><div class=story><p>He writes.</p></div>",
        b"<meta property=og:type content=website><h1>News</h1>",
    ],
)
def test_other_pages_are_no_articles(page):
    with pytest.raises(NotAnArticle) as refused:
        Gazette(page, URL, date=NOW).read()
    assert refused.value.reason


def test_a_draft_is_read_as_a_page_is():
    draft = Draft(
        layer="rest",
        site_id="7",
        headline="A &#8220;new&#8221; <em>bridge</em>",
        body_html="<p>The bridge is open.</p><ul><li>For cars</li></ul>",
        published="2025-03-01T09:00:00",
        modified="2025-03-02T09:00:00Z",
        authors=["Amr Salem and Hala Karim"],
        image_url="/i.jpg",
        image_caption="<p>The bridge (AFP)</p>",
    )
    article = Gazette.from_draft(draft, url=URL + "/?utm_source=feed", date=NOW)
    assert (article.id, article.url, article.headline) == ("gazette:7", URL, "A “new” bridge")
    assert article.body == "The bridge is open.\n\n- For cars"
    assert article.published_at == datetime(2025, 3, 1, 6, tzinfo=UTC)
    assert article.authors == ["Amr Salem", "Hala Karim"]
    assert (article.image.url, article.image.caption, article.image.credit) == (
        "https://news.example/i.jpg",
        "The bridge",
        "AFP",
    )
    assert {article.provenance[name] for name in ("headline", "body", "published_at", "image", "id")} == {"rest"}


@pytest.mark.parametrize(
    "draft",
    [
        Draft(layer="feed", headline="Protected: x", body_html="<form class='post-password-form'></form>"),
        Draft(layer="feed"),
    ],
)
def test_a_draft_without_a_readable_text_is_no_article(draft):
    with pytest.raises(NotAnArticle):
        Gazette.from_draft(draft, url=URL, date=NOW)


def test_another_outlet_can_be_given_for_a_mirror():
    mirrored = Outlet("gazette", "The Gazette", ZoneInfo("UTC"), Gazette.outlet.site.mirrored("http://127.0.0.1:9/g"))
    article = Gazette(html(body="<h1>H</h1>"), "http://127.0.0.1:9/g/iraq/slug", outlet=mirrored, date=NOW).read()
    assert article.url == URL


OTHER = "https://news.example/iraq/another-story"
WRITTEN = '<script type="application/ld+json">{"@type":"NewsArticle","mainEntityOfPage":{"@id":"HERE"}}</script>'


@pytest.mark.parametrize(
    ("head", "url"),
    [
        (f'<meta property="og:url" content="{URL}">', URL),
        (f'<meta property="og:url" content="{OTHER}">', OTHER),
        (WRITTEN.replace("HERE", URL), URL),
        (WRITTEN.replace("HERE", OTHER) + f'<meta property="og:url" content="{URL}">', OTHER),
        ("", OTHER),
    ],
    ids=["og:url disagrees", "og:url agrees", "JSON-LD disagrees", "one agrees", "nothing else tells"],
)
def test_a_canonical_link_to_another_story_needs_a_second_witness(head, url):
    assert read(f'<link rel="canonical" href="{OTHER}">{head}').url == url


def test_ads_between_paragraphs_attribute_order_and_white_space_change_nothing():
    plain = html(body="<h1 class='a' id='b'>Shown</h1>", story="<p class='x' id='y'>One <b>two</b>.</p><p>Three.</p>")
    spaced = html(
        body="\n\n  <h1 id='b' class='a'>\n Shown </h1>\n",
        story="\n<p id='y' class='x'>\n  One\n <b>two</b>.\n</p>\n\n<div class='ad'><script>x()</script>Buy</div>\n"
        "<p>Three.</p>",
    )
    first, second = (Gazette(page, URL, date=NOW).read() for page in (plain, spaced))
    assert first == second


@pytest.mark.parametrize(("encoding", "declared"), [("utf-8", "windows-1256"), ("cp1256", "windows-1256")])
def test_the_encoding_changes_nothing(encoding, declared):
    text = "افتتح سوق الفخار في النجف أبوابه من جديد بعد سنتين من الإغلاق."
    head = f'<meta charset="{declared}">'
    article = Gazette(html(head, "<h1>سوق</h1>", f"<p>{text}</p>").decode().encode(encoding), URL, date=NOW).read()
    assert (article.headline, article.body, article.language) == ("سوق", text, "ar")


def test_an_article_encodes_and_decodes_to_itself():
    import msgspec

    from newscrawl.items import Article

    article = read(JSON_LD % "2025-03-01T00:00:00Z")
    article.first_seen_at = article.crawled_at = NOW
    assert msgspec.json.decode(msgspec.json.encode(article), type=Article) == article


def test_a_page_with_neither_a_date_nor_a_text_is_none():
    with pytest.raises(NotAnArticle, match="neither a date nor a text"):
        Gazette(b"<body><h1>Search</h1></body>", URL, date=NOW).read()
    # One that calls itself an article is broken instead, and stays to be told by its missing body.
    assert Gazette(b"<meta property=og:type content=article><h1>Rain</h1>", URL, date=NOW).read().body == ""


def test_rules_that_look_at_what_stands_around_a_line_hold_for_the_line_alone():
    class Ruled(Gazette):
        boilerplate = Boilerplate(
            lines=(r"(?<![\s\S])Begins so", r"^Whole line$", r"\AFrom its start\Z", r"Alone(?!\s)", r"Taken\s*+"),
            ends=("The end",),
        )

    lines = ("Begins so", "First.", "Whole line", "It is a Whole line", "From its start", "Alone", "Last.", "Taken")
    lines = (*lines, "The end", "After.")
    for markup in ("".join(f"<p>{line}</p>" for line in lines), f"<p>{'<br>'.join(lines)}</p>"):
        article = Ruled(html(body="<h1>H</h1>", story=f"<p>Before.</p>{markup}"), URL, date=NOW).read()
        assert article.body.split() == "Before. First. It is a Whole line Last.".split()


def test_words_are_counted_as_they_are_read():
    article = read(story="<p>One two\u00a0three.</p><ul><li>four</li></ul><p>five<br>six</p>")
    assert article.body == "One two three.\n\n- four\n\nfive\nsix"
    assert article.word_count == 7
    assert read('<meta property="og:type" content="article">', story="").word_count == 0


def test_an_outlet_s_own_name_is_an_author_only_where_there_is_no_other():
    for own in ("The Gazette", "the gazette", "news.example", "www.news.example"):
        assert read(f'<meta name="author" content="{own}">').authors == [own]
        assert read(f'<meta name="author" content="{own}, Amr Salem">').authors == ["Amr Salem"]


def test_an_address_of_a_picture_is_told_whole():
    for written, told in (
        ("https://news.example/a/../b.jpg", "https://news.example/a/../b.jpg"),
        ("//cdn.example/b.jpg", "https://cdn.example/b.jpg"),
        ("b.jpg?w=1#x", "https://news.example/iraq/b.jpg?w=1#x"),
    ):
        assert read(f'<meta property="og:image" content="{written}">').image.url == told
    assert read('<meta property="og:image" content="data:image/png;base64,AAAA">').image is None


LINKS = "<ul><li><a href='/iraq/a-dam'>A dam is to be built near Mosul</a></li><li><p><a href=/iraq/b>%s</a></li></ul>"
FIRST, LAST = "<p>It rained in Najaf.</p>", "<p>It stopped.</p>"


def test_a_list_of_links_to_other_stories_is_none_of_the_text():
    for story in (
        FIRST + LINKS % "Farmers wait for the rain" + LAST,
        FIRST + LAST + LINKS % "Farmers wait for the rain",
    ):
        assert read(story=story).body == "It rained in Najaf.\n\nIt stopped."
        draft = Draft(layer="rest", headline="H", body_html=story)
        assert Gazette.from_draft(draft, url=URL, date=NOW).body == "It rained in Najaf.\n\nIt stopped."


@pytest.mark.parametrize(
    "listed",
    [
        "<p>These were told of before:</p>" + LINKS % "Farmers wait for the rain",
        "<ul><li><a href=/x>The first canal that is dug</a>, by hand</li><li>Another</li></ul>",
        "<ul><li><a href=https://elsewhere.example/x>The law of the year 1958</a></li></ul>",
        "<ul><li><a href=/tag/a>Amr Salem</a></li><li><a href=/tag/b>Hala Karim</a></li></ul>",
        f"<ol>{'<li><a href=/x>One of the stories of the year</a></li>' * 10}</ol>",
        "<ul><li>Water</li></ul>",
    ],
)
def test_a_list_of_the_story_stays(listed):
    with_list = read(story=FIRST + listed + LAST).body.split("\n\n")
    assert len(with_list) == 2 + listed.count("<p>These") + listed.count("<li>")


@pytest.mark.parametrize("brand", ["The Gazette", "THE GAZETTE", "TheGazette", "The Gazette/AFP"])
def test_the_outlet_s_name_is_no_part_of_a_dateline(brand):
    article = read(story=f"<p>Najaf ({brand}) – it rained.</p>")
    assert (article.dateline, article.body) == ("Najaf", "it rained.")


RELATED = (
    '<script type="application/ld+json">{"@type":"NewsArticle","headline":"A dam is built","author":"Amr Salem",'
    '"isAccessibleForFree":false,"datePublished":"2024-01-01T00:00:00Z","url":"%s"}</script>'
)


def test_json_ld_of_another_story_is_not_believed():
    meta = '<meta property="article:published_time" content="2025-03-01T09:00:00Z">'
    article = read(RELATED % OTHER + meta, body="<h1>Rain in Najaf</h1>")
    assert (article.headline, article.authors) == ("Rain in Najaf", [])
    assert article.published_at == datetime(2025, 3, 1, 9, tzinfo=UTC)
    assert "shortened" not in article.provenance


@pytest.mark.parametrize(
    ("url", "shown"), [(URL, "Rain in Najaf"), (OTHER, "A dam is built"), (OTHER, "A Dam is built"), ("", "Rain")]
)
def test_json_ld_of_this_story_is_believed(url, shown):
    assert read(RELATED % url, body=f"<h1>{shown}</h1>").authors == ["Amr Salem"]
