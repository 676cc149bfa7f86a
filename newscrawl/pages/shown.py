"""Reads what a page shows of its article, by the outlet's selectors.

In: the element that holds the whole article, and the page class's declarations in the page's layout. Out: one layer's
account of the article, like a `Draft`, except that each field is looked up when it is asked for: most pages tell in
their head what they show.
"""

import re
from collections.abc import Iterator
from functools import cached_property, lru_cache
from itertools import islice
from typing import Any

from selectolax.lexbor import LexborNode

from newscrawl.items import Kind, Layer
from newscrawl.pages.pictures import picture_address
from newscrawl.pages.prose import OF_OTHERS, paragraphs
from newscrawl.pages.selectors import compiled
from newscrawl.text.bylines import names
from newscrawl.text.characters import plain_line

_LEVELS = 8
"""How far above a picture it is looked for whose it is."""
_MOST_EMPTY = 20
"""How many elements are looked at for one that says something: they may stand in each other, and each is read whole."""
_MOST_LABELS = 200
"""Names, sections or topics of one story."""


class Shown:
    """The layer "selector". `at` has the declarations of `ArticlePage` as attributes."""

    layer: Layer = "selector"
    url: str | None = None
    image_caption: str | None = None
    image_credit: str | None = None

    def __init__(self, story: LexborNode, at: Any, *, site_id: str | None, kind: Kind | None) -> None:
        self._story = story
        self._at = at
        self.site_id = site_id
        self.kind = kind

    @property
    def headline(self) -> str | None:
        return next(filter(None, map(self._text, self._at.headline_at)), None)

    @property
    def description(self) -> str | None:
        return self._text(self._at.standfirst_at)

    @property
    def authors(self) -> list[str]:
        """Who is named alone; or the whole byline, where that names some more ("By <a>Salim Jabbar</a> and others")."""
        alone, whole = self._texts(self._at.byline_at), self._texts(self._at.byline_text_at)
        linked, named = names(alone), names(whole)
        return whole if len(named) > len(linked) and set(linked) <= set(named) else alone

    @property
    def sections(self) -> list[str]:
        return _texts_of(self._section_nodes)

    @cached_property
    def _section_nodes(self) -> list[LexborNode]:
        return self._all(self._at.section_at)

    @property
    def topics(self) -> list[str]:
        """Block themes mark sections as tags too: what `section_at` finds is none."""
        found = self._all(self._at.topic_at)
        sections = {node.mem_id for node in self._section_nodes} if found else set()
        return _texts_of([node for node in found if node.mem_id not in sections])

    @property
    def published(self) -> str | None:
        return self._date(self._at.published_at)

    @property
    def modified(self) -> str | None:
        if not self._at.modified_text:
            return self._date(self._at.modified_at)
        for node in self._each(self._at.modified_at):
            found = pattern(self._at.modified_text).search(plain_line(node.text(separator=" ")))
            if found is not None:
                return found[1]
        return None

    @property
    def image_url(self) -> str | None:
        found = next((node for node in self._all(self._at.picture_at) if not _is_of_others(node)), None)
        return picture_address(found) if found is not None else None

    @property
    def date_text(self) -> str | None:
        """A date among other words."""
        for node in self._each(self._at.date_text_at):
            text = pattern(self._at.date_label).sub("", plain_line(node.text(separator=" ")))
            if any(map(str.isdigit, text)):
                return text
        return None

    def _each(self, selector: str) -> Iterator[LexborNode]:
        """The matching elements; the first is nearly always the one, and the parser stops there."""
        first = self._story.css_first(selector) if selector else None
        if first is not None:
            yield first
            yield from islice(self._story.css(selector), 1, _MOST_EMPTY)

    def _all(self, selector: str) -> list[LexborNode]:
        return self._story.css(selector) if selector else []

    def _text(self, selector: str) -> str | None:
        for node in self._each(selector):
            text = plain_line(" ".join(paragraph.text for paragraph in paragraphs(node)))
            if text:
                return text
        return None

    def _texts(self, selector: str) -> list[str]:
        return _texts_of(self._all(selector))

    def _date(self, selector: str) -> str | None:
        for node in self._each(selector):
            attributes = node.attributes
            raw = attributes.get("datetime") or attributes.get("content")
            if node.tag == "abbr":
                raw = raw or attributes.get("title")  # hAtom: <abbr class="published" title="2010-05-04T07:15:00+0300">
            # White space folded, as a label that begins with some is looked for from each space of a run.
            raw = plain_line(raw or "") or plain_line(node.text(separator=" "))
            raw = pattern(self._at.date_label).sub("", raw).strip()
            if raw:
                return raw
        return None


@lru_cache(maxsize=256)
def pattern(expression: str) -> re.Pattern[str]:
    return re.compile(expression, re.IGNORECASE)


def _is_of_others(picture: LexborNode) -> bool:
    """Whether it stands in an advertisement, a related story or a comment."""
    is_of_others = compiled(OF_OTHERS).match
    node = picture.parent
    for _ in range(_LEVELS):
        if node is None:
            return False
        if node.tag == "aside" or is_of_others(node.tag or "", node.attributes):
            return True
        node = node.parent
    return False


def _texts_of(nodes: list[LexborNode]) -> list[str]:
    return [text for node in nodes[:_MOST_LABELS] if (text := plain_line(node.text(separator=" ")))]
