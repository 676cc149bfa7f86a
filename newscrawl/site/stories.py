"""What the site shows of the catalogue: all cards, and the topics, outlets and days that they are listed by.

In: the catalogue. Out: ids, and for each what differs as soon as its card does; the cards themselves one by one, as
they are wanted, for a record of 50,000 does not fit into the memory that a build may take.
"""

from __future__ import annotations

import hashlib
from functools import cached_property
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from newscrawl.topics.card import Card
    from newscrawl.topics.catalogue import Catalogue

FEWEST = 2
"""A topic of so many stories has a page; of one story, that would show nothing that the story's own does not."""
_MANY = 0.1
"""Above this share of all cards it is faster to read them in a row."""


class Stories:
    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self.overview = overview = catalogue.overview()
        self.members = overview.members
        """The cards of each topic, newest first."""
        self.months = {head.id: head.month for head in overview.heads}
        """Of the cards, newest first: YYYY-MM."""
        self.digests = {head.id: head.digest for head in overview.heads}
        """What differs as soon as anything on a card does."""
        self.days = overview.days()
        named = catalogue.named
        self.topics = sorted(
            (topic for topic in catalogue.topics() if topic.count >= FEWEST or topic.name in named),
            key=lambda topic: -topic.count,
        )
        """Those that have a page, the largest first."""
        self.with_page = {topic.name for topic in self.topics}
        """Their names."""
        self.topics_of = {head.id: head.topics for head in overview.heads}
        """Of each card, those without a page too."""
        self.told = {head.id: _hash("\n".join([head.digest, *head.topics])) for head in overview.heads}
        """What differs as soon as a card or one of its topics does."""
        self.page_keys = dict(self.told)
        """The same for the card's own page, which does not lead to topics without one."""
        for topic, ids in self.members.items():
            if topic not in self.with_page:
                for id_ in ids:
                    self.page_keys[id_] += key_of(topic)

    def of_outlet(self, outlet: str) -> list[str]:
        """The cards that have a story of an outlet, newest first."""
        return [head.id for head in self.overview.heads if outlet in head.outlets]

    @cached_property
    def outlet_names(self) -> dict[str, str]:
        """The name for people of each outlet: that on its newest card."""
        names = {}
        for outlet in sorted({day.outlet for day in self.days}):
            card = next(self.catalogue.cards(outlets=[outlet], limit=1))
            told = {copy.outlet: copy.outlet_name for copy in card.also_in}
            told |= {story.outlet: story.outlet_name for story in (card.story, *card.updates)}
            names[outlet] = told.get(outlet, outlet)
        return names

    def cards(self, ids: Collection[str]) -> Iterator[Card]:
        """Those cards. Where they are many, they come in a row."""
        if len(ids) < len(self.digests) * _MANY:
            yield from self.catalogue.cards_of(ids)
        else:
            yield from (card for card in self.catalogue.cards() if card.story.id in ids)


def key_of(*values: object) -> str:
    """Differs as soon as one of the values does."""
    return _hash(msgspec.json.encode(values))


def _hash(told: bytes | str) -> str:
    # Names may hold halves of characters, which no encoding has.
    given = told if isinstance(told, bytes) else told.encode("utf-8", "surrogatepass")
    return hashlib.blake2b(given, digest_size=12).hexdigest()
