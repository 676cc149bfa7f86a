"""How well the articles of each crawl could be read: what drift is told by.

In: the counts of a crawl. Out: those of the crawls before it, newest first.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import delete, select

from newscrawl.ledger.tables import crawls

if TYPE_CHECKING:
    from datetime import datetime

    from newscrawl.ledger.database import Database

KEPT = 1000
"""Crawls of an outlet that are kept: a week's, every ten minutes, as long as a drift may have to be told."""


@dataclass(slots=True)
class Group:
    """Articles of one kind and year of publication, counted."""

    kind: str
    year: int | None
    """UTC; None for articles without a date."""
    articles: int = 0
    fields: dict[str, dict[str, int]] = field(default_factory=dict)
    """By field and layer the number of articles; those without the field by the layer ""."""
    lengths: dict[int, int] = field(default_factory=dict)
    """How many bodies have so many characters, to two digits; an article without a body is not among them."""


@dataclass(slots=True, kw_only=True)
class CrawlNote:
    """One crawl."""

    started_at: datetime
    articles: int
    """Read in it: new or known, wanted or not, refused ones among them."""
    no_article: int = 0
    """Pages and texts that gave none."""
    median_length: int | None = None
    """Of the bodies, in characters."""
    groups: list[Group] = field(default_factory=list)
    disagreements: dict[str, int] = field(default_factory=dict)
    """By field the articles whose layers tell it differently."""
    examples: dict[str, list[str]] = field(default_factory=dict)
    """By what is missing or stands in the first URLs."""
    told: list[str] = field(default_factory=list)
    """The drift that this crawl told of, by name."""
    accepted: list[str] = field(default_factory=list)
    """The drift that is the usual from this crawl on, by name."""

    @property
    def read(self) -> int:
        """Pages and texts that were looked at."""
        return self.articles + self.no_article


_JSON: dict[str, Any] = {
    "groups": msgspec.json.Decoder(list[Group]),
    "disagreements": msgspec.json.Decoder(dict[str, int]),
    "examples": msgspec.json.Decoder(dict[str, list[str]]),
    "told": msgspec.json.Decoder(list[str]),
    "accepted": msgspec.json.Decoder(list[str]),
}
"""The columns that are kept as JSON, and how they are read."""


class CrawlNotes:
    def __init__(self, database: Database) -> None:
        self._database = database

    def newest(self, outlet: str, limit: int = KEPT) -> list[CrawlNote]:
        """Those that are kept, newest first."""
        columns = [column for column in crawls.c if column.name != "outlet"]
        query = select(*columns).where(crawls.c.outlet == outlet).order_by(crawls.c.started_at.desc())
        with self._database.reading() as db:
            rows = db.execute(query.limit(limit)).mappings().all()
        return [CrawlNote(**{name: _read(name, value) for name, value in row.items()}) for row in rows]

    def note(self, outlet: str, crawl: CrawlNote) -> None:
        """Keep a crawl, and forget the oldest where there are more than enough."""
        row = {column.name: _written(crawl, column.name) for column in crawls.c if column.name != "outlet"}
        ours = crawls.c.outlet == outlet
        kept = select(crawls.c.started_at).where(ours).order_by(crawls.c.started_at.desc()).limit(KEPT)
        with self._database.transaction() as db:
            db.upsert(crawls, {"outlet": outlet, **row})
            db.execute(delete(crawls).where(ours, crawls.c.started_at.not_in(kept)))


def _read(name: str, value: Any) -> Any:
    return _JSON[name].decode(value) if name in _JSON else value


def _written(crawl: CrawlNote, name: str) -> Any:
    value = getattr(crawl, name)
    return msgspec.json.encode(value).decode() if name in _JSON else value
