"""A page that is empty until a script fills it is told from one that is short, finished, or never will be filled."""

import pytest

from newscrawl.pages.article_page import ArticlePage
from newscrawl.pages.iraqinews import IraqiNewsPage
from newscrawl.pages.middleeasteye import MiddleEastEyePage
from newscrawl.sources.listing import Listing
from tests.crash.site import archive
from tests.network.scripted import shell_of
from tests.server import FIXTURES

STORY = archive(1)[0]
LIVE = "https://www.middleeasteye.net/live/tigris-rises-after-night-of-rain"
LIVE_PAGE = (FIXTURES / "scripted" / LIVE.removeprefix("https://")).with_suffix(".html").read_bytes()
LISTING = Listing("/news", item=".tile", link="a", next=".pager a", render=True, show_more=".pager button")
TILE = '<div class="tile"><a href="/news/a">A</a></div>'


def needs_script(page: bytes | str, page_class: type[ArticlePage] = IraqiNewsPage, url: str = STORY.url) -> bool:
    return page_class(page.encode() if isinstance(page, str) else page, url).needs_script()


@pytest.mark.parametrize(
    ("page", "needs"),
    [
        (shell_of(STORY), True),
        ("<title>x</title><body><noscript>You need to enable JavaScript.</noscript><script src=a.js></script>", True),
        ("<title>x</title><body></body><script src=a.js></script>", True),
        # Without a script nothing ever fills it.
        ("<title>x</title><body><div id=root></div></body>", False),
        (STORY.page(), False),
        (STORY.page().replace("</article>", '</article><div id="app"></div><script src=a.js></script>'), False),
        ("<title>Error</title><p>The database is away.</p><script src=a.js></script>", False),
    ],
    ids=["shell", "asking for it", "empty body", "no script", "story", "story beside an empty element", "error"],
)
def test_a_shell_without_a_story_needs_its_script(page, needs):
    assert needs_script(page) is needs


def test_an_outlet_may_say_that_all_its_pages_do():
    class ScriptedPage(IraqiNewsPage):
        render = True

    assert needs_script(STORY.page(), ScriptedPage)


def test_a_live_blog_does_whose_pager_has_no_link():
    linked = LIVE_PAGE.replace(
        b'<li class="pager__item"></li>', b'<li class="pager__item"><a href="?page=1">More</a></li>'
    )

    assert needs_script(LIVE_PAGE, MiddleEastEyePage, LIVE)
    assert linked != LIVE_PAGE
    assert not needs_script(linked, MiddleEastEyePage, LIVE)


@pytest.mark.parametrize(
    ("pager", "needs"),
    [
        ('<div class="pager"><button>Show more</button></div>', True),
        ('<div class="pager"><button>Show more</button><a href="/news?page=1" rel="next">2</a></div>', False),
        ("", False),
    ],
    ids=["a button", "a link", "neither"],
)
def test_a_listing_does_that_goes_on_by_a_button_alone(pager, needs):
    body = f"<html><body>{TILE}{pager}</body></html>".encode()
    url = "https://www.example.org/news"

    assert LISTING.needs_script(body, LISTING.read(body, url), url) is needs


@pytest.mark.parametrize(
    ("url", "needs"), [("https://www.example.org/news", True), ("https://www.example.org/news?page=3", False)]
)
def test_a_listing_without_any_item_does_unless_it_is_the_end_of_one(url, needs):
    body = b'<html><body><div id="root"></div><script src="a.js"></script></body></html>'

    assert LISTING.needs_script(body, LISTING.read(body, url), url) is needs
