"""JSON-LD as sites write it: in graphs and lists, by reference, and broken."""

import pytest
from selectolax.lexbor import LexborHTMLParser

from newscrawl.pages.metadata import Written, json_ld, meta_draft, read_head


def script(text):
    return f'<script type="application/ld+json">{text}</script>'.encode()


def nodes(html):
    return json_ld(LexborHTMLParser(html, scripting=True))


def draft(text, is_own=lambda _: False, is_shown=lambda _: False):
    written = Written(nodes(script(text)))
    return written.draft(written.story(is_own, is_shown))


def test_graph_with_references_is_resolved():
    found = draft(
        '{"@context":"https://schema.org","@graph":['
        '{"@type":"WebPage","@id":"#page","datePublished":"2020-01-01"},'
        '{"@type":["NewsArticle","Article"],"headline":"H","author":[{"@id":"#a"},{"@id":"#b"}],'
        '"image":{"@id":"#i"},"articleSection":["Iraq"],"keywords":["x","y"],"datePublished":"2025-01-26T17:40:02+00:00"},'
        '{"@type":"Person","@id":"#a","name":"Amr Salem"},{"@type":"Person","@id":"#b","name":"Hala Karim"},'
        '{"@type":"ImageObject","@id":"#i","url":"https://x.example/i.jpg","caption":"C (AFP)"}]}'
    )
    assert (found.headline, found.authors, found.sections, found.topics) == (
        "H",
        ["Amr Salem", "Hala Karim"],
        ["Iraq"],
        ["x", "y"],
    )
    assert (found.image_url, found.image_caption) == ("https://x.example/i.jpg", "C (AFP)")
    assert found.published == "2025-01-26T17:40:02+00:00"


def is_listing(text):
    return Written(nodes(script(text))).is_listing


@pytest.mark.parametrize(
    ("author", "names"),
    [
        ('"Amr Salem"', ["Amr Salem"]),
        ('["Amr Salem","Hala Karim"]', ["Amr Salem", "Hala Karim"]),
        ('{"@type":"Person","name":"Amr Salem"}', ["Amr Salem"]),
        ('[{"name":"Amr Salem"},"Hala Karim"]', ["Amr Salem", "Hala Karim"]),
        ('{"name":["Amr Salem","Hala Karim"]}', ["Amr Salem", "Hala Karim"]),
        ("null", []),
        ("[]", []),
        ('{"@id":"#nobody"}', []),
        ("7", []),
    ],
)
def test_authors_come_in_many_forms(author, names):
    assert draft(f'{{"@type":"NewsArticle","headline":"H","author":{author}}}').authors == names


@pytest.mark.parametrize(
    "text",
    [
        '{"@type":"NewsArticle","headline":"A b","keywords":["x",],}',
        '{"@type":"NewsArticle","headline":"A\nb"}',
        '{"@type":"NewsArticle","headline":"A\tb"}',
        '<!-- {"@type":"NewsArticle","headline":"A b"} -->',
        '<!--\n{"@type":"NewsArticle","headline":"A b"}\n//-->',
        '//<![CDATA[\n{"@type":"NewsArticle","headline":"A b"}\n//]]>',
        '/*<![CDATA[*/{"@type":"NewsArticle","headline":"A b"}/*]]>*/',
        "{&quot;@type&quot;:&quot;NewsArticle&quot;,&quot;headline&quot;:&quot;A b&quot;}",
        '{"@type":"NewsArticle","headline":"A b"};',
        '{"@type":"NewsArticle","headline":"A b","url":"C:\\x"}',
        '[{"@type":"BreadcrumbList"},{"@type":"http://schema.org/NewsArticle","headline":"A b"}]',
        '{"@type":"WebPage","mainEntity":{"@type":"NewsArticle","headline":"A b"}}',
    ],
)
def test_broken_and_wrapped_json_is_read(text):
    assert draft(text).headline == "A b"


@pytest.mark.parametrize("text", ["", "{", "nonsense", "[" * 100_000, '{"a":' * 50_000, '"\\' * 20_000, "null", "7"])
def test_what_cannot_be_mended_is_nothing(text):
    assert draft(text) is None


def test_an_unclosed_script_is_nothing():
    assert nodes(b'<script type="application/ld+json">' * 5_000) == []


def test_one_broken_script_does_not_spoil_the_others():
    page = script("{broken") + script('{"@type":"NewsArticle","headline":"H"}')
    written = Written(nodes(page))
    assert written.draft(written.story(lambda _: False, lambda _: False)).headline == "H"


def test_of_several_stories_the_page_s_own_is_taken():
    text = (
        '[{"@type":"NewsArticle","headline":"Teaser","url":"https://x.example/other"},'
        '{"@type":"NewsArticle","headline":"Own","mainEntityOfPage":{"@id":"https://x.example/own"}}]'
    )
    assert draft(text, lambda address: address == "https://x.example/own").headline == "Own"


def test_a_story_that_stands_elsewhere_is_believed_only_with_the_page_s_headline():
    other = '{"@type":"NewsArticle","headline":"Other","url":"https://x.example/other","datePublished":"2025-01-26"}'
    for text in (other, f"[{other},{other.replace('Other', 'Third')}]"):
        assert draft(text) is None
        assert draft(text, is_shown=lambda headline: headline == "Other").published == "2025-01-26"
    assert draft(other.replace("/other", "/#article")).published == "2025-01-26"


def test_of_several_stories_without_addresses_the_one_with_the_page_s_headline_is_taken():
    text = '[{"@type":"NewsArticle","headline":"Teaser"},{"@type":"NewsArticle","headline":"Own"}]'
    assert draft(text, is_shown=lambda headline: headline == "Own").headline == "Own"
    assert draft(text) is None
    assert draft(text.replace("Teaser", "Own")).headline == "Own"


def test_a_video_beside_the_story_is_not_the_story():
    text = '[{"@type":"VideoObject","name":"Cut 3"},{"@type":"NewsArticle","headline":"Story"}]'
    assert draft(text).headline == "Story"


def test_a_page_node_gives_dates_where_there_is_no_article_node():
    found = draft('{"@graph":[{"@type":"WebPage","name":"T","datePublished":"2025-01-26T17:40:02+00:00"}]}')
    assert (found.published, found.headline) == ("2025-01-26T17:40:02+00:00", None)


def test_kinds_are_told_by_type():
    assert draft('{"@type":"LiveBlogPosting","headline":"H"}').kind == "live_blog"
    assert draft('{"@type":"OpinionNewsArticle","headline":"H"}').kind == "opinion"
    assert draft('{"@type":"NewsArticle","headline":"H"}').kind is None


def test_profile_and_collection_pages_are_listings():
    assert is_listing('{"@type":"ProfilePage","mainEntity":{"@type":"Person"}}')
    assert is_listing('{"@graph":[{"@type":"CollectionPage"},{"@type":"Organization"}]}')
    assert not is_listing('[{"@type":"CollectionPage"},{"@type":"NewsArticle"}]')


def test_meta_is_read_even_where_a_stray_element_ends_the_head():
    html = (
        '<head><meta property="og:title" content="T"><noscript><img src=p></noscript><div></div>'
        '<meta property="article:tag" content="a"><meta property="article:tag" content="b">'
        '<meta property="article:published_time" content="2025-06-06T11:33:00+01:00"><meta name=author content="">'
        '<link rel="canonical" href="https://x.example/own"></head>'
    )
    found = meta_draft(read_head(LexborHTMLParser(html, scripting=True)))
    assert (found.headline, found.topics, found.authors) == ("T", ["a", "b"], [])
    assert (found.published, found.url) == ("2025-06-06T11:33:00+01:00", "https://x.example/own")
