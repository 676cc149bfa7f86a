"""Brings text to the form in which it is kept.

In: text as a page holds it. Out: one clean line, NFC, without markup, invisible and control characters.
"""

import re
import unicodedata
from html import unescape

# Control characters, soft hyphens, zero-width and direction marks, non-characters, lone surrogates, the places of
# objects and of a font's own icons. Direction marks only tell a renderer what the letters themselves tell already; the
# joiners (200C, 200D) are looked at below.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffc"
    "\ufffe\uffff\ufdd0-\ufdef\ue000-\uf8ff\ud800-\udfff]"
)
# Between letters of a joining script a joiner changes what is read (Persian "می‌شود"), and after a last letter the one
# that joins does ("1445 ه‍", of the Hijra); beside Latin it is rubbish.
_USELESS_JOINER = re.compile(
    "(?<![\u0590-\uffff\U00010000-\U0010ffff])[\u200c\u200d]+"
    "|(?<![\u0600-\u08ff])[\u200c\u200d]+(?![\u0590-\uffff\U00010000-\U0010ffff])"
    "|\u200c[\u200c\u200d]*(?![\u0590-\uffff\U00010000-\U0010ffff])"
)
# The longest that means something is three. Looking for the end of a run takes time with its square.
_MANY_JOINERS = re.compile("(?<=[\u200c\u200d]{3})[\u200c\u200d]+")
# A comment ends before the next one begins: looking for its end beyond that takes time with the square.
_TAG = re.compile(r"<(?:/?[A-Za-z][^<>]*|!--(?:(?!<!--|-->).)*--)>", re.DOTALL)
_ESCAPED_TAG = re.compile(
    r"</?(?:p|div|span|a|b|i|u|s|q|em|strong|small|big|br|hr|wbr|img|h[1-6]|ul|ol|li|dl|dt|dd|blockquote|cite|pre|code|tt"
    r"|iframe|script|noscript|style|font|center|sup|sub|ins|del|strike|mark|abbr|time|label|button|input|form|select"
    r"|option|textarea|table|caption|thead|tbody|tfoot|tr|td|th|section|article|aside|header|footer|main|nav|figure"
    r"|figcaption|picture|source|video|audio|embed|object|svg|template|html|head|body|meta|link|base|title)"
    r"(?:\s[^<>]*|/)?>|<!--(?:[^<>]*-->)?",
    re.IGNORECASE,
)
_LINE = re.compile(
    r"</?(?:p|div|br|hr|h[1-6]|ul|ol|li|dl|dt|dd|blockquote|pre|table|tr|td|th|section|article|header|footer)\b",
    re.IGNORECASE,
)
"""What begins or ends a line: the words on both sides of it are two."""
_LAYERS = 8
"""Tags are taken out so often, as what is left around one may make another; deeper is nothing that anyone wrote."""
_LONG = 1_000
_LONG_RUN = re.compile(r"[^\w\s!-~]{31,}")
_REFERENCE = re.compile(r"&(?:#\d+|#[xX][0-9a-fA-F]+|\w+);")


def clean_line(text: str) -> str:
    """The text in NFC on one line, white space folded to single spaces (non-breaking ones too)."""
    line = text.strip()
    # Nearly every line is printable, and what is printable holds none of the characters looked for below.
    is_printable = line.isprintable()
    if not is_printable or "  " in line:
        line = " ".join(text.split())
        is_printable = is_printable or line.isprintable()
    if is_printable:
        return line if line.isascii() else _composed(line)
    text = _USELESS_JOINER.sub("", _MANY_JOINERS.sub("", _INVISIBLE.sub("", text)))
    return " ".join(_composed(text).split())


def without_tags(text: str) -> str:
    """The text without the tags that someone escaped twice: "&lt;b&gt;" in a page is no word of the story."""
    for _ in range(_LAYERS):
        if "<" not in text or (plain := _ESCAPED_TAG.sub(_in_place_of, text)) == text:
            return text
        text = plain
    return text.replace("<", "")


def _in_place_of(tag: re.Match[str]) -> str:
    return " " if _LINE.match(tag[0]) else ""


def _composed(text: str) -> str:
    """The text in NFC. Composing takes time with the square of a run of marks, and no script stacks thirty of them."""
    if len(text) > _LONG:
        text = _LONG_RUN.sub(lambda run: "".join(char for char in run[0] if not unicodedata.combining(char)), text)
    return unicodedata.normalize("NFC", text)


def plain_line(markup: str) -> str:
    """One clean line from a title or name that may hold tags and character references (`Al-Zawra&#8217;a`)."""
    if "<" in markup:
        markup = _TAG.sub(_in_place_of, markup)
    if "&" in markup and _REFERENCE.search(markup):
        markup = _TAG.sub(_in_place_of, unescape(markup))
    line = clean_line(markup)
    return clean_line(without_tags(line)) if "<" in line else line
