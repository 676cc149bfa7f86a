"""Content-Encoding is undone before anybody asks what the text is written in."""

import gzip

import pytest
from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.http import HtmlResponse, Response
from scrapy.http.response import text as scrapys_text
from scrapy.statscollectors import StatsCollector

from newscrawl.network.decoding import Decoding

URL = "https://example.org/1"
PAGE = "<html><head>{}</head><body><p>The café is open – at last.</p></body></html>"
HEADERS = {"Content-Type": "text/html", "Content-Encoding": "gzip"}


@pytest.fixture
def guessed(monkeypatch):
    """The bodies whose encoding was guessed."""
    bodies = []
    guess = scrapys_text.from_bytes

    def watched(body):
        bodies.append(body)
        return guess(body)

    monkeypatch.setattr(scrapys_text, "from_bytes", watched)
    return bodies


def decoded(body: bytes, method: str = "GET") -> Response:
    packed = HtmlResponse(URL, headers=HEADERS, body=gzip.compress(body), flags=["kept"])
    crawler = Crawler(Spider)
    crawler.stats = StatsCollector(crawler)
    return Decoding.from_crawler(crawler).process_response(Request(URL, method=method), packed)


@pytest.mark.parametrize("charset", ["", '<meta charset="utf-8">'])
def test_no_encoding_is_guessed_of_a_packed_body(guessed, charset):
    response = decoded(PAGE.format(charset).encode())

    assert isinstance(response, HtmlResponse)
    assert response.text == PAGE.format(charset)
    assert response.flags == ["kept"]
    assert guessed == []


def test_what_is_not_declared_is_guessed_of_the_text_itself(guessed):
    body = PAGE.format("").encode("windows-1252")

    assert decoded(body).text
    assert guessed == [body]


def test_an_answer_without_a_body_stays_what_it_is():
    assert isinstance(decoded(b"", "HEAD"), HtmlResponse)
