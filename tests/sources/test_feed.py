from datetime import UTC, datetime
from pathlib import Path

import pytest

from newscrawl.items import Draft, Follow, Lead
from newscrawl.sources import Feed, SourceError

URL = "https://www.iraqinews.com/feed/"
REAL = Path(__file__).parents[3] / "shared/data/iraqinews-feed-2025-04-22.xml"
WHOLE = Feed(whole_text=True, sections=1)


def rss(*items: str, head: str = "") -> bytes:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0" '
        'xmlns:content="http://purl.org/rss/1.0/modules/content/" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:atom="http://www.w3.org/2005/Atom" '
        'xmlns:media="http://search.yahoo.com/mrss/">\n<channel><title>Example</title><link>https://www.iraqinews.com</link>'
        f"{head}{''.join(items)}</channel></rss>"
    ).encode()


BRIDGE = """
<item>
  <title>Mosul&#8217;s old bridge opens again</title>
  <link>https://www.iraqinews.com/iraq/mosul-bridge/</link>
  <dc:creator><![CDATA[Amr Salem]]></dc:creator>
  <pubDate>Tue, 22 Apr 2025 21:13:39 +0000</pubDate>
  <category><![CDATA[Iraq]]></category>
  <category><![CDATA[Roads &amp; bridges]]></category>
  <category><![CDATA[الموصل]]></category>
  <guid isPermaLink="false">https://www.iraqinews.com/?p=209400</guid>
  <description><![CDATA[<p>Mosul (IraqiNews.com) – Cars crossed [&#8230;]</p>
<p>The post <a href="https://www.iraqinews.com/iraq/mosul-bridge/">Mosul</a> appeared first on
 <a href="https://www.iraqinews.com">Iraqi News</a>.</p>]]></description>
  <content:encoded><![CDATA[<p>Mosul (<a href="https://www.iraqinews.com">IraqiNews.com</a>) – Cars crossed
 again.</p><p onclick="x()">The 2<sup>nd</sup> span &amp; the ramp follow.</p>]]></content:encoded>
</item>"""


def test_an_entry_gives_its_address_date_and_title_only():
    batch = Feed().read(rss(BRIDGE), URL)
    assert batch.leads == [
        Lead(
            url="https://www.iraqinews.com/iraq/mosul-bridge/",
            published_at=datetime(2025, 4, 22, 21, 13, 39, tzinfo=UTC),
            title="Mosul’s old bridge opens again",
        )
    ]
    assert batch.follow == []
    assert batch.left_out == {}


def test_a_whole_text_feed_gives_the_article_as_the_site_wrote_it():
    (lead,) = WHOLE.read(rss(BRIDGE), URL).leads
    assert lead.draft == Draft(
        layer="feed",
        url="https://www.iraqinews.com/iraq/mosul-bridge/",
        site_id="209400",
        headline="Mosul’s old bridge opens again",
        description=None,
        body_html='<p>Mosul (<a href="https://www.iraqinews.com">IraqiNews.com</a>) – Cars crossed\n again.</p>'
        '<p onclick="x()">The 2<sup>nd</sup> span &amp; the ramp follow.</p>',
        authors=["Amr Salem"],
        sections=["Iraq"],
        topics=["Roads & bridges", "الموصل"],
        published="Tue, 22 Apr 2025 21:13:39 +0000",
    )


def test_without_known_sections_all_categories_are_topics():
    (lead,) = Feed(whole_text=True).read(rss(BRIDGE), URL).leads
    assert (lead.draft.sections, lead.draft.topics) == ([], ["Iraq", "Roads & bridges", "الموصل"])


def test_an_editors_description_is_kept():
    own = BRIDGE.replace("Cars crossed [&#8230;]", "A crossing rebuilt by hand.")
    (lead,) = WHOLE.read(rss(own), URL).leads
    assert "A crossing rebuilt by hand." in lead.draft.description


def test_an_entry_without_a_description_has_none():
    bare = BRIDGE[: BRIDGE.index("<description>")] + BRIDGE[BRIDGE.index("<content:encoded>") :]
    (lead,) = WHOLE.read(rss(bare), URL).leads
    assert lead.draft.description is None
    assert "Cars crossed" in lead.draft.body_html


def test_several_creators_are_several_authors():
    two = BRIDGE.replace("</dc:creator>", "</dc:creator><dc:creator>AFP</dc:creator>")
    (lead,) = WHOLE.read(rss(two), URL).leads
    assert lead.draft.authors == ["Amr Salem", "AFP"]


@pytest.mark.parametrize(
    ("start", "end"), [("<content:encoded>", "</content:encoded>"), ("<pubDate>", "</pubDate>")], ids=["text", "date"]
)
def test_an_entry_without_text_or_date_leaves_the_article_to_its_page(start, end):
    lacking = BRIDGE[: BRIDGE.index(start)] + BRIDGE[BRIDGE.index(end) + len(end) :]
    (lead,) = WHOLE.read(rss(lacking), URL).leads
    assert lead.url == "https://www.iraqinews.com/iraq/mosul-bridge/"
    assert lead.draft is None


def test_a_rendered_node_for_description_is_not_taken_for_text():
    node = """<item><title>A ferry for Tripoli</title><link>https://www.middleeasteye.net/news/ferry</link>
    <description>&lt;span&gt;A ferry for Tripoli&lt;/span&gt; Fri, 06/06/2025 - 11:33 Read More »</description>
    <pubDate>Fri, 06 Jun 2025 10:33:00 +0000</pubDate><guid isPermaLink="false">390001 at https://www.middleeasteye.net</guid>
    </item>"""
    (lead,) = Feed("/rss").read(rss(node), "https://www.middleeasteye.net/rss").leads
    assert lead == Lead(
        url="https://www.middleeasteye.net/news/ferry",
        published_at=datetime(2025, 6, 6, 10, 33, tzinfo=UTC),
        title="A ferry for Tripoli",
    )


def test_a_date_without_a_zone_stays_raw():
    drupal = BRIDGE.replace("Tue, 22 Apr 2025 21:13:39 +0000", "Tue, 04/22/2025 - 21:13")
    (lead,) = WHOLE.read(rss(drupal), URL).leads
    assert lead.published_at is None
    assert lead.draft.published == "Tue, 04/22/2025 - 21:13"


def test_dublin_cores_date_is_the_publication():
    dated = BRIDGE.replace("pubDate>", "dc:date>").replace("Tue, 22 Apr 2025 21:13:39 +0000", "2025-04-22T21:13:39Z")
    (lead,) = WHOLE.read(rss(dated), URL).leads
    assert lead.published_at == datetime(2025, 4, 22, 21, 13, 39, tzinfo=UTC)
    assert lead.modified_at is None


ATOM = b"""<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>x</title>
<link rel="self" href="http://10.0.0.1:9999/feed"/>
<entry><title type="html">Rain &amp;amp; wind</title><link rel="self" href="http://10.0.0.1:9999/1"/>
<link href="/news/rain"/><id>tag:example.org,2025:1</id>
<published>2025-06-06T11:33:00+01:00</published><updated>2025-06-07T08:00:00Z</updated>
<author><name>Sara Ali</name></author><category term="weather" label="Weather"/>
<content type="html">&lt;p&gt;It rained.&lt;/p&gt;</content></entry>
<entry><title>Sun</title><link href="/news/sun"/><updated>2025-06-08T08:00:00Z</updated>
<content type="html">&lt;p&gt;It shone.&lt;/p&gt;</content></entry></feed>"""


def test_atom_is_read_as_well():
    batch = Feed("/atom", whole_text=True).read(ATOM, "https://www.middleeasteye.net/atom")
    rain, sun = batch.leads
    assert rain.url == "https://www.middleeasteye.net/news/rain"
    assert rain.title == "Rain & wind"
    assert rain.published_at == datetime(2025, 6, 6, 10, 33, tzinfo=UTC)
    assert rain.modified_at == datetime(2025, 6, 7, 8, tzinfo=UTC)
    assert (rain.draft.authors, rain.draft.topics) == (["Sara Ali"], ["Weather"])
    assert rain.draft.body_html == "<p>It rained.</p>"
    # `updated` alone does not say when it was published.
    assert (sun.published_at, sun.modified_at, sun.draft) == (None, datetime(2025, 6, 8, 8, tzinfo=UTC), None)


def test_the_feeds_own_address_is_never_followed():
    own = '<atom:link href="http://localhost:9/feed/" rel="self" type="application/rss+xml" />'
    batch = Feed().read(rss(BRIDGE, head=own), URL)
    assert batch.follow == []
    assert [lead.url for lead in batch.leads] == ["https://www.iraqinews.com/iraq/mosul-bridge/"]


def test_a_relative_link_is_resolved():
    relative = "<item><title>a</title><link>/iraq/a/?x=1&amp;y=2</link></item>"
    assert [lead.url for lead in Feed().read(rss(relative), URL).leads] == ["https://www.iraqinews.com/iraq/a/?x=1&y=2"]


@pytest.mark.parametrize("link", ["", "<link></link>"], ids=["missing", "empty"])
def test_a_permalink_guid_stands_for_a_missing_link(link):
    item = f"<item><title>a</title>{link}<guid>https://www.iraqinews.com/iraq/a/</guid></item>"
    assert [lead.url for lead in Feed().read(rss(item), URL).leads] == ["https://www.iraqinews.com/iraq/a/"]


@pytest.mark.parametrize(
    "item",
    [
        "<item><title>a</title></item>",
        '<item><title>a</title><guid isPermaLink="false">https://www.iraqinews.com/?p=1</guid></item>',
        "<item><title>a</title><link>mailto:desk@example.org</link></item>",
    ],
)
def test_an_entry_without_an_address_is_left_out_and_counted(item):
    batch = Feed().read(rss(item, BRIDGE), URL)
    assert len(batch.leads) == 1
    assert batch.left_out == {"no address": 1}


FORM = (
    '<form action="https://www.iraqinews.com/wp-login.php?action=postpass" class="post-password-form" method="post"/>'
)
NO_EXCERPT = "<description>There is no excerpt because this is a protected post.</description>"


@pytest.mark.parametrize(
    "inside",
    [
        f"<content:encoded><![CDATA[{FORM}]]></content:encoded>",
        f"{NO_EXCERPT}<content:encoded><![CDATA[{FORM}]]></content:encoded>",
        NO_EXCERPT,
        "",
    ],
    ids=["form", "form and excerpt", "excerpt", "empty"],
)
def test_a_post_behind_a_password_is_left_out_and_counted(inside):
    item = f"<item><title>Protected: Board minutes</title><link>https://www.iraqinews.com/m/</link>{inside}</item>"
    batch = WHOLE.read(rss(item, BRIDGE), URL)
    assert [lead.url for lead in batch.leads] == ["https://www.iraqinews.com/iraq/mosul-bridge/"]
    assert batch.left_out == {"protected": 1}


def test_a_story_whose_title_says_protected_is_a_story():
    story = BRIDGE.replace("Mosul&#8217;s old bridge opens again", "Protected: the marshes of Maysan")
    assert len(WHOLE.read(rss(story), URL).leads) == 1


@pytest.mark.parametrize(
    ("media", "image"),
    [
        ('<media:thumbnail url="https://x.org/t.jpg"/>', "https://x.org/t.jpg"),
        (
            '<media:thumbnail url="/t.jpg"/><media:content url="/m.jpg" medium="image"/>',
            "https://www.iraqinews.com/m.jpg",
        ),
        ('<enclosure url="https://x.org/e.jpg" type="image/jpeg" length="1"/>', "https://x.org/e.jpg"),
        ('<enclosure url="https://x.org/e.mp3" type="audio/mpeg" length="1"/>', None),
        ('<media:content url="https://x.org/v.mp4" type="video/mp4"/>', None),
    ],
)
def test_the_picture_comes_from_media_elements(media, image):
    (lead,) = WHOLE.read(rss(BRIDGE.replace("</item>", f"{media}</item>")), URL).leads
    assert lead.draft.image_url == image


def test_a_media_caption_is_not_taken_for_the_text():
    caption = '<media:content url="/m.jpg" medium="image"><media:description>A pier</media:description></media:content>'
    for place in ("<content:encoded>", "</item>"):
        (lead,) = WHOLE.read(rss(BRIDGE.replace(place, caption + place)), URL).leads
        assert "Cars crossed" in lead.draft.body_html
        assert lead.title == "Mosul’s old bridge opens again"


def test_an_empty_feed_is_an_empty_batch():
    batch = Feed(paged=True).read(rss(), URL)
    assert (batch.leads, batch.follow, batch.left_out) == ([], [], {})


def test_a_paged_feed_goes_on_while_it_has_entries():
    feed = Feed(paged=True)
    assert feed.read(rss(BRIDGE), URL).follow == [Follow(url="https://www.iraqinews.com/feed/?paged=2")]
    assert feed.read(rss(BRIDGE), URL + "?paged=2").follow == [Follow(url="https://www.iraqinews.com/feed/?paged=3")]
    assert feed.read(rss(), URL + "?paged=3").follow == []


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "not a feed: nothing where XML was promised"),
        (b"<!DOCTYPE html><html><title>Home</title>", 'not a feed: HTML where XML was promised, titled "Home"'),
        (b"<html><body><item><link>x</link></item></body></html>", "not a feed: HTML where XML was promised"),
        (b'{"code":"x"}', "not a feed: JSON where XML was promised"),
        (b"No feed available", "not a feed: text where RSS or Atom was promised"),
        (b"<urlset><url><loc>https://x.org/</loc></url></urlset>", "not a feed: XML where RSS or Atom was promised"),
        (rss(BRIDGE)[:300], "broken feed: no entry could be read"),
    ],
)
def test_what_is_no_feed_is_said(body, reason):
    with pytest.raises(SourceError) as error:
        Feed().read(body, URL)
    assert str(error.value) == reason


@pytest.mark.parametrize(
    "broken",
    [
        lambda body: body.replace(b"</channel></rss>", b""),
        lambda body: body.replace(b"Cars crossed", b"Cars \x08crossed"),
        lambda body: body.replace(b"<title>Mosul", b"<title>R&D in Mosul & Basra: Mosul"),
        lambda body: b"\xef\xbb\xbf\n\n" + body,
        lambda body: b"<br />\n<b>Warning</b>: Undefined variable in functions.php<br />\n" + body,
        lambda body: body.replace(b"<item>", b"<item><title>A &#55357;&#56832; &#x1F; &#99999999999; day</title>"),
        lambda body: body.replace("الموصل".encode(), b"\xe9t\xe9"),
    ],
    ids=["cut", "control", "ampersand", "bom", "warning", "references", "latin-1"],
)
def test_a_broken_feed_is_read_as_far_as_it_goes(broken):
    (lead,) = WHOLE.read(broken(rss(BRIDGE)), URL, {"content-type": "application/rss+xml; charset=UTF-8"}).leads
    assert lead.url == "https://www.iraqinews.com/iraq/mosul-bridge/"
    assert lead.draft.site_id == "209400"
    assert "span &amp; the ramp follow" in lead.draft.body_html


def test_an_emoji_written_in_two_halves_is_one_character():
    halves = BRIDGE.replace("old bridge", "&#55356;&#57097; bridge")
    (lead,) = Feed().read(rss(halves), URL).leads
    assert lead.title == "Mosul’s 🌉 bridge opens again"


@pytest.mark.parametrize(
    "kind", [None, "text/xml", "application/xml", "text/html; charset=utf-8", "text/xml; charset=nonsense"]
)
def test_the_encoding_is_found_whatever_the_header_says(kind):
    (lead,) = WHOLE.read(rss(BRIDGE), URL, {"content-type": kind} if kind else None).leads
    assert lead.draft.topics[-1] == "الموصل"
    undeclared = rss(BRIDGE).replace(b'<?xml version="1.0" encoding="UTF-8"?>', b"")
    (lead,) = WHOLE.read(undeclared, URL, {"content-type": kind} if kind else None).leads
    assert lead.draft.topics[-1] == "الموصل"


def test_another_declared_encoding_is_used():
    body = rss(BRIDGE).decode().replace("UTF-8", "windows-1256").encode("windows-1256", "ignore")
    (lead,) = WHOLE.read(body, URL, {"content-type": "application/rss+xml"}).leads
    assert lead.draft.topics[-1] == "الموصل"


def test_no_file_is_opened_for_bytes_that_name_one(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "feed").write_bytes(rss(BRIDGE))
    with pytest.raises(SourceError):
        Feed().read(b"feed", URL)


@pytest.mark.skipif(not REAL.exists(), reason="the recorded feed of Iraqi News lies beside the project, not in it")
def test_the_real_feed_of_iraqi_news_is_read_whole():
    batch = WHOLE.read(REAL.read_bytes(), URL)
    drafts = [lead.draft for lead in batch.leads]
    assert [draft.site_id for draft in drafts] == (
        "209323 209320 209317 209315 209313 209311 209308 209282 209284 209278".split()
    )
    assert [draft.sections for draft in drafts] == [
        ["Sports"], ["Iraq"], ["Lifestyle"], ["Iraq"], ["Iraq"], ["Iraq"], ["Iraq"], ["Business"], ["Sports"], ["Iraq"],
    ]  # fmt: skip
    assert {name for draft in drafts for name in draft.authors} == {"Jawad Al-Samarraie", "Amr Salem", "AFP"}
    assert all(lead.url.split("/")[3] == lead.draft.sections[0].lower() for lead in batch.leads)
    assert all(draft.body_html.endswith("</p>") and draft.description is None for draft in drafts)
    assert batch.leads[-1].published_at == datetime(2025, 4, 22, 5, 5, 5, tzinfo=UTC)
    assert batch.left_out == {}
