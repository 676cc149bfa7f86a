"""Brings text to the form in which it is kept.

In: text as a page holds it. Out: one clean line, NFC, without markup, invisible and control characters.
"""

import re
import unicodedata
from html import unescape

# Control characters, soft hyphens, zero-width and direction marks, non-characters, lone surrogates. Direction marks
# only tell a renderer what the letters themselves tell already; the joiners (200C, 200D) are looked at below.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufffe\uffff"
    "\ud800-\udfff]"
)
# Between letters of a joining script a joiner changes what is read (Persian "می‌شود"); beside Latin it is rubbish.
_USELESS_JOINER = re.compile(
    "(?<![\u0590-\uffff\U00010000-\U0010ffff])[\u200c\u200d]+|[\u200c\u200d]+(?![\u0590-\uffff\U00010000-\U0010ffff])"
)
_UNUSUAL_ASCII = re.compile("[\x00-\x08\x0e-\x1b\x7f]")
_TAG = re.compile(r"<(?:/?[A-Za-z][^<>]*|!--.*?--)>", re.DOTALL)
_REFERENCE = re.compile(r"&(?:#\d+|#[xX][0-9a-fA-F]+|\w+);")


def clean_line(text: str) -> str:
    """The text in NFC on one line, white space folded to single spaces (non-breaking ones too)."""
    if text.isascii():
        return " ".join((_UNUSUAL_ASCII.sub("", text) if not text.isprintable() else text).split())
    text = _USELESS_JOINER.sub("", _INVISIBLE.sub("", text))
    return " ".join(unicodedata.normalize("NFC", text).split())


def plain_line(markup: str) -> str:
    """One clean line from a title or name that may hold tags and character references (`Al-Zawra&#8217;a`)."""
    if "<" in markup:
        markup = _TAG.sub("", markup)
    if "&" in markup and _REFERENCE.search(markup):
        markup = _TAG.sub("", unescape(markup))
    return clean_line(markup)
