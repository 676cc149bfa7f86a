"""Where each page of the site lies.

In: ids of articles, names of topics and outlets. Out: paths below the site's folder, always the same for the same name,
that every file system takes: lower-case ASCII letters, digits and hyphens, never another folder than meant.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata

from newscrawl.text.topic import words

INDEX = "index.html"
"""The first page of a list."""
ABOUT = "about.html"
SEARCH = "search.html"
TOPICS = "topics/index.html"
FEEDS = ("atom.xml", "rss.xml", "feed.json")
"""The names of the feeds that lie beside a page."""

_SAFE = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_LONGEST = 60
_DEVICES = {"con", "prn", "aux", "nul", *(f"{port}{number}" for port in ("com", "lpt") for number in range(10))}
"""What Windows takes for a device, with whatever ending."""


def article(id_: str) -> str:
    """The page of an article, by its id."""
    outlet, _, own = id_.partition(":")
    if not (outlet and own):
        # No crawl writes such an id; in a folder that no outlet has, it is taken for no other.
        return f"articles/_/{name(':' + id_)}.html"
    return f"articles/{name(outlet)}/{name(own)}.html"


def topic(topic_name: str) -> str:
    """The first page of a topic. However its name is written, its address is the same."""
    return f"topics/{name(words(topic_name).replace(' ', '-'))}/{INDEX}"


def letter(first: str) -> str:
    """The list of all topics that begin with a letter."""
    return f"topics/{name(first.casefold())}.html"


def outlet(outlet_name: str) -> str:
    """The first page of an outlet."""
    return f"outlets/{name(outlet_name)}/{INDEX}"


def archive(period: str, number: int = 1) -> str:
    """A page of a list's archive in the list's folder: of a year or month, and which one of it from the oldest on."""
    return f"{period}.html" if number == 1 else f"{period}-part-{number}.html"


def name(text: str) -> str:
    """A name for a file or folder. A text that is none itself is told apart from others by a hash of it, after an
    underscore, which no text has that is a name itself.
    """
    if _SAFE.fullmatch(text) and len(text) <= _LONGEST and text not in _DEVICES:
        return text
    ascii_only = unicodedata.normalize("NFKD", text.casefold()).encode("ascii", "ignore").decode()
    legible = "-".join(re.findall("[a-z0-9]+", ascii_only))[:_LONGEST].rstrip("-")
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    return f"{legible}_{digest}"
