"""How texts and times of articles are shown on a page.

In: what the record has. Out: what a template writes, still to be escaped.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from newscrawl.text.links import is_of_the_web

if TYPE_CHECKING:
    from datetime import datetime

    from newscrawl.topics.card import Story

MONTHS = (
    "January February March April May June July August September October November December".split()  # of no locale
)
_UNSHOWN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")


def harmless(text: str) -> str:
    """Without what no HTML page may hold: control characters, halves of characters, and what is no character."""
    return _UNSHOWN.sub("", text)


def absolute(moment: datetime) -> str:
    """A time in words: "6 June 2025, 14:03 UTC"."""
    return f"{moment.day} {MONTHS[moment.month - 1]} {moment.year}, {moment:%H:%M} UTC"


def machine(moment: datetime) -> str:
    """A time for the `datetime` attribute."""
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


def time(moment: datetime) -> Markup:
    """The element for a time: the script of the page writes how long ago that was, and leaves the rest."""
    told = absolute(moment)
    return Markup(f'<time datetime="{machine(moment)}" title="{told}">{told}</time>')  # noqa: S704 - digits and names


def heading(title: str) -> Markup:
    """A heading in its own direction, and the hashtag at its end in that of its topic, so that the mark stands before
    the topic in Arabic too.
    """
    words, mark, topic = title.partition("#")
    hashtag = Markup("<bdi>{}</bdi>").format(mark + topic) if mark else ""
    return Markup("<bdi>{}</bdi>").format(escape(words) + hashtag)


def link(address: str) -> str | None:
    """The address if a browser may follow it: of the web, and of nothing else."""
    return address if is_of_the_web(address) else None


def label(kind: str) -> str | None:
    """What is told of a story that is no plain article."""
    return None if kind == "article" else kind.replace("_", " ")


def sections(story: Story) -> list[str]:
    """The sections, without the outlet's own name, which stands beside them."""
    return [section for section in story.sections if section.casefold() != story.outlet_name.casefold()]
