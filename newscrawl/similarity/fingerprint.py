"""Makes the signature of a body, and the keys by which near-duplicates find each other.

In: an article's body. Out: bytes, the same in every process, and whole numbers of 64 bits. Two bodies that tell the
same text share a key; two that do not hardly ever do. What shares one is compared word by word before anything is
claimed.

MinHash over runs of three words, cut into bands (LSH): of the whole body, and once more of its opening, because an
Urgent line and its full story have nothing but the opening in common. Sizes by measurement: docs/duplicates.md.
"""

import struct
from collections.abc import Iterator, Sequence
from operator import eq

from rensa import RMinHash

from newscrawl.similarity.words import folded_words

SHINGLE = 3
"""Words of a shingle."""
FEWEST_WORDS = 8
"""A shorter text cannot be told from another: "Watch the video below"."""
OPENING = 24
"""Words of the opening: an Urgent line has 15 to 40."""
BANDS = 10
"""Of the whole body, and as many of the opening."""
ROWS = 2
"""Values of 32 bits in a band: a band is a key as it stands."""
FEWEST_EQUAL, FEWEST_EQUAL_IN_OPENING = 4, 3
"""Of twenty values each: one band that two texts share by chance has two."""

VERSION = 200 + RMinHash.ALGORITHM_VERSION
"""To be kept with signatures: those of another version are made anew, not compared. Raised by a hundred when the words,
the shingles or the bands change; what is below that is rensa's own."""

_SEED = 6
_LENGTH = BANDS * ROWS
_VALUES = struct.Struct(f"<{2 * _LENGTH}I")
_KEYS = struct.Struct(f"<{2 * BANDS}q")


def signature(body: str) -> bytes:
    """160 bytes; none for a text that is too short."""
    words = folded_words(body)
    if len(words) < FEWEST_WORDS:
        return b""
    runs = list(map(" ".join, shingles(words)))
    return _VALUES.pack(*_minima(runs), *_minima(runs[: OPENING - SHINGLE + 1]))


def keys(signature: bytes) -> tuple[int, ...]:
    """The bands of a signature, signed as databases hold them."""
    return _KEYS.unpack(signature) if signature else ()


def agreement(first: bytes, second: bytes) -> int:
    """In how many of their forty values two signatures agree; 0 where it is too few for the bodies to be worth
    comparing.
    """
    equal: list[bool] = list(map(eq, _VALUES.unpack(first), _VALUES.unpack(second)))
    whole, opening = sum(equal[:_LENGTH]), sum(equal[_LENGTH:])
    return whole + opening if whole >= FEWEST_EQUAL or opening >= FEWEST_EQUAL_IN_OPENING else 0


def shingles(words: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    """All runs of three words, in their order."""
    return zip(words, words[1:], words[2:], strict=False)


def _minima(items: list[str]) -> list[int]:
    sketch = RMinHash(_LENGTH, _SEED)
    sketch.update(items)
    values: list[int] = sketch.digest()
    return values
