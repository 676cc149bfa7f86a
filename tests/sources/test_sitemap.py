import gzip
from datetime import UTC, datetime

import pytest

from newscrawl.items import Follow, Lead
from newscrawl.sources import Sitemap, SourceError

URL = "https://www.iraqinews.com/sitemap.xml"
DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n<?xml-stylesheet type="text/xsl" href="/main-sitemap.xsl"?>\n'
NAMESPACES = (
    'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9" '
    'xmlns:image="http://www.google.com/schemas/sitemap-image/1.1"'
)


def urlset(*entries: str) -> bytes:
    inside = "".join(f"<url>{entry}</url>\n" for entry in entries)
    return f"{DECLARATION}<urlset {NAMESPACES}>{inside}</urlset>".encode()


def index(*entries: str) -> bytes:
    inside = "".join(f"<sitemap>{entry}</sitemap>\n" for entry in entries)
    return f"{DECLARATION}<sitemapindex {NAMESPACES}>{inside}</sitemapindex>".encode()


def urls(body: bytes, sitemap: Sitemap | None = None) -> list[str]:
    return [lead.url for lead in (sitemap or Sitemap()).read(body, URL).leads]


def test_each_url_is_a_lead_with_its_last_change():
    batch = Sitemap().read(
        urlset(
            "<loc>https://www.iraqinews.com/iraq/a/?x=1&amp;y=2</loc><lastmod>2025-06-06T13:33:00+03:00</lastmod>",
            "<loc>\n https://www.iraqinews.com/iraq/b/ </loc>",
            "<loc><![CDATA[https://www.iraqinews.com/iraq/c/]]></loc>",
        ),
        URL,
    )
    assert batch.leads == [
        Lead(
            url="https://www.iraqinews.com/iraq/a/?x=1&y=2",
            modified_at=datetime(2025, 6, 6, 10, 33, tzinfo=UTC),
        ),
        Lead(url="https://www.iraqinews.com/iraq/b/"),
        Lead(url="https://www.iraqinews.com/iraq/c/"),
    ]
    assert (batch.follow, batch.left_out, batch.total) == ([], {}, None)


@pytest.mark.parametrize(
    ("lastmod", "told"),
    [
        ("2025-06-06T10:33:00Z", datetime(2025, 6, 6, 10, 33, tzinfo=UTC)),
        ("2025-06-06T10:33Z", datetime(2025, 6, 6, 10, 33, tzinfo=UTC)),
        ("2025-06-06", datetime(2025, 6, 6, tzinfo=UTC)),
        ("2025-06-06T10:33:00", datetime(2025, 6, 6, 10, 33, tzinfo=UTC)),
        ("yesterday", None),
        ("1970-01-01", None),
        ("2025-13-45", None),
        ("", None),
    ],
)
def test_a_last_change_is_a_w3c_date_or_nothing(lastmod, told):
    (lead,) = Sitemap().read(urlset(f"<loc>https://x.org/a</loc><lastmod>{lastmod}</lastmod>"), URL).leads
    assert lead.modified_at == told


def test_news_elements_give_publication_and_title():
    (lead,) = (
        Sitemap()
        .read(
            urlset(
                "<loc>https://x.org/a</loc><news:news><news:publication><news:name>Iraqi News</news:name>"
                "<news:language>en</news:language></news:publication>"
                "<news:publication_date>2025-06-06T11:33:00+01:00</news:publication_date>"
                "<news:title>Wheat &amp; barley</news:title></news:news>"
            ),
            URL,
        )
        .leads
    )
    assert lead.published_at == datetime(2025, 6, 6, 10, 33, tzinfo=UTC)
    assert lead.title == "Wheat & barley"


def test_a_publication_day_without_an_hour_decides_nothing():
    news = "<news:news><news:publication_date>2025-06-06</news:publication_date></news:news>"
    (lead,) = Sitemap().read(urlset(f"<loc>https://x.org/a</loc>{news}"), URL).leads
    assert lead.published_at is None


def test_a_pictures_address_is_not_the_articles():
    picture = "<image:image><image:loc>https://x.org/p.jpg</image:loc><image:title>P</image:title></image:image>"
    assert urls(urlset(f"{picture}<loc>https://x.org/a</loc>{picture}")) == ["https://x.org/a"]
    assert urls(urlset(picture)) == []


@pytest.mark.parametrize(
    "root",
    [
        'urlset xmlns="http://www.google.com/schemas/sitemap/0.84"',
        "urlset",
        'sm:urlset xmlns:sm="https://x.org/sitemap"',
    ],
)
def test_the_namespace_does_not_matter(root):
    prefix = "sm:" if root.startswith("sm:") else ""
    body = f"<{root}><{prefix}url><{prefix}loc>https://x.org/a</{prefix}loc></{prefix}url></{root.split()[0]}>"
    assert urls(body.encode()) == ["https://x.org/a"]


def test_only_articles_by_the_pattern_are_leads():
    sitemap = Sitemap(pattern=r"^/(news|opinion)/.")
    body = urlset(
        "<loc>https://x.org/news/a</loc>",
        "<loc>https://x.org/opinion/b?news/</loc>",
        "<loc>https://x.org/about?x=/news/a</loc>",
        "<loc>https://x.org/news/</loc>",
    )
    assert urls(body, sitemap) == ["https://x.org/news/a", "https://x.org/opinion/b?news/"]
    assert sitemap.read(body, URL).left_out == {"not articles": 2}


def test_an_entry_without_an_address_is_left_out_and_counted():
    batch = Sitemap().read(urlset("<lastmod>2025-06-06</lastmod>", "<loc>ftp://x.org/a</loc>", "<loc>/b</loc>"), URL)
    assert [lead.url for lead in batch.leads] == ["https://www.iraqinews.com/b"]
    assert batch.left_out == {"no address": 2}


def test_an_indexs_children_are_followed_newest_first():
    batch = Sitemap().read(
        index(
            "<loc>https://x.org/sitemap.xml?page=1</loc><lastmod>2019-01-01</lastmod>",
            "<loc>https://x.org/sitemap.xml?page=2</loc><lastmod>2025-06-06T10:33:00Z</lastmod>",
            "<loc>https://x.org/sitemap.xml?page=3</loc>",
        ),
        URL,
    )
    assert batch.leads == []
    assert batch.follow == [
        Follow(url="https://x.org/sitemap.xml?page=2", modified_at=datetime(2025, 6, 6, 10, 33, tzinfo=UTC)),
        Follow(url="https://x.org/sitemap.xml?page=1", modified_at=datetime(2019, 1, 1, tzinfo=UTC)),
        Follow(url="https://x.org/sitemap.xml?page=3"),
    ]


def test_without_dates_the_last_child_is_followed_first():
    batch = Sitemap().read(index(*(f"<loc>https://x.org/wp-sitemap-posts-post-{n}.xml</loc>" for n in (1, 2, 3))), URL)
    assert [follow.url[-5] for follow in batch.follow] == ["3", "2", "1"]


def test_children_that_list_no_articles_are_not_followed():
    names = [
        "wp-sitemap-posts-post-1.xml",
        "wp-sitemap-posts-page-1.xml",
        "wp-sitemap-taxonomies-category-1.xml",
        "wp-sitemap-users-1.xml",
        "post-sitemap.xml",
        "post-sitemap2.xml.gz",
        "page-sitemap.xml",
        "author-sitemap.xml",
        "category-sitemap.xml",
        "post_tag-sitemap3.xml",
    ]
    batch = Sitemap().read(index(*(f"<loc>https://x.org/{name}</loc>" for name in names)), URL)
    assert [follow.url for follow in batch.follow] == [
        "https://x.org/post-sitemap2.xml.gz",
        "https://x.org/post-sitemap.xml",
        "https://x.org/wp-sitemap-posts-post-1.xml",
    ]
    assert batch.left_out == {"not articles": 7}
    everything = Sitemap(skip=None).read(index(*(f"<loc>https://x.org/{name}</loc>" for name in names)), URL)
    assert len(everything.follow) == 10


def test_an_index_that_names_itself_is_not_followed_again():
    assert Sitemap().read(index(f"<loc>{URL}</loc>"), URL).follow == []


def test_a_packed_sitemap_is_told_by_its_bytes():
    body = urlset("<loc>https://x.org/a</loc>")
    assert urls(gzip.compress(body)) == ["https://x.org/a"]
    assert urls(gzip.compress(body[:50]) + gzip.compress(body[50:])) == ["https://x.org/a"]


def test_a_packed_sitemap_that_grows_beyond_bounds_is_refused():
    bomb = gzip.compress(b"<urlset>" + b" " * 200_000_000)
    assert len(bomb) < 250_000
    with pytest.raises(SourceError, match="larger than 67,108,864 bytes"):
        Sitemap().read(bomb, URL)
    with pytest.raises(SourceError, match="larger than 1,000 bytes"):
        Sitemap(most_bytes=1000).read(gzip.compress(b" " * 1001), URL)


def test_a_packed_sitemap_cut_short_is_said():
    packed = gzip.compress(urlset("<loc>https://x.org/a</loc>"))
    with pytest.raises(SourceError, match="broken gzip"):
        Sitemap().read(packed[:-20], URL)


def test_a_plain_list_of_urls_is_a_sitemap():
    batch = Sitemap().read(b"\xef\xbb\xbf\r\nhttps://x.org/a\r\n\r\nhttps://x.org/b?c=1&d=2\nmailto:x\n", URL)
    assert [lead.url for lead in batch.leads] == ["https://x.org/a", "https://x.org/b?c=1&d=2"]
    assert batch.left_out == {"no address": 1}


@pytest.mark.parametrize(
    "before", [b"\xef\xbb\xbf", b"\n \n", b"<br />\n<b>Notice</b>: Undefined index in seo.php on line 3<br />\n"]
)
def test_what_stands_before_the_declaration_does_no_harm(before):
    assert urls(before + urlset("<loc>https://x.org/a</loc>")) == ["https://x.org/a"]


def test_utf_16_is_read():
    assert urls(
        '<?xml version="1.0" encoding="UTF-16"?><urlset><url><loc>https://x.org/كربلاء</loc></url></urlset>'.encode(
            "utf-16"
        )
    ) == ["https://x.org/كربلاء"]


@pytest.mark.parametrize(
    "broken",
    [
        "<loc>https://x.org/a?b=1&c=2&amp;d=3</loc>",
        "<loc>https://x.org/a?b=1&amp;c=2&amp;d=3</loc><image:image><image:title>R&D \x0b</image:title></image:image>",
    ],
)
def test_bare_ampersands_and_control_characters_cost_no_address(broken):
    assert urls(urlset(broken, "<loc>https://x.org/e</loc>")) == ["https://x.org/a?b=1&c=2&d=3", "https://x.org/e"]


def test_bytes_of_another_encoding_cost_no_address():
    body = urlset("<loc>https://x.org/a</loc><image:image><image:title>caf@</image:title></image:image>")
    assert urls(body.replace(b"caf@", b"caf\xe9")) == ["https://x.org/a"]


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "not a sitemap: nothing where XML was promised"),
        (b"<!DOCTYPE html>\n<html><title>Page not found</title></html>", 'titled "Page not found"'),
        (b'{"code": "x"}', "not a sitemap: JSON where XML was promised"),
        (b"Sitemap is being built", "not a sitemap: text where XML was promised"),
        (b"<rss version='2.0'><channel/></rss>", "not a sitemap: <rss> where <urlset> or <sitemapindex> was promised"),
        (urlset("<loc>https://x.org/a</loc>")[:-12], "broken XML: "),
        (urlset("<loc>https://x.org/a</loc>") + b"<more/>", "broken XML: Extra content"),
    ],
)
def test_what_is_no_sitemap_is_said(body, reason):
    with pytest.raises(SourceError) as error:
        Sitemap().read(body, URL)
    assert reason in str(error.value)
    assert "\n" not in str(error.value)


def test_an_empty_sitemap_is_an_empty_batch():
    assert Sitemap().read(urlset(), URL).leads == []


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities_are_never_expanded(encoding):
    levels = "".join(f'<!ENTITY e{n + 1} "{f"&e{n};" * 10}">' for n in range(9))
    laughs = f'<!DOCTYPE urlset [<!ENTITY e0 "ha">{levels}]><urlset><url><loc>http://x/&e9;</loc></url></urlset>'
    with pytest.raises(SourceError, match="declares entities"):
        Sitemap().read(laughs.encode(encoding), URL)


def test_no_file_of_this_machine_is_read(tmp_path):
    (tmp_path / "secret").write_text("https://x.org/secret")
    outside = (
        f'<!DOCTYPE urlset [<!ENTITY e SYSTEM "file://{tmp_path}/secret">]><urlset><url><loc>&e;</loc></url></urlset>'
    )
    with pytest.raises(SourceError, match="declares entities"):
        Sitemap().read(outside.encode(), URL)


def test_deep_nesting_is_refused():
    with pytest.raises(SourceError, match="broken XML: Excessive depth"):
        Sitemap().read(b"<urlset>" + b"<a>" * 100_000, URL)


def test_a_sitemap_without_end_is_refused():
    with pytest.raises(SourceError, match="more than 500,000 entries"):
        Sitemap().read(b"<urlset>" + b"<url/>" * 600_000, URL)
