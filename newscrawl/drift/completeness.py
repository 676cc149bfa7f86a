"""Counts how complete the articles of a crawl are: which fields were found, and by which layer.

In: every article that was read, whatever becomes of it, and every page that gave none (the signals below). Out: a
`CrawlNote`, for the ledger and for rules.py.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from heapq import nsmallest
from statistics import median
from typing import TYPE_CHECKING

from newscrawl.ledger.crawls import CrawlNote, Group

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from newscrawl.items import Article

FIELDS = (
    *("id", "headline", "description", "body", "dateline", "authors", "sections", "topics"),
    *("published_at", "modified_at", "language", "image"),
)
STAND_INS = ("fallback", "json-ld")
"""Layers that give a body where an outlet's layouts find none."""
NO_ARTICLE = "article"
"""Of what a page that gave no article is an example."""
SHORT = "length"
"""Of what the shortest bodies are examples."""
EXAMPLES = 3

article_read = object()
"""Scrapy signal, with the `article` and the `disagreements` of its page's layers by field."""
nothing_read = object()
"""Scrapy signal, with the `url` of a page, or of a source's text, that gave no article."""


@dataclass(slots=True, kw_only=True)
class FoundField:
    """A field in the articles of a crawl."""

    share: float
    """Of the articles that have it."""
    layers: dict[str, int]
    """By the layer that gave it the number of articles."""


@dataclass(slots=True, kw_only=True)
class FieldsFound:
    """A crawl, for people and programs."""

    articles: int
    """Read: new or known, wanted or not, refused ones among them."""
    no_article: int
    """Pages and texts that gave none."""
    median_length: int | None
    """Of the bodies, in characters; null where no article had one."""
    fields: dict[str, FoundField]
    disagreements: dict[str, int]
    """By field the articles whose layers tell it differently."""


class Completeness:
    def __init__(self) -> None:
        self._groups: dict[tuple[str, int | None], Group] = {}
        self._lengths: Counter[int] = Counter()
        self._disagreements: Counter[str] = Counter()
        self._examples: dict[str, list[str]] = {}
        self._shortest: list[tuple[int, str]] = []
        self._no_article = 0

    def article_read(self, article: Article, disagreements: Mapping[str, object]) -> None:
        year = article.published_at.year if article.published_at else None
        group = self._groups.setdefault((article.kind, year), Group(article.kind, year))
        group.articles += 1
        for field in FIELDS:
            layer = layer_of(article, field)
            layers = group.fields.setdefault(field, {})
            layers[layer] = layers.get(layer, 0) + 1
            if not layer:
                self._example(field, article.url)
            elif field == "body" and layer in STAND_INS:
                self._example(layer, article.url)
        if article.body:
            self._measure(group, article)
        self._disagreements.update(dict.fromkeys(disagreements, 1))

    def nothing_read(self, url: str) -> None:
        self._no_article += 1
        self._example(NO_ARTICLE, url)

    def note(self, started_at: datetime) -> CrawlNote:
        """What was counted so far."""
        shortest = [url for _, url in self._shortest]
        return CrawlNote(
            started_at=started_at,
            articles=sum(group.articles for group in self._groups.values()),
            no_article=self._no_article,
            median_length=self._median_length(),
            groups=list(self._groups.values()),
            disagreements=dict(self._disagreements),
            examples=self._examples | ({SHORT: shortest} if shortest else {}),
        )

    def fields_found(self) -> FieldsFound:
        """The same, without distinction of kind and year."""
        articles = sum(group.articles for group in self._groups.values())
        fields = {}
        for field in FIELDS if articles else ():
            layers = sum((Counter(group.fields[field]) for group in self._groups.values()), Counter[str]())
            missing = layers.pop("", 0)
            fields[field] = FoundField(share=round(1 - missing / articles, 4), layers=dict(layers))
        return FieldsFound(
            articles=articles,
            no_article=self._no_article,
            median_length=self._median_length(),
            fields=fields,
            disagreements=dict(self._disagreements),
        )

    def _median_length(self) -> int | None:
        return round(median(self._lengths.elements())) if self._lengths else None

    def _measure(self, group: Group, article: Article) -> None:
        length = len(article.body)
        self._lengths[length] += 1
        rounded = two_digits(length)
        group.lengths[rounded] = group.lengths.get(rounded, 0) + 1
        self._shortest = nsmallest(EXAMPLES, [*self._shortest, (length, article.url)])

    def _example(self, of: str, url: str) -> None:
        urls = self._examples.setdefault(of, [])
        if len(urls) < EXAMPLES and url not in urls:
            urls.append(url)


def layer_of(article: Article, field: str) -> str:
    """The layer that a field was read from; "" where it was not found."""
    layer = article.provenance.get(field, "")
    # An id that is made of the address, and a language that nobody can tell, stand in for what was not found.
    stands_in = (field == "id" and layer == "url") or (field == "language" and article.language == "und")
    return "" if stands_in or not getattr(article, field) else layer


def two_digits(number: int) -> int:
    """1,836 is 1,800: near enough to compare lengths, and few numbers in all."""
    return round(number, 2 - len(str(number)))
