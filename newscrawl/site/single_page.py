"""One self-contained page of a topic's cards, for `scrapy topics TOPIC --html FILE`.

In: a title and cards. Out: HTML with its style and script in it, which its Content-Security-Policy names by their hash;
nothing is loaded from anywhere.
"""

from __future__ import annotations

import hashlib
from base64 import b64encode
from typing import TYPE_CHECKING

from markupsafe import Markup

from newscrawl.site.rendering import asset, placed, rendered

if TYPE_CHECKING:
    from collections.abc import Iterable

    from newscrawl.topics.card import Card


def single_page(title: str, cards: Iterable[Card]) -> bytes:
    """The cards in their order under a title, such as "Latest news with #CJTF-OIR"."""
    style, script = asset("site.css").decode(), asset("site.js").decode()
    page = rendered(
        "single_page.html",
        title=title,
        cards=list(cards),
        style=Markup(style),  # noqa: S704 - our own file
        script=Markup(script),  # noqa: S704 - our own file
        policy=f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}'; base-uri 'none'",
    )
    return placed(page, "")


def _hash(text: str) -> str:
    return "sha256-" + b64encode(hashlib.sha256(text.encode()).digest()).decode()
