from datetime import UTC, datetime

import pytest

from newscrawl.items import Follow, Lead
from newscrawl.sources import Listing, SourceError

URL = "https://www.middleeasteye.net/news"
NEWS = Listing(
    "/news",
    item=".mee-article-tile, .main-article-wrapper",
    link="a.mee-tile-title, .main-article-title a",
    next=".pager__item a",
)
PAGE = b"""<!DOCTYPE html><html><head><title>News</title></head><body>
<div class="main-article-wrapper"><a href="/news/dam"><img src="/d.jpg"></a>
  <div class="main-article-topic"><a href="/topics/water">Water</a></div>
  <h2 class="main-article-title"><a href="/news/dam">Engineers
     inspect <em>the</em> dam</a></h2></div>
<div class="views-rows">
 <div class="mee-article-tile mee-article-tile-type--story mee-article-tile-image">
  <div class="mee-tile-image"><img src="/sites/default/files/f.jpg"></div>
  <a class="mee-tile-title" href="/news/ferry?utm_source=home" aria-label="A ferry sails again"><span>A ferry</span></a>
  <div class="mee-tile-main"><div class="mee-tile-topic"><a href="/topics/sea">Sea</a></div></div></div>
 <div class="mee-article-tile"><a class="mee-tile-title" href="https://acquiaprod.middleeasteye.net/News/Trams/">Trams</a></div>
 <div class="mee-article-tile"><a class="mee-tile-title" href="/news/dam#comments">Once more</a></div>
</div><ul class="pager"><li class="pager__item"><a href="?page=1" title="Go to next page">Show more</a></li></ul>
</body></html>"""


def html(inside: str) -> bytes:
    return f"<!DOCTYPE html><html><body>{inside}</body></html>".encode()


def test_each_item_is_a_lead_once_with_its_title():
    batch = NEWS.read(PAGE, URL)
    assert batch.leads == [
        Lead(url="https://www.middleeasteye.net/news/dam", title="Engineers inspect the dam"),
        Lead(url="https://www.middleeasteye.net/news/ferry?utm_source=home", title="A ferry sails again"),
        Lead(url="https://acquiaprod.middleeasteye.net/News/Trams/", title="Trams"),
    ]
    assert batch.left_out == {}


def test_the_pager_gives_the_next_page():
    assert NEWS.read(PAGE, URL).follow == [Follow(url="https://www.middleeasteye.net/news?page=1")]


def test_the_item_itself_may_be_the_link():
    listing = Listing("/", item="a.story", link="a.story")
    batch = listing.read(html('<a class="story" href="/a">A</a><p><a class="story" href="/b"><b>B</b></a></p>'), URL)
    assert [(lead.url[-2:], lead.title) for lead in batch.leads] == [("/a", "A"), ("/b", "B")]


def test_title_and_date_have_places_of_their_own():
    listing = Listing("/", item="li", link="a", title="h3", date="time, .date")
    batch = listing.read(
        html(
            '<ul><li><a href="/a">Read more</a><h3>Rain</h3>'
            '<time datetime="2025-06-06T11:33:00+01:00">Friday</time></li>'
            '<li><a href="/b">Read more</a><h3>Sun</h3><span class="date">Fri, 06 Jun 2025 10:33:00 GMT</span></li>'
            '<li><a href="/c">Read more</a><span class="date">12 hours ago</span></li></ul>'
        ),
        URL,
    )
    assert [(lead.title, lead.published_at) for lead in batch.leads] == [
        ("Rain", datetime(2025, 6, 6, 10, 33, tzinfo=UTC)),
        ("Sun", datetime(2025, 6, 6, 10, 33, tzinfo=UTC)),
        (None, None),
    ]


def test_links_are_resolved_against_the_pages_base():
    body = b"<html><head><base href='/archive/'></head><body><p><a href='a'>A</a></p></body></html>"
    assert [lead.url for lead in Listing("/", item="p", link="a").read(body, URL).leads] == [
        "https://www.middleeasteye.net/archive/a"
    ]


def test_an_item_without_an_address_is_left_out_and_counted():
    body = html(
        "<p><b>no link</b></p><p><a>no address</a></p><p><a href='mailto:x@example.org'>mail</a></p>"
        "<p><a href='#'>top</a></p>"
        "<p><a href='/news/a'>A</a></p>"
    )
    batch = Listing("/news", item="p", link="a").read(body, URL)
    assert [lead.url for lead in batch.leads] == ["https://www.middleeasteye.net/news/a"]
    assert batch.left_out == {"no address": 4}


PAGER = "<p><a href='/news/a'>A</a></p><ul>{}</ul>"


def following(pager: str, url: str) -> list[str]:
    listing = Listing("/news", item="p", link="a", next=".pager__item a")
    return [follow.url for follow in listing.read(html(PAGER.format(pager)), url).follow]


def test_of_a_full_pager_the_page_after_this_one_is_next():
    pages = "".join(f"<li class='pager__item'><a href='?page={n}'>{n}</a></li>" for n in (0, 1, 0, 1, 2, 3, 9))
    assert following(pages, f"{URL}?page=1") == [f"{URL}?page=2"]
    assert following(pages, URL) == [f"{URL}?page=1"]
    assert following(pages, f"{URL}?page=9") == []


def test_a_link_that_says_next_is_next():
    pages = "".join(
        f"<li class='pager__item'><a {link}</a></li>" for link in ("href='/older/7'>7", "rel='next' href='/older/8'>8")
    )
    assert following(pages, URL) == ["https://www.middleeasteye.net/older/8"]


def test_wordpresss_page_paths_count_too():
    pages = "".join(f"<li class='pager__item'><a href='/iraq/page/{n}/'>{n}</a></li>" for n in (1, 2, 4))
    assert following(pages, "https://www.iraqinews.com/iraq/page/2/") == ["https://www.iraqinews.com/iraq/page/4/"]


@pytest.mark.parametrize("href", ["/news", "#top", "", "javascript:more()", "?page=0"])
def test_a_next_page_that_is_this_one_is_none(href):
    assert following(f"<li class='pager__item'><a href='{href}'>more</a></li>", URL) == []


def test_a_page_without_items_is_an_empty_batch_without_a_next_page():
    batch = NEWS.read(html('<ul class="pager"><li class="pager__item"><a href="?page=8">Show more</a></li></ul>'), URL)
    assert (batch.leads, batch.follow, batch.left_out) == ([], [], {})


def test_the_encoding_is_the_headers_or_the_pages_own():
    words = "<p><a href='/a'>Été à Tunis</a></p>"
    listing = Listing("/", item="p", link="a")
    named = listing.read(html(words).decode().encode("latin-1"), URL, {"content-type": "text/html; charset=iso-8859-1"})
    meta = listing.read(b"<html><meta charset='windows-1252'>" + words.encode("windows-1252"), URL)
    assert [batch.leads[0].title for batch in (named, meta, listing.read(html(words), URL))] == ["Été à Tunis"] * 3


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "not a listing: nothing where HTML was promised"),
        (b'{"data": []}', "not a listing: JSON where HTML was promised"),
        (b"<?xml version='1.0'?><rss version='2.0'/>", "not a listing: XML where HTML was promised"),
        (b"%PDF-1.7 x", "not a listing: text where HTML was promised"),
    ],
)
def test_what_is_no_page_is_said(body, reason):
    with pytest.raises(SourceError) as error:
        NEWS.read(body, URL)
    assert str(error.value) == reason


@pytest.mark.parametrize(
    "bomb",
    [b"<div>" * 200_000, b"".join(b"<p><i x=%d>" % number for number in range(10_000))],
    ids=["nesting", "unclosed formatting"],
)
def test_markup_that_would_take_the_parser_minutes_is_refused(bomb):
    with pytest.raises(SourceError, match="not read: "):
        NEWS.read(b"<html><body>" + bomb, URL)


def test_a_page_of_a_few_unclosed_tags_is_read():
    body = b"<html><body>" + b"<p><b>" * 50 + PAGE
    assert len(NEWS.read(body, URL).leads) == 3
