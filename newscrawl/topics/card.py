"""A story as people look at it: one card, however often and wherever it was told.

In: nothing. Out: `Story`, the newest revision of an article, and `Card`, a story with its copies and its live updates.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime  # noqa: TC003 (msgspec reads the annotations)

from newscrawl.items import Image, Kind  # noqa: TC001 (msgspec reads the annotations)


@dataclass(slots=True, kw_only=True)
class Story:
    """The newest revision of an article: the fields of its line that are shown."""

    id: str
    url: str
    outlet: str
    outlet_name: str
    kind: Kind
    headline: str
    description: str | None
    body: str
    """Paragraphs joined by a blank line."""
    dateline: str | None
    authors: list[str]
    sections: list[str]
    topics: list[str]
    published_at: datetime
    """UTC."""
    modified_at: datetime | None
    """UTC."""
    language: str
    """BCP 47; `und` where unknown."""
    image: Image | None
    parent_id: str | None
    word_count: int
    revision: int
    crawled_at: datetime
    """UTC: when this revision was read from the site."""
    content_hash: str


@dataclass(slots=True, kw_only=True)
class Copy:
    """Another article that tells the same text."""

    id: str
    outlet: str
    outlet_name: str
    url: str
    headline: str
    published_at: datetime
    language: str = "und"
    """BCP 47; `und` where unknown."""


@dataclass(slots=True, kw_only=True)
class Card:
    """One story: the earliest of those that tell its text, the others, and the updates of a live blog."""

    story: Story
    also_in: list[Copy] = field(default_factory=list)
    """By time of publication."""
    updates: list[Story] = field(default_factory=list)
    """The live blog's updates, newest first."""
    first_read: str = ""
    """The id of the article that was read first of those that tell the text, empty where that is not known: it stays
    as others come to stand beside it, one that was published earlier too, which then is at the head of the card.
    """

    @property
    def updated_at(self) -> datetime | None:
        """When the text was changed: the time that the site tells, else when the newest revision was read; null for
        a first revision.
        """
        if self.story.revision == 1:
            return None
        return self.story.modified_at or self.story.crawled_at
