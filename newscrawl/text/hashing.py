"""Fingerprints an article's text, so that the same text is known again.

In: headline and body, or a canonical address. Out: SHA-256 in hexadecimal.
"""

import hashlib

# Sites change typographic signs between editions of one text (WordPress's texturizer, copy desks): they do not make
# another text.
_FOLDED = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛′´`ʼ", "'"),
        **dict.fromkeys("“”„‟″«»", '"'),
        **dict.fromkeys("‐‑‒–—―−", "-"),
        "…": "...",
    }
)


def folded(text: str) -> str:
    """The text for comparison: case folded, white space folded, typographic signs in their ASCII forms."""
    # ASCII holds none of the signs, and translating is the slowest step.
    plain = text if text.isascii() else text.translate(_FOLDED)
    return " ".join(plain.casefold().split())


def content_hash(headline: str, body: str) -> str:
    """SHA-256 of the folded headline and body."""
    return hashlib.sha256(f"{folded(headline)}\n\n{folded(body)}".encode("utf-8", "replace")).hexdigest()


def address_hash(canonical_url: str) -> str:
    """The first 16 hex digits of the SHA-256 of a canonical address: an id where the site's own is not used."""
    return hashlib.sha256(canonical_url.encode("utf-8", "replace")).hexdigest()[:16]
