"""Splits a byline into names.

In: a byline as shown ("By Ahmed Salih and Sara Hassan in Erbil"). Out: the names, each once, in order.
"""

import re
from collections.abc import Iterable
from functools import lru_cache

from newscrawl.text.characters import plain_line

_OPENING = re.compile(
    r"(?:(?:written|reported|posted|published|reporting|story|text|words)\s+)?by(?:\s*:\s*|\s+)|authors?\s*:\s*"
    r"|(?:publié\s+)?par\s+",
    re.IGNORECASE,
)
# "al-Qaim", "the West Bank", "occupied East Jerusalem", "northern Iraq", "’Ain al-Asad"; "BASRA".
_TOWN = (
    r"(?:(?:the|occupied|(?:north|south|east|west)(?:ern)?|central)\s)*"
    r"(?:(?:al|el|an|ad|as|ar|az|ash|at|ed|er|es|esh|ez|la|le)[-\s])?[’'‘`]?[^\W\d_a-zß-öø-ÿ]"
)
# Up to the next name: "Salim Jabbar in Basra and …", "Salim Jabbar in Basra, Elif Karaca in Ankara".
_PLACE = re.compile(
    rf",?\s+(?:in|IN|from|near|à|au)\s+{_TOWN}(?:(?!\s(?:and|AND|et|&|with|avec)\s"
    rf"|,\s[^\W\d_a-z][\w’'-]{{0,30}}(?:\s[^\W\d_a-z][\w’'-]{{0,30}}){{1,3}}\s(?:in|from|near|à|au)\s).)*"
)
_DATE = re.compile(
    r"(?:\s*[|,–—-])?\s(?:on\s)?(?:[^\W\d_]{3,9}\.?\s\d{1,2},?|\d{1,2}\s[^\W\d_]{3,9}\.?)\s(?:19|20)\d\d\b.*"
)
_AND = re.compile(r"\s+(?:and|AND|et|&|with|avec)\s+")
_UNNAMED = re.compile(
    r"(?:(?:and|with|et|avec|&)\s+)?(?:news\s+)?(?:agencies|agences)|special to\s.+"
    r"|(?:editing|edited|photos?|photography|illustrations?)\s+(?:by|par)\s.+",
    re.IGNORECASE,
)
"""What stands beside a name and is none."""
_LEADING_AND = re.compile(r"(?:and|et|&)\s+")
_LIST = re.compile(r"\s*[,;|/]\s*")
_SUFFIXES = frozenset({"jr", "jr.", "sr", "sr.", "ii", "iii", "phd", "ph.d.", "md", "m.d.", "esq."})
_AGENCIES = frozenset({"reuters", "xinhua", "ansa"})
_LONGEST_ACRONYM = 5
_STAFF = frozenset({"staff", "correspondent", "correspondents", "desk", "reporters"})


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
    """The names of one byline, without places, dates and unnamed agencies.

    "MEE and agencies" and "Research and Analysis Desk" are one name each.
    """
    line = " ".join(word for word in plain_line(byline).split() if "@" not in word and "://" not in word)
    line = _OPENING.sub("", line, count=1) if _OPENING.match(line) else line
    line = _PLACE.sub("", _DATE.sub("", line)).strip(" ,;|-–—")
    parts: list[str] = []
    for piece in _LIST.split(line):
        if parts and piece.casefold() in _SUFFIXES:
            parts[-1] += f", {piece}"
        elif not parts or not _UNNAMED.fullmatch(piece):
            parts += _split_at_and(_without_leading_and(piece))
    return [part for part in parts if any(map(str.isalnum, part))]


def _without_leading_and(piece: str) -> str:
    match = _LEADING_AND.match(piece)
    return piece[match.end() :] if match else piece


def _split_at_and(piece: str) -> list[str]:
    parts = _AND.split(piece)
    if len(parts) > 1 and _UNNAMED.fullmatch(parts[-1]) and all(map(_is_person, parts[:-1])):
        return parts[:-1]
    return parts if len(parts) > 1 and all(map(_is_name, parts)) else [piece]


def _is_name(part: str) -> bool:
    """Two words that begin like a name, or an agency: what an "and" between two bylines joins."""
    if part.casefold() in _AGENCIES or (part.isupper() and len(part) <= _LONGEST_ACRONYM):
        return True
    return " " in part and not part[0].islower()


def _is_person(part: str) -> bool:
    return " " in part and _is_name(part) and _STAFF.isdisjoint(part.casefold().split())
