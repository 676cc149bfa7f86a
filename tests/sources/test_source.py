from datetime import UTC, datetime

import pytest

from newscrawl.sources import Feed, Listing, Sitemap, SourceError, WordPressRest
from newscrawl.sources.source import address, moment, page_number, plain, with_parameter

BASE = "https://www.iraqinews.com/iraq/"


@pytest.mark.parametrize(
    ("root", "path", "first"),
    [
        ("https://www.iraqinews.com/", "/feed/", "https://www.iraqinews.com/feed/"),
        ("https://www.iraqinews.com", "feed/", "https://www.iraqinews.com/feed/"),
        ("http://127.0.0.1:8081/blog/", "/feed/", "http://127.0.0.1:8081/blog/feed/"),
        ("https://www.iraqinews.com/", "https://feeds.example.org/x", "https://feeds.example.org/x"),
    ],
)
def test_the_first_address_stands_under_the_root_unless_it_is_absolute(root, path, first):
    assert Feed(path).first(root) == first


def test_each_source_says_what_it_is():
    assert Feed("/rss").label == "feed /rss"
    assert Sitemap().label == "sitemap /sitemap.xml"
    assert Listing("/news", item="li", link="a").label == "listing /news"
    assert WordPressRest().label == "REST /wp-json/wp/v2/posts"


def test_rest_alone_holds_texts_of_every_page_of_an_article():
    held = [WordPressRest(), Feed(whole_text=True), Feed(), Sitemap(), Listing("/", item="li", link="a")]
    assert [source.holds_text for source in held] == [True, False, False, False, False]


def test_a_source_error_is_a_value_error_with_a_sentence():
    with pytest.raises(ValueError, match="not a feed: nothing where XML was promised"):
        Feed().read(b"", BASE)
    assert issubclass(SourceError, ValueError)


@pytest.mark.parametrize(
    ("href", "url"),
    [
        ("https://www.iraqinews.com/Iraq/A?utm_source=x#top", "https://www.iraqinews.com/Iraq/A?utm_source=x#top"),
        ("/sports/cup/", "https://www.iraqinews.com/sports/cup/"),
        (" story/\n", "https://www.iraqinews.com/iraq/story/"),
        ("//cdn.example.org/a", "https://cdn.example.org/a"),
        ("/iraq/كركوك/", "https://www.iraqinews.com/iraq/كركوك/"),
        ("mailto:desk@example.org", None),
        ("javascript:void(0)", None),
        ("tag:example.org,2025:1", None),
        ("ftp://example.org/a", None),
        ("http://", None),
        ("http://[broken", None),
        ("https://example.org:port/", None),
        ("", None),
        (None, None),
    ],
)
def test_addresses_are_absolute_http_and_otherwise_as_written(href, url):
    assert address(href, BASE) == url


@pytest.mark.parametrize(
    ("raw", "hour"),
    [
        ("Fri, 06 Jun 2025 10:33:00 +0000", 10),
        ("Fri, 06 Jun 2025 10:33:00 -0000", 10),
        ("Fri, 06 Jun 2025 13:33:00 +0300", 10),
        ("6 June 2025 10:33 GMT", 10),
        ("2025-06-06T10:33:00Z", 10),
        ("2025-06-06T13:33+03:00", 10),
        (" 2025-06-06T10:33:00.000Z ", 10),
    ],
)
def test_a_date_with_a_zone_is_read_as_utc(raw, hour):
    assert moment(raw) == datetime(2025, 6, 6, hour, 33, tzinfo=UTC)


@pytest.mark.parametrize(
    "raw",
    [
        None,
        "",
        "2025-06-06T10:33:00",
        "2025-06-06",
        "Fri, 06/06/2025 - 11:33",
        "12 hours ago",
        "0000-00-00T00:00:00Z",
        "Mon, 30 Nov -0001 00:00:00 +0000",
        "1970-01-01T00:00:00Z",
        "9999-12-31T23:59:59-12:00",
        "Fri, 99 Jun 99999999999 10:33:00 +0000",
        ",",
    ],
)
def test_a_date_without_a_zone_or_sense_is_none(raw):
    assert moment(raw) is None


def test_a_title_becomes_plain_text():
    assert plain("Al-Zawra&#8217;a <em>win</em>\n 2 &lt; 3 &amp; 4") == "Al-Zawra’a win 2 < 3 & 4"
    assert plain("Dinar below 5 < 6") == "Dinar below 5 < 6"
    assert plain("<p> </p>") is None


def test_a_page_number_changes_in_its_place():
    rest = "https://x.org/?rest_route=/wp/v2/posts&per_page=100&page=9&_embed=author,wp:term"
    assert page_number(rest, "page") == 9
    assert with_parameter(rest, "page", 10) == rest.replace("&page=9", "&page=10")
    assert page_number("https://x.org/feed/", "paged") is None
    assert with_parameter("https://x.org/feed/", "paged", 2) == "https://x.org/feed/?paged=2"
