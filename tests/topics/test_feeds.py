"""The feeds, held against the rules of RFC 4287, RSS 2.0 and JSON Feed 1.1."""

import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import feedparser
import msgspec
import pytest
from lxml import etree

from newscrawl.items import Image
from newscrawl.topics.card import Card, Copy, Story
from newscrawl.topics.feeds import atom, json_feed, rss
from tests.dataset import BEGIN, story

A = "{http://www.w3.org/2005/Atom}"
DC = "{http://purl.org/dc/elements/1.1/}"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
IRI = re.compile(r"[a-z][a-z0-9+.-]*:[^\s<>\"{}|\\^`]+", re.ASCII)
RFC3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
PAGE, ADDRESS = "https://news.example.org/topics/cjtf-oir/", "https://news.example.org/topics/cjtf-oir.atom"
HOSTILE = "<script>alert('1')</script> & \"]]>\x00\x0b\x1b[31m\ud800\uffff\u202e&amp;<!--"
SEEN = "<script>alert('1')</script> & \"]]>[31m\u202e&amp;<!--"


def shown(item, **changes):
    fields = {name: getattr(item, name) for name in Story.__dataclass_fields__}
    return Story(**{**fields, **changes})


def card(number=1, *, days=0, **changes):
    return Card(story=shown(story("one", number, "The opening.\n\nThe rest.", days=days), **changes))


def hostile():
    nasty = ("headline", "description", "dateline", "outlet_name", "body", "id")
    fields = dict.fromkeys(nasty, HOSTILE)
    lists = {name: [HOSTILE, "\x00"] for name in ("authors", "topics", "sections")}
    image = Image(url=f"https://one.example.org/{HOSTILE}.png")
    url = f'https://one.example.org/ "<>\\^`{{|}}{HOSTILE}'
    story = card(**fields, **lists, url=url, image=image, language="ar").story
    copy = Copy(id=HOSTILE, outlet="two", outlet_name=HOSTILE, url=url, headline=HOSTILE, published_at=BEGIN)
    return Card(story=story, also_in=[copy], updates=[story])


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


# --- the formats' rules ---


def check_atom(content):
    """RFC 4287, sections 3 and 4: what must be there, how often, and in what form."""
    feed = etree.fromstring(content)
    assert feed.tag == f"{A}feed"
    for element in [feed, *feed.findall(f"{A}entry")]:
        for name in ("id", "title", "updated"):
            assert len(element.findall(f"{A}{name}")) == 1
        assert IRI.fullmatch(element.findtext(f"{A}id"))
        links = [(link.get("rel"), link.get("type"), link.get("hreflang")) for link in element.findall(f"{A}link")]
        assert len(set(links)) == len(links)
        for link in element.findall(f"{A}link"):
            assert IRI.fullmatch(link.get("href")), "absolute"
            assert link.get("href").startswith("https://")
    entries = feed.findall(f"{A}entry")
    ids = [entry.findtext(f"{A}id") for entry in entries]
    assert len({*ids, feed.findtext(f"{A}id")}) == len(ids) + 1
    for entry in entries:
        assert entry.findall(f"{A}author"), "the feed has none for all"
        assert all(author.findtext(f"{A}name") for author in entry.findall(f"{A}author"))
        assert [link.get("rel") for link in entry.findall(f"{A}link")] == ["alternate"]
        assert len(entry.findall(f"{A}published")) == len(entry.findall(f"{A}content")) == 1
        assert len(entry.findall(f"{A}summary")) == 1
        assert all(category.get("term") for category in entry.findall(f"{A}category"))
        assert entry.find(f"{A}content").get("type") == "html"
    for moment in feed.iter(f"{A}updated", f"{A}published"):
        assert RFC3339.fullmatch(moment.text)
        datetime.fromisoformat(moment.text)
    known = {"feed", "id", "title", "updated", "link", "entry", "author", "name", "published", "category"}
    assert {etree.QName(element).localname for element in feed.iter()} <= known | {"summary", "content"}
    return feed


def check_rss(content):
    """RSS 2.0: the channel's three elements, and of items a title or description, dates and one guid."""
    root = etree.fromstring(content)
    assert (root.tag, root.get("version")) == ("rss", "2.0")
    (channel,) = root
    for name in ("title", "link", "description"):
        assert len(channel.findall(name)) == 1
        assert channel.findtext(name)
    assert IRI.fullmatch(channel.findtext("link"))
    assert parsedate_to_datetime(channel.findtext("lastBuildDate")).tzinfo
    items = channel.findall("item")
    guids = [item.findtext("guid") for item in items]
    assert len(set(guids)) == len(guids)
    for item in items:
        for name in ("title", "link", "guid", "pubDate", "description"):
            assert len(item.findall(name)) == 1
        assert IRI.fullmatch(item.findtext("link"))
        assert item.find("guid").get("isPermaLink") == "false", "it is no address"
        assert re.fullmatch(r"[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT", item.findtext("pubDate"))
        assert item.find("author") is None, "it would have to be an e-mail address"
        assert item.findall(f"{DC}creator")
    plain = {"title", "link", "description", "lastBuildDate", "item", "guid", "pubDate", "category"}
    assert {child.tag for part in (channel, *items) for child in part if child.tag[0] != "{"} <= plain
    return channel


def check_json_feed(content):
    """JSON Feed 1.1: version and title, of items an id and a content; nothing that is null or empty."""
    feed = json.loads(content)
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert isinstance(feed["title"], str)
    assert feed.keys() <= {"version", "title", "home_page_url", "feed_url", "items"}
    ids = [item["id"] for item in feed["items"]]
    assert len(set(ids)) == len(ids)
    known = {"id", "url", "title", "summary", "content_html", "image", "date_published", "date_modified", "authors"}
    for item in feed["items"]:
        assert item.keys() <= known | {"tags", "language"}
        assert None not in item.values()
        assert isinstance(item["id"], str)
        assert item["content_html"]
        assert all(IRI.fullmatch(item[name]) for name in ("url", "image") if name in item)
        assert all(RFC3339.fullmatch(item[name]) for name in ("date_published", "date_modified") if name in item)
        assert all(author["name"] for author in item["authors"])
        assert item.get("tags") != []
    return feed


CHECKS = {atom: check_atom, rss: check_rss, json_feed: check_json_feed}


@pytest.mark.parametrize("write", CHECKS)
@pytest.mark.parametrize("cards", [CARDS, [], [hostile(), PLAIN]], ids=["whole", "empty", "hostile"])
@pytest.mark.parametrize("where", [{}, {"page": PAGE, "address": ADDRESS}], ids=["anywhere", "at-an-address"])
@pytest.mark.parametrize("whole_text", [False, True])
def test_a_feed_keeps_the_rules_of_its_format(write, cards, where, whole_text):
    CHECKS[write](write(f"News {HOSTILE}", cards, whole_text=whole_text, **where))


@pytest.mark.parametrize("write", [atom, rss])
def test_feedparser_reads_what_was_written(write):
    read = feedparser.parse(write("Latest news with #CJTF-OIR", CARDS, page=PAGE, address=ADDRESS))

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
    feed = json.loads(json_feed("Latest news with #CJTF-OIR", CARDS, page=PAGE, address=ADDRESS))

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
def test_ids_stay_whatever_becomes_of_the_story_and_the_feed(write):
    def id_(card, **where):
        told = feedparser.parse(write("News", [card], **where)).entries
        return told[0].id if told else json.loads(write("News", [card], **where))["items"][0]["id"]

    changed = replace(FULL.story, headline="Another", url="https://one.example.org/moved", revision=3)
    assert id_(FULL) == id_(Card(story=changed), page=PAGE)
    assert id_(FULL) != id_(PLAIN)
    assert write("News", CARDS) == write("News", CARDS)


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
