"""Splits a byline into names.

In: a byline as shown ("By Ahmed Salih and Sara Hassan in Erbil"). Out: the names, each once, in order.
"""

import re
from collections.abc import Iterable
from functools import lru_cache

from newscrawl.text.characters import plain_line

_OPENING = re.compile(
    r"(?:(?:written|reported|posted|published)\s+)?by(?:\s*:\s*|\s+)|(?:publié\s+)?par\s+", re.IGNORECASE
)
# Up to the next name: "Salim Jabbar in Basra and …", "Salim Jabbar in Basra, Elif Karaca in Ankara".
_PLACE = re.compile(
    r"\s+(?:in|à)\s+[A-Z](?:(?!\s(?:and|et)\s|,\s[^\W\d_a-z][\w’'-]{0,30}(?:\s[^\W\d_a-z][\w’'-]{0,30}){1,3}\s(?:in|à)\s).)*"
)
_AND = re.compile(r"\s+(?:and|et|&|with|avec)\s+")
_LEADING_AND = re.compile(r"(?:and|et|&)\s+")
_LIST = re.compile(r"\s*[,;|]\s*")
_SUFFIXES = frozenset({"jr", "jr.", "sr", "sr.", "ii", "iii", "phd", "ph.d.", "md", "m.d.", "esq."})
_AGENCIES = frozenset({"reuters", "xinhua", "ansa"})


def names(bylines: Iterable[str]) -> list[str]:
    """The people and agencies of some bylines. Addresses in place of names are left out."""
    found: dict[str, str] = {}
    for byline in bylines:
        for name in _names_of(byline):
            found.setdefault(name.casefold(), name)
    return list(found.values())


@lru_cache(maxsize=32)
def _names_of(byline: str) -> tuple[str, ...]:
    """A page tells its byline in several places."""
    return tuple(split_byline(byline))


def split_byline(byline: str) -> list[str]:
    """The names of one byline. "MEE and agencies" and "Research and Analysis Desk" are one name each."""
    line = plain_line(byline)
    line = _PLACE.sub("", _OPENING.sub("", line, count=1) if _OPENING.match(line) else line).strip(" ,;|-–—")
    if not line or "://" in line or "@" in line:
        return []
    parts: list[str] = []
    for piece in _LIST.split(line):
        if parts and piece.casefold() in _SUFFIXES:
            parts[-1] += f", {piece}"
        else:
            parts += _split_at_and(_without_leading_and(piece))
    return [part for part in parts if any(map(str.isalnum, part))]


def _without_leading_and(piece: str) -> str:
    match = _LEADING_AND.match(piece)
    return piece[match.end() :] if match else piece


def _split_at_and(piece: str) -> list[str]:
    parts = _AND.split(piece)
    return parts if len(parts) > 1 and all(map(_is_name, parts)) else [piece]


def _is_name(part: str) -> bool:
    """Two words that begin like a name, or an agency: what an "and" between two bylines joins."""
    if part.isupper() or part.casefold() in _AGENCIES:
        return True
    return " " in part and not part[0].islower()
