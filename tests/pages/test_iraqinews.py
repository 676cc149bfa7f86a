"""Iraqi News: what its feed holds, and what its eras left in the pages."""

import re
from datetime import UTC, datetime
from pathlib import Path

import feedparser
import pytest

from newscrawl.items import Draft
from newscrawl.pages.iraqinews import IraqiNewsPage

NOW = datetime(2026, 1, 24, tzinfo=UTC)
REAL_FEED = Path(__file__).parents[3] / "shared" / "data" / "iraqinews-feed-2025-04-22.xml"


def read(body, **fields):
    draft = Draft(layer="feed", headline="A headline", body_html=body, **fields)
    return IraqiNewsPage.from_draft(draft, url="https://www.iraqinews.com/iraq/a-headline/", date=NOW)


@pytest.fixture(scope="module")
def feed():
    if not REAL_FEED.exists():
        pytest.skip("the real feed of 22 April 2025 is evidence beside the project, not part of it, and is not here")
    return feedparser.parse(REAL_FEED.read_bytes(), sanitize_html=False).entries


@pytest.fixture(scope="module")
def articles(feed):
    return [
        IraqiNewsPage.from_draft(
            Draft(
                layer="feed",
                url=entry.link,
                site_id=entry.id.partition("?p=")[2],
                headline=entry.title,
                description=entry.summary,
                body_html=entry.content[0].value,
                authors=[entry.author],
                sections=[entry.tags[0].term],
                topics=[tag.term for tag in entry.tags[1:]],
                published=entry.published,
            ),
            url=entry.link,
            date=datetime(2025, 4, 22, 22, tzinfo=UTC),
        )
        for entry in feed
    ]


def test_every_story_of_the_real_feed_is_whole(feed, articles):
    """Counted without the reader: the paragraphs between the tags, less the feed's own last one and the dateline."""
    for entry, article in zip(feed, articles, strict=True):
        marked_up = re.findall(r"<p>(.*?)</p>", entry.content[0].value, re.DOTALL)[:-1]
        wanted = [len(re.sub(r"<[^>]+>", "", text).split()) for text in marked_up]
        found = [len(text.split()) for text in article.body.split("\n\n")]
        assert found[1:] == wanted[1:]
        assert wanted[0] - found[0] == (2 if article.authors == ["AFP"] else 3) + (article.dateline.count(" "))


def test_nothing_of_the_feed_s_own_is_in_the_texts(articles):
    for article in articles:
        assert not re.search(r"appeared first on|IraqiNews\.com|&#|<", article.body)
        assert article.description is None


def test_fields_of_the_real_feed_are_exact(articles):
    first = articles[0]
    assert first.id == "iraqinews:209323"
    assert first.url == "https://www.iraqinews.com/sports/iraq-league-update-zawraa-beat-shorta-murad-mohammed/"
    assert first.headline == "Al-Zawra’a seize top spot after dramatic win over Al-Shorta in Iraqi Stars League"
    assert first.published_at == datetime(2025, 4, 22, 21, 13, 39, tzinfo=UTC)
    assert (first.authors, first.sections) == (["Jawad Al-Samarraie"], ["Sports"])
    assert first.topics[:2] == ["Al-Shorta vs Al-Zawra'a 2025", "Al-Zawra'a lead"]
    assert [article.dateline for article in articles] == ["Baghdad"] * 7 + ["Zurich", "Los Angeles", "Baghdad"]
    assert {article.language for article in articles} == {"en"}
    assert len({article.content_hash for article in articles}) == 10


def test_linked_brand_is_taken_with_the_dateline():
    link = '<a href="https://www.iraqinews.com/">IraqiNews.com</a>'
    for opening in (
        f"Baghdad ({link}) – ",
        f"Baghdad ({link} – ",
        f"Baghdad (<b>{link}</b>)&nbsp;&#8211; ",
        "Baghdad ( – ",
    ):
        article = read(f"<p>{opening}The dinar fell, a dealer told IraqiNews.com that day.</p>")
        assert (article.dateline, article.body) == ("Baghdad", "The dinar fell, a dealer told IraqiNews.com that day.")


def test_a_dateline_in_a_paragraph_of_its_own_is_taken_too():
    article = read("<p>Baghdad (IraqiNews.com) –</p><p>The dinar fell.</p>")
    assert (article.dateline, article.body) == ("Baghdad", "The dinar fell.")


def test_joomla_s_leavings_are_gone():
    article = read(
        "<p>Multithumb found errors on this page:<br>There was a problem loading image 'x.jpg'</p>"
        '<p><img src="x.jpg" alt="A headline" title="The bridge at Kut"><br>The bridge at Kut</p>'
        "<p>The bridge at Kut</p><p>BABEL / IraqiNews.com: It opened on Monday.<br /><br />It cost much.</p>"
        "<p>RM (TS)/SR 3 Number of Reads:163</p>"
    )
    assert (article.dateline, article.body) == ("BABEL", "It opened on Monday.\n\nIt cost much.")


def test_a_story_of_the_news_agency_keeps_its_name():
    article = read("<p>Iraqi News Agency (INA) said on Monday that rain was near.</p>")
    assert (article.dateline, article.body) == (None, "Iraqi News Agency (INA) said on Monday that rain was near.")
