"""Canonical addresses decide what is the same article."""

from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newscrawl.pages.iraqinews import IraqiNewsPage
from newscrawl.pages.middleeasteye import MiddleEastEyePage
from newscrawl.text.urls import Site, path_of, without_credentials

IRAQI_NEWS = IraqiNewsPage.outlet.site
EYE = MiddleEastEyePage.outlet.site


@pytest.mark.parametrize(
    "url",
    [
        "https://www.iraqinews.com/iraq/slug/",
        "http://iraqinews.com/iraq/slug",
        "https://dev.iraqinews.com/iraq/slug/",
        "https://www.iraqinews.com:443/iraq/slug/",
        "http://www.iraqinews.com:80/iraq/slug/",
        "https://WWW.IraqiNews.com/Iraq/SLUG/",
        "https://www.iraqinews.com/iraq/slug/#comments",
        "https://www.iraqinews.com/iraq/slug/?utm_source=x&utm_medium=y&fbclid=z",
        "https://www.iraqinews.com/iraq/slug/?replytocom=4",
        "https://www.iraqinews.com/sports/../iraq/./slug/",
        "https://www.iraqinews.com//iraq//slug/",
        "https://www.iraqinews.com/iraq/%73lug/",
        " https://www.iraqinews.com/iraq/slug/\n",
        "https://user:secret@www.iraqinews.com/iraq/slug/",
    ],
)
def test_one_article_has_one_address(url):
    assert IRAQI_NEWS.canonical(url) == "https://www.iraqinews.com/iraq/slug/"


@pytest.mark.parametrize(
    "url",
    [
        "https://www.example.org/iraq/slug/",
        "https://www.iraqinews.com@evil.example/iraq/",
        "https://iraqinews.com.evil.example/",
        "https://www.iraqinews.com:8443/iraq/",
        "mailto:desk@iraqinews.com",
        "javascript:void(0)",
        "ftp://www.iraqinews.com/x",
        "/iraq/slug/",
        "",
        "https://",
        "https://[::1",
        "https://www.iraqinews.com:99999/",
        "http://\ud800/",
    ],
)
def test_what_is_not_on_the_outlet_has_none(url):
    assert IRAQI_NEWS.canonical(url) is None


def test_relative_addresses_are_resolved():
    base = "https://www.middleeasteye.net/news/"
    assert EYE.canonical("/opinion/a", base) == "https://www.middleeasteye.net/opinion/a"
    assert EYE.canonical("b", base) == "https://www.middleeasteye.net/news/b"
    assert EYE.canonical("?page=1", base) == "https://www.middleeasteye.net/news?page=1"


def test_middle_east_eye_has_no_trailing_slash_but_at_the_root():
    assert EYE.canonical("https://middleeasteye.net/News/Slug/") == "https://www.middleeasteye.net/news/slug"
    assert EYE.canonical("https://acquiaprod.middleeasteye.net") == "https://www.middleeasteye.net/"


def test_middle_east_eye_forgets_where_an_update_was_linked_from():
    url = "https://www.middleeasteye.net/live-blog/live-blog-update/slug?topic=Iraq%2520dust&nid=388120&fid=77120"
    assert EYE.canonical(url) == "https://www.middleeasteye.net/live-blog/live-blog-update/slug"


def test_arabic_slugs_have_one_form_however_they_are_written():
    wanted = "https://www.iraqinews.com/iraq/%D8%A8%D8%BA%D8%AF%D8%A7%D8%AF/"
    assert IRAQI_NEWS.canonical("https://www.iraqinews.com/iraq/%d8%a8%d8%ba%d8%af%d8%a7%d8%af/") == wanted
    assert IRAQI_NEWS.canonical("https://www.iraqinews.com/iraq/بغداد") == wanted


@pytest.mark.parametrize(
    ("url", "without"),
    [
        ("https://n:p@www.iraqinews.com/a?b=@c", "https://www.iraqinews.com/a?b=@c"),
        ("https://n@x:p@[::1/", "https://[::1/"),
        ("https://www.iraqinews.com/@home", "https://www.iraqinews.com/@home"),
    ],
)
def test_a_name_and_password_are_no_part_of_an_address(url, without):
    assert without_credentials(url) == without


@pytest.mark.parametrize(
    "session", ["?PHPSESSID=4f2a", ";jsessionid=4f2a", "?sessionid=1&utm_source=x", "?CFID=1&CFTOKEN=2"]
)
def test_a_visit_is_no_part_of_an_address(session):
    assert (
        IRAQI_NEWS.canonical(f"https://www.iraqinews.com/iraq/slug{session}") == "https://www.iraqinews.com/iraq/slug/"
    )


def test_an_address_longer_than_the_bound_is_none():
    root = "https://www.iraqinews.com/"
    assert IRAQI_NEWS.canonical(root + "a" * (2083 - len(root) - 1)) == root + "a" * (2083 - len(root) - 1) + "/"
    assert IRAQI_NEWS.canonical(root + "a" * (2083 - len(root))) is None
    assert IRAQI_NEWS.canonical(root + "a" * 1_000_000 + "/") is None
    assert IRAQI_NEWS.canonical(root + "ب" * 400) is None, "as it is asked for, each letter is six characters"
    assert IRAQI_NEWS.canonical(root + "a/?utm_source=" + "x" * 5_000) == root + "a/", "what is dropped does not count"


def test_shortlinks_keep_their_query_and_files_get_no_slash():
    assert IRAQI_NEWS.canonical("http://iraqinews.com/?p=209323&utm_source=x") == "https://www.iraqinews.com/?p=209323"
    assert IRAQI_NEWS.canonical("https://www.iraqinews.com/feed.xml") == "https://www.iraqinews.com/feed.xml"


def test_parameters_are_sorted_and_stray_signs_escaped():
    assert EYE.canonical("https://www.middleeasteye.net/x?b=2&a=1&&=3") == "https://www.middleeasteye.net/x?a=1&b=2"
    assert EYE.canonical("https://www.middleeasteye.net/100%/a b") == "https://www.middleeasteye.net/100%25/a%20b"


def test_canonical_form_is_its_own_canonical_form():
    for url in ("https://www.iraqinews.com/iraq/بغداد%20a%zz/?q=%d8&p=1 2", "http://iraqinews.com/A/../B/.."):
        once = IRAQI_NEWS.canonical(url)
        assert IRAQI_NEWS.canonical(once) == once


def test_mirror_serves_the_same_articles():
    site = IRAQI_NEWS.mirrored("http://127.0.0.1:8081/")
    assert site.canonical("http://127.0.0.1:8081/iraq/slug/") == "https://www.iraqinews.com/iraq/slug/"
    assert site.canonical("http://127.0.0.1:9000/iraq/slug/") is None
    assert site.at_mirror("https://www.iraqinews.com/iraq/slug/") == "http://127.0.0.1:8081/iraq/slug/"
    assert IRAQI_NEWS.at_mirror("https://www.iraqinews.com/iraq/slug/") == "https://www.iraqinews.com/iraq/slug/"


def test_mirror_may_stand_below_a_path():
    site = IRAQI_NEWS.mirrored("http://127.0.0.1:8081/blog")
    assert site.canonical("http://127.0.0.1:8081/blog/iraq/slug/") == "https://www.iraqinews.com/iraq/slug/"
    assert site.canonical("http://127.0.0.1:8081/blog") == "https://www.iraqinews.com/"
    assert site.canonical("http://127.0.0.1:8081/blogger/x/") is None
    assert site.at_mirror("https://www.iraqinews.com/iraq/slug/") == "http://127.0.0.1:8081/blog/iraq/slug/"


def test_any_host_with_its_port_can_be_a_site():
    site = Site(host="127.0.0.1:8081", scheme="http")
    assert site.canonical("http://127.0.0.1:8081/a/B") == "http://127.0.0.1:8081/a/B"
    assert site.canonical("http://127.0.0.1/a") is None


@given(
    st.lists(
        st.sampled_from(
            ["https://", "http:", "host.org", ":80", "//", "/", "a-b_c", "%20", "?", "=", "#", ";", " ", "é"]
        )
    ).map("".join)
)
def test_the_path_of_any_address_is_the_one_of_the_standard(address):
    assert path_of(address) == urlsplit(address).path
