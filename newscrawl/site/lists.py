"""The lists of stories: the front page, one of each outlet and topic, with archives and feeds; the list of topics.

In: the stories. Out: their pages.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from newscrawl.site import addresses, listing
from newscrawl.site.chart import charts_of
from newscrawl.site.listing import Choice
from newscrawl.site.publishing import MadeList
from newscrawl.site.stories import key_of
from newscrawl.text.topic import words
from newscrawl.topics.feeds import atom, entry_of, feed_of, json_feed, rss

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from newscrawl.site.listing import Listing
    from newscrawl.site.pages import Pages
    from newscrawl.site.stories import Stories
    from newscrawl.topics.catalogue import Day, TopicCount
    from newscrawl.topics.feeds import Entry, Feed

IN_FEED = 30
"""The newest stories of a list that its feeds have."""
TOPICS_IN_FRONT = 16
TOPICS_AT_ONCE = 1000
"""On the first page of the list of topics; where there are more, all of them stand by their first letter too."""
DIGITS = "0–9"
FRONT = "Latest news"
_FEEDS = dict(zip(addresses.FEEDS, (atom, rss, json_feed), strict=True))


@dataclass(slots=True, kw_only=True)
class TopicRow:
    """A topic in the list of topics."""

    name: str
    address: str
    count: int
    outlets: list[str]
    newest: object


class Lists:
    def __init__(
        self, stories: Stories, pages: Pages, before: Mapping[str, MadeList], site: str, *, full_text: bool
    ) -> None:
        """`before`: the lists of the site that is there; `site`: its id, by which its feeds are told from those of
        others.
        """
        self.made: dict[str, MadeList] = {}
        """Those of topics, for the next build."""
        self._stories = stories
        self._pages = pages
        self._site = site
        self._full_text = full_text
        self._names = stories.outlet_names
        self._before = before
        self._entries: dict[str, Entry] = {}

    def make(self) -> list[Choice]:
        """All of them; the outlets."""
        outlets = [self._outlet(outlet, name) for outlet, name in self._names.items()]
        for topic in self._stories.topics:
            self._topic(topic)
        topics = [self._row(topic) for topic in self._stories.topics]
        self._topics(topics)
        first = [Choice(name=row.name, address=row.address, count=row.count) for row in topics[:TOPICS_IN_FRONT]]
        front = listing.first_page(list(self._stories.digests), heading=FRONT, folder="")
        self._list([front], "front", self._stories.days, topics=first, outlets=outlets)
        return outlets

    def _outlet(self, outlet: str, name: str) -> Choice:
        address = addresses.outlet(outlet)
        ids = self._stories.catalogue.card_ids(outlets=[outlet])
        days = [day for day in self._stories.days if day.outlet == outlet]
        pages = listing.pages(ids, self._stories.months, heading=name, folder=_folder(address))
        self._list(pages, f"outlet {outlet}", days)
        return Choice(name=name, address=address, count=len(ids))

    def _topic(self, topic: TopicCount) -> None:
        """The pages of a topic: those of the site that is there, as long as nothing on them is another."""
        key = self._stories.state_of(topic)
        made = self._before.get(topic.name)
        if made is None or made.key != key or not self._pages.files.keep(made.paths):
            made = MadeList(key, self._make_topic(topic))
        self.made[topic.name] = made

    def _make_topic(self, topic: TopicCount) -> list[str]:
        folder = _folder(addresses.topic(topic.name))
        heading = f"Latest news with #{topic.name}"
        pages = listing.pages(self._stories.members[topic.name], self._stories.months, heading=heading, folder=folder)
        return self._list(pages, f"topic {words(topic.name)}", self._stories.catalogue.days(topic.name))

    def _list(
        self,
        pages: Iterable[Listing],
        name: str,
        days: list[Day],
        topics: Sequence[Choice] = (),
        outlets: Sequence[Choice] = (),
    ) -> list[str]:
        """The pages of a list, and its feeds; `name`: what the list is of, however its heading is written."""
        paths = []
        for page in pages:
            paths.append(page.path)
            state = [self._stories.digests[id_] for id_ in page.ids]
            is_first = page.period is None
            key = key_of(page, state, topics, outlets, *([self._names, days] if is_first else []))
            shown = partial(self._shown, page, days if is_first else [], topics, outlets)
            self._pages.add_if(page.path, key, "listing.html", shown)
            if is_first:
                newest = key_of(page.heading, page.ids[:IN_FEED], state[:IN_FEED])
                for file, feed in _FEEDS.items():
                    paths.append(page.folder + file)
                    self._pages.files.add(paths[-1], newest, partial(self._feed, page, name, paths[-1], feed))
        return paths

    def _shown(
        self, page: Listing, days: list[Day], topics: Sequence[Choice], outlets: Sequence[Choice]
    ) -> dict[str, object]:
        return {
            "listing": page,
            "cards": self._stories.html(page.ids),
            "charts": charts_of(days, self._names),
            "topics": topics,
            "outlets": outlets,
        }

    def _feed(self, page: Listing, name: str, path: str, write: Callable[[Feed], bytes]) -> bytes:
        feed = feed_of(
            page.heading,
            self._newest(page.ids[:IN_FEED]),
            feed_id=f"{self._site} {name}",
            own_address=self._pages.address(path),
            page=self._pages.address(page.path),
        )
        return write(feed)

    def _newest(self, ids: Sequence[str]) -> list[Entry]:
        """The entries of these cards in feeds."""
        for card in self._stories.catalogue.cards_of([id_ for id_ in ids if id_ not in self._entries]):
            self._entries[card.story.id] = entry_of(card, whole_text=self._full_text)
        return [self._entries[id_] for id_ in ids]

    # --- the list of topics ---

    def _topics(self, rows: list[TopicRow]) -> None:
        """All topics by their size; where they are many, those with the most stories, and all by their first letter."""
        by_letter: defaultdict[str, list[TopicRow]] = defaultdict(list)
        if len(rows) > TOPICS_AT_ONCE:
            for row in sorted(rows, key=lambda row: (words(row.name), row.name)):
                by_letter[_letter(row.name)].append(row)
        letters = [
            Choice(name=letter, address=addresses.letter(letter), count=len(of_letter))
            for letter, of_letter in by_letter.items()
        ]
        self._topic_page(addresses.TOPICS, None, rows[:TOPICS_AT_ONCE], letters, len(rows))
        for letter, of_letter in zip(letters, by_letter.values(), strict=True):
            self._topic_page(letter.address, letter.name, of_letter, letters, letter.count)

    def _topic_page(
        self, path: str, letter: str | None, rows: list[TopicRow], letters: list[Choice], count: int
    ) -> None:
        values: dict[str, object] = {"letter": letter, "topics": rows, "letters": letters, "count": count}
        self._pages.add_if(path, key_of(values), "topics.html", lambda: values)

    def _row(self, topic: TopicCount) -> TopicRow:
        return TopicRow(
            name=topic.name,
            address=addresses.topic(topic.name),
            count=topic.count,
            outlets=[self._names.get(outlet, outlet) for outlet in topic.outlets],
            newest=topic.newest,
        )


def _folder(address: str) -> str:
    return address.removesuffix(addresses.INDEX)


def _letter(topic: str) -> str:
    """What a topic is filed under: its first letter, without accents."""
    first = words(topic)[0]
    return DIGITS if first.isdigit() else first.upper()
