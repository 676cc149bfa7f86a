import json
from zoneinfo import ZoneInfo

import pytest

from newscrawl.items import Draft
from newscrawl.pages.article_page import Outlet
from newscrawl.pages.shortened import shortened
from newscrawl.pages.wordpress import WordPressPage
from newscrawl.text.urls import Site

OUTLET = Outlet(name="example", title="The Example", zone=ZoneInfo("UTC"), site=Site(host="www.example.org"))
URL = "https://www.example.org/iraq/ferry/"


@pytest.mark.parametrize(
    "end",
    [
        "Subscribe to continue reading this story.",
        "To keep reading, log in or become a subscriber.",
        "Sign in to read the rest.",
        "This article is for subscribers only.",
        "Abonnez-vous pour lire la suite.",
        "Il vous reste 80 % de cet article à lire.",
    ],
)
def test_a_text_that_ends_in_an_offer_is_told(end):
    assert shortened(end) == "the text ends where it asks for a subscription"


@pytest.mark.parametrize(
    "end",
    ["The ferry had […]", "The ferry had [...]", "It was… Continue reading", "It was ... Read more at The Example"],
)
def test_a_text_that_is_cut_off_is_told(end):
    assert shortened(end) == "the text is cut off"


@pytest.mark.parametrize(
    "end",
    [
        "Voters have to register by Friday to take part.",
        "He said he would go on…",
        "Pilgrims must sign up to visit the shrine.",
        "The ministry asked members to continue its work.",
        "The story of the ferry is told in the museum, which is open to subscribers on Mondays.",
    ],
)
def test_a_story_may_speak_of_such_things(end):
    assert shortened(end) is None


@pytest.mark.parametrize(
    ("said", "is_told"), [(False, True), ("False", True), ("http://schema.org/False", True), (True, False)]
)
def test_what_the_page_says_of_itself_is_told(said, is_told):
    node = {"@type": "NewsArticle", "headline": "The last ferry", "isAccessibleForFree": said}
    html = (
        f"<script type='application/ld+json'>{json.dumps(node)}</script>"
        "<h1>The last ferry</h1><div class='entry-content'><p>It stopped on Monday.</p></div>"
    )
    article = WordPressPage(html.encode(), URL, outlet=OUTLET).read()

    assert article.body == "It stopped on Monday."
    assert article.provenance.get("shortened") == (
        "the site says that it is not free (isAccessibleForFree)" if is_told else None
    )


def test_a_source_s_text_may_be_a_teaser():
    draft = Draft(
        layer="rest", headline="The last ferry", body_html="<p>It stopped on Monday, and its owner [&hellip;]</p>"
    )

    assert WordPressPage.from_draft(draft, url=URL, outlet=OUTLET).provenance["shortened"] == "the text is cut off"
