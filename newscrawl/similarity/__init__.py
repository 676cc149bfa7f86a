"""Tells whether two articles tell the same text: near-duplicates, and what only looks like them.

In: bodies of articles. Out: a `signature` and the `keys` that near-duplicates share, a verdict on two bodies
(`compare`), and what they have in common (`side_by_side`). Pure: no Scrapy, no ledger, no files.
"""

from newscrawl.similarity.fingerprint import VERSION, agreement, keys, signature
from newscrawl.similarity.index import MonthIndex, Signed, most_alike
from newscrawl.similarity.passages import Passage, side_by_side
from newscrawl.similarity.verdict import Comparison, Verdict, compare

__all__ = [
    "VERSION",
    "Comparison",
    "MonthIndex",
    "Passage",
    "Signed",
    "Verdict",
    "agreement",
    "compare",
    "keys",
    "most_alike",
    "side_by_side",
    "signature",
]
