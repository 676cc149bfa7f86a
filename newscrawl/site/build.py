"""Builds the site from the catalogue: every page, or those that differ from the site that is there.

In: the catalogue, what the page about the data tells, and the folder. Out: the site in its place, and how many of its
files are new.

For each file there is a key, which differs as soon as its content would; a file whose key is that of the site before is
not made again but linked.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import TYPE_CHECKING

import msgspec
from markupsafe import Markup

from newscrawl import __version__
from newscrawl.site import addresses, listing, search
from newscrawl.site.chart import chart_of
from newscrawl.site.files import Files
from newscrawl.site.index_parts import IndexParts
from newscrawl.site.pagefind import pagefind_version
from newscrawl.site.publishing import Manifest, Place
from newscrawl.site.rendering import ASSETS, asset, placed, rendered, templates
from newscrawl.topics.feeds import atom, json_feed, rss

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from newscrawl.reporting.coverage import Coverage
    from newscrawl.site.listing import Listing
    from newscrawl.topics.card import Card
    from newscrawl.topics.catalogue import Catalogue, Day, TopicCount

IN_FEED = 30
"""The newest stories of a list that its feeds have."""
TOPICS_IN_FRONT = 16
_CARDS_KEPT = 4000
_FEEDS = dict(zip(addresses.FEEDS, (atom, rss, json_feed), strict=True))


@dataclass(slots=True, kw_only=True)
class Built:
    """What a build did."""

    stories: int
    files: int
    made: int
    """Those that are not as they were."""


@dataclass(slots=True, kw_only=True)
class Choice:
    """A list of stories that a page leads to."""

    name: str
    address: str
    count: int


@dataclass(slots=True, kw_only=True)
class TopicRow:
    """A topic in the list of all."""

    name: str
    address: str
    count: int
    outlets: list[str]
    newest: object


@dataclass(slots=True, kw_only=True)
class About:
    """What the page about the data tells that the catalogue does not know."""

    coverage: list[Coverage]
    fields: list[tuple[str, str]]


def build(catalogue: Catalogue, directory: Path, about: About, *, full_text: bool = False) -> Built:
    """The site of all that the catalogue has; raises SiteError and OSError."""
    with Place(directory) as place:
        building = _Building(catalogue, place, about, full_text=full_text)
        manifest, made = building.run()
        place.publish(manifest)
    return Built(stories=len(building.digests), files=len(manifest.pages), made=made)


class _Building:
    def __init__(self, catalogue: Catalogue, place: Place, about: About, *, full_text: bool) -> None:
        self.catalogue = catalogue
        self.about = about
        self.full_text = full_text
        assets = [asset(name) for name in ASSETS]
        self.signature = _key(__version__, pagefind_version(), full_text, templates(), assets)
        self.before = place.before if place.before.signature == self.signature else Manifest()
        self.files = Files(place.directory, place.staging, self.before.pages)
        digests = catalogue.digests()
        self.digests = {id_: digests[id_] for id_ in catalogue.card_ids()}
        """Of the cards, newest first."""
        self.days = catalogue.days()
        self.members = catalogue.members()
        self.topics_of: defaultdict[str, list[str]] = defaultdict(list)
        for topic, ids in self.members.items():
            for id_ in ids:
                self.topics_of[id_].append(topic)
        self.card = lru_cache(_CARDS_KEPT)(self._card)
        self.stories_html: dict[str, Markup] = {}
        self.outlets: list[Choice] = []

    def run(self) -> tuple[Manifest, int]:
        with IndexParts(self.digests, self.before.shards) as index:
            self._assets()
            self._articles(index)
            self._lists()
            self._about()
            index.put(self.files, self.before.pages, self.signature)
        return Manifest(self.signature, self.files.keys, index.shards), self.files.made

    def _page(self, path: str, template: str, **values: object) -> None:
        """A page that is rendered each time, to see whether it differs."""
        html = placed(rendered(template, **values), path)
        self.files.add(path, _key(html), lambda: html)

    def _assets(self) -> None:
        for name in ASSETS:
            self.files.add(f"assets/{name}", self.signature, partial(asset, name))
        self._page(addresses.SEARCH, "search.html")

    # --- articles ---

    def _card(self, id_: str) -> Card:
        card = self.catalogue.card(id_)
        assert card is not None
        return card

    def _articles(self, index: IndexParts) -> None:
        """The page of each story that changed, and what the index wants to know of it."""
        changed = {
            id_
            for id_, digest in self.digests.items()
            if not self.files.link(addresses.article(id_), _key(digest, self.topics_of[id_]))
        }
        to_index = index.wanted
        for card in self._cards(changed | to_index):
            id_ = card.story.id
            topics = self.topics_of[id_]
            if id_ in changed:
                path = addresses.article(id_)
                html = rendered("article.html", card=card, topics=topics, full_text=self.full_text)
                self.files.write(path, placed(html, path))
            if id_ in to_index:
                index.take(id_, search.record(card, self.digests[id_], topics, full_text=self.full_text))

    def _cards(self, ids: set[str]) -> Iterator[Card]:
        """Those cards: one by one, or all in a row where they are many, each remembered as it stands in lists."""
        if len(ids) * 10 < len(self.digests):
            yield from map(self.card, ids)
            return
        for card in self.catalogue.cards():
            self.stories_html[card.story.id] = _story_html(card)
            if card.story.id in ids:
                yield card

    # --- lists of stories ---

    def _lists(self) -> None:
        names = self._outlet_names()
        outlets = []
        for outlet, name in names.items():
            ids = self.catalogue.card_ids(outlets=[outlet])
            folder = addresses.outlet(outlet).removesuffix("index.html")
            pages = listing.pages(ids, title=name, heading=name, folder=folder, outlet=outlet)
            self._list(pages, names)
            outlets.append(Choice(name=name, address=folder + "index.html", count=len(ids)))
        topics = sorted(self.catalogue.topics(), key=lambda topic: -topic.count)
        for topic in topics:
            self._topic(topic, names)
        rows = [_row(topic, names) for topic in topics]
        self._page(addresses.TOPICS, "topics.html", topics=rows)
        first = [Choice(name=row.name, address=row.address, count=row.count) for row in rows[:TOPICS_IN_FRONT]]
        ids = list(self.digests)
        front = next(listing.pages(ids, title="Latest news", heading="Latest news", folder=""))
        front.older = None
        self._list([front], names, topics=first, outlets=outlets)
        self.outlets = outlets

    def _topic(self, topic: TopicCount, names: dict[str, str]) -> None:
        folder = addresses.topic(topic.name).removesuffix("index.html")
        ids = self.members[topic.name]
        heading = f"Latest news with #{topic.name}"
        self._list(listing.pages(ids, title=heading, heading=heading, folder=folder, topic=topic.name), names)

    def _outlet_names(self) -> dict[str, str]:
        """The name for people of each outlet: that on its newest card."""
        names = {}
        for outlet in sorted({day.outlet for day in self.days}):
            card = next(self.catalogue.cards(outlets=[outlet], limit=1))
            told = {copy.outlet: copy.outlet_name for copy in card.also_in}
            told |= {story.outlet: story.outlet_name for story in (card.story, *card.updates)}
            names[outlet] = told.get(outlet, outlet)
        return names

    def _list(
        self,
        pages: Iterable[Listing],
        names: dict[str, str],
        topics: Sequence[Choice] = (),
        outlets: Sequence[Choice] = (),
    ) -> None:
        for page in pages:
            state = [self.digests[id_] for id_ in page.ids]
            # The chart and the count are those of the whole list.
            whole = _key(state, page.count, self._all_of(page)) if page.number is None else _key(state)
            key = _key(msgspec.json.encode([page, topics, outlets, names]), whole)
            self.files.add(page.path, key, partial(self._listed, page, names, topics, outlets))
            if page.number is None:
                newest = _key(page.title, page.ids[:IN_FEED], state[:IN_FEED])
                for name, feed in _FEEDS.items():
                    self.files.add(page.folder + name, newest, partial(self._feed, page, feed))

    def _all_of(self, page: Listing) -> list[str]:
        """The digests of all cards of a list."""
        if page.topic is not None:
            return [self.digests[id_] for id_ in self.members[page.topic]]
        return list(self.digests.values())

    def _listed(
        self, page: Listing, names: dict[str, str], topics: Sequence[Choice], outlets: Sequence[Choice]
    ) -> bytes:
        chart = chart_of(self._days_of(page), names) if page.number is None else None
        cards = [self._story_html(id_) for id_ in page.ids]
        html = rendered("listing.html", listing=page, cards=cards, chart=chart, topics=topics, outlets=outlets)
        return placed(html, page.path)

    def _days_of(self, page: Listing) -> list[Day]:
        if page.topic is not None:
            return self.catalogue.days(page.topic)
        return [day for day in self.days if page.outlet in {None, day.outlet}]

    def _story_html(self, id_: str) -> Markup:
        """A card as it stands in every list."""
        if id_ not in self.stories_html:
            self.stories_html[id_] = _story_html(self.card(id_))
        return self.stories_html[id_]

    def _feed(self, page: Listing, feed: Callable[..., bytes]) -> bytes:
        cards = [self.card(id_) for id_ in page.ids[:IN_FEED]]
        return feed(page.heading, cards, whole_text=self.full_text)

    # --- about the data ---

    def _about(self) -> None:
        copies, updates = self.catalogue.folded()
        self._page(
            addresses.ABOUT,
            "about.html",
            coverage=self.about.coverage,
            fields=self.about.fields,
            outlets=self.outlets,
            stories=len(self.digests),
            copies=copies,
            updates=updates,
        )


def _story_html(card: Card) -> Markup:
    return Markup(rendered("fragment.html", card=card))  # noqa: S704 - a template's


def _row(topic: TopicCount, names: dict[str, str]) -> TopicRow:
    return TopicRow(
        name=topic.name,
        address=addresses.topic(topic.name),
        count=topic.count,
        outlets=[names.get(outlet, outlet) for outlet in topic.outlets],
        newest=topic.newest,
    )


def _key(*values: object) -> str:
    return hashlib.blake2b(msgspec.json.encode(values), digest_size=12).hexdigest()
