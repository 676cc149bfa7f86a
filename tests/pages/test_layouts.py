"""A page is read with the layout of its day, else with any that finds the story, and says which."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from newscrawl.pages.article_page import ArticlePage, Layout, NotAnArticle, Outlet
from newscrawl.pages.iraqinews import IraqiNewsPage
from newscrawl.pages.layout import in_order
from newscrawl.pages.middleeasteye import MiddleEastEyePage
from newscrawl.text.urls import Site
from tests.pages.test_fixtures import CASES, expected

NOW = datetime(2026, 1, 24, 12, tzinfo=UTC)
URL = "https://news.example/iraq/slug"


class Gazette(ArticlePage):
    """An outlet that was redesigned on 1 March 2020."""

    outlet = Outlet("gazette", "The Gazette", ZoneInfo("UTC"), Site("news.example", trailing_slash=False))
    body_at = (".story",)
    layouts = (
        Layout("new", since=date(2020, 3, 1)),
        Layout("old", at={"body_at": (".text",), "headline_at": ("h2",), "left_out": ".box"}, until=date(2020, 2, 29)),
    )


def page(body, published=None):
    head = f'<meta property="article:published_time" content="{published}">' if published else ""
    return Gazette(f"<head>{head}</head><body><article>{body}</article></body>".encode(), URL, date=NOW)


OLD = "<h1>The Gazette's motto</h1><h2>Rain</h2><div class=text><p>It rained.</p><p class=box>Buy.</p></div>"
NEW = "<h1>Sun</h1><h2>Below it</h2><div class=story><p>It shone.</p><p class=ad>Buy.</p></div>"


def read(*args):
    article = page(*args).read()
    return article.provenance["layout"], article.headline, article.body


def test_each_layout_has_its_own_selectors_and_the_class_s_for_the_rest():
    assert read(OLD, "2019-05-01") == ("old", "Rain", "It rained.")
    assert read(NEW, "2021-05-01") == ("new", "Sun", "It shone.")


def test_the_layout_of_the_day_is_tried_first():
    both = OLD + NEW
    assert read(both, "2020-02-29")[0] == "old"
    assert read(both, "2020-03-01")[0] == "new"


def test_without_a_date_the_newest_that_finds_the_story_is_taken():
    assert read(OLD + NEW)[0] == "new"
    assert read(OLD)[0] == "old"


def test_the_other_layouts_are_tried_where_the_day_s_finds_nothing():
    assert read(NEW, "2015-01-01") == ("new", "Sun", "It shone.")
    assert read(OLD, "2025-01-01") == ("old", "Rain", "It rained.")


def test_a_page_that_no_layout_knows_names_the_first():
    with pytest.raises(NotAnArticle):
        page("<p>x</p>").read()
    assert page("<h1>Sun</h1>", "2021-01-01").read().provenance["layout"] == "new"


@pytest.mark.parametrize("day", ["2021-99-99", "soon", "0000-00-00"])
def test_a_date_that_is_none_chooses_no_layout(day):
    assert read(OLD + NEW, day)[0] == "new"


def test_open_ends_hold_for_ever():
    always, past = Layout("a"), Layout("p", until=date(2010, 1, 1))
    assert in_order((past, always), date(2020, 1, 1)) == [always, past]
    assert in_order((past, always), date(2010, 1, 1)) == [past, always]
    assert in_order((past, always), None) == [past, always]


@pytest.mark.parametrize("page_class", [IraqiNewsPage, MiddleEastEyePage])
def test_layouts_name_declarations_of_the_page_class_alone(page_class):
    names = [layout.name for layout in page_class.layouts]
    assert len(names) == len(set(names))
    for layout in page_class.layouts:
        assert set(layout.at) <= set(ArticlePage.__annotations__)


OUTLETS = {"iraqinews": IraqiNewsPage, "middleeasteye": MiddleEastEyePage}


@pytest.mark.parametrize("outlet", OUTLETS)
def test_an_outlet_has_six_layouts_and_a_fixture_of_each(outlet):
    declared = {layout.name for layout in OUTLETS[outlet].layouts}
    shown = {
        told["provenance"]["layout"]
        for told in map(expected, CASES)
        if told.get("outlet") == outlet and "_not_an_article" not in told
    }
    assert len(declared) >= 6
    assert shown == declared


@pytest.mark.parametrize("page_class", OUTLETS.values(), ids=OUTLETS)
def test_a_layout_does_not_end_before_it_began(page_class):
    for layout in page_class.layouts:
        assert layout.since is None or layout.until is None or layout.since <= layout.until


KUBRICK = '<div class="post" id="post-7"><h2>Rain in Hilla</h2><div class="entry"><p>It rained in 2009.</p></div></div>'
CORE = '<h1 class="entry-title">Rain</h1><div class="entry-content"><p>It rained in all years.</p></div>'
BLOCK = '<h1>Rain</h1><div class="entry-content wp-block-post-content"><p>It rains in blocks.</p></div>'
TEASED = '<aside><h2>Rain</h2><div class="wp-block-post-content"><p>It rains elsewhere.</p></div></aside>'
EYE_7 = (
    '<h1 class="title">Rain</h1><div class="field-name-body"><div class="field-item"><p>In Drupal 7.</p></div></div>'
)
EYE_8 = '<div class="field--name-body"><p>In Drupal 8.</p></div>'
EYE_NOW = '<section class="page-main-content"><h1>Rain</h1><div class="field-body"><p>Today.</p></div></section>'


def of_the_day(outlet, html, day):
    url = {
        "iraqinews": "https://www.iraqinews.com/iraq/rain/",
        "middleeasteye": "https://www.middleeasteye.net/news/rain",
    }
    head = f'<meta property="article:published_time" content="{day}T09:00:00+00:00">' if day else ""
    article = OUTLETS[outlet](f"<head>{head}</head><body>{html}</body>".encode(), url[outlet], date=NOW).read()
    return article.provenance["layout"], article.body


@pytest.mark.parametrize(
    ("outlet", "html", "day", "layout", "body"),
    [
        # Markup of two times on one page: a plugin's, or a widget's of another theme.
        ("iraqinews", KUBRICK + BLOCK, "2009-05-12", "core", "It rains in blocks."),
        ("iraqinews", KUBRICK + BLOCK, "2024-05-12", "block", "It rains in blocks."),
        ("iraqinews", KUBRICK + TEASED, "2009-05-12", "kubrick", "It rained in 2009."),
        ("iraqinews", KUBRICK + TEASED, "2024-05-12", "block", "It rains elsewhere."),
        ("iraqinews", BLOCK, "2024-05-12", "block", "It rains in blocks."),
        ("iraqinews", BLOCK, "2012-05-12", "core", "It rains in blocks."),
        ("iraqinews", KUBRICK, "2009-05-12", "kubrick", "It rained in 2009."),
        ("iraqinews", KUBRICK, "2024-05-12", "kubrick", "It rained in 2009."),
        ("iraqinews", KUBRICK + CORE, "", "core", "It rained in all years."),
        ("middleeasteye", EYE_7 + EYE_8, "2014-11-03", "drupal-7", "In Drupal 7."),
        ("middleeasteye", EYE_7 + EYE_8, "2020-11-03", "drupal", "In Drupal 8."),
        ("middleeasteye", EYE_7 + EYE_8, "", "drupal", "In Drupal 8."),
        ("middleeasteye", EYE_7, "2020-11-03", "drupal-7", "In Drupal 7."),
        ("middleeasteye", EYE_7 + EYE_NOW, "2014-11-03", "page-main-content", "Today."),
    ],
)
def test_an_old_page_is_read_with_the_layout_of_its_day(outlet, html, day, layout, body):
    assert of_the_day(outlet, html, day) == (layout, body)
