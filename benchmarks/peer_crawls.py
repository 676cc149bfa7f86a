"""What a crawl by a peer does: `.peers/bin/python -m benchmarks.peer_crawls Fundus|news-please ORIGIN COUNT FILE`.

In: the origin of `news_site.py`, and how many pages to read. Out: JSON in FILE with the articles that were read, and
the seconds from before the first request to the last article; what was imported before that does not count. Each peer
works as its documentation says, without pauses between its requests.
"""

# ruff: noqa: PLC0415 - each peer is imported only in the environment that has it
from __future__ import annotations

import json
import logging
import re
import sys
from pathlib import Path
from time import perf_counter
from urllib.request import urlopen


def fundus(origin: str, count: int) -> tuple[int, float]:
    """Fundus reads only outlets that somebody described to it: this is how one would describe this one."""
    from datetime import datetime

    from fundus import Crawler
    from fundus.parser import ArticleBody, BaseParser, ParserProxy, attribute
    from fundus.parser.utility import extract_article_body_with_selector, generic_author_parsing, generic_date_parsing
    from fundus.publishers.base_objects import Publisher, PublisherGroup
    from fundus.scraping.url import Sitemap
    from lxml.cssselect import CSSSelector

    class Parser(ParserProxy):
        class V1(BaseParser):
            _paragraphs = CSSSelector("div.entry-content > p")

            @attribute
            def body(self) -> ArticleBody | None:
                return extract_article_body_with_selector(self.precomputed.doc, paragraph_selector=self._paragraphs)

            @attribute
            def title(self) -> str | None:
                return self.precomputed.ld.bf_search("headline")

            @attribute
            def authors(self) -> list[str]:
                return generic_author_parsing(self.precomputed.meta.get("author"))

            @attribute
            def publishing_date(self) -> datetime | None:
                return generic_date_parsing(self.precomputed.ld.bf_search("datePublished"))

    # It makes an empty value of what each attribute says that it returns, and wants the type itself.
    kinds = {"body": ArticleBody | None, "title": str | None, "authors": list[str], "publishing_date": datetime | None}
    for attribute_name, kind in kinds.items():
        getattr(Parser.V1, attribute_name).__annotations__["return"] = kind

    class Local(metaclass=PublisherGroup):
        default_language = "en"
        Site = Publisher(
            name="Local", domain=origin + "/", parser=Parser, sources=[Sitemap(f"{origin}/here.xml", recursive=False)]
        )

    began = perf_counter()
    # One thread: with one publisher it makes no more, and its progress bar needs the main one.
    crawler = Crawler(Local.Site, delay=0.0, threading=False)
    found = sum(bool(article.title and article.body) for article in crawler.crawl(max_articles=count))
    return found, perf_counter() - began


def news_please(origin: str, count: int) -> tuple[int, float]:
    import gzip

    from newsplease import NewsPlease

    began = perf_counter()
    with urlopen(f"{origin}/here.xml") as answer:
        addresses = re.findall(r"<loc>(.*?)</loc>", gzip.decompress(answer.read()).decode())[:count]
    articles = NewsPlease.from_urls(addresses, request_args={"timeout": 60}, fetch_images=False)
    found = sum(bool(getattr(article, "maintext", "")) for article in articles.values())
    return found, perf_counter() - began


def main(name: str, origin: str, count: int, file: Path) -> None:
    logging.disable(logging.WARNING)
    pages, seconds = {"Fundus": fundus, "news-please": news_please}[name](origin, count)
    file.write_text(json.dumps({"pages": pages, "seconds": seconds}))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), Path(sys.argv[4]))
