"""Cards as they stand in lists.

In: cards that are rendered for their own pages too, and the lists of the site that is there. Out: HTML for each card.
A list of which one card is new has a hundred others that stand in it already: they are taken from there.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from markupsafe import Markup

from newscrawl.site import addresses
from newscrawl.site.rendering import rendered

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newscrawl.site.files import Files
    from newscrawl.topics.card import Card
    from newscrawl.topics.catalogue import Catalogue

# Neither stands in any text: what comes from articles is escaped.
_CARD = re.compile('<article class="card">.*?</article>', re.DOTALL)
_OWN_PAGE = re.compile(r'href="(?:\.\./)*(articles/[^"]+)"')


class Fragments:
    def __init__(self, catalogue: Catalogue, files: Files) -> None:
        self._catalogue = catalogue
        self._files = files
        self._html: dict[str, Markup] = {}
        """With links that begin at ROOT, so that they can stand in any list."""

    def add(self, card: Card) -> None:
        """A card that is not as it was, or that is new."""
        # Without the line breaks around it, which are the list's.
        html = rendered("fragment.html", card=card).strip()
        self._html[card.story.id] = Markup(html)  # noqa: S704 - a template's

    def of(self, path: str, ids: Sequence[str]) -> list[Markup]:
        """Those of a list, for its page at `path`. Who asks has added all cards that are not as they were."""
        missing = [id_ for id_ in ids if id_ not in self._html]
        there = self._standing_in(path) if missing else {}
        kept = {id_: there[address] for id_ in missing if (address := addresses.article(id_)) in there}
        for card in self._catalogue.cards_of([id_ for id_ in missing if id_ not in kept]):
            self.add(card)
        return [kept.get(id_) or self._html[id_] for id_ in ids]

    def _standing_in(self, path: str) -> dict[str, Markup]:
        """The cards of the page that is there, each by the address of its own page."""
        cards = {}
        for html in _CARD.findall(self._files.old(path)):
            if own := _OWN_PAGE.search(html):
                cards[own[1]] = Markup(html)  # noqa: S704 - a template's
        return cards
