"""Whatever a site sends, a source gives leads or says why not; and never an address that the whole document lacks."""

import gzip

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newscrawl.sources import Feed, Listing, Sitemap, Source, SourceError, WordPressRest

URL = "https://x.org/list?page=1"

RSS = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel><title>x</title><item><title>Rain &amp; wind</title><link>https://x.org/rain-over-basra/</link>
<dc:creator><![CDATA[Sara Ali]]></dc:creator><pubDate>Fri, 06 Jun 2025 10:33:00 +0000</pubDate>
<category><![CDATA[البصرة]]></category><guid isPermaLink="false">https://x.org/?p=1</guid>
<content:encoded><![CDATA[<p>It rained for an hour.</p><p>Then it stopped.</p>]]></content:encoded></item>
<item><title>Sun</title><link>https://x.org/sun-over-hilla/</link><pubDate>Fri, 06 Jun 2025 11:33:00 +0000</pubDate>
<content:encoded>&lt;p&gt;It shone.&lt;/p&gt;&lt;p&gt;All day.&lt;/p&gt;</content:encoded></item>
</channel></rss>""".encode()
SITEMAP = b"""<?xml version="1.0" encoding="UTF-8"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
<url><loc>https://x.org/rain-over-basra/</loc><lastmod>2025-06-06</lastmod></url>
<url><loc>https://x.org/sun-over-hilla/</loc></url></urlset>"""
POSTS = b"""[{"id":1,"link":"https://x.org/rain-over-basra/","status":"publish","title":{"rendered":"Rain"},
"content":{"rendered":"<p>It rained.</p>","protected":false},"date_gmt":"2025-06-06T10:33:00","_embedded":{
"wp:term":[[{"taxonomy":"category","name":"Iraq"}]]}}, {"id":2,"link":"https://x.org/sun-over-hilla/",
"title":{"rendered":"Sun"},"content":{"rendered":"<p>It shone.</p>"},"date_gmt":"2025-06-06T11:33:00"}]"""
PAGE = b"""<!DOCTYPE html><html><head><title>x</title></head><body><ul><li><a href="/rain-over-basra/">Rain</a></li>
<li><a href="https://x.org/sun-over-hilla/" aria-label="Sun">S</a></li></ul><a class="next" href="?page=2">m</a>
</body></html>"""

WHOLE = {
    "feed": (Feed(whole_text=True, sections=1, paged=True), RSS),
    "sitemap": (Sitemap(), SITEMAP),
    "packed sitemap": (Sitemap(), gzip.compress(SITEMAP, mtime=0)),
    "REST": (WordPressRest(), POSTS),
    "listing": (Listing("/", item="li", link="a", next="a.next"), PAGE),
}
ADDRESSES = ["https://x.org/rain-over-basra/", "https://x.org/sun-over-hilla/"]


def urls_and_texts(source: Source, body: bytes) -> list[tuple[str, str | None]]:
    """The leads of what may be damaged; SourceError, and no other, means none."""
    try:
        leads = source.read(body, URL).leads
    except SourceError:
        return []
    return [(lead.url, lead.draft.body_html if lead.draft else None) for lead in leads]


@pytest.mark.parametrize("name", WHOLE)
def test_the_whole_document_gives_both_leads(name):
    assert [url for url, _ in urls_and_texts(*WHOLE[name])] == ADDRESSES


@pytest.mark.parametrize("name", WHOLE)
def test_a_document_cut_anywhere_gives_no_address_or_text_that_the_whole_lacks(name):
    source, body = WHOLE[name]
    whole = dict(urls_and_texts(source, body))
    for length in range(len(body)):
        for url, text in urls_and_texts(source, body[:length]):
            assert url in whole
            assert text in {None, whole[url]}


@pytest.mark.parametrize("name", WHOLE)
@settings(max_examples=200, deadline=None)
@given(data=st.data())
def test_a_document_with_bytes_overwritten_gives_leads_or_a_source_error(name, data):
    source, body = WHOLE[name]
    place = data.draw(st.integers(0, len(body)))
    damage = data.draw(st.binary(max_size=20) | st.sampled_from(MARKUP))
    urls_and_texts(source, body[:place] + damage + body[place + data.draw(st.sampled_from([0, 1, len(damage), 200])) :])


MARKUP = [
    b"<", b">", b"&", b"]]>", b"<![CDATA[", b"<!--", b"<?", b"</", b"\x00", b"\xff\xfe", b"&#0;", b"&#x110000;", b"&#;",
    b"<!DOCTYPE x [", b"<!ENTITY a 'b'>", b"<item>", b"</item>", b"<entry>", b"<svg>", b"<content type='base64'>", b"[",
    b"{", b'"', b"\\u", b"null", b"<link rel='x' href='http://[bad'/>", b"<source>", b"<author><name>", b"<image>",
]  # fmt: skip


@pytest.mark.parametrize("name", WHOLE)
@settings(max_examples=200, deadline=None)
@given(body=st.binary(max_size=300) | st.lists(st.sampled_from(MARKUP), max_size=30).map(b"".join))
def test_any_bytes_give_leads_or_a_source_error(name, body):
    source, whole = WHOLE[name]
    urls_and_texts(source, body)
    urls_and_texts(source, whole[:60] + body)


@pytest.mark.parametrize("name", WHOLE)
@settings(max_examples=100, deadline=None)
@given(
    headers=st.dictionaries(
        st.sampled_from(["content-type", "link", "x-wp-total", "x-wp-totalpages"]),
        st.text(max_size=30) | st.sampled_from(["text/xml; charset=undefined", "text/html; charset=hex", "x;charset="]),
    )
)
def test_no_header_breaks_a_source(name, headers):
    source, body = WHOLE[name]
    try:
        source.read(body, URL, headers)
    except SourceError:
        return
