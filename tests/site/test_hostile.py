"""What a hostile article says is text, wherever it is shown."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from xml.etree import ElementTree as ET

import msgspec
import pytest

from newscrawl.site import addresses
from newscrawl.site.rendering import placed, rendered
from newscrawl.site.single_page import single_page
from newscrawl.topics.card import Card, Copy, Story
from newscrawl.topics.catalogue import Catalogue
from tests.articles import article
from tests.site.conftest import built
from tests.site.test_seen import texts
from tests.topics.record import append

HOSTILE = "<script>alert(1)</script><b onclick=\"alert(2)\">'bold'</b>&amp;{{ 7*7 }}</article>\u202e"
SHOWN = "<script>alert(1)</script><b onclick=\"alert(2)\">'bold'</b>&amp;{{ 7*7 }}</article>"
FIELDS = {
    "headline": HOSTILE,
    "description": HOSTILE,
    "body": HOSTILE + "\x00\x1b[31m more words to follow here",
    "dateline": HOSTILE,
    "authors": [HOSTILE],
    "sections": [HOSTILE],
    "topics": [HOSTILE, "../../etc/passwd"],
    "outlet": "<b onclick='alert(5)'>\"",
    "outlet_name": HOSTILE,
    "language": 'ar" onclick="alert(6)"><b>',
    "image": {"url": 'https://example.org/" onerror="alert(7)', "caption": HOSTILE, "credit": HOSTILE},
    "kind": "live_blog",
    "revision": 2,
}


@pytest.fixture
def record(tmp_path):
    """A data directory with a live blog and its update, and with a story and its copy; the ids are hostile too."""
    one = article(1, id="outlet:../../1<b>", url="https://example.org/\"'><script>alert(3)</script>", **FIELDS)
    plain = article(4, **{**FIELDS, "kind": "article"})
    copy = {**FIELDS, "kind": "article", "outlet": "other", "duplicate_of": plain.id}
    other = article(2, id="other:2", url="https://example.org/'\"onclick='alert(4)'", **copy)
    other.published_at += timedelta(hours=1)
    update = article(3, parent_id=one.id, **{**FIELDS, "kind": "live_update"})
    # No line of the record: its address is none of a page.
    script = replace(plain, id="outlet:5", url="javascript:alert(8)")
    append(tmp_path / "data", one, plain, other, update, script)
    return tmp_path / "data", one, plain


def test_in_a_site(look, record, tmp_path):
    data, one, plain = record
    built(data, tmp_path / "site")
    assert {path.name for path in tmp_path.iterdir()} == {"data", "site", ".site.building"}
    paths = [file for file in (tmp_path / "site").rglob("*.html") if file.name != "search.html"]
    assert len(paths) > 6
    page = look(paths[0])
    for path in paths:
        page.goto(path.as_uri())
        assert page.locator("main script, main b, [onclick]").count() == 0
        assert page.locator("[href^='javascript:'], img").count() == 0
        if path.name != "about.html" and path.parent.name != "topics":
            assert SHOWN in page.inner_text("main")
    page.goto((tmp_path / "site" / addresses.article(one.id)).as_uri())
    assert texts(page, "h2")[0] == "Live updates"
    page.click(".facts a >> nth=0")
    assert page.locator(".card").count() == 2
    page.goto((tmp_path / "site" / addresses.article(plain.id)).as_uri())
    assert texts(page, "h2")[0] == "Also in"

    page.goto((tmp_path / "site/search.html").as_uri() + "?q=bold<b>")
    page.wait_for_selector("#results .card")
    assert page.locator("main b, main script, [onclick]").count() == 0
    assert "<script>alert(1)</script>" in page.inner_text("#results h2 >> nth=0")

    for file in (tmp_path / "site").rglob("*.xml"):
        ET.parse(file)
    for file in (tmp_path / "site").rglob("feed.json"):
        assert "javascript:" not in file.read_text()


def test_on_a_single_page_and_with_addresses_that_are_scripts(look, record, tmp_path):
    with Catalogue.open(record[0]) as catalogue:
        cards = list(catalogue.cards())
    # No line of the record can say this; a page does not rely on that.
    bad = msgspec.convert({**msgspec.to_builtins(cards[0].story), "url": "javascript:alert(9)"}, Story)
    told = {"id": "a:1", "outlet": "a", "outlet_name": "A", "headline": "H", "published_at": bad.published_at}
    cards.append(Card(story=bad, also_in=[Copy(url="JavaScript:alert(10)", **told)], updates=[bad]))
    single, story = tmp_path / "single.html", tmp_path / "story.html"
    single.write_bytes(single_page(HOSTILE, cards))
    values = {"topics": [HOSTILE], "with_page": set(), "full_text": True, "canonical": None}
    story.write_bytes(placed(rendered("article.html", card=cards[-1], **values), ""))
    for file in single, story:
        html = file.read_text()
        assert "alert(1)" in html
        assert "javascript:" not in html.lower()
    page = look(single)
    assert page.locator("main script, main b, [onclick], img").count() == 0
    assert SHOWN in page.inner_text("h1")
    assert page.locator(".card").count() == 3
