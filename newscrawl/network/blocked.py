"""Recognises that a site blocks us: told, never stored and never circumvented.

In: one answer. Out: who blocks and how, in words, or None. Pure.
"""

import re
from collections.abc import Mapping

_CHALLENGE = re.compile(
    rb"<title>\s*(just a moment|attention required|access denied|checking your browser|ddos-guard|one more step)",
    re.IGNORECASE,
)
_SCRIPT = re.compile(
    rb"cdn-cgi/challenge-platform|cf-browser-verification|_cf_chl_opt|captcha-delivery\.com", re.IGNORECASE
)
_LOOK_AT = 20_000
"""Bytes: a challenge page is short, and says so at its beginning."""


def blocked_by(status: int, headers: Mapping[str, str], body: bytes) -> str | None:
    """Which challenge an answer is instead of a page; `headers` with lower-case names.

    Cloudflare marks its challenges with `cf-mitigated: challenge`; without the header they are known by their title
    and scripts, and only on 403, 429 and 503, so that a story about them is not taken for one.
    """
    if headers.get("cf-mitigated", "").lower() == "challenge":
        return "blocked by a Cloudflare challenge page"
    if status not in {403, 429, 503}:
        return None
    start = body[:_LOOK_AT]
    if _CHALLENGE.search(start) or _SCRIPT.search(start):
        return f"blocked by a challenge page ({status})"
    return None
