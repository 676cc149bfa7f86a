"""Which stories stand on one card.

In: of each story its time, its blog and what it is a near-duplicate of. Out: for each that stands on another's card the
story at the head of that card. Pure.

A live update stands on the card of its blog, if that is known. Of the others, those that tell the same text stand on
the card of the earliest.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence


class Told(NamedTuple):
    """A story, as far as it decides where it stands."""

    id: str
    published_at: int
    parent_id: str | None
    duplicate_of: str | None


class Place(NamedTuple):
    """Where a story stands."""

    head: str
    is_update: bool


def places(stories: Mapping[str, Told], clusters: Sequence[Sequence[str]] | None) -> dict[str, Place]:
    """`clusters`: ids that tell the same text; None: the lines' own `duplicate_of` says so."""
    blogs = {id_: root for id_, story in stories.items() if story.parent_id and (root := _root(id_, stories)) != id_}
    if clusters is None:
        clusters = _clusters(story for story in stories.values() if story.duplicate_of and story.id not in blogs)
    heads: dict[str, str] = {}
    for cluster in clusters:
        members = [stories[id_] for id_ in cluster if id_ in stories and id_ not in blogs]
        if members:
            head = min(members, key=lambda story: (story.published_at, story.id))
            heads.update((member.id, head.id) for member in members)
    copies = {id_: Place(head, is_update=False) for id_, head in heads.items() if head != id_}
    return copies | {id_: Place(heads.get(blog, blog), is_update=True) for id_, blog in blogs.items()}


def _root(id_: str, stories: Mapping[str, Told]) -> str:
    """The blog that a story is an update of, or the story itself."""
    passed = {id_}
    here = id_
    while (parent := stories[here].parent_id) in stories:
        assert parent is not None
        if parent in passed:
            return id_
        passed.add(parent)
        here = parent
    return here


def _clusters(stories: Iterable[Told]) -> list[list[str]]:
    """Where A tells the same as B, and B as C, all three are one."""
    near: dict[str, list[str]] = defaultdict(list)
    for story in stories:
        assert story.duplicate_of is not None
        near[story.id].append(story.duplicate_of)
        near[story.duplicate_of].append(story.id)
    clusters = []
    left = set(near)
    while left:
        cluster, waiting = [], [left.pop()]
        while waiting:
            here = waiting.pop()
            cluster.append(here)
            further = [other for other in near[here] if other in left]
            left.difference_update(further)
            waiting += further
        clusters.append(cluster)
    return clusters
