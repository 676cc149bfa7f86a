"""The cases of groups, longest match and wildcards are those of RFC 9309, 2.2 and 5, and of Google's documentation."""

import pytest
from scrapy.robotstxt import ProtegoRobotParser

from newscrawl.network.robots import MOST_BYTES, rules_of

SITE = "https://www.example.org"


def allowed(body, path):
    body = body if isinstance(body, bytes) else body.encode()
    return ProtegoRobotParser(rules_of(body, "newscrawl"), None).allowed(SITE + path, "newscrawl")


@pytest.mark.parametrize(
    ("body", "path", "is_allowed"),
    [
        # Groups.
        ("user-agent: *\ndisallow: /\nuser-agent: newscrawl\ndisallow: /a", "/b", True),
        ("user-agent: newscrawl\ndisallow: /a\nuser-agent: *\ndisallow: /b", "/b", True),
        (
            "user-agent: newscrawl\ndisallow: /a\nuser-agent: *\ndisallow: /b\nuser-agent: newscrawl\ndisallow: /c",
            "/c",
            0,
        ),
        ("user-agent: other\nuser-agent: newscrawl\ndisallow: /x", "/x", False),
        ("user-agent: other\ndisallow: /", "/x", True),
        ("disallow: /", "/x", True),
        ("user-agent: *\ndisallow:", "/x", True),
        ("user-agent: newscrawl\ncrawl-delay: 5\ndisallow: /x", "/x", False),
        # Tokens.
        ("User-Agent: NewsCrawl\nDisallow: /x", "/x", False),
        ("user-agent: NewsCrawl/1.0\ndisallow: /x", "/x", False),
        ("user-agent: newscrawl (+https://example.org)\ndisallow: /x", "/x", False),
        ("user-agent: newscrawl # us\ndisallow: /x", "/x", False),
        ("user-agent: newscrawl-images\ndisallow: /", "/x", True),
        ("user-agent: news\ndisallow: /", "/x", True),
        ("user-agent: *\ndisallow: /\nuser-agent: news\nallow: /", "/x", False),
        # Longest match; of two as long the one that allows.
        ("user-agent: *\nallow: /p\ndisallow: /", "/page", True),
        ("user-agent: *\nallow: /folder\ndisallow: /folder", "/folder/page", True),
        ("user-agent: *\nallow: /page\ndisallow: /*.htm", "/page.htm", False),
        ("user-agent: *\nallow: /page\ndisallow: /*.ph", "/page.php5", True),
        ("user-agent: *\nallow: /$\ndisallow: /", "/", True),
        ("user-agent: *\nallow: /$\ndisallow: /", "/page.htm", False),
        (
            "user-agent: *\ndisallow: /example/\nallow: /example/page/disallowed.gif",
            "/example/page/disallowed.gif",
            True,
        ),
        # Paths.
        ("user-agent: *\ndisallow: /fish", "/Fish.asp", True),
        ("user-agent: *\ndisallow: /fish", "/fishheads/yummy.html", False),
        ("user-agent: *\ndisallow: /fish", "/catfish", True),
        ("user-agent: *\ndisallow: /fish/", "/fish", True),
        ("user-agent: *\ndisallow: /*.php$", "/filename.php?parameters", True),
        ("user-agent: *\ndisallow: /*.php$", "/folder/filename.php", False),
        ("user-agent: *\ndisallow: /fish*.php", "/fishheads/catfish.php?parameters", False),
        ("user-agent: *\ndisallow: /a?b", "/a?b=1", False),
        ("user-agent: *\ndisallow: /ツ", "/%E3%83%84", False),
        ("user-agent: *\ndisallow: /%E3%83%84", "/ツ", False),
        ("user-agent: *\ndisallow: /~joe", "/%7Ejoe", False),
        ("user-agent: *\ndisallow: /foo%2Fbar", "/foo/bar", True),
        # Lines.
        ("\ufeffuser-agent: newscrawl\ndisallow: /x", "/x", False),
        ("user-agent: newscrawl\r\ndisallow: /x\r\n", "/x", False),
        ("user-agent: newscrawl\rdisallow: /x\r", "/x", False),
        ("\ufeffuser-agent: newscrawl/0.9\ndisallow: /x", "/x", False),
        ("user-agent: *\rdisallow: /y\ruser-agent: newscrawl/0.9\rdisallow: /x", "/x", False),
        (b"user-agent: newscrawl\ndisallow: /\xff\xfe\ndisallow: /x", "/x", False),
        ("user-agent: *\ndisallow: /a\nsitemap: https://www.example.org/s.xml\ndisallow: /b", "/b", False),
        ("<html><body>Not found</body></html>", "/x", True),
    ],
)
def test_rules_are_read_as_the_standard_says(body, path, is_allowed):
    assert allowed(body, path) == bool(is_allowed)


def test_of_a_robots_txt_without_end_the_first_500_kib_count():
    lines = "user-agent: *\n" + "disallow: /a/b/c\n" * (MOST_BYTES // 17)
    body = f"{lines[: MOST_BYTES - 40]}\ndisallow: /in-time\ndisallow: /iraq/secret/\n"
    assert len(body) > MOST_BYTES

    assert not allowed(body, "/in-time")
    assert allowed(body, "/iraq/secret/")
    assert allowed(body, "/iraq/rain/"), "a rule that is cut off must not forbid more than the whole one"
