from scrapy.http import Headers, Response

from newscrawl.network.headers import headers_of


def test_names_are_in_lower_case_and_the_last_of_a_repeated_header_counts():
    response = Response("https://www.example.org/", headers=Headers({"X-WP-Total": ["3", "4"], "ETag": '"a"'}))

    assert headers_of(response) == {"x-wp-total": "4", "etag": '"a"'}


def test_of_links_all_are_kept():
    links = ['</wp-json/>; rel="https://api.w.org/"', '</?p=7>; rel="shortlink"']
    response = Response("https://www.example.org/", headers=Headers({"Link": links}))

    assert headers_of(response)["link"] == '</wp-json/>; rel="https://api.w.org/", </?p=7>; rel="shortlink"'
