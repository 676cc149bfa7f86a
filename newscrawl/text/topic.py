"""Tells whether a text names a topic.

In: a topic as a person writes it, and texts. Out: yes or no. Case, hyphens, dashes and accents do not matter; a part of
a word does not match: "CJTF OIR" is in "the CJTF-OIR's commander", "IS" is not in "this".
"""

import re
import unicodedata
from collections.abc import Iterable


def names_topic(topic: str, texts: Iterable[str]) -> bool:
    wanted = f" {_words(topic)} "
    return bool(wanted.strip()) and any(wanted in f" {_words(text)} " for text in texts)


def is_topic(text: str) -> bool:
    """Whether a text has any word that a topic could be named by."""
    return bool(_words(text))


def slug(topic: str) -> str:
    """The topic as sites write it in addresses: "CJTF-OIR" is "cjtf-oir"."""
    return _words(topic).replace(" ", "-")


def _words(text: str) -> str:
    plain = "".join(ch for ch in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(ch))
    return " ".join(re.findall(r"\w+", plain.replace("_", " ")))
