"""Reads pages with a peer, in the peers' environment: `.peers/bin/python -m benchmarks.peer_readers NAME FOLDER`.

In: a folder of pages, each with its address beside it. Out: one line of JSON, the milliseconds of each page.
"""

# ruff: noqa: PLC0415 - each reader is imported only in the environment that has it
from __future__ import annotations

import json
import sys
import warnings
from contextlib import suppress
from pathlib import Path
from time import process_time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

Readers = dict[str, "Callable[[bytes, str], Any]"]


def timed(readers: Readers, given: list[tuple[str, bytes]]) -> dict[str, list[float]]:
    """Milliseconds of each reader for each page; they take turns page by page."""
    times: dict[str, list[float]] = {name: [] for name in readers}
    for url, html in given:
        for name, read in readers.items():
            start = process_time()
            read(html, url)
            times[name].append((process_time() - start) * 1000)
    return times


def peer(name: str) -> Callable[[bytes, str], Any]:
    """One of the readers of the peers' environment, at its own best: fast options, no network, text as it wants it."""
    if name == "trafilatura":
        import trafilatura

        return lambda html, url: trafilatura.bare_extraction(html, url=url, with_metadata=True, fast=True)
    if name == "newspaper4k":
        import newspaper

        def newspaper4k(html: bytes, url: str) -> Any:
            article = newspaper.Article(url, fetch_images=False)
            article.download(input_html=html.decode("utf-8", "replace"))
            article.parse()
            return article.text

        return newspaper4k
    if name == "news-please":
        from newsplease import NewsPlease

        return lambda html, url: NewsPlease.from_html(html.decode("utf-8", "replace"), url=url, fetch_images=False)
    if name == "Fundus":
        return _fundus()
    raise ValueError(name)


def _fundus() -> Callable[[bytes, str], Any]:
    """Fundus reads only outlets that somebody described to it: this is how one would describe these two."""
    from datetime import datetime

    from fundus.parser import ArticleBody, BaseParser, attribute
    from fundus.parser.utility import extract_article_body_with_selector, generic_author_parsing, generic_date_parsing
    from lxml.cssselect import CSSSelector

    class Described(BaseParser):
        _paragraphs = CSSSelector("div.entry-content > p, div.field-body > p")

        @attribute
        def body(self) -> ArticleBody | None:
            return extract_article_body_with_selector(self.precomputed.doc, paragraph_selector=self._paragraphs)

        @attribute
        def title(self) -> str | None:
            return self.precomputed.meta.get("og:title")

        @attribute
        def authors(self) -> list[str]:
            return generic_author_parsing(self.precomputed.ld.bf_search("author"))

        @attribute
        def publishing_date(self) -> datetime | None:
            return generic_date_parsing(self.precomputed.ld.bf_search("datePublished"))

    # It makes an empty value of what each attribute says that it returns.
    kinds = {"body": ArticleBody | None, "title": str | None, "authors": list[str], "publishing_date": datetime | None}
    for attribute_name, returned in kinds.items():
        getattr(Described, attribute_name).__annotations__["return"] = returned
    parser = Described()
    return lambda html, _: parser.parse(html.decode("utf-8", "replace"), "suppress")


def one(name: str, folder: str) -> None:
    """A peer's run, in its own environment: once over the first pages to warm up, then all of them."""
    warnings.simplefilter("ignore")
    given = [
        (path.with_suffix(".url").read_text(encoding="utf-8"), path.read_bytes())
        for path in sorted(Path(folder).glob("*.html"))
    ]
    read = peer(name)

    def tried(html: bytes, url: str) -> None:
        with suppress(Exception):  # what a reader cannot read still took its time
            read(html, url)

    readers: Readers = {name: tried}
    timed(readers, given[:3])
    print()
    print(json.dumps({"times": timed(readers, given)[name]}))


if __name__ == "__main__":
    one(*sys.argv[1:])
