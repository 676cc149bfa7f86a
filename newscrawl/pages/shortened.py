"""Tells a text that is not whole: behind a paywall, or a teaser that ends in the middle.

In: the story's last paragraph, and whether the page says that it is not free. Out: why it is not whole, in words, or
None. Such a text is written with the reason in `provenance.shortened`: it is what the site shows to everyone.
"""

import re

_ASKS = re.compile(
    r"\b(?:subscribe|sign (?:in|up)|log ?in|register|become a (?:member|subscriber))\b.{0,40}?\b(?:to|and) "
    r"(?:continue|keep|go on|read|unlock|access|finish)\b"
    r"|\bto (?:continue|keep) reading\b.{0,60}\b(?:subscribe|sign|log ?in|register|member)"
    r"|\b(?:this (?:article|story|content) is|exclusively) (?:for|reserved for|available to|only for) "
    r"(?:our )?(?:paid |premium )?(?:subscribers|members)\b"
    r"|\babonnez-vous\b.{0,40}\blire\b|\bréservée? aux abonnés\b|\bil vous reste \d+\s?% de cet article\b",
    re.IGNORECASE | re.DOTALL,
)
_ASKING = ("subscri", "sign", "log", "register", "become", "reading", "member", "abonn", "il vous reste")
"""Whatever asks for a subscription has one of these words: to look for them takes a tenth of the time."""
_CUT = re.compile(
    r"(?:\[\s*(?:…|\.{3})\s*\]|(?:…|\.{3})\s*(?:continue reading|read (?:more|on)|lire la suite)\b.{0,80})$",
    re.IGNORECASE | re.DOTALL,
)
_LONGEST = 400
"""Characters of a paragraph that asks for a subscription."""


def shortened(last_paragraph: str, *, is_locked: bool = False) -> str | None:
    """`is_locked`: schema.org's isAccessibleForFree is false."""
    end = last_paragraph[-_LONGEST:]
    if len(last_paragraph) <= _LONGEST and _may_ask(end) and _ASKS.search(end):
        return "the text ends where it asks for a subscription"
    if _CUT.search(end):
        return "the text is cut off"
    return "the site says that it is not free (isAccessibleForFree)" if is_locked else None


def _may_ask(text: str) -> bool:
    words = text.casefold()
    return any(word in words for word in _ASKING)
