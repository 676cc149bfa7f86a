"""Fingerprints an article's text, so that the same text is known again.

In: headline and body, or a canonical address. Out: SHA-256 in hexadecimal.
"""

import hashlib
import re
from collections.abc import Iterable

# Sites change typographic signs between editions of one text (WordPress's texturizer, copy desks): they do not make
# another text.
_SIGNS = (
    *((sign, "'") for sign in "‘’‚‛′´`ʼ"),
    *((sign, '"') for sign in "“”„‟″«»"),
    *((sign, "-") for sign in "‐‑‒–—―−"),
    ("…", "..."),
)
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]+")
_FEW_LETTERS = 0.02
"""The share of a text's letters beyond ASCII up to which they are folded one by one."""


def folded(text: str) -> str:
    """The text for comparison: case folded, white space folded, typographic signs in their ASCII forms."""
    plain = case_folded(text)
    # Taking a text apart into its words costs ten times as much as seeing that they stand one space apart already.
    line = plain.replace("\n\n", " ").replace("\n", " ").strip()
    return line if line.isprintable() and "  " not in line else " ".join(plain.split())


def joined(texts: Iterable[str]) -> str:
    """One text of several that are folded: what `folded` makes of them as paragraphs of one."""
    line = " ".join(filter(None, texts)).strip()
    return " ".join(line.split()) if "  " in line else line


def case_folded(text: str) -> str:
    """The text for comparison, but with its white space as it is."""
    # A text holds few of the signs: asking for each is ten times as fast as translating character by character.
    if not text.isascii():
        for sign, plain in _SIGNS:
            if sign in text:
                text = text.replace(sign, plain)
        if not text.isascii():
            return _case_folded_letters(text)
    return text.casefold()


def _case_folded_letters(text: str) -> str:
    """Case folding of a text that is mostly ASCII: bytes are ten times as fast, and the other letters are few."""
    plain = text.encode("utf-8", "surrogatepass")
    if len(plain) - len(text) > len(text) * _FEW_LETTERS:
        return text.casefold()
    return _BEYOND_ASCII.sub(lambda letters: letters[0].casefold(), plain.lower().decode("utf-8", "surrogatepass"))


def content_hash(headline: str, body: str) -> str:
    """SHA-256 of the folded headline and body."""
    return hash_of_folded(folded(headline), folded(body))


def hash_of_folded(headline: str, body: str) -> str:
    """The same of a headline and a body that are folded already."""
    return hashlib.sha256(f"{headline}\n\n{body}".encode("utf-8", "replace")).hexdigest()


def address_hash(canonical_url: str) -> str:
    """The first 16 hex digits of the SHA-256 of a canonical address: an id where the site's own is not used."""
    return hashlib.sha256(canonical_url.encode("utf-8", "replace")).hexdigest()[:16]
