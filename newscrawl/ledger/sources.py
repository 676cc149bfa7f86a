"""What each source last said: validators for conditional requests, cursors, and how its readings ended."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec
from sqlalchemy import select

from newscrawl.items import Follow
from newscrawl.ledger.tables import source_pages, sources

if TYPE_CHECKING:
    from datetime import datetime

    from newscrawl.ledger.database import Database


class SourceState(NamedTuple):
    """What is known of a source from earlier crawls; times are aware UTC."""

    whole_at: datetime | None = None
    """When a reading began that went to the source's end: what was there then is known."""
    cursor: datetime | None = None
    """The newest change that such a reading saw."""
    total: int | None = None


class PageState(NamedTuple):
    """What a page of a source said when it was last read."""

    etag: str | None = None
    last_modified: str | None = None
    told_at: datetime | None = None
    """The lastmod that the index gave for it then."""
    follow: tuple[Follow, ...] = ()


class SourceNotes:
    def __init__(self, database: Database) -> None:
        self._database = database

    def source(self, outlet: str, label: str) -> SourceState:
        query = select(sources.c.whole_at, sources.c.cursor, sources.c.total)
        with self._database.reading() as db:
            row = db.execute(query.where(sources.c.outlet == outlet, sources.c.label == label)).first()
        return SourceState(*row) if row else SourceState()

    def page(self, outlet: str, url: str) -> PageState | None:
        """None where the page was never read."""
        columns = source_pages.c.etag, source_pages.c.last_modified, source_pages.c.told_at, source_pages.c.follow
        with self._database.reading() as db:
            query = select(*columns).where(source_pages.c.outlet == outlet, source_pages.c.url == url)
            row = db.execute(query).first()
        if row is None:
            return None
        return PageState(row[0], row[1], row[2], tuple(msgspec.json.decode(row[3], type=list[Follow])))

    def note_source(
        self, outlet: str, label: str, state: str, reason: str | None, known: SourceState, *, now: datetime
    ) -> None:
        row = {"outlet": outlet, "label": label, "read_at": now, "state": state, "reason": reason, **known._asdict()}
        with self._database.transaction() as db:
            db.upsert(sources, row)

    def note_page(self, outlet: str, url: str, state: PageState) -> None:
        follow = msgspec.json.encode(state.follow).decode()
        with self._database.transaction() as db:
            db.upsert(source_pages, {"outlet": outlet, "url": url, **state._asdict(), "follow": follow})

    def outlets(self) -> list[str]:
        """Those of which a source was asked for, even if none named a URL."""
        with self._database.reading() as db:
            return list(db.execute(select(sources.c.outlet).distinct().order_by(sources.c.outlet)).scalars())

    def all(self, outlet: str) -> list[dict[str, Any]]:
        """Every source of an outlet with what is known of it."""
        with self._database.reading() as db:
            rows = db.execute(select(sources).where(sources.c.outlet == outlet).order_by(sources.c.label))
            return [dict(row) for row in rows.mappings()]
