"""The feeds, held against the rules of RFC 4287, RSS 2.0 and JSON Feed 1.1."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import feedparser
import msgspec
import pytest
from lxml import etree

from newscrawl.items import Image
from newscrawl.topics import feeds
from newscrawl.topics.card import Card, Copy, Story
from newscrawl.topics.catalogue import Catalogue
from tests.dataset import BEGIN, story
from tests.topics.formats import A, check_atom, check_json_feed, check_rss
from tests.topics.record import append


def writer(write):
    """Cards to the bytes of a file."""

    def written(title, cards, *, whole_text=False, **given):
        entries = [feeds.entry_of(card, whole_text=whole_text) for card in cards]
        return write(feeds.feed_of(title, entries, **given))

    return written


atom, rss, json_feed = map(writer, (feeds.atom, feeds.rss, feeds.json_feed))
PAGE, ADDRESS = "https://news.example.org/topics/cjtf-oir/", "https://news.example.org/topics/cjtf-oir.atom"
HOSTILE = "<script>alert('1')</script> & \"]]>\x00\x0b\x1b[31m\ud800\uffff\u202e&amp;<!--"
SEEN = "<script>alert('1')</script> & \"]]>[31m\u202e&amp;<!--"


def shown(item, **changes):
    fields = {name: getattr(item, name) for name in Story.__dataclass_fields__}
    return Story(**{**fields, **changes})


def card(number=1, *, days=0, **changes):
    return Card(story=shown(story("one", number, "The opening.\n\nThe rest.", days=days), **changes))


def hostile():
    nasty = ("headline", "description", "dateline", "outlet", "outlet_name", "body", "id")
    fields = dict.fromkeys(nasty, HOSTILE)
    lists = {name: [HOSTILE, "\x00"] for name in ("authors", "topics", "sections")}
    image = Image(url=f"https://one.example.org/{HOSTILE}.png")
    url = f'https://one.example.org/ "<>\\^`{{|}}{HOSTILE}'
    story = card(**fields, **lists, url=url, image=image, language="ar").story
    copy = Copy(id=HOSTILE, outlet="two", outlet_name=HOSTILE, url=url, headline=HOSTILE, published_at=BEGIN)
    return Card(story=story, also_in=[copy], updates=[story])


def misleading():
    """A card whose addresses and language are none."""
    script = "javascript:alert(document.domain)"
    image = Image(url=script)
    story = card(4, url=script, image=image, language='en" onload="alert(1)').story
    copy = Copy(id="two:4", outlet="two", outlet_name="Two", url=script, headline="Theirs", published_at=BEGIN)
    return Card(story=story, also_in=[copy])


FULL = Card(
    story=card(
        1,
        days=2,
        description="The standfirst.",
        dateline="Baghdad",
        authors=["A. Writer", "Agency"],
        topics=["CJTF-OIR", "ISIS"],
        language="en",
        image=Image(url="https://one.example.org/picture.jpg"),
        revision=2,
        modified_at=BEGIN + timedelta(days=3),
    ).story,
    also_in=[
        Copy(
            id="two:1",
            outlet="two",
            outlet_name="Two",
            url="https://two.example.org/1?a&b",
            headline="Theirs",
            published_at=BEGIN + timedelta(days=2.5),
        )
    ],
)
ARABIC = card(2, days=1, headline="عنوان", body="نص أول.\n\nنص ثان.", language="ar")
PLAIN = card(3, language="und")
CARDS = [FULL, ARABIC, PLAIN]
CHECKS = {atom: check_atom, rss: check_rss, json_feed: check_json_feed}


@pytest.mark.parametrize("write", CHECKS)
@pytest.mark.parametrize("cards", [CARDS, [], [hostile(), misleading()]], ids=["whole", "empty", "hostile"])
@pytest.mark.parametrize("where", [{}, {"page": PAGE, "own_address": ADDRESS}], ids=["anywhere", "at-an-address"])
@pytest.mark.parametrize("whole_text", [False, True])
def test_a_feed_keeps_the_rules_of_its_format(write, cards, where, whole_text):
    CHECKS[write](write(f"News {HOSTILE}", cards, whole_text=whole_text, **where))


@pytest.mark.parametrize("write", [atom, rss])
def test_feedparser_reads_what_was_written(write):
    read = feedparser.parse(write("Latest news with #CJTF-OIR", CARDS, page=PAGE, own_address=ADDRESS))

    assert (read.bozo, read.version) == (False, {atom: "atom10", rss: "rss20"}[write])
    assert (read.feed.title, read.feed.link) == ("Latest news with #CJTF-OIR", PAGE)
    assert ADDRESS in [link.href for link in read.feed.links if link.rel == "self"]
    first, second, third = read.entries
    assert (first.title, first.link) == ("A headline", "https://one.example.org/1")
    assert [author.name for author in first.authors if author] in (["A. Writer", "Agency"], ["A. Writer"])
    assert [tag.term for tag in first.tags] == ["CJTF-OIR", "ISIS"]
    assert first.published_parsed[:5] == (2025, 7, 3, 12, 0)
    assert first.updated_parsed[:5] == (2025, 7, 4, 12, 0)
    assert first.summary == "The standfirst."
    assert "<p>Baghdad – The opening.</p>" in first.content[0].value
    assert '<p>Also in <a href="https://two.example.org/1?a&amp;b">Two</a></p>' in first.content[0].value
    assert (second.title, second.summary) == ("عنوان", "نص أول.")
    assert '<div dir="rtl" lang="ar"><p>نص أول.</p></div>' in second.content[0].value.replace(
        'lang="ar" dir="rtl"', 'dir="rtl" lang="ar"'
    )
    assert third.author == "Outlet"


def test_json_feed_holds_the_same():
    feed = json.loads(json_feed("Latest news with #CJTF-OIR", CARDS, page=PAGE, own_address=ADDRESS))

    assert (feed["title"], feed["home_page_url"], feed["feed_url"]) == ("Latest news with #CJTF-OIR", PAGE, ADDRESS)
    first, second, third = feed["items"]
    assert first == {
        "id": first["id"],
        "url": "https://one.example.org/1",
        "title": "A headline",
        "summary": "The standfirst.",
        "content_html": '<div lang="en" dir="ltr"><p><strong>The standfirst.</strong></p><p>Baghdad – The opening.</p>'
        '</div><p>Also in <a href="https://two.example.org/1?a&amp;b">Two</a></p>',
        "image": "https://one.example.org/picture.jpg",
        "date_published": "2025-07-03T12:00:00Z",
        "date_modified": "2025-07-04T12:00:00Z",
        "authors": [{"name": "A. Writer"}, {"name": "Agency"}],
        "tags": ["CJTF-OIR", "ISIS"],
        "language": "en",
    }
    assert second["language"] == "ar"
    assert "language" not in third
    assert third["content_html"] == '<div dir="auto"><p>The opening.</p></div>'


@pytest.mark.parametrize("write", CHECKS)
def test_the_whole_text_stands_there_only_where_it_is_asked_for(write):
    assert b"The opening." in write("News", [FULL])
    assert b"The rest." not in write("News", [FULL])
    assert b"The rest." in write("News", [FULL], whole_text=True)


@pytest.mark.parametrize("write", CHECKS)
def test_a_story_in_one_paragraph_is_cut_and_a_heading_is_no_opening(write):
    long = [card(5, body="The river " + "rose and " * 450 + "fell.", description=None)]
    content = write("News", long)
    assert b"rose and" in content
    assert b"fell." not in content
    assert len(content) < 4000, "neither in the summary"
    assert b"fell." in write("News", long, whole_text=True)

    blog = [card(6, body="Key points\n\nThe river rose on Monday night.\n\nThen it fell.")]
    content = write("News", blog)
    assert b"The river rose on Monday night." in content
    assert b"Key points" not in content
    assert b"it fell" not in content


@pytest.mark.parametrize("write", CHECKS)
def test_ids_stay_whatever_becomes_of_the_story_and_the_feed(write):
    def id_(card, **where):
        told = feedparser.parse(write("News", [card], **where)).entries
        return told[0].id if told else json.loads(write("News", [card], **where))["items"][0]["id"]

    changed = replace(FULL.story, headline="Another", url="https://one.example.org/moved", revision=3)
    assert id_(FULL) == id_(Card(story=changed), page=PAGE)
    assert id_(FULL) != id_(PLAIN)
    assert write("News", CARDS) == write("News", CARDS)


def test_an_entrys_id_stays_whichever_stories_come_to_stand_on_its_card(tmp_path):
    def ids(*clusters):
        with Catalogue.open(tmp_path, clusters=clusters) as catalogue:
            return {card.story.id: feeds.entry_of(card).id for card in catalogue.cards()}

    later, hour = story("two", 1, "Text.", days=2), timedelta(hours=1)
    append(tmp_path, later)
    alone = ids()["two:1"]
    # What was published earlier, and is read later, is at the head of the card from then on.
    append(tmp_path, story("one", 1, "Text.", days=1, crawled_at=later.crawled_at + hour))
    assert ids(["one:1", "two:1"]) == {"one:1": alone}
    append(tmp_path, replace(later, revision=2, crawled_at=later.crawled_at + 2 * hour, content_hash="2" * 64))
    assert ids(["one:1", "two:1"]) == {"one:1": alone}
    # They turn out to be two stories.
    apart = ids()
    assert apart["two:1"] == alone
    assert apart["one:1"] != alone


def test_a_feeds_id_stays_whatever_its_title_and_addresses_become():
    def ids(title, **given):
        return etree.fromstring(atom(title, CARDS, **given)).findtext(f"{A}id")

    assert ids("#Basra", feed_id="topic basra") == ids("#BASRA", feed_id="topic basra", page=PAGE, own_address=ADDRESS)
    assert len({ids("#Basra", feed_id=id_) for id_ in ("topic basra", "topic mosul", None)}) == 3
    assert ids("#Basra", page=PAGE) == ids("#BASRA", page=PAGE)


def test_only_addresses_of_the_web_are_links_and_they_are_whole():
    feed = etree.fromstring(atom("News", [misleading()], page="javascript:alert(1)", own_address="feed.atom"))
    assert list(feed.iter(f"{A}link")) == []
    assert b"javascript" not in rss("News", [misleading()]) + json_feed("News", [misleading()])
    told = json.loads(json_feed("News", [misleading()]))["items"][0]
    assert told["content_html"] == '<div dir="auto"><p>The opening.</p></div><p>Also in Two</p>'

    strange = card(7, url="https://one.example.org/50%/ä [1]?q=[a]&b=%C3%A4#a#b%20c").story
    feed = etree.fromstring(atom("News", [Card(story=strange)]))
    assert feed.find(f".//{A}link").get("href") == (
        "https://one.example.org/50%25/%C3%A4%20%5B1%5D?q=%5Ba%5D&b=%C3%A4#a%23b%20c"
    )


def test_markup_stays_text_and_what_xml_cannot_hold_is_left_out():
    for write in (atom, rss):
        entry = etree.fromstring(write("News", [hostile()]))
        assert [title.text for title in entry.iter("title", f"{A}title")][1] == SEEN
        assert entry.xpath("count(//*[local-name() = 'script'])") == 0
    read = feedparser.parse(atom("News", [hostile()]), sanitize_html=False).entries[0]
    told = json.loads(json_feed("News", [hostile()]))["items"][0]
    assert told["title"] == SEEN
    for html in (read.content[0].value, told["content_html"]):
        page = etree.HTML(html)
        assert page.xpath("//script") == []
        assert page.xpath("//@*[starts-with(name(), 'on')]") == []
        assert SEEN in "".join(page.itertext())
    # Lone surrogates cannot come out of a JSON file, so that they are tried here.
    assert "\ud800" not in msgspec.json.decode(json_feed(HOSTILE, [hostile()]))["title"]


def test_a_live_blogs_entry_is_as_new_as_its_newest_update():
    update = card(4, days=9).story
    blog = Card(story=PLAIN.story, updates=[update])

    entry = json.loads(json_feed("News", [blog]))["items"][0]
    assert (entry["date_published"], entry["date_modified"]) == ("2025-07-01T12:00:00Z", "2025-07-10T12:00:00Z")
    feed = etree.fromstring(atom("News", [blog]))
    assert datetime.fromisoformat(feed.findtext(f"{A}updated")) == BEGIN + timedelta(days=9)


def test_times_before_the_year_1000_are_written_in_full():
    early = card(5, published_at=datetime(1, 1, 1, tzinfo=UTC))

    check_atom(atom("News", [early]))
    check_rss(rss("News", [early]))
    assert json.loads(json_feed("News", [early]))["items"][0]["date_published"] == "0001-01-01T00:00:00Z"
