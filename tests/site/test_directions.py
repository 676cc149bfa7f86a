"""Arabic and English side by side on a page, as people see them."""

from __future__ import annotations

import pytest

from newscrawl.site import listing
from newscrawl.site.single_page import single_page
from newscrawl.topics.catalogue import Catalogue
from tests.dataset import story
from tests.site.conftest import built
from tests.site.test_seen import texts
from tests.topics.record import append

OUTLET = "صحيفة النهر"
HEADLINE = "CJTF-OIR تسلم قاعدة إلى الجيش"
BODY = "تسلم الجيش قاعدة على ضفة النهر صباح اليوم.\n\nوقال ناطق إن العمل مستمر."
TITLE = "Latest news with #النهر"
UPDATE, COPY = "BBC تنقل الخبر", "NATO ترحب بالخبر"
AT = """([selector, text]) => {
    const walker = document.createTreeWalker(document.querySelector(selector), NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        const start = node.data.indexOf(text);
        if (start < 0) continue;
        const range = document.createRange();
        range.setStart(node, start);
        range.setEnd(node, start + text.length);
        const box = range.getBoundingClientRect();
        return [box.left, box.right];
    }
}"""
SPACED = """() => Array.from(document.querySelectorAll("main *"))
    .filter((one) => /[\\u0600-\\u06ff]/.test(one.textContent) && parseFloat(getComputedStyle(one).letterSpacing))
    .map((one) => one.outerHTML)"""


def arabic(outlet, number, **changes):
    told = {"outlet_name": OUTLET, "headline": HEADLINE, "language": "ar", "dateline": "بغداد", "topics": ["#النهر"]}
    return story(outlet, number, BODY, days=-number, **{**told, **changes})


@pytest.fixture
def site(tmp_path, monkeypatch):
    monkeypatch.setattr(listing, "PER_PAGE", 2)
    monkeypatch.setattr(listing, "NEWEST", 1)
    append(
        tmp_path / "data",
        *(arabic("one", number, kind="live_blog" if number == 0 else "article") for number in range(4)),
        arabic("one", 200),
        arabic("one", 9, headline=UPDATE, kind="live_update", parent_id="one:0"),
        arabic("two", 0, outlet_name="Two", headline=COPY, duplicate_of="one:0"),
    )
    built(tmp_path / "data", tmp_path / "site")
    with Catalogue.open(tmp_path / "data") as catalogue:
        (tmp_path / "site/single.html").write_bytes(single_page(TITLE, list(catalogue.cards())))
    return tmp_path / "site"


def topic(site):
    (folder,) = [path for path in (site / "topics").iterdir() if path.is_dir()]
    return folder


def left_and_right(page, selector, text):
    return page.evaluate(AT, [selector, text])


def test_a_hash_mark_stands_where_its_topic_begins(look, site):
    for path in topic(site) / "index.html", topic(site) / "2025.html", site / "single.html":
        page = look(path)
        assert page.inner_text("h1").startswith(TITLE)
        assert left_and_right(page, "h1", "#")[0] >= left_and_right(page, "h1", "النهر")[1] - 1, path


def test_a_year_stands_behind_an_arabic_heading(look, site):
    for folder, name in ((topic(site), "النهر"), (site / "outlets/one", OUTLET)):
        page = look(folder / "2025.html")
        assert left_and_right(page, "h1", "2025")[0] >= left_and_right(page, "h1", name)[1], folder


def test_headlines_of_updates_and_copies_have_language_and_direction(look, site):
    page = look(site / "articles/one/0.html")
    assert {HEADLINE, UPDATE, COPY} <= set(texts(page, "[lang=ar][dir=rtl]"))
    page = look(site / "single.html")
    assert texts(page, ".more [lang=ar][dir=rtl]") == [UPDATE]


def test_letters_that_are_joined_are_not_spaced(look, site):
    for path in topic(site) / "index.html", site / "outlets/one/index.html", site / "articles/one/0.html":
        assert look(path).evaluate(SPACED) == [], path


def test_letters_that_have_no_capitals_are_as_large_as_the_others(look, site, tmp_path):
    append(tmp_path / "data", arabic("one", 300, language="und"), story("two", 300, BODY, dateline="Basra"))
    built(tmp_path / "data", site)
    for path, caps in (("one/0", "normal"), ("one/300", "normal"), ("two/300", "all-small-caps")):
        page = look(site / f"articles/{path}.html")
        assert page.evaluate("getComputedStyle(document.querySelector('.dateline')).fontVariantCaps") == caps, path
