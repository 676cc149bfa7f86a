from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import msgspec
import pytest

from newscrawl.items import Follow
from newscrawl.sources import SourceError
from newscrawl.sources.source import Wanted
from newscrawl.sources.wordpress import FIELDS
from newscrawl.sources.wordpress_topic import WordPressTopic

ROOT = "https://www.iraqinews.com/"
HIDDEN = "/?rest_route=/wp/v2/posts"
JUNE = Wanted(since=datetime(2025, 6, 1, tzinfo=UTC), until=datetime(2025, 7, 1, tzinfo=UTC))


def asked(url: str) -> dict[str, str]:
    return {name: value for name, (value,) in parse_qs(urlsplit(url).query).items()}


def post(number: int, text: str, title: str = "A bridge opens", **terms: str):
    return {
        "id": number,
        "link": f"{ROOT}iraq/story-{number}/",
        "date_gmt": "2025-06-01T07:00:00",
        "title": {"rendered": title},
        "content": {"rendered": text},
        "_embedded": {"wp:term": [[{"taxonomy": taxonomy, "name": name} for taxonomy, name in terms.items()]]},
    }


def found(topic: str, *posts) -> tuple[list[str | None], dict[str, int]]:
    source = WordPressTopic(topic=topic)
    batch = source.read(msgspec.json.encode(posts), source.first(ROOT))
    return [lead.site_id for lead in batch.leads], batch.left_out


def follow(source: WordPressTopic, url: str, rows: list | None = None) -> list[str]:
    return [follow.url for follow in source.read(msgspec.json.encode(rows or []), url).follow]


def test_the_search_is_for_the_topics_words_and_for_whole_articles():
    url = WordPressTopic(topic="CJTF-OIR & allies").first(ROOT)

    assert urlsplit(url).path == "/wp-json/wp/v2/posts"
    assert asked(url)["search"] == "CJTF OIR allies"
    assert asked(url)["_fields"] == FIELDS
    assert asked(url)["per_page"] == "100"


def test_search_hits_are_taken_where_a_text_names_the_topic_and_others_are_counted():
    hits = [
        post(1, "<p>A raid on IS cells.</p>"),
        post(2, "<p>This is history.</p>".replace(" is ", " was ")),
        post(3, "<p>Water for Basra.</p>", title="IS cell found"),
        post(4, "<p>Water for Basra.</p>", post_tag="IS"),
        post(5, "<p>Water for Basra.</p>", category="IS"),
        post(6, '<p><a href="/topics/is/">Water</a> for Basra.</p>', post_tag="ISIS"),
    ]

    assert found("IS", *hits) == (["1", "3", "4", "5"], {"not on the topic": 2})


def test_a_hit_without_a_text_is_taken_by_its_title_alone():
    assert found("IS", post(1, "", title="IS cell found"), post(2, ""))[0] == ["1"]


def test_the_first_page_leads_to_the_tags_and_categories_of_that_name():
    source = WordPressTopic(topic="Oil & Dinar")
    first = source.first(ROOT)

    looked_up = follow(source, first)

    assert [(urlsplit(url).path.rpartition("/")[2], asked(url)["search"]) for url in looked_up] == [
        ("tags", "oil &amp; dinar"),
        ("tags", "oil-dinar"),
        ("categories", "oil &amp; dinar"),
        ("categories", "oil-dinar"),
    ], "WordPress stores the name escaped, and searches a term's name or slug as one string"
    assert asked(looked_up[0])["_fields"] == "id,name,slug,taxonomy"
    assert follow(source, first.replace("page=1&", "page=2&")) == []


def test_a_name_of_one_word_is_looked_up_once_in_each_taxonomy():
    source = WordPressTopic(topic="Mosul")

    assert [asked(url)["search"] for url in follow(source, source.first(ROOT))] == ["mosul", "mosul"]


@pytest.mark.parametrize(
    ("name", "slug", "is_of_topic"),
    [
        ("CJTF-OIR", "cjtf-oir", True),
        ("cjtf oir", "x", True),
        ("عملية العزم الصلب", "cjtf-oir", True),
        ("CJTF-OIRA", "cjtf-oira", False),
        ("XCJTF-OIR", "xcjtf-oir", False),
    ],
)
def test_a_term_is_of_the_topic_by_name_or_slug_and_not_by_letters_within(name, slug, is_of_topic):
    source = WordPressTopic(topic="CJTF-OIR")
    tags = next(url for url in follow(source, source.first(ROOT)) if "/tags?" in url)

    posts = follow(source, tags, [{"id": 31, "name": name, "slug": slug}])

    assert len(posts) == is_of_topic


def test_an_escaped_name_is_the_same_name():
    source = WordPressTopic(topic="R&D")
    tags = follow(source, source.first(ROOT))[0]

    assert len(follow(source, tags, [{"id": 31, "name": "R&amp;D", "slug": "rd"}])) == 1


@pytest.mark.parametrize("path", ["/wp-json/wp/v2/posts", HIDDEN])
@pytest.mark.parametrize("taxonomy", ["tags", "categories"])
def test_a_terms_posts_are_asked_for_whole_within_the_period_and_without_the_search(path, taxonomy):
    source = WordPressTopic(path, topic="Oil & Dinar")
    terms = next(url for url in follow(source, source.first(ROOT, JUNE)) if f"/wp/v2/{taxonomy}" in url)

    (url,) = follow(source, terms, [{"id": 31, "name": "Oil &amp; Dinar", "slug": "oil-dinar"}])

    assert f"{path}{'&' if '?' in path else '?'}" in url
    assert asked(url).pop("rest_route", None) == ("/wp/v2/posts" if path == HIDDEN else None)
    assert {name: value for name, value in asked(url).items() if name not in {"rest_route", "_embed"}} == {
        "per_page": "100",
        "page": "1",
        "_fields": FIELDS,
        "after": "2025-05-31T23:59:59Z",
        "before": "2025-07-01T00:00:00Z",
        taxonomy: "31",
    }


def test_of_a_terms_posts_none_is_left_out_and_the_next_page_follows():
    source = WordPressTopic(topic="CJTF-OIR")
    url = f"{ROOT}wp-json/wp/v2/posts?per_page=100&page=1&_fields={FIELDS}&tags=31"

    batch = source.read(msgspec.json.encode([post(1, "<p>A raid.</p>")]), url, {"x-wp-totalpages": "2"})

    assert [lead.site_id for lead in batch.leads] == ["1"]
    assert batch.follow == [Follow(url=url.replace("page=1&", "page=2&"), is_told=True)]


def test_the_count_of_a_search_is_not_the_sites_count():
    source = WordPressTopic(topic="IS")

    assert source.read(b"[]", source.first(ROOT), {"x-wp-total": "241"}).total is None


@pytest.mark.parametrize("body", [b"<html>closed</html>", b'{"code":"rest_forbidden"}', b'[{"id":"x"}]', b""])
def test_what_is_no_list_of_terms_is_said(body):
    source = WordPressTopic(topic="IS")
    tags = follow(source, source.first(ROOT))[0]

    with pytest.raises(SourceError, match="not a list of tags"):
        source.read(body, tags)
