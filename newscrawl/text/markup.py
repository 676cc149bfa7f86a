"""Parses HTML within bounds.

In: a page's bytes or a text's markup. Out: the parsed tree, or `Entangled` where parsing it would take more time and
memory than any page of the web is worth.

By HTML's own rules a parser searches all open elements at each tag, repeats formatting that was left open in each
paragraph, and looks for each attribute among those before it. All three grow with the square of what is written: 40,000
nested <div> take selectolax 3 s, 2,000 pairs of <p><i> with differing attributes 0.8 s and 600 MB, 40,000 attributes of
one element 3.6 s. So does the list of a <select> that takes one choice, of which it looks for the chosen one at each
<option>: 20,000 take 1.0 s, and 4.9 s where each says that it is chosen.
"""

import re

from selectolax.lexbor import LexborHTMLParser

MOST_BYTES = 10_000_000
"""No more is fetched (DOWNLOAD_MAXSIZE); the largest live blogs have a fifth."""
FEW_TAGS = 1_000
"""So many are parsed in less than 0.1 s whatever they are."""
MOST_NESTED = 120_000_000
"""Tags times the depth of those left open: 10,000 nested elements take 0.2 s. No page nests more than a few hundred."""
MOST_REPEATED = 1_000_000
"""Tags times the formatting elements left open: what the parser may repeat at worst."""
MOST_ATTRIBUTES = 1_000
"""Of one element."""
FEW_OPTIONS = 4_000
"""So many of one list are parsed in 0.2 s at worst. A page of no more tags is not searched for them."""
_STEP = 8_000
_LONG_TAG = 4_000

_VOID = frozenset(
    b"area base br col embed hr img input link meta param source track wbr p li option dt dd tr td th".split()
)
"""Elements that never stay open, or that the next of their kind closes."""
_MARKERS = frozenset(b"applet caption marquee object td template th".split())
"""Elements across whose border formatting is not closed."""

# Written out by its first letters, as trying each name at each tag takes three times as long.
_FORMATTED = re.compile(
    rb"<[bcefinstuBCEFINSTU](?:[\s/]|[mMtT][\s/]|[iI][gG][\s/]|[oO](?:[dD][eE]|[nN][tT]|[bB][rR])[\s/]"
    rb"|[mM][aA][lL]{2}[\s/]|[tT][rR](?:[iI][kK][eE]|[oO][nN][gG])[\s/])"
)
_FORMATTING = frozenset(b"b big code em font i s small strike strong tt u nobr".split())
_OPTION = re.compile(rb"<[oO][pP][tT][iI]")
_SELECT = re.compile(rb"<select(?=[\s/>])", re.IGNORECASE)
_TAG = re.compile(rb"<(/?)([a-zA-Z][^\s/>]{0,20})([\s/]?)")
_ATTRIBUTE = re.compile(rb"""[\s/]*[^\s/>=][^\s/>=]*(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s>"'][^\s>]*))?""")


class Entangled(ValueError):  # noqa: N818 - says what the markup is
    """Markup that is not parsed; the message says why."""


def parsed(html: bytes | str) -> LexborHTMLParser:
    """The tree, as a browser that runs scripts builds it (so that <noscript> holds text). Raises `Entangled`."""
    written = html if isinstance(html, bytes) else html.encode("utf-8", "replace")
    tags = check(written)
    if tags > FEW_OPTIONS and len(_OPTION.findall(written)) > FEW_OPTIONS:
        # Of a list that takes several choices none is looked for; and no story stands in either.
        html = _SELECT.sub(rb"\g<0> multiple", written)
    return LexborHTMLParser(html, scripting=True)


def check(html: bytes) -> int:
    """How many tags the markup has at most.

    Raises `Entangled` where it cannot be parsed in the time of an ordinary page of its length.
    """
    if len(html) > MOST_BYTES:
        raise Entangled(f"not read: {len(html):,} bytes")
    _check_attributes(html)
    tags = html.count(b"<")
    if tags <= FEW_TAGS:
        return tags
    # To follow all tags takes longer than to parse them. Nothing is deeper than its tags are many.
    if tags * tags > MOST_NESTED or _may_repeat(html, tags):
        depth, repeated = _left_open(html)
        if tags * depth > MOST_NESTED or tags * repeated > MOST_REPEATED:
            raise Entangled(f"not read: {tags:,} tags, {depth:,} deep, {repeated:,} of them formatting left open")
    return tags


def _may_repeat(html: bytes, tags: int) -> bool:
    """Whether formatting may be repeated too often, by the numbers of tags alone."""
    # A tag leaves formatting open, or closes what it stands in, so that it is repeated: at worst, half do either.
    return tags * tags > 4 * MOST_REPEATED and tags * len(_FORMATTED.findall(html)) > MOST_REPEATED


def _left_open(html: bytes) -> tuple[int, int]:
    """How many elements stand open at once at most, and how many formatting elements with attributes."""
    depth = deepest = 0
    opened: dict[bytes, int] = {}
    formatting = _Formatting()
    for end, written, after in _TAG.findall(html):
        name = written.lower()
        formatting.take(name, bool(end), bool(after))
        if name in _VOID:
            continue
        if not end:
            opened[name] = opened.get(name, 0) + 1
            depth += 1
            deepest = max(deepest, depth)
        elif opened.get(name):
            opened[name] -= 1
            depth -= 1
    return deepest, formatting.most


class _Formatting:
    """Counts the formatting elements that a parser would repeat; rather too many than too few."""

    def __init__(self) -> None:
        self.most = 0
        self._open = 0
        self._scopes: list[dict[bytes, int]] = [{}]

    def take(self, name: bytes, is_end: bool, has_attributes: bool) -> None:
        if name in _FORMATTING:
            scope = self._scopes[-1]
            if not is_end and has_attributes:  # of those without, no more than three are repeated
                scope[name] = scope.get(name, 0) + 1
                self._open += 1
                self.most = max(self.most, self._open)
            elif is_end and scope.get(name):
                scope[name] -= 1
                self._open -= 1
        elif name in _MARKERS:
            if not is_end:
                self._scopes.append({})
            elif len(self._scopes) > 1:
                self._open -= sum(self._scopes.pop().values())


def _check_attributes(html: bytes) -> None:
    """Looks at every few thousand bytes whether a tag stands open there, and how many attributes that one has."""
    last = counted = -1
    for place in range(_STEP, len(html), _STEP):
        start = html.rfind(b"<", place - _STEP, place)
        last = start if start >= 0 else last
        if place - last > _LONG_TAG and last >= 0 and last != counted and html.find(b">", last, place) < 0:
            counted = last
            _count_attributes(html, last)


def _count_attributes(html: bytes, start: int) -> None:
    tag = _TAG.match(html, start)
    place = tag.end(2) if tag else len(html)
    number = 0
    while attribute := _ATTRIBUTE.match(html, place):
        place = attribute.end()
        number += 1
        if number > MOST_ATTRIBUTES:
            raise Entangled(f"not read: an element of more than {MOST_ATTRIBUTES:,} attributes")
