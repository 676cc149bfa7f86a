"""The feeds that lie beside the first page of each list.

In: that page, and what tells its cards from themselves as they were. Out: a file in each format.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from newscrawl.site import addresses
from newscrawl.site.stories import key_of
from newscrawl.topics.feeds import atom, entry_of, feed_of, json_feed, rss

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from newscrawl.site.listing import Listing
    from newscrawl.site.pages import Pages
    from newscrawl.topics.catalogue import Catalogue
    from newscrawl.topics.feeds import Entry, Feed

NEWEST = 30
"""Stories of a list that its feeds have."""
_FORMATS = dict(zip(addresses.FEEDS, (atom, rss, json_feed), strict=True))


class Feeds:
    def __init__(self, catalogue: Catalogue, pages: Pages, site: str, *, full_text: bool) -> None:
        """`site`: its id, by which its feeds are told from those of others."""
        self._catalogue = catalogue
        self._pages = pages
        self._site = site
        self._full_text = full_text
        self._entries: dict[str, Entry] = {}

    def put(self, page: Listing, name: str, state: Sequence[str]) -> list[str]:
        """The feeds of a list, and where they lie. `name`: what the list is of, however its heading is written;
        `state`: for each card what differs as soon as anything on it does.
        """
        key = key_of(page.heading, page.ids[:NEWEST], state[:NEWEST])
        paths = []
        for file, write in _FORMATS.items():
            paths.append(page.folder + file)
            self._pages.files.add(paths[-1], key, partial(self._feed, page, name, paths[-1], write))
        return paths

    def _feed(self, page: Listing, name: str, path: str, write: Callable[[Feed], bytes]) -> bytes:
        feed = feed_of(
            page.heading,
            self._newest(page.ids[:NEWEST]),
            feed_id=f"{self._site} {name}",
            own_address=self._pages.address(path),
            page=self._pages.address(page.path),
        )
        return write(feed)

    def _newest(self, ids: Sequence[str]) -> list[Entry]:
        """The entries of these cards."""
        for card in self._catalogue.cards_of([id_ for id_ in ids if id_ not in self._entries]):
            self._entries[card.story.id] = entry_of(card, whole_text=self._full_text)
        return [self._entries[id_] for id_ in ids]
