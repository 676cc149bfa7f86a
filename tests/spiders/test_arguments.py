"""Spider arguments are checked before anything is begun, and a refusal gives the accepted form."""

from datetime import UTC, datetime

import pytest

from newscrawl.spiders.arguments import ArgumentError, Arguments


def test_a_day_begins_at_midnight_utc_and_until_includes_its_day():
    arguments = Arguments.parse({"since": "2025-01-01", "until": "2025-12-31"})

    assert arguments.since == datetime(2025, 1, 1, tzinfo=UTC)
    assert arguments.until == datetime(2026, 1, 1, tzinfo=UTC)


def test_a_moment_may_have_an_offset():
    assert Arguments.parse({"since": "2025-01-01T06:00:00+03:00"}).since == datetime(2025, 1, 1, 3, tzinfo=UTC)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"since": "yesterday"}, "since=yesterday is not a date; write YYYY-MM-DD, such as since=2025-12-31"),
        ({"since": "31/12/2025"}, "since=31/12/2025 is not a date"),
        ({"since": "2025-02-30"}, "since=2025-02-30 is not a date"),
        ({"until": "20251231"}, "until=20251231 is not a date"),
        ({"since": "2025-06-01", "until": "2025-05-01"}, "since=2025-06-01 is not before until=2025-05-01"),
        ({"limit": "x"}, "limit=x is not a number of articles"),
        ({"limit": "0"}, "limit=0 is not a number of articles"),
        ({"limit": "-3"}, "limit=-3 is not a number of articles"),
        ({"base_url": "localhost:8081"}, "base_url=localhost:8081 is not the address of a site"),
        ({"base_url": "http://127.0.0.1:99999"}, "base_url=http://127.0.0.1:99999 is not the address of a site"),
        ({"urls": "@/does/not/exist"}, "urls=@/does/not/exist cannot be read: No such file or directory"),
        ({"urls": "www.iraqinews.com/x"}, "urls= holds 'www.iraqinews.com/x', which is no address"),
        ({"render": "yes"}, "write render=never, needed or always"),
        ({"topic": " "}, "topic= has no value"),
        ({"sinse": "2025-01-01"}, "unknown argument 'sinse'; there are:"),
    ],
)
def test_a_refusal_names_the_argument_and_the_accepted_form(given, said):
    with pytest.raises(ArgumentError) as refused:
        Arguments.parse(given)

    assert said in str(refused.value)


def test_urls_come_as_a_list_or_in_a_file(tmp_path):
    file = tmp_path / "urls.txt"
    file.write_text("# two stories\nhttps://a.example/1\n\nhttps://a.example/2,3\nhttps://a.example/1\n")

    assert Arguments.parse({"urls": "https://a.example/1,https://a.example/2,3"}).urls == (
        "https://a.example/1",
        "https://a.example/2,3",
    )
    assert Arguments.parse({"urls": f"@{file}"}).urls == ("https://a.example/1", "https://a.example/2,3")
