"""Bytes that mean harm end as the one documented error or as an article, soon, and with little memory."""

import json
import re
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newscrawl.items import Draft, Image
from newscrawl.pages.article_page import NotAnArticle
from newscrawl.pages.iraqinews import IraqiNewsPage
from newscrawl.pages.middleeasteye import MiddleEastEyePage

NOW = datetime(2026, 1, 24, tzinfo=UTC)
PAGES = sorted((Path(__file__).parents[2] / "fixtures" / "pages").glob("*/*/page.html"))
EYE = "https://www.middleeasteye.net/news/slug"
RUBBISH = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\xa0\xad\u200b\u2028\ufeff\ud800-\udfff]|</?(?:p|div|a|b|i|span|script)\\b[^<>]*>"
)
SECONDS = 5
"""An ordinary page takes 2 ms, the worst of these a hundred times that; the rest is for a busy machine."""


def story(text: str, head: str = "") -> bytes:
    return (
        f'<head>{head}</head><body><section class="page-main-content"><h1>H</h1><div class="submitted-date">'
        f'<span class="date-created">Published date:</span> 6 June 2025 11:33 BST</div><div class="field-body">{text}'
        "</div></section></body>"
    ).encode("utf-8", "surrogatepass")


def script(text: str) -> str:
    return f'<script type="application/ld+json">{text}</script>'


def texts(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for part in value:
            yield from texts(part)
    elif isinstance(value, Image):
        yield from texts([value.url, value.caption or "", value.credit or ""])


def read(html, page_class=MiddleEastEyePage, url=EYE):
    """The article or None; in time, and with clean fields."""
    start = time.process_time()
    page = page_class(html, url, date=NOW)
    try:
        article = page.read()
        page.leads(), page.follow(), page.further_pages(), page.disagreements
    except NotAnArticle:
        article = None
    assert time.process_time() - start < SECONDS
    if article is not None:
        for name in ("headline", "description", "body", "dateline", "authors", "sections", "topics", "image"):
            for text in texts(getattr(article, name)):
                assert not RUBBISH.search(text), (name, text)
    return article


REFUSED = {
    "100,000 nested tags": "<div>" * 100_000 + "deep",
    "formatting left open": "".join(f"<p><i a={n}>x" for n in range(4_000)),
    "100,000 attributes": "<div " + " ".join(f"a{n}=1" for n in range(100_000)) + ">x</div>",
}


@pytest.mark.parametrize("text", REFUSED.values(), ids=REFUSED)
def test_an_entangled_page_is_refused_with_the_reason(text):
    page = MiddleEastEyePage(story(text), EYE, date=NOW)
    assert (page.leads(), page.follow(), page.further_pages()) == ([], [], [])
    with pytest.raises(NotAnArticle, match="not read: "):
        page.read()
    with pytest.raises(NotAnArticle, match="not read: "):
        MiddleEastEyePage.from_draft(Draft(layer="rest", headline="H", body_html=text), url=EYE, date=NOW)


def test_a_further_page_that_is_entangled_leaves_no_half_article():
    page = MiddleEastEyePage(story("<p>Text.</p>"), EYE, date=NOW)
    page.append(story("<div>" * 100_000))
    with pytest.raises(NotAnArticle, match="not read: "):
        page.read()


def test_a_hundred_megabytes_are_refused():
    with pytest.raises(NotAnArticle, match="not read: "):
        MiddleEastEyePage(story("<p>Text.</p>", script('[{"a":1},' * 11_000_000)), EYE, date=NOW).read()


READ = {
    "9 MB of JSON-LD": script("[" + '{"@type":"NewsArticle"},' * 350_000 + "{}]"),
    "JSON-LD of many nodes": script("[" + '{"@type":"NewsArticle","url":"/x"},' * 50_000 + "{}]"),
    "nested JSON-LD": script('{"@graph":[' * 100_000),
    "broken JSON-LD": script('{"a":"\\' * 100_000),
    "unclosed strings": script('"' * 199_999),
    "many meta elements": '<meta property="article:tag" content="x">' * 20_000,
    "a long date": f'<meta property="article:published_time" content="{"1 " * 100_000}">',
    "a date of digits": f'<meta property="article:published_time" content="{"1" * 100_000}">',
    "a long name": f'<meta name="author" content="{"By and in " * 30_000}">',
    "a long description": f'<meta property="og:description" content="{"a - " * 50_000}">',
    "a long title": f'<meta property="og:title" content="{"x | " * 50_000}">',
    "a long canonical": f'<link rel="canonical" href="/{"a/../" * 50_000}">',
    "a long image": f'<meta property="og:image" content="/{"%41" * 50_000}.jpg">',
}


@pytest.mark.parametrize("head", READ.values(), ids=READ)
def test_what_a_head_holds_costs_no_story(head):
    article = read(story("<p>The trams run again, the city said.</p>", head))
    assert article is not None
    assert article.body == "The trams run again, the city said."


def test_an_unclosed_script_swallows_the_page():
    assert (
        read(story("<p>Text.</p>", '<script type="application/ld+json">{"@type":"NewsArticle"' + " " * 100_000)) is None
    )


BODIES = {
    "equal paragraphs": "<p>Nobody in this village has seen so much water.</p>" * 10_000,
    "long paragraphs": ("<p>" + "one two three four five six seven eight nine " * 50 + "</p>") * 2_000,
    "dashes": "<p>" + " - a" * 100_000 + "</p>",
    "brackets": "<p>" + "Baghdad (" * 20_000 + "</p>",
    "capitals": "<p>" + "Aa, " * 50_000 + "</p>",
    "breaks": "a<br>" * 4_000,
    "tables": "<table><tr><td>a<td>b" * 1_000,
    "figures": "<figure><figure>" * 1_200,
    "quotations": "<blockquote><p>So it was said, and so it was.</p>" * 1_500,
    "pictures": '<figure><img src="/a.jpg" alt="A tram"><figcaption>A tram</figcaption></figure>' * 4_000,
    "nested articles": "<article>" * 2_000 + "<p>Text.</p>",
    "nested": "<div>" * 10_000 + "deep",
    "a long word": "<p>" + "x" * 1_000_000,
    "joiners": "<p>" + "\u200c" * 200_000,
    "combining marks": "<p>a" + "\u0301\u0323" * 100_000,
    "white space": "<p>a" + " \u00a0\n" * 200_000 + "b</p>",
    "references": "<p>" + "&amp;#60;p&amp;#62;" * 20_000,
    "tails": "<p>" + "SS (P) 1 " * 20_000,
    "templates": "<template><p>x</template>" * 2_000,
}


@pytest.mark.parametrize("text", BODIES.values(), ids=BODIES)
@pytest.mark.parametrize("page_class", [MiddleEastEyePage, IraqiNewsPage])
def test_any_body_is_read_in_its_time(page_class, text):
    html = story(text).replace(b"field-body", b"entry-content field-body")
    url = EYE if page_class is MiddleEastEyePage else "https://www.iraqinews.com/iraq/slug/"
    read(html, page_class, url)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(path=st.sampled_from(PAGES), cut=st.floats(0, 1))
def test_a_page_cut_off_anywhere_is_read_or_refused(path, cut):
    html = path.read_bytes()
    told = json.loads((path.parent / "article.json").read_text(encoding="utf-8"))
    page_class = MiddleEastEyePage if path.parents[1].name == "middleeasteye" else IraqiNewsPage
    read(html[: int(len(html) * cut)], page_class, told.get("url", EYE))


TAGS = (
    "p div b i a span ul ol li table tr td th h2 blockquote figure img br form select option svg math template".split()
)
PIECES = st.one_of(
    st.sampled_from(TAGS).map("<{}>".format),
    st.sampled_from(TAGS).map("</{}>".format),
    st.sampled_from(
        ['<p class="quote">', "<img src=x alt='y z'>", "<p hidden>", "<!--", "-->", "<![CDATA[", "&lt;b&gt;", "&#1;"]
    ),
    st.text(max_size=12),
)


@settings(max_examples=300, deadline=None)
@given(pieces=st.lists(PIECES, max_size=60), times=st.sampled_from([1, 1, 30]))
def test_any_nesting_is_read_or_refused(pieces, times):
    read(story("".join(pieces) * times))


@given(pieces=st.lists(PIECES, max_size=30), headline=st.text(max_size=30))
def test_any_draft_is_read_or_refused(pieces, headline):
    draft = Draft(layer="feed", headline=headline, body_html="".join(pieces), description="".join(pieces))
    try:
        article = IraqiNewsPage.from_draft(draft, url="https://www.iraqinews.com/iraq/slug/", date=NOW)
    except NotAnArticle:
        return
    for text in texts([article.headline, article.body, article.description or "", article.dateline or ""]):
        assert not RUBBISH.search(text), text
