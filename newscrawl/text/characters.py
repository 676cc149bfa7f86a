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
_TAG = re.compile(r"<(?:/?[A-Za-z][^<>]*|!--.*?--)>", re.DOTALL)
_ESCAPED_TAG = re.compile(
    r"</?(?:p|div|span|a|b|i|u|em|strong|br|img|h[1-6]|ul|ol|li|blockquote|iframe|script|style|font|sup|sub|table|tr|td)"
    r"(?:\s[^<>]*|/)?>",
    re.IGNORECASE,
)
_LONG = 1_000
_LONG_RUN = re.compile(r"[^\w\s!-~]{31,}")
_REFERENCE = re.compile(r"&(?:#\d+|#[xX][0-9a-fA-F]+|\w+);")


def clean_line(text: str) -> str:
    """The text in NFC on one line, white space folded to single spaces (non-breaking ones too)."""
    line = " ".join(text.split())
    # Nearly every line is printable, and what is printable holds none of the characters looked for below.
    if line.isprintable():
        return line if line.isascii() else _composed(line)
    text = _USELESS_JOINER.sub("", _INVISIBLE.sub("", text))
    return " ".join(_composed(text).split())


def without_tags(text: str) -> str:
    """The text without the tags that someone escaped twice: "&lt;b&gt;" in a page is no word of the story."""
    while "<" in text and (plain := _ESCAPED_TAG.sub("", text)) != text:
        text = plain
    return text


def _composed(text: str) -> str:
    """The text in NFC. Composing takes time with the square of a run of marks, and no script stacks thirty of them."""
    if len(text) > _LONG:
        text = _LONG_RUN.sub(lambda run: "".join(char for char in run[0] if not unicodedata.combining(char)), text)
    return unicodedata.normalize("NFC", text)


def plain_line(markup: str) -> str:
    """One clean line from a title or name that may hold tags and character references (`Al-Zawra&#8217;a`)."""
    if "<" in markup:
        markup = _TAG.sub("", markup)
    if "&" in markup and _REFERENCE.search(markup):
        markup = _TAG.sub("", unescape(markup))
    return without_tags(clean_line(markup))
