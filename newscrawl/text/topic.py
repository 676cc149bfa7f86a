"""Tells whether a text names a topic.

In: a topic as a person writes it, and texts. Out: yes or no. Case, hyphens, dashes and accents do not matter, nor do
the vowel signs of Arabic, its forms of alef and the other letters that are written for one another; a part of a word
does not match: "CJTF OIR" is in "the CJTF-OIR's commander", "IS" is not in "this".
"""

import re
import unicodedata
from collections.abc import Iterable

# What Arabic and Persian keyboards and habits write for one another; a stretched line is no letter, an apostrophe that
# counts as a letter is no part of a word.
_LETTERS = str.maketrans({"ة": "ه", "ى": "ي", "ی": "ي", "ک": "ك", "ـ": "", "ʼ": "'", "ʾ": "'", "ʿ": "'"})
_NO_WORD = re.compile(r"[\W_]")


class _Folds(dict[int, str]):
    """What each character is compared as, a space where it is no part of a word; worked out when it is first met."""

    def __missing__(self, code: int) -> str:
        plain = _without_accents(chr(code)).translate(_LETTERS).casefold()
        fold = self[code] = _NO_WORD.sub(" ", plain)
        return fold


_FOLDS = _Folds()


def names_topic(topic: str, texts: Iterable[str]) -> bool:
    wanted = f" {words(topic)} "
    return bool(wanted.strip()) and any(wanted in f" {words(text)} " for text in texts)


def is_topic(text: str) -> bool:
    """Whether a text has any word that a topic could be named by."""
    return bool(words(text))


def words(text: str) -> str:
    """The words of a text as they are compared, one space apart."""
    return " ".join(text.translate(_FOLDS).split())


def slug(topic: str) -> str:
    """The topic as sites write it in addresses: "CJTF-OIR" is "cjtf-oir"."""
    return "-".join(_NO_WORD.sub(" ", _without_accents(topic.casefold())).split())


def _without_accents(text: str) -> str:
    return "".join(char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char))
