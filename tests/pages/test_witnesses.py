"""Where a page's layers disagree, the order decides, and the page tells of it."""

from datetime import UTC, datetime

import pytest

from newscrawl.pages.middleeasteye import MiddleEastEyePage

NOW = datetime(2026, 1, 24, 12, tzinfo=UTC)
URL = "https://www.middleeasteye.net/news/slug"
LD = (
    '<script type="application/ld+json">{"@type":"NewsArticle","headline":"Trams return to Baghdad",'
    '"datePublished":"%s","author":{"name":"%s"}}</script>'
)


def page(published="2025-06-06T10:33:00Z", author="Salim Jabbar", shown="6 June 2025 11:33 BST", **parts):
    headline = parts.get("headline", "Trams return to Baghdad")
    meta = f'<meta property="og:title" content="{parts["title"]}">' if "title" in parts else ""
    byline = parts.get("byline", '<a href="/u">Salim Jabbar</a>')
    html = f"""<head>{meta}{LD % (published, author)}</head><body><section class="page-main-content">
    <div class="page-title"><h1 class="field-title">{headline}</h1></div><div class="submitted-by">{byline}</div>
    <div class="submitted-date"><span class="date-created">Published date:</span> {shown}</div>
    <div class="field-body"><p>On 3 March 2024 the city promised trams.</p></div></section></body>"""
    return MiddleEastEyePage(html.encode(), URL, date=NOW)


def test_layers_that_agree_are_no_news():
    agreeing = page(title="Trams return to Baghdad | Middle East Eye")
    assert agreeing.read().published_at == datetime(2025, 6, 6, 10, 33, tzinfo=UTC)
    assert agreeing.disagreements == {}


def test_the_order_decides_and_each_layer_is_told():
    other = page(published="2025-06-09T10:33:00Z")
    assert other.read().published_at == datetime(2025, 6, 9, 10, 33, tzinfo=UTC)
    assert other.disagreements == {
        "published_at": {"json-ld": "2025-06-09T10:33:00Z", "selector": "6 June 2025 11:33 BST"}
    }


@pytest.mark.parametrize(
    ("published", "shown", "apart"),
    [
        ("2025-06-06T10:33:40Z", "6 June 2025 11:33 BST", False),
        ("2025-06-06T10:35:00Z", "6 June 2025 11:33 BST", True),
        ("2025-06-06T11:33:00Z", "6 June 2025 11:33 BST", True),
        ("2025-06-06T10:33:00Z", "6 June 2025", False),
        ("2025-06-06T23:30:00Z", "7 June 2025", False),
        ("2025-06-07T10:33:00Z", "6 June 2025", True),
        ("2025-06-06T10:33:00Z", "6.06.2025", False),
        ("2026-01-24T05:00:00Z", "12 hours ago", False),
        ("2025-06-06T10:33:00Z", "6 June 2025, 3 pm", True),
        ("2025-06-06T14:00:00Z", "6 June 2025, 3 pm", False),
        ("no date", "6 June 2025 11:33 BST", False),
    ],
)
def test_dates_are_apart_beyond_a_minute_or_by_their_day(published, shown, apart):
    assert ("published_at" in page(published=published, shown=shown).disagreements) == apart


def test_headlines_are_compared_without_the_outlet_s_name_and_typography():
    assert (
        page(headline="Trams  return to “Baghdad”").disagreements["headline"]["selector"] == "Trams return to “Baghdad”"
    )
    assert page(headline="TRAMS return to Baghdad").disagreements == {}
    assert "headline" in page(title="Old trams in new streets").disagreements
    assert page(title="Trams return to Bagh…", headline="Trams return to Baghdad").disagreements == {}


def test_authors_are_compared_as_people():
    assert page(byline="By Salim Jabbar").disagreements == {}
    assert page(author="Middle East Eye").disagreements == {}
    assert page(byline="By Elif Karaca").disagreements["authors"] == {
        "json-ld": "Salim Jabbar",
        "selector": "Elif Karaca",
    }


def test_a_date_in_the_text_is_no_witness():
    silent = page(published="", shown="")
    assert silent.read().published_at is None
    assert silent.disagreements == {}
