"""How a crawl and a reader talk: pickled values, each after its length, over a socket that only the two have; the pages
themselves lie in memory that both have.

In: bytes as they come. Out: whole messages.
"""

from __future__ import annotations

import pickle
import struct
from mmap import mmap
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from newscrawl.pages.answered import Answered
    from newscrawl.pages.article_page import ArticlePage
    from newscrawl.pages.outlet import Outlet

AHEAD = 8
"""Pages that a reader is given before it answers the first: enough that it never waits. Each has a place in memory."""
LARGEST = 4 * 1024 * 1024
"""Bytes of a page for a reader."""
_LENGTH = struct.Struct("<Q")


class Task(NamedTuple):
    """What a reader is told first: whose pages it reads, and how. After it comes one `Page` after the other, and for
    each a `Plain`, or None, goes back.
    """

    page_class: type[ArticlePage]
    outlet: Outlet
    least: int
    """LEAST_FALLBACK_TEXT"""


class Page(NamedTuple):
    """A page to read."""

    answered: Answered
    """Without its HTML."""
    place: int
    """Of the `AHEAD` in memory, where the HTML is."""
    length: int
    """Bytes."""


class Memory:
    """What a crawl and a reader have both."""

    def __init__(self, descriptor: int) -> None:
        """`descriptor`: of a file of `AHEAD * LARGEST` bytes."""
        self._memory = mmap(descriptor, AHEAD * LARGEST)

    def put(self, place: int, html: bytes) -> None:
        self._memory[place * LARGEST : place * LARGEST + len(html)] = html

    def get(self, place: int, length: int) -> bytes:
        return self._memory[place * LARGEST : place * LARGEST + length]

    def close(self) -> None:
        self._memory.close()


def packed(value: object) -> bytes:
    """A message."""
    told = pickle.dumps(value, pickle.HIGHEST_PROTOCOL)
    return _LENGTH.pack(len(told)) + told


def take(received: bytearray) -> list[Any]:
    """Take the whole messages from the front of what was received."""
    messages, start = [], 0
    while len(received) >= start + _LENGTH.size:
        end = start + _LENGTH.size + _LENGTH.unpack_from(received, start)[0]
        if len(received) < end:
            break
        with memoryview(received) as view:
            messages.append(pickle.loads(view[start + _LENGTH.size : end]))  # noqa: S301 (from a process of our own)
        start = end
    del received[:start]
    return messages
