from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from newscrawl.items import Draft, Follow
from newscrawl.sources import SourceError, WordPressRest

URL = (
    "https://www.iraqinews.com/wp-json/wp/v2/posts?per_page=100&page=1&_embed=author,wp:featuredmedia,wp:term"
    "&_fields=id,status,link,date,date_gmt,modified,modified_gmt,title,content,excerpt,_links,_embedded"
)
REST = WordPressRest()


def post(**changed: Any) -> dict[str, Any]:
    return {
        "id": 209400,
        "date": "2025-04-23T00:13:39",
        "date_gmt": "2025-04-22T21:13:39",
        "modified": "2025-04-23T11:00:00",
        "modified_gmt": "2025-04-23T08:00:00",
        "slug": "mosul-bridge",
        "status": "publish",
        "type": "post",
        "link": "https://www.iraqinews.com/iraq/mosul-bridge/",
        "title": {"rendered": "Mosul&#8217;s old bridge <em>opens</em>"},
        "content": {"rendered": "<p>Mosul – Cars crossed.</p>\n<p>The ramp follows.</p>", "protected": False},
        "excerpt": {"rendered": "<p>Mosul – Cars [&hellip;]</p>\n", "protected": False},
        "_embedded": {
            "author": [{"id": 3, "name": "Amr Salem", "link": "https://www.iraqinews.com/author/amr-salem/"}],
            "wp:featuredmedia": [
                {
                    "source_url": "https://www.iraqinews.com/wp-content/uploads/2025/04/bridge.jpg",
                    "caption": {"rendered": "<p>The bridge (AFP)</p>\n"},
                }
            ],
            "wp:term": [
                [
                    {"taxonomy": "category", "name": "Iraq"},
                    {"taxonomy": "category", "name": "Roads &amp; bridges"},
                ],
                [{"taxonomy": "post_tag", "name": "الموصل"}, {"taxonomy": "post_tag", "name": "Women&#8217;s rights"}],
            ],
        },
    } | changed


def page(*posts: Any) -> bytes:
    return msgspec.json.encode(posts)


def draft(**changed: Any) -> Draft:
    (lead,) = REST.read(page(post(**changed)), URL).leads
    assert lead.draft is not None
    return lead.draft


def test_the_first_request_asks_for_a_hundred_posts_with_all_they_need():
    assert REST.first("https://www.iraqinews.com/") == URL


def test_a_hidden_interface_is_asked_through_its_query():
    hidden = WordPressRest("/?rest_route=/wp/v2/posts", per_page=10)
    assert hidden.first("https://x.org/") == (
        "https://x.org/?rest_route=/wp/v2/posts&per_page=10&page=1&_embed=author,wp:featuredmedia,wp:term"
        "&_fields=id,status,link,date,date_gmt,modified,modified_gmt,title,content,excerpt,_links,_embedded"
    )


def test_a_post_is_an_article_as_the_site_wrote_it():
    (lead,) = REST.read(page(post()), URL).leads
    assert lead.url == "https://www.iraqinews.com/iraq/mosul-bridge/"
    assert lead.title == "Mosul’s old bridge opens"
    assert lead.published_at == datetime(2025, 4, 22, 21, 13, 39, tzinfo=UTC)
    assert lead.modified_at == datetime(2025, 4, 23, 8, tzinfo=UTC)
    assert lead.draft == Draft(
        layer="rest",
        url="https://www.iraqinews.com/iraq/mosul-bridge/",
        site_id="209400",
        headline="Mosul&#8217;s old bridge <em>opens</em>",
        description=None,
        body_html="<p>Mosul – Cars crossed.</p>\n<p>The ramp follows.</p>",
        authors=["Amr Salem"],
        sections=["Iraq", "Roads & bridges"],
        topics=["الموصل", "Women’s rights"],
        published="2025-04-22T21:13:39Z",
        modified="2025-04-23T08:00:00Z",
        image_url="https://www.iraqinews.com/wp-content/uploads/2025/04/bridge.jpg",
        image_caption="<p>The bridge (AFP)</p>\n",
    )


def test_an_editors_excerpt_is_the_description():
    own = "<p>A crossing rebuilt by hand.</p>\n"
    assert draft(excerpt={"rendered": own, "protected": False}).description == own


@pytest.mark.parametrize("gmt", [None, "", "0000-00-00T00:00:00", "-0001-11-30T00:00:00"])
def test_without_a_date_in_utc_the_sites_own_time_stays_without_a_zone(gmt):
    (lead,) = REST.read(page(post(date_gmt=gmt, modified_gmt=gmt)), URL).leads
    assert (lead.published_at, lead.modified_at) == (None, None)
    assert (lead.draft.published, lead.draft.modified) == ("2025-04-23T00:13:39", "2025-04-23T11:00:00")


@pytest.mark.parametrize(
    "changed",
    [
        {"content": {"rendered": "", "protected": False}},
        {"content": {"rendered": "<div class='builder'></div>", "protected": False}},
        {"date": None, "date_gmt": None},
    ],
)
def test_a_post_without_text_or_date_leaves_the_article_to_its_page(changed):
    (lead,) = REST.read(page(post(**changed)), URL).leads
    assert lead.url == "https://www.iraqinews.com/iraq/mosul-bridge/"
    assert lead.draft is None


@pytest.mark.parametrize(
    "embedded",
    [
        None,
        [],
        {},
        {"author": {}, "wp:featuredmedia": None, "wp:term": [None, 3]},
        {
            "author": [{"code": "rest_user_invalid_id", "message": "Invalid user ID."}],
            "wp:featuredmedia": [{"code": "rest_forbidden", "data": {"status": 401}}],
            "wp:term": [[], []],
        },
        {
            "author": [{"name": ""}],
            "wp:featuredmedia": [{"source_url": 7, "caption": []}],
            "wp:term": [[{"name": None}]],
        },
    ],
)
def test_what_is_not_embedded_is_left_empty(embedded):
    given = draft(_embedded=embedded)
    assert (given.authors, given.sections, given.topics) == ([], [], [])
    assert (given.image_url, given.image_caption) == (None, None)
    assert given.headline == "Mosul&#8217;s old bridge <em>opens</em>"


def test_protected_and_unpublished_posts_are_left_out_and_counted():
    batch = REST.read(
        page(
            post(content={"rendered": "", "protected": True}),
            post(status="draft"),
            post(status="private"),
            post(status="future"),
            post(),
        ),
        URL,
    )
    assert len(batch.leads) == 1
    assert batch.left_out == {"protected": 1, "not published": 3}


@pytest.mark.parametrize(
    "broken", [None, 3, "post", [], {}, post(id=None), post(title=None), post(content="x"), post(link=["x"])]
)
def test_one_broken_post_costs_one_post(broken):
    batch = REST.read(page(post(), broken, post(id=2)), URL)
    assert [lead.draft.site_id for lead in batch.leads] == ["209400", "2"]
    assert batch.left_out == {"broken": 1}
    assert batch.ids == [209400, 2], "a broken post tells no number that could be relied on"


def test_a_post_with_bytes_of_another_encoding_costs_one_post():
    body = page(post(), post(id=2), post(id=3)).replace(b'"id":2,', b'"id":2,"x":"\xe9",')
    assert len(REST.read(body, URL).leads) + REST.read(body, URL).left_out.get("broken", 0) == 3


def test_a_post_without_an_address_is_left_out_and_counted():
    assert REST.read(page(post(link=None), post(link="javascript:0")), URL).left_out == {"no address": 2}


@pytest.mark.parametrize(
    ("headers", "following"),
    [
        ({"x-wp-total": "305", "x-wp-totalpages": "4"}, True),
        ({"x-wp-total": "1", "x-wp-totalpages": "1"}, False),
        ({"x-wp-totalpages": "1", "link": '<http://10.0.0.1/?page=2>; rel="next"'}, False),
        ({"link": '<https://x.org/wp-json/>; rel="https://api.w.org/", <http://10.0.0.1/?page=2>; rel="next"'}, True),
        ({"link": '<https://x.org/?page=1>; rel="prev"'}, False),
        ({"x-wp-total": "305", "x-wp-totalpages": "1"}, True),
        ({"x-wp-total": "1"}, False),
    ],
)
def test_the_next_page_is_asked_at_the_same_address_while_there_is_one(headers, following):
    batch = REST.read(page(post()), URL, headers)
    assert batch.follow == ([Follow(url=URL.replace("&page=1", "&page=2"), is_told=True)] if following else [])


@pytest.mark.parametrize(
    "headers", [{}, {"x-wp-totalpages": "many"}, {"link": '<https://x.org/wp-json/>; rel="https://api.w.org/"'}]
)
def test_where_the_site_does_not_say_a_page_with_posts_has_a_next_one(headers):
    """Also one that is not full: a post that is not shown is missing there."""
    url = URL.replace("per_page=100", "per_page=2")
    following = [Follow(url=url.replace("&page=1", "&page=2"))]
    assert REST.read(page(post(), post()), url, headers).follow == following
    assert REST.read(page(post()), url, headers).follow == following
    assert REST.read(page(), url, headers).follow == []


def test_the_end_of_pages_that_the_site_counts_is_wordpress_to_tell():
    code = b'{"code":"rest_post_invalid_page_number","data":{"status":400}}'
    counted, tried = Follow(url=URL, is_told=True), Follow(url=URL)
    assert REST.is_past_end(counted, 400, code)
    assert not REST.is_past_end(counted, 400, b"<h1>Request blocked</h1>")
    assert REST.is_past_end(tried, 400, b"<h1>Bad request</h1>")
    assert not REST.is_past_end(tried, 404, code)


def test_the_sites_own_count_is_told():
    assert REST.read(page(post()), URL, {"x-wp-total": "305", "x-wp-totalpages": "4"}).total == 305
    assert REST.read(page(post()), URL, {"x-wp-total": "x"}).total is None


def test_a_page_past_the_end_is_the_end():
    body = (
        b'{"code":"rest_post_invalid_page_number","message":"The page number requested is larger than the number of '
        b'pages available.","data":{"status":400}}'
    )
    batch = REST.read(body, URL)
    assert (batch.leads, batch.follow) == ([], [])


def test_a_byte_order_mark_or_blank_line_does_no_harm():
    assert len(REST.read(b"\xef\xbb\xbf\n" + page(post()), URL).leads) == 1


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (
            b'{"code":"rest_cannot_access","message":"<strong>Error</strong>: Only members may use the REST API."}',
            "no posts: the site answers “Error : Only members may use the REST API.” (rest_cannot_access)",
        ),
        (b'{"code":null}', "no posts: the site answers “no message” (no code)"),
        (b"<html><title>Iraqi News</title>", 'not a list of posts: HTML where JSON was promised, titled "Iraqi News"'),
        (b"", "not a list of posts: nothing where JSON was promised"),
        (b"0", "not a list of posts: text where JSON was promised"),
        (page(post())[:-1], "broken JSON: Input data was truncated"),
        (b"[" * 100_000, "broken JSON: nested too deep"),
        (b'{"a":' * 100_000, "broken JSON: nested too deep"),
    ],
)
def test_what_is_no_list_of_posts_is_said(body, reason):
    with pytest.raises(SourceError) as error:
        REST.read(body, URL)
    assert str(error.value) == reason
