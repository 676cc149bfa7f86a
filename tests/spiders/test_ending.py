"""How a URL ends by its answer; tests/network/test_faults.py tries what servers do wrong."""

import pytest
from scrapy.http import Response

from newscrawl.spiders.ending import ending_of_answer


@pytest.mark.parametrize(
    ("location", "status"),
    [
        ("ftp://www.example.org/a", "offsite"),
        ("http://[", "offsite"),
        ("/a:b", "failed"),
        ("", "failed"),
    ],
)
def test_a_redirect_that_is_not_followed_ends_where_it_leads(location, status):
    answer = Response("https://www.example.org/", status=300, headers={"Location": location})

    assert ending_of_answer(answer).status == status
