"""Tells whether a text names a topic.

In: a topic as a person writes it, and texts. Out: yes or no. Case, hyphens, dashes and accents do not matter, nor do
the vowel signs of Arabic, its forms of alef and the other letters that are written for one another ("ø" for "o"), nor
what cannot be seen, as a soft hyphen; a part of a word does not match: "CJTF OIR" is in "the CJTF-OIR's commander",
"IS" is not in "this". An acronym that is a common word too is named in capitals only: "US" is not in "they told us".
"""

import re
import unicodedata
from collections.abc import Iterable

# Letters that are written for one another, but are not told to be by Unicode.
_LATIN = str.maketrans({"æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"})
# What Arabic and Persian keyboards and habits do; a stretched line is no letter, an apostrophe that counts as a letter
# is no part of a word.
_LETTERS = _LATIN | str.maketrans({"ة": "ه", "ى": "ي", "ی": "ي", "ک": "ك", "ـ": "", "ʼ": "'", "ʾ": "'", "ʿ": "'"})
_NO_WORD = re.compile(r"[\W_]")
_NON_JOINER = "\u200c"
"""Parts a word in two without a space, as in Persian; all others of its kind cannot be seen, as a soft hyphen."""


ACRONYMS = {"ai", "au", "eu", "is", "it", "un", "us", "who"}
"""Those that are common words of English or French too, folded."""
_IN_CAPITALS = {acronym: re.compile(rf"(?<![^\W_]){acronym.upper()}(?![^\W_])") for acronym in ACRONYMS}
_MARK = "↑"
"""Behind an acronym that a text has in capitals; it is no part of any folded word."""


class _Folds(dict[int, str]):
    """What each character is compared as, a space where it is no part of a word; worked out when it is first met."""

    def __missing__(self, code: int) -> str:
        plain = _without_accents(chr(code)).casefold().translate(_LETTERS)
        fold = self[code] = _parted(plain)
        return fold


_FOLDS = _Folds()


def names_topic(topic: str, texts: Iterable[str]) -> bool:
    wanted = f" {sought(words(topic))} "
    return bool(wanted.strip()) and any(wanted in f" {searchable(text)} " for text in texts)


def is_topic(text: str) -> bool:
    """Whether a text has any word that a topic could be named by."""
    return bool(words(text))


def words(text: str) -> str:
    """The words of a text as they are compared, one space apart."""
    return " ".join(text.translate(_FOLDS).split())


def searchable(text: str) -> str:
    """The words of a text, to look for topics in. Behind them stand the acronyms that it has in capitals, marked; one
    that is all of the text, as of a tag or a part of an address, names itself however it is written.
    """
    folded = words(text)
    composed = unicodedata.normalize("NFKC", text)
    # Most texts do not have the letters at all, which is seen ten times as fast.
    named = {one for one, pattern in _IN_CAPITALS.items() if one.upper() in composed and pattern.search(composed)}
    named |= ACRONYMS & {folded}
    return " ".join([folded, *(acronym + _MARK for acronym in sorted(named))])


def sought(spelling: str) -> str:
    """What a topic, of which the folded words are given, is looked for as among the searchable words of a text."""
    return spelling + _MARK if spelling in ACRONYMS else spelling


def hashtag(topic: str) -> str:
    """The topic behind one hash mark, as some sites write their tags already."""
    return "#" + topic.lstrip("#＃ ")


def slug(topic: str) -> str:
    """The topic as sites write it in addresses: "CJTF-OIR" is "cjtf-oir"."""
    return "-".join(_parted(_without_accents(topic.casefold()).translate(_LATIN)).split())


def _parted(text: str) -> str:
    """The text with a space instead of what is no part of a word. Vowel signs, as those of Hindi and Thai, are."""
    return _NO_WORD.sub(lambda found: found[0] if unicodedata.category(found[0]) in {"Mn", "Mc"} else " ", text)


def _without_accents(text: str) -> str:
    """The text in compatibility forms, without marks that may be left out and what cannot be seen."""
    return "".join(char for char in unicodedata.normalize("NFKD", text) if not _may_be_left_out(char))


def _may_be_left_out(char: str) -> bool:
    if unicodedata.combining(char):
        return True
    category = unicodedata.category(char)
    if category == "Mn":
        name = unicodedata.name(char, "")
        return "VARIATION SELECTOR" in name or "GRAPHEME JOINER" in name
    return category == "Cf" and char != _NON_JOINER
