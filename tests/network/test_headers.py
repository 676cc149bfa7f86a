from datetime import UTC, datetime

import pytest
from scrapy.http import Headers, Response

from newscrawl.network.headers import date_of, headers_of, kept_flags


def test_names_are_in_lower_case_and_the_last_of_a_repeated_header_counts():
    response = Response("https://www.example.org/", headers=Headers({"X-WP-Total": ["3", "4"], "ETag": '"a"'}))

    assert headers_of(response) == {"x-wp-total": "4", "etag": '"a"'}


@pytest.mark.parametrize("date", ["Fri, 31 Dec 9999 23:59:59 -0100", "Jan 1 999999999999999999999 00:00", "soon"])
def test_a_date_that_no_calendar_has_is_none(date):
    before = datetime.now(UTC)

    assert before <= date_of(Response("https://www.example.org/", headers={"Date": date})) <= datetime.now(UTC)


def test_of_links_all_are_kept():
    links = ['</wp-json/>; rel="https://api.w.org/"', '</?p=7>; rel="shortlink"']
    response = Response("https://www.example.org/", headers=Headers({"Link": links}))

    assert headers_of(response)["link"] == '</wp-json/>; rel="https://api.w.org/", </?p=7>; rel="shortlink"'


def test_a_nul_which_no_header_may_hold_is_dropped():
    response = Response("https://www.example.org/", headers=Headers({"Content-Type": "image/p\0ng", "ETag": '"a\0"'}))

    assert headers_of(response) == {"content-type": "image/png", "etag": '"a"'}


@pytest.mark.parametrize(
    ("said", "flags"),
    [
        (b"Chromium/156.0.8078.79", ["rendered by Chromium/156.0.8078.79"]),
        (b"\x1b[31mPrerender", []),
        (b"Chromium/" + b"1" * 99, []),
        (None, []),
    ],
)
def test_a_kept_page_was_rendered_by_what_the_crawl_itself_wrote_there(said, flags):
    assert kept_flags(Headers({"X-Rendered-By": said} if said else {})) == flags
