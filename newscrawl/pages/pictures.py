"""Reads the pictures of a page: their addresses, captions and credits.

In: an element of the parsed page. Out: plain text and addresses.
"""

import re
from itertools import islice
from typing import NamedTuple
from urllib.parse import unquote

from selectolax.lexbor import LexborNode

from newscrawl.text.characters import plain_line
from newscrawl.text.urls import path_of

_CAPTIONS = (
    "figcaption, .wp-caption-text, .wp-element-caption, .caption, .caption-text, .tdb-caption-text, .img_caption, "
    ".image-caption, "
    '[class$="-caption"], [class$="__caption"], [class$="_caption"]'
)
_PICTURES = "img, amp-img"
_CREDIT = re.compile(r"\s*[(\[]([^()\[\]]{2,80})[)\]]\s*\.?$")
# "The minister (right)", "Basra in the flood (2019)": no credit, but part of the caption.
_PLACE_OR_YEAR = re.compile(
    r".*\b(?:left|right|cent(?:re|er)|middle|top|bottom|front|back|gauche|droite|haut|bas)|[LRC]|(?:19|20)\d\d",
    re.IGNORECASE,
)
_SIZE = re.compile(r"(?:-\d{2,5}x\d{2,5}|-scaled|-e\d{6,})$")
_EXTENSIONS = re.compile(r"(?:\.(?:jpe?g|png|gif|webp|avif|svg))+$", re.IGNORECASE)
_LETTERS = re.compile(r"[a-z0-9_]*")
_BETWEEN = "\x00"
_SEAM = re.compile(rf"(?<=[\w.,;:!?)\]”»]){_BETWEEN}+(?=[\w(\[“«])")
_LEVELS = 5
"""How far above a picture its caption is looked for."""
_MOST_IN_CAPTIONS = 1_000_000
"""Characters of all captions, which may stand in each other: beyond is no caption."""
_MOST_SHOWN = 10
"""How often one picture is looked at on a page: each time, all that stands around it is searched."""


class Caption(NamedTuple):
    text: str | None
    credit: str | None


def split_credit(caption: str) -> Caption:
    """The caption and what stands in its closing brackets: "A convoy in Hasakah (AFP)" is credited to AFP."""
    line = plain_line(caption)
    match = _CREDIT.search(line)
    if match is None or _PLACE_OR_YEAR.fullmatch(match[1]):
        return Caption(line or None, None)
    return Caption(line[: match.start()].strip() or None, match[1].strip())


def captions(root: LexborNode) -> list[str]:
    """Every text that describes a picture here, with and without its credit: a page repeats them as paragraphs."""
    found: list[str] = []
    room = _MOST_IN_CAPTIONS
    for node in root.css(f"{_CAPTIONS}, img[alt], img[title]"):
        if node.tag == "img":
            attributes = node.attributes
            lines = [attributes.get("alt") or "", attributes.get("title") or ""]
        else:
            lines = [_text(node)]
        room -= sum(map(len, lines))
        if room < 0:
            break
        for line in map(plain_line, lines):
            if line:
                found += [line, split_credit(line).text or line]
    return found


def picture_address(node: LexborNode) -> str | None:
    """Where a picture's file is; of lazily loaded ones the real file, not the placeholder."""
    attributes = node.attributes
    for name in ("data-src", "data-lazy-src", "data-original", "src"):
        address = (attributes.get(name) or "").strip()
        if address and not address.startswith("data:"):
            return address
    return None


def picture_caption(root: LexborNode, address: str) -> Caption | None:
    """The caption of the picture with this address, empty where it is shown without; None where it is not shown."""
    wanted = _file(address)
    if not wanted:
        return None
    # A picture's name is the same in all its sizes: most are told apart by its letters alone.
    letters = _LETTERS.match(wanted)
    begins = letters[0] if letters else ""
    found = None
    for node in islice((node for node in root.css(_PICTURES) if _shows(node, wanted, begins)), _MOST_SHOWN):
        caption = _caption_beside(node)
        if caption:
            return split_credit(caption)
        found = Caption(None, None)
    return found


def _shows(picture: LexborNode, file: str, begins: str) -> bool:
    """Whether its file has this name, of which `begins` are the first letters."""
    address = picture_address(picture)
    return address is not None and begins in address.casefold() and _file(address) == file


def _caption_beside(picture: LexborNode) -> str | None:
    """The caption in the nearest element around the picture that holds no other picture."""
    around = picture.parent
    for _ in range(_LEVELS):
        if around is None or len(around.css(_PICTURES)) > 1:
            return None
        found = around.css_first(_CAPTIONS)
        if found is not None and (text := plain_line(_text(found))):
            return text
        around = around.parent
    return None


def _text(caption: LexborNode) -> str:
    """Its text, with a space where two words stand in elements of their own: "A view", "AFP", yet not "Mosul", "’s"."""
    return _SEAM.sub(" ", caption.text(separator=_BETWEEN)).replace(_BETWEEN, "")


def _file(address: str) -> str:
    """The file's name without its size and extension: one picture is served under several."""
    try:
        name = unquote(path_of(address)).rsplit("/", 1)[-1]
    except ValueError:
        return ""
    return _SIZE.sub("", _EXTENSIONS.sub("", name)).casefold()
