"""The rules of RFC 4287, RSS 2.0 and JSON Feed 1.1.

In: a file's bytes. Out: what they hold, or a failure at what is against the format's rules.
"""

import json
import re
from email.utils import parsedate_to_datetime
from pathlib import Path

from lxml import etree

A = "{http://www.w3.org/2005/Atom}"
DC = "{http://purl.org/dc/elements/1.1/}"
SCHEMA = etree.RelaxNG(etree.parse(Path(__file__).with_name("atom.rng")))
IRI = re.compile(r"[a-z][a-z0-9+.-]*:[^\s<>\"{}|\\^`]+", re.ASCII)
RFC3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
LANGUAGE = re.compile("[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*")


def check_atom(content):
    """The schema, and what it cannot say."""
    feed = etree.fromstring(content)
    SCHEMA.assertValid(feed)
    entries = feed.findall(f"{A}entry")
    ids = [entry.findtext(f"{A}id") for entry in entries]
    assert len({*ids, feed.findtext(f"{A}id")}) == len(ids) + 1
    for element in [feed, *entries]:
        links = [(link.get("rel"), link.get("type"), link.get("hreflang")) for link in element.findall(f"{A}link")]
        assert len(set(links)) == len(links)
        assert all(IRI.fullmatch(link.get("href")) for link in element.findall(f"{A}link")), "absolute"
        assert all(link.get("href").startswith("https://") for link in element.findall(f"{A}link"))
    for entry in entries:
        assert entry.findall(f"{A}author"), "the feed has none for all"
        assert entry.find(f"{A}content").get("type") == "html"
        assert entry.findtext(f"{A}summary"), "readers show it"
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
        for name in ("title", "guid", "pubDate", "description"):
            assert len(item.findall(name)) == 1
        assert all(IRI.fullmatch(link.text) for link in item.findall("link"))
        assert item.find("guid").get("isPermaLink") == "false", "it is no address"
        assert re.fullmatch(r"[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT", item.findtext("pubDate"))
        assert item.find("author") is None, "it would have to be an e-mail address"
        assert item.findall(f"{DC}creator")
        assert all(LANGUAGE.fullmatch(language.text) for language in item.findall(f"{DC}language"))
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
        assert all(item[name].startswith("https://") for name in ("url", "image") if name in item)
        assert all(RFC3339.fullmatch(item[name]) for name in ("date_published", "date_modified") if name in item)
        assert all(author["name"] for author in item["authors"])
        assert item.get("tags") != []
        assert LANGUAGE.fullmatch(item.get("language", "und"))
    return feed
