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


BODY = "The dinar fell on Sunday.\n\nIt rose on Monday."


def around(*lines):
    """The story with further elements between its two paragraphs."""
    return read(f"<p>The dinar fell on Sunday.</p>{''.join(lines)}<p>It rose on Monday.</p>").body


@pytest.mark.parametrize(
    "line",
    [
        '<p style="display:none">For machines.</p>',
        "<h4>Related articles:</h4><ul><li><a href=/a>One</a></li><li><a href=/b>Two</a></li></ul>",
        "<p>Read also</p><ol><li><a href=/a>One</a></li></ol>",
        '<div class="share"><p>Share</p></div>',
        '<div class="OUTBRAIN"><p>Buy</p></div>',
        '<div id="taboola-below"><p>Buy</p></div>',
        '<div class="twitter-tweet"><p>It fell!</p></div>',
    ],
)
def test_what_stands_between_two_paragraphs_and_is_none_leaves_no_trace(line):
    assert around(line) == BODY


def test_a_list_that_no_line_heads_as_other_stories_stays():
    assert around("<p>Rates:</p><ul><li>Selling</li></ul>") == (
        "The dinar fell on Sunday.\n\nRates:\n\n- Selling\n\nIt rose on Monday."
    )


@pytest.mark.parametrize("byline", ["By Amr Salem", "BY AMR SALEM", "By AFP", "By Amr al-Azm and Hala Karim in Erbil"])
def test_a_byline_above_the_text_is_none_of_it(byline):
    assert read(f"<p>{byline}</p><p>The dinar fell.</p>").body == "The dinar fell."


@pytest.mark.parametrize(
    "line",
    ["By Monday the dinar had fallen", "By the river", "Reporting by journalists is hard, the union said."],
)
def test_a_line_that_only_begins_like_a_byline_stays(line):
    assert read(f"<p>{line}</p><p>The dinar fell.</p>").body == f"{line}\n\nThe dinar fell."


def test_who_reported_and_edited_is_no_text():
    assert read("<p>It fell.</p><p>Reporting by Amr Salem in Erbil; editing by Hala Karim</p>").body == "It fell."


def test_a_text_in_a_broken_encoding_is_kept_as_the_page_shows_it():
    assert read("<p>Itâ€™s the dinarâ€™s day.</p>").body == "Itâ€™s the dinarâ€™s day."


def test_who_is_quoted_stands_on_a_line_of_its_own():
    for quoted in (
        "<blockquote>We wait.<cite>Ali, driver</cite></blockquote>",
        "<blockquote><p>We wait.</p><footer>Ali, driver</footer></blockquote>",
    ):
        assert read(quoted).body == "We wait.\n\nAli, driver"
    book = "<blockquote><p>He read <cite>The Republic</cite> aloud.</p></blockquote>"
    assert read(book).body == "He read The Republic aloud."


def test_the_mark_of_a_footnote_changes_no_figure():
    for mark in (
        '<sup><a href="#fn1">1</a></sup>',
        '<sup class="fn" data-fn="x"><a href="#x">1</a></sup>',
        '<a href="#_ftn1">[1]</a>',
    ):
        assert read(f"<p>It rose to 40{mark}.</p>").body == "It rose to 40."
    assert read("<p>It covers 40 m<sup>2</sup>.</p>").body == "It covers 40 m2."


def test_lines_of_what_is_preformatted_stay_lines():
    assert read("<pre>O river\n  O bridge\n\nO boat</pre>").body == "O river\nO bridge\n\nO boat"
