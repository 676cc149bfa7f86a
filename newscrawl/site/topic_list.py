"""The list of topics.

In: the topics that have a page, the largest first. Out: a page of those with the most stories; where they are many, all
of them by their first letter too.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from markupsafe import escape

from newscrawl.site import addresses
from newscrawl.site.listing import Choice
from newscrawl.site.rendering import ROOT
from newscrawl.site.stories import key_of
from newscrawl.site.words import time
from newscrawl.text.topic import words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from newscrawl.site.pages import Pages
    from newscrawl.topics.catalogue import TopicCount

AT_ONCE = 1000
"""On the first page; where there are more, all of them stand by their first letter too."""
DIGITS = "0–9"


@dataclass(kw_only=True)
class Row:
    """A topic in the list."""

    name: str
    count: int
    outlets: list[str]
    """Their names for people."""
    newest: datetime

    @cached_property
    def html(self) -> str:
        link = f'<a href="{ROOT}{addresses.topic(self.name)}"><bdi dir="auto">{escape(self.name)}</bdi></a>'
        outlets = ", ".join([f"<bdi>{escape(outlet)}</bdi>" for outlet in self.outlets])
        figures = f'<td class="count">{self.count:,}</td><td>{outlets}</td><td>{time(self.newest)}</td>'
        return f'<tr><th scope="row">{link}</th>{figures}</tr>'

    def __html__(self) -> str:
        """As the template writes it: there are thousands, each on two pages."""
        return self.html


def put_topics(topics: Sequence[TopicCount], names: Mapping[str, str], pages: Pages) -> None:
    """`names`: of the outlets, for people."""
    rows = [
        Row(
            name=topic.name,
            count=topic.count,
            outlets=[names.get(outlet, outlet) for outlet in topic.outlets],
            newest=topic.newest,
        )
        for topic in topics
    ]
    by_letter: defaultdict[str, list[Row]] = defaultdict(list)
    if len(rows) > AT_ONCE:
        for folded, row in sorted(((words(row.name), row) for row in rows), key=lambda one: (one[0], one[1].name)):
            by_letter[_letter(folded)].append(row)
    letters = [
        Choice(name=letter, address=addresses.letter(letter), count=len(of_letter))
        for letter, of_letter in by_letter.items()
    ]
    _put(pages, addresses.TOPICS, None, rows, letters)
    for letter, of_letter in zip(letters, by_letter.values(), strict=True):
        _put(pages, letter.address, letter.name, of_letter, letters)


def _put(pages: Pages, path: str, letter: str | None, rows: Sequence[Row], letters: Sequence[Choice]) -> None:
    shown = rows if letter else rows[:AT_ONCE]
    key = key_of(letters, len(rows), [row.html for row in shown])
    values: dict[str, object] = {"letter": letter, "topics": shown, "letters": letters, "count": len(rows)}
    pages.add_if(path, key, "topics.html", lambda: values)


def _letter(folded: str) -> str:
    """What a topic is filed under, by its folded words: its first letter, without accents."""
    return DIGITS if folded[0].isdigit() else folded[0].upper()
