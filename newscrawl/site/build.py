"""Builds the site from the catalogue: every page, or those that differ from the site that is there.

In: the catalogue, what the page about the data tells, and the folder. Out: the site in its place, and how many of its
files are new.

For each file there is a key, which differs as soon as its content would; a file whose key is that of the site before is
not made again.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from newscrawl import __version__, garbage
from newscrawl.site import addresses, search
from newscrawl.site.feed_files import Feeds
from newscrawl.site.files import Files
from newscrawl.site.fragments import Fragments
from newscrawl.site.index_parts import IndexParts
from newscrawl.site.lists import Lists
from newscrawl.site.pagefind import pagefind_version
from newscrawl.site.pages import Pages
from newscrawl.site.publishing import Manifest, Place
from newscrawl.site.rendering import ASSETS, asset, made_with
from newscrawl.site.stories import Stories, key_of

if TYPE_CHECKING:
    from pathlib import Path

    from newscrawl.reporting.coverage import Coverage
    from newscrawl.site.listing import Choice
    from newscrawl.site.publishing import Shard
    from newscrawl.topics.catalogue import Catalogue


@dataclass(slots=True, kw_only=True)
class Built:
    """What a build did."""

    stories: int
    files: int
    made: int
    """Those that are not as they were."""


@dataclass(slots=True, kw_only=True)
class About:
    """What the page about the data tells that the catalogue does not know."""

    coverage: list[Coverage]
    fields: list[tuple[str, str]]


def build(
    catalogue: Catalogue, directory: Path, about: About, *, full_text: bool = False, url: str | None = None
) -> Built:
    """The site of all that the catalogue has; raises SiteError and OSError.

    `url`: where DIR will be found on the web, with a slash at its end, if pages and feeds are to say so.
    """
    with Place(directory) as place:
        with garbage.no_search():
            building = _Building(catalogue, place, about, full_text=full_text, url=url)
        with garbage.nothing_so_far():
            manifest, made = building.run()
        place.publish(manifest)
    return Built(stories=len(building.stories.digests), files=len(manifest.pages), made=made)


class _Building:
    def __init__(self, catalogue: Catalogue, place: Place, about: About, *, full_text: bool, url: str | None) -> None:
        self.about = about
        self.full_text = full_text
        self.site = place.before.id
        self.signature = key_of(__version__, pagefind_version(), full_text, url, self.site, made_with())
        self.before = place.before if place.before.signature == self.signature else Manifest()
        there = place.take_up(self.signature)
        self.files = Files(place.directory, place.staging, self.before.pages, there)
        self.pages = Pages(self.files, url)
        self.stories = Stories(catalogue)
        self.fragments = Fragments(catalogue, self.files)

    def run(self) -> tuple[Manifest, int]:
        with IndexParts(self.stories.told, self._whole_parts()) as index:
            self._assets()
            touched = self._articles(index)
            before = {name: made for name, made in self.before.lists.items() if name not in touched}
            feeds = Feeds(self.stories.catalogue, self.pages, self.site, full_text=self.full_text)
            lists = Lists(self.stories, self.pages, self.fragments, feeds, before)
            self._about(lists.make())
            index.put(self.files, self.before.pages, self.signature)
        self.files.remove_others()
        manifest = Manifest(self.signature, self.site, self.files.keys, lists.made, index.shards)
        return manifest, self.files.made

    def _whole_parts(self) -> list[Shard]:
        """Those of the search index before of which nothing is lost."""
        if not self.files.is_there(search.ENGINE):
            return []
        paths = (path for path in self.before.pages if path.startswith(search.FOLDER))
        lost = {path.rpartition("/")[0] for path in paths if not self.files.is_there(path)}
        return [shard for shard in self.before.shards if search.FOLDER + shard.name not in lost]

    def _assets(self) -> None:
        for name in ASSETS:
            self.files.add(f"assets/{name}", self.signature, partial(asset, name))
        self.pages.add(addresses.SEARCH, "search.html")

    def _articles(self, index: IndexParts) -> set[str]:
        """The page of each story that changed, and what the index wants to know of it; the topics of these stories."""
        keys = self.stories.page_keys.items()
        changed = {id_ for id_, key in keys if not self.files.link(addresses.article(id_), key)}
        to_index = index.wanted
        for card in self.stories.cards(changed | to_index):
            id_ = card.story.id
            topics = self.stories.topics_of[id_]
            if id_ in changed:
                path = addresses.article(id_)
                values = {"card": card, "topics": topics, "with_page": self.stories.with_page}
                self.files.write(path, self.pages.html(path, "article.html", full_text=self.full_text, **values))
                self.fragments.add(card)
            if id_ in to_index:
                index.take(id_, search.record(card, self.stories.told[id_], topics, full_text=self.full_text))
        return {topic for id_ in changed for topic in self.stories.topics_of[id_]}

    def _about(self, outlets: list[Choice]) -> None:
        copies, updates = self.stories.catalogue.folded()
        self.pages.add(
            addresses.ABOUT,
            "about.html",
            coverage=self.about.coverage,
            fields=self.about.fields,
            outlets=outlets,
            stories=len(self.stories.digests),
            copies=copies,
            updates=updates,
        )
