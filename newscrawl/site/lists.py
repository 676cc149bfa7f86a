"""The lists of stories: the front page, one of each outlet and topic, with archives and feeds.

In: the stories. Out: their pages.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from newscrawl.site import addresses, listing
from newscrawl.site.chart import charts_of
from newscrawl.site.listing import Choice
from newscrawl.site.publishing import MadeList
from newscrawl.site.stories import key_of
from newscrawl.site.topic_list import put_topics
from newscrawl.text.topic import hashtag, words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from newscrawl.site.feed_files import Feeds
    from newscrawl.site.fragments import Fragments
    from newscrawl.site.listing import Listing
    from newscrawl.site.pages import Pages
    from newscrawl.site.stories import Stories
    from newscrawl.topics.catalogue import TopicCount
    from newscrawl.topics.overview import Day

TOPICS_IN_FRONT = 16
FRONT = "Latest news"


class Lists:
    def __init__(
        self, stories: Stories, pages: Pages, fragments: Fragments, feeds: Feeds, before: Mapping[str, MadeList]
    ) -> None:
        """`before`: the topics' lists of the site that is there, of which no card changed, or was added."""
        self.made: dict[str, MadeList] = {}
        """Those of topics, for the next build."""
        self._stories = stories
        self._pages = pages
        self._fragments = fragments
        self._feeds = feeds
        self._names = stories.outlet_names
        self._before = before

    def make(self) -> list[Choice]:
        """All of them; the outlets."""
        outlets = [self._outlet(outlet, name) for outlet, name in self._names.items()]
        for topic in self._stories.topics:
            self._topic(topic)
        put_topics(self._stories.topics, self._names, self._pages)
        largest = self._stories.topics[:TOPICS_IN_FRONT]
        first = [Choice(name=topic.name, address=addresses.topic(topic.name), count=topic.count) for topic in largest]
        front = listing.first_page(list(self._stories.digests), heading=FRONT, folder="")
        self._list([front], "front", self._stories.days, topics=first, outlets=outlets)
        return outlets

    def _outlet(self, outlet: str, name: str) -> Choice:
        address = addresses.outlet(outlet)
        ids = self._stories.of_outlet(outlet)
        days = [day for day in self._stories.days if day.outlet == outlet]
        pages = listing.pages(ids, self._stories.months, heading=name, folder=_folder(address))
        self._list(pages, f"outlet {outlet}", days)
        return Choice(name=name, address=address, count=len(ids))

    def _topic(self, topic: TopicCount) -> None:
        """The pages of a topic: those of the site that is there, as long as nothing on them is another."""
        key = key_of(topic.name, self._stories.overview.stories_of[topic.name], self._names)
        made = self._before.get(topic.name)
        if made is None or made.key != key or not self._pages.files.keep(made.paths):
            made = MadeList(key, self._make_topic(topic))
        self.made[topic.name] = made

    def _make_topic(self, topic: TopicCount) -> list[str]:
        folder = _folder(addresses.topic(topic.name))
        heading = f"Latest news with {hashtag(topic.name)}"
        pages = listing.pages(self._stories.members[topic.name], self._stories.months, heading=heading, folder=folder)
        return self._list(pages, f"topic {words(topic.name)}", self._stories.overview.days(topic.name))

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
                paths += self._feeds.put(page, name, state)
        return paths

    def _shown(
        self, page: Listing, days: list[Day], topics: Sequence[Choice], outlets: Sequence[Choice]
    ) -> dict[str, object]:
        return {
            "listing": page,
            "cards": self._fragments.of(page.path, page.ids),
            "charts": charts_of(days, self._names),
            "topics": topics,
            "outlets": outlets,
        }


def _folder(address: str) -> str:
    return address.removesuffix(addresses.INDEX)
