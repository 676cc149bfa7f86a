"""Tells in which direction a language is written.

In: a BCP 47 tag. Out: what HTML's `dir` takes: "rtl", "ltr", or "auto" where the language is not known.
"""

from typing import Literal

_RIGHT_TO_LEFT = {"ar", "arc", "azb", "ckb", "dv", "fa", "glk", "he", "iw", "khw", "ks", "lrc", "mzn", "nqo", "pnb"}
_RIGHT_TO_LEFT |= {"ps", "sd", "sdh", "syr", "ug", "ur", "yi"}
_LEFT_TO_RIGHT_SCRIPTS = {"cyrl", "deva", "latn"}
_RIGHT_TO_LEFT_SCRIPTS = {"arab", "hebr", "nkoo", "syrc", "thaa"}


def direction(language: str) -> Literal["rtl", "ltr", "auto"]:
    first, *others = language.lower().split("-")
    scripts = {other for other in others if len(other) == 4}
    if scripts & _RIGHT_TO_LEFT_SCRIPTS:
        return "rtl"
    if first in _RIGHT_TO_LEFT and not scripts & _LEFT_TO_RIGHT_SCRIPTS:
        return "rtl"
    return "auto" if first in {"", "und"} else "ltr"
