"""Pages as long as news sites send them, made from a seed, so that every run reads the same bytes.

In: a fixture page, or a story, and a size. Out: HTML of that size: around the story inline styles and scripts, a large
menu, tiles of other stories and readers' comments, in the shares that pages of this sort have.
"""

from __future__ import annotations

import random
import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

STORY = 25
"""Paragraphs that are added to a story."""
MOST_MARKUP = 150_000
_STORY_AT = re.compile(rb"<[a-z]+ [^>]*\b(?:entry-content|field-body)\b[^>]*>\s*<p>.*?</p>", re.DOTALL)
_WORDS = (
    "the water ministry said on Monday that province council had not yet seen report of engineers who measured river "
    "and its level in south while farmers near old canal waited for second winter of rain after three dry years"
).split()


class Furniture(NamedTuple):
    """What stands around a story."""

    head: bytes
    """Styles and scripts."""
    top: bytes
    """The menu."""
    end: bytes
    """Tiles, comments and scripts."""


def furniture(seed: random.Random, room: int) -> Furniture:
    """As many bytes as there is room, or a few more.

    What makes a page longer than MOST_MARKUP are inline scripts and styles, not more elements: some 900 in a page of
    100 kB, 1,300 in one of 330 kB.
    """
    markup = min(room, MOST_MARKUP)
    more = (room - markup) // 3
    top = _menu(seed, markup * 14 // 100)
    end = _tiles(seed, markup * 26 // 100) + _comments(seed, markup * 10 // 100)
    end += _script(seed, markup * 14 // 100 + more)
    style = _style(seed, markup * 18 // 100 + more)
    return Furniture(style + _script(seed, markup * 18 // 100 + more), top, end)


def grown(html: bytes, size: int) -> bytes:
    """A fixture page with a longer story and what stands around one on a real page; b"" where it has none."""
    seed = random.Random(len(html))
    story = _STORY_AT.search(html)
    if story is None:
        return b""
    html = html[: story.end()] + _paragraphs(seed) + html[story.end() :]
    around = furniture(seed, size - len(html))
    head = html.lower().find(b"</head>")
    body = re.search(rb"<body[^>]*>", html, re.IGNORECASE)
    end = html.lower().rfind(b"</body>")
    assert body is not None
    return b"".join(
        (html[:head], around.head, html[head : body.end()], around.top, html[body.end() : end], around.end, html[end:])
    )


def _filled(seed: random.Random, size: int, start: str, one: Callable[[int], str], end: str) -> bytes:
    parts, length = [start], 0
    while length < size:
        parts.append(one(seed.randrange(10_000, 100_000)))
        length += len(parts[-1])
    return "".join([*parts, end, "\n"]).encode()


def _paragraphs(seed: random.Random) -> bytes:
    found = []
    for number in range(STORY):
        words = [seed.choice(_WORDS) for _ in range(24)]
        words[5] = f"{words[5]} {seed.randrange(100, 999)}"
        if number % 3 == 0:
            words[9] = f'<a href="/topics/{words[9]}">{words[9]}</a>'
        if number % 4 == 0:
            words[2] = f"<strong>{words[2]}</strong>"
        found.append(f"\n<p>{' '.join(words).capitalize()}.</p>\n")
    return "".join(found).encode()


def _style(seed: random.Random, size: int) -> bytes:
    return _filled(
        seed,
        size,
        "<style>",
        lambda n: (
            f".c{n} .item-{n % 90}>a:hover{{color:#{n};padding:{n % 30}px {n % 12}px}}@media(max-width:{n % 999}px)"
            f"{{.c{n}{{display:none}}}}"
        ),
        "</style>",
    )


def _script(seed: random.Random, size: int) -> bytes:
    return _filled(
        seed,
        size,
        "<script>(function(w,d){var q=w.q||[];",
        lambda n: (
            f"if(d.getElementById('s{n}')&&w.innerWidth<{n % 1400})q.push({{id:{n},slot:'/1{n}/a',sizes:"
            f"[[300,250],[728,90]],on:function(e){{return e.data>{n % 99}?'<'+'div>':null}}}});"
        ),
        "})(window,document);</script>",
    )


def _menu(seed: random.Random, size: int) -> bytes:
    return _filled(
        seed,
        size,
        '<nav class="menu-all"><ul class="menu">',
        lambda n: (
            f'<li id="menu-item-{n}" class="menu-item menu-item-type-taxonomy menu-item-{n}">'
            f'<a href="https://www.example.org/section-{n % 50}/topic-{n}/" class="menu-link">Section {n}</a></li>\n'
        ),
        "</ul></nav>",
    )


def _tiles(seed: random.Random, size: int) -> bytes:
    return _filled(
        seed,
        size,
        '<div class="recirculation"><h2>More to read</h2>',
        lambda n: (
            f'<div class="tile tile-story tile-{n}"><div class="tile-image"><a href="/news/story-{n}" tabindex="-1">'
            f'<img loading="lazy" src="/files/styles/tile/{n}.jpg?itok=Q{n}" srcset="/files/{n}-300x200.jpg 300w, '
            f'/files/{n}-768x512.jpg 768w" alt="" width="370" height="208"></a></div><div class="tile-main"><span '
            f'class="topic"><a href="/topics/{n % 90}">Topic {n % 90}</a></span><h3><a href="/news/story-{n}">The '
            f'headline of another story, number {n}</a></h3><time datetime="2025-03-08T21:26:30+03:00">March 8'
            "</time></div></div>\n"
        ),
        "</div>",
    )


def _comments(seed: random.Random, size: int) -> bytes:
    return _filled(
        seed,
        size,
        '<section id="comments" class="comments-area"><ol class="comment-list">',
        lambda n: (
            f'<li id="comment-{n}" class="comment depth-1"><div class="comment-body"><b class="fn">Reader {n}</b>'
            f'<div class="comment-text"><p>I have read this and think that number {n} is right, and more will come.</p>'
            f'</div><a rel="nofollow" class="comment-reply-link" href="#c{n}">Reply</a></div></li>\n'
        ),
        "</ol></section>",
    )
