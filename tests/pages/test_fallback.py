import subprocess
import sys
from zoneinfo import ZoneInfo

import pytest

from newscrawl.pages.article_page import NotAnArticle, Outlet
from newscrawl.pages.fallback import read_generally
from newscrawl.pages.prose import Paragraph
from newscrawl.pages.wordpress import WordPressPage
from newscrawl.pipelines.validate import fault_of
from newscrawl.text.urls import Site

URL = "https://www.example.org/iraq/ferry/"
OUTLET = Outlet(name="example", title="The Example", zone=ZoneInfo("Asia/Baghdad"), site=Site(host="www.example.org"))
STORY = (
    "The last ferry on the Tigris stopped work on Monday, after a new bridge had taken its passengers away.",
    "Its owner, Karim Najm, said that he would sell the boat to a café, and keep the bell for himself.",
    "Eleven people came to the bank to see it go for the last time; two of them had been born on the other side.",
)
HEAD = (
    '<meta property="og:type" content="article"><meta property="og:title" content="The last ferry stops">'
    '<meta property="article:published_time" content="2025-07-21T09:00:00+03:00">'
)


def page(body, *, head=HEAD, classes="", **given):
    html = f"<html><head>{head}</head><body class='{classes}'>{body}</body></html>"
    return WordPressPage(html.encode(), URL, outlet=OUTLET, **given)


def unknown(*paragraphs, after=""):
    """A page whose theme no layout knows."""
    texts = "".join(f"<p>{text}</p>" for text in paragraphs)
    menu = "<nav><ul><li><a href='/'>Home</a></li><li><a href='/iraq'>Iraq</a></li></ul></nav>"
    return (
        f"{menu}<main><h1>The last ferry stops</h1><div class='x7'>{texts}{after}</div></main><footer>© 2025</footer>"
    )


def test_where_no_layout_finds_the_story_the_general_reader_does():
    article = page(unknown(*STORY)).read()

    assert article.body == "\n\n".join(STORY)
    assert (article.headline, article.provenance["body"]) == ("The last ferry stops", "fallback")
    article.first_seen_at = article.crawled_at = article.published_at
    assert fault_of(article) is None


def test_it_is_not_asked_where_a_layout_finds_the_story():
    article = page(f"<div class='entry-content'><p>{STORY[0]}</p></div>{unknown(*STORY[1:])}").read()

    assert (article.body, article.provenance["body"]) == (STORY[0], "selector")


def test_it_is_imported_only_when_it_is_needed():
    code = (
        "import sys; from tests.pages.test_fallback import page, unknown, STORY\n"
        f"page('<div class=entry-content><p>{STORY[0]}</p></div>').read(); print('trafilatura' in sys.modules)\n"
        "page(unknown(*STORY)).read(); print('trafilatura' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "True"]


def test_lists_quotations_headings_and_tables_are_read_as_a_layout_s_are():
    after = (
        "<h2>What is left</h2><ul><li>a bell of brass</li><li>a rope of forty metres</li></ul>"
        "<blockquote><p>I shall miss the sound of the engine most.</p></blockquote>"
        "<table><tr><td>Crossings</td><td>412,000</td></tr><tr><td>Accidents</td><td>none</td></tr></table>"
        "<p>The café opens in spring, on the bank from which the ferry used to leave at six in the morning.</p>"
    )
    found = read_generally(f"<html><body>{unknown(*STORY, after=after)}</body></html>".encode())

    assert found == [
        *map(Paragraph, STORY),
        Paragraph("What is left", "heading"),
        Paragraph("- a bell of brass", "item"),
        Paragraph("- a rope of forty metres", "item"),
        Paragraph("I shall miss the sound of the engine most.", "quote"),
        Paragraph("Crossings | 412,000", "row"),
        Paragraph("Accidents | none", "row"),
        Paragraph("The café opens in spring, on the bank from which the ferry used to leave at six in the morning."),
    ]


def test_a_page_where_even_that_finds_too_little_is_refused_and_not_written_empty():
    article = page(unknown("We use cookies. Please accept them to go on reading this story.")).read()

    article.first_seen_at = article.crawled_at = article.published_at
    assert article.body == ""
    assert fault_of(article) == "body: missing (no layout finds a text, nor does the general reader 200 characters)"


@pytest.mark.parametrize(("least", "is_read"), [(100, True), (104, False)])
def test_how_little_is_too_little_is_a_setting(least, is_read):
    assert len(STORY[0]) == 102
    assert bool(page(unknown(STORY[0]), least=least).read().body) == is_read


def test_a_page_that_does_not_say_it_is_a_story_is_not_made_one():
    with pytest.raises(NotAnArticle):
        page(unknown(*STORY), head="").read()


def test_a_single_post_is_a_story_by_its_body_class():
    assert page(unknown(*STORY), head="", classes="single-post").read().provenance["body"] == "fallback"


@pytest.mark.parametrize(
    "html",
    [
        b"",
        b"\x00\x01\xff\xfe",
        b"<p>" * 20_000,
        b"<div>" * 3_000 + b"text" + b"</div>" * 3_000,
        b"<table>" * 900 + b"<p>text",
        b"<!-- " * 100,
        "<p>\ud800 lone</p>".encode("utf-8", "surrogatepass"),
        b"<p>" + b"word " * 700_000,
    ],
    ids=["empty", "bytes", "unclosed", "deep", "tables", "comments", "surrogate", "huge"],
)
def test_what_is_no_page_gives_no_error(html):
    for text, _ in read_generally(html):
        assert "\ud800" not in text
