"""Splits a body into words for comparison.

In: an article's body. Out: its words without what desks write differently (case, accents, punctuation, the dateline,
the article of Arabic names, the figures of another script, thousands separators, small numbers in words), and which of
them are facts: figures, names.
"""

import re
import unicodedata
from collections.abc import Iterable
from itertools import filterfalse
from typing import NamedTuple

from newscrawl.text.dateline import split_dateline

_SIGNS = {"’": "'", "‘": "'", "“": '"', "”": '"', "–": " ", "—": " ", "…": ".", "\u00a0": " ", "\u066c": ","}
# Commas and apostrophes leave no gap, so that "1,457" is one figure and "Iraq's" one word; all else parts words.
_NO_GAPS = ",'"
_GAPS: dict[int, str | None] = {code: " " for code in range(128) if not chr(code).isalnum()}
_GAPS |= dict.fromkeys(map(ord, _NO_GAPS))
_FOLDED_ASCII = bytes(ord(chr(code).lower()) if code < 128 and chr(code).isalnum() else ord(" ") for code in range(256))
"""The same gaps for bytes, and lower case: a table of bytes takes a fifth of the time of one of characters."""
_SENTENCE_END = '.!?:\n"'
_MARK = "|"
_GAPS_AND_MARKS = _GAPS | dict.fromkeys(map(ord, _SENTENCE_END), f" {_MARK} ")
_MARKS = frozenset(f"{_MARK}{_SENTENCE_END}؟«»")
_RUN = re.compile(r"[^\W_]+")
_RUN_OR_MARK = re.compile(rf"[^\W_]+|[{_SENTENCE_END}؟«»]")
_NUMBERS = "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen".split()
_TATWEEL = "ـ"
_SIGMA = "Σ"
"""The one letter whose lower case depends on what stands around it, beyond its word too."""
_ARTICLES = ("al", "el")
_AS_COMPARED = {word: str(number) for number, word in enumerate(_NUMBERS, start=2)} | dict.fromkeys(_ARTICLES, "")
"""Small numbers in figures; and no articles, because "Al-Sudani" and "Sudani" are one man."""


class Words(NamedTuple):
    folded: list[str]
    facts: list[bool]
    """For each word whether it is a figure, or a name: written with a capital inside of a sentence."""


def folded_words(body: str) -> list[str]:
    """The words of a body as they are compared."""
    text = _plain(body)
    # Translating by a table and splitting takes a third of a regular expression's time; a table is for ASCII only.
    if text.isascii():
        runs = text.encode().translate(_FOLDED_ASCII, _NO_GAPS.encode()).decode().split()
    elif _SIGMA in text:
        # Word by word, as where facts are told.
        runs = [run.lower() for run in _RUN.findall(_joined(text))]
    else:
        runs = _RUN.findall(_joined(text.lower()))
    if _AS_COMPARED.keys().isdisjoint(runs):
        return runs
    return list(filter(None, map(_AS_COMPARED.get, runs, runs)))


def words_and_facts(body: str) -> Words:
    """The same words, with the facts among them."""
    text = _plain(body)
    runs = text.translate(_GAPS_AND_MARKS).split() if text.isascii() else _RUN_OR_MARK.findall(_joined(text))
    return _told_apart(runs)


def _told_apart(runs: Iterable[str]) -> Words:
    folded: list[str] = []
    facts: list[bool] = []
    opens = True
    for run in runs:
        if run in _MARKS:
            opens = True
            continue
        low = run.lower()
        if word := _AS_COMPARED.get(low, low):
            folded.append(word)
            facts.append(word[0].isdigit() or (not opens and run[0].isupper()))
            opens = False
    return Words(folded, facts)


def _plain(body: str) -> str:
    """Without dateline and accents, with typographic signs in their ASCII forms; case as it was."""
    text = split_dateline(body, brands=())[1]
    if text.isascii():
        return text
    for sign, plain in _SIGNS.items():
        text = text.replace(sign, plain)
    if text.isascii():
        return text
    letters = unicodedata.normalize("NFKD", text)
    for letter in filterfalse(str.isascii, set(letters)):
        letters = letters.replace(letter, _letter_as_compared(letter))
    return letters


def _letter_as_compared(letter: str) -> str:
    """None of an accent and of what stretches Arabic words; the figures of all scripts are one."""
    if unicodedata.combining(letter) or letter == _TATWEEL:
        return ""
    return str(unicodedata.decimal(letter, letter))


def _joined(text: str) -> str:
    return text.replace(",", "").replace("'", "")
