"""The site as people see it: in a real browser, from files, with nothing between."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

import feedparser
import pytest
from axe_playwright_python.sync_playwright import Axe

PHONE = {"width": 360, "height": 740}
ARTICLE = "articles/iraqinews/211874.html"
ARABIC = "articles/iraqinews/215233.html"
PAGES = ("index.html", "about.html", "topics/index.html", "topics/cjtf-oir/index.html", ARTICLE, ARABIC)
SEARCH = "?q=coalition"


@pytest.fixture(scope="module")
def site(demo, tmp_path_factory):
    """The demo's site, in another folder than it was built in, with a name that needs care in an address."""
    told = [line for line in demo.out.splitlines() if line.startswith("site:")]
    index = Path(told[0].removeprefix("site:").strip())
    assert index == demo.data / "site" / "index.html"
    return Path(shutil.copytree(index.parent, tmp_path_factory.mktemp("any") / "a folder #1 ü"))


def texts(page, selector):
    return [text.strip() for text in page.locator(selector).all_inner_texts()]


def test_the_topic_page_shows_the_four_stories_of_both_outlets(look, site):
    page = look(site / "topics/cjtf-oir/index.html")

    assert texts(page, "h1") == ["Latest news with #CJTF-OIR"]
    assert texts(page, ".card h2") == [
        "Baghdad, US Central Command review security cooperation",
        "Estonia to withdraw its troops from in US-led coalitionin Iraq",
        "US to investigate army vehicle displaying word 'kafir' in northeast Syria",
        "Iraq continues to eliminate terrorist groups",
    ]
    # Source, time and section stand apart, each by itself.
    assert texts(page, ".card .source") == ["Iraqi News", "Iraqi News", "Middle East Eye", "Iraqi News"]
    assert texts(page, ".card .section") == ["Iraq", "Iraq", "News", "Iraq"]
    assert page.locator(".card .when time").evaluate_all("all => all.map(time => time.dateTime)") == [
        "2025-07-22T05:04:11Z",
        "2025-07-20T16:20:45Z",
        "2025-06-06T10:33:00Z",
        "2025-01-26T17:40:02Z",
    ]
    # The dateline is whole, and is no part of a broken "Baghdad ( –".
    assert texts(page, ".card .dateline") == ["Baghdad", "Baghdad", "Baghdad"]
    shown = page.inner_text("main")
    for promotion in ("newsletter", "Sign up", "( –", "IraqiNews.com", "Read More", "appeared first on"):
        assert promotion not in shown

    page.click("text=Baghdad, US Central Command review")
    assert page.url.endswith(ARTICLE)
    assert page.locator(".story .text").inner_text().startswith("Baghdad – Prime Minister Mohamed Shia Al-Sudani")
    assert page.locator(".story .text p").count() == 1
    assert page.get_attribute(".onward a", "href").startswith("https://www.iraqinews.com/iraq/baghdad-us-central")


def test_search_finds_words_in_both_scripts(look, site):
    page = look(site / "index.html")
    page.fill("[name=q]", "Estonia")
    page.press("[name=q]", "Enter")
    page.wait_for_selector("#results .card")
    assert texts(page, "#found") == ["1 story for “Estonia”"]
    assert texts(page, "#results h2") == ["Estonia to withdraw its troops from in US-led coalitionin Iraq"]
    assert "Baghdad – " in page.inner_text("#results .text")

    page.fill("[name=q]", "الزهور")
    page.click("button:has-text('Search')")
    page.wait_for_selector("#results [dir=rtl]")
    assert texts(page, "#results h2") == ["مهرجان الزهور في بغداد يستقبل زواره"]
    page.click("#results h2 a")
    assert page.url.endswith(ARABIC)
    assert page.get_attribute("h1", "lang") == "ar"
    # It begins at the right edge.
    box = page.evaluate("""() => {
        const range = document.createRange(); range.selectNodeContents(document.querySelector("h1"));
        return [range.getBoundingClientRect().right, document.querySelector("main").getBoundingClientRect().right];
    }""")
    assert box[1] - box[0] < 3

    page.goto((site / "search.html").as_uri() + "?q=zzzqqq")
    page.wait_for_selector("text=No stories for “zzzqqq”")


def test_no_page_has_anything_that_axe_finds_wrong(look, site):
    for scheme in ("light", "dark"):
        page = look(site / "index.html", color_scheme=scheme, viewport=PHONE)
        for path in (*PAGES, "search.html" + SEARCH):
            page.goto((site / "index.html").as_uri().removesuffix("index.html") + path)
            if path.startswith("search"):
                page.wait_for_selector("#results .card")
            # It fetches style sheets, which our policy refuses.
            found = Axe().run(page, options={"preload": False}).response["violations"]
            assert [(one["id"], one["nodes"][0]["html"]) for one in found] == [], (path, scheme)
            # A phone shows it all without moving it sideways.
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (path, scheme)
        # Dark is dark.
        background = page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert background == {"light": "rgb(251, 250, 247)", "dark": "rgb(22, 22, 24)"}[scheme]


def test_without_script_all_is_there_but_the_search(look, site):
    page = look(site / "topics/cjtf-oir/index.html", java_script_enabled=False)
    assert texts(page, ".card time")[0] == "22 July 2025, 05:04 UTC"
    # The newest days, and the whole time by month.
    assert [page.locator(f".chart > svg >> nth={at}").locator("rect").count() for at in (0, 1)] == [3, 3]
    assert texts(page, "figcaption")[0].startswith("Articles per day by outlet (UTC):")
    for number in (0, 1):
        page.click(f"summary >> nth={number}")
    rows = [row.split() for row in texts(page, ".chart tbody tr")]
    assert (rows[0], rows[3]) == (["2025-07-22", "1", "0"], ["2025-07", "2", "0"])
    page.goto((site / "search.html").as_uri())
    assert "Searching needs JavaScript" in page.inner_text("main")


def test_times_stay_true_while_the_page_is_open(look, site):
    page = look(site / "index.html")
    page.clock.install(time=datetime(2025, 7, 22, 17, 5, tzinfo=UTC))
    page.goto((site / "topics/cjtf-oir/index.html").as_uri())
    assert texts(page, ".card time")[:3] == ["12 hours ago", "2 days ago", "6 June 2025, 10:33 UTC"]
    assert page.get_attribute(".card time", "title") == "22 July 2025, 05:04 UTC"
    page.clock.fast_forward("01:00:00")
    assert texts(page, ".card time")[0] == "13 hours ago"
    page.clock.fast_forward("16:00:00")
    assert texts(page, ".card time")[0] == "1 day ago"
    # 47 hours: the day before yesterday, and less than two days.
    page.clock.fast_forward("18:00:00")
    assert texts(page, ".card time")[0] == "1 day ago"
    page.clock.fast_forward("01:00:00")
    assert texts(page, ".card time")[0] == "2 days ago"


def test_the_keyboard_leads_past_the_navigation_and_paper_has_none(look, site):
    page = look(site / "index.html")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.emulate_media(media="print", color_scheme="dark")
    assert not page.is_visible(".top")
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"


def test_feeds_lie_beside_every_list(site):
    for folder in ("", "topics/cjtf-oir/", "outlets/iraqinews/"):
        for name in ("atom.xml", "rss.xml"):
            feed = feedparser.parse((site / folder / name).read_bytes())
            assert not feed.bozo
            assert feed.entries[0].link.startswith("https://")
    entries = feedparser.parse((site / "topics/cjtf-oir/atom.xml").read_bytes()).entries
    assert [entry.title for entry in entries][3] == "Iraq continues to eliminate terrorist groups"
    assert len(entries) == 4
