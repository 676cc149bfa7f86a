"""Takes the dateline off an opening: "Baghdad (IraqiNews.com) – The minister …".

In: the first paragraph as plain text and the outlet's brand. Out: the place, where the opening names one, and the
paragraph without the dateline. Text is left as it stands where it is not certain that a dateline opens it.
"""

import re
from functools import lru_cache

AGENCIES = ("AFP", "Reuters", "AP", "Xinhua", "dpa", "DPA", "ANSA", "UPI", "TASS", "EFE", "KUNA", "WAM", "INA", "IANS")

# A place: one to five words, each with a capital ("Salah-il-Din, Tikrit", "Ramadi al-Anbar", "Washington, D.C.").
_ARTICLE = r"(?:(?:al|el|an|ad|as|ar|az|ash|at|il|ed|er|es|esh|ez|bin|abu|de|la|le|of|the|occupied)[-\s])?"
_WORD = rf"{_ARTICLE}[^\W\d_a-zß-öø-ÿ][^\W\d_]*(?:[-'’`.][^\W\d_]+)*\.?"
_PLACE = rf"(?P<place>{_WORD}(?:,?\s{_WORD}){{0,4}})"
# Beside the outlet's own name it may be two: "Baghdad/Basra (IraqiNews.com)", "Baghdad and Erbil (IraqiNews.com)"; and
# written small: "Kirkuk province (IraqiNews.com)", "baghdad (IraqiNews.com)".
_KIND = r"(?:province|governorate|city|district|town|airport)"
_PLACES = rf"(?P<place>{_WORD}(?:(?:,?\s|\s?/\s?|\s(?:and|&)\s){_WORD}){{0,4}}(?:\s{_KIND})?|[^\W\d_]+)"
_DATE = r"(?:,?\s+(?:[A-Z][a-z]{2,8}\.?\s+\d{1,2}|\d{1,2}\s+[A-Z][a-z]{2,8})(?:,?\s+\d{4})?)?"
_DASHES = "-‐‑‒–—―−~"
_DASH = rf"(?:[{_DASHES}:|.,]+)"
_MARK = re.compile(rf"[{_DASHES}:/|(\[]")
"""A dateline has at least one of these."""
_LONGEST = 160
"""A dateline ends within these characters, and with it the look-out for one."""
# What stands in this place of an opening and is none: a label of the story, not a town.
_LABELS = frozenset(
    "analysis breaking comment correction editorial exclusive explainer feature infographic interview live news "
    "opinion photos pictures podcast profile read report review timeline update updated urgent video watch".split()
)


_FIRST_WORDS = frozenset(
    "abu addis al as ain baton beit ben buenos camp cape chiang costa dar deir den el fort great ho hong ivory "
    "jebel khan khor kuala la lake las le little los mount mexico nagorno new north novi palm panama phnom port porto "
    "puerto quezon ras rio saint salt san santa santiago sao são sarajevo saudi sharm sidi sierra south spin sri st "
    "st. tel the umm united upper vatican wadi washington west east".split()
)
_LAST_WORDS = frozenset(
    "airport arabia bay beach camp castle city coast county crossing district governorate harbour heights hills island "
    "islands kingdom park province refugee region republic river springs strip town valley village".split()
)


def split_dateline(paragraph: str, *, brands: tuple[str, ...]) -> tuple[str | None, str]:
    """The place and the rest; `(None, paragraph)` where no dateline opens it.

    `brands` are regular expressions for the outlet's name as it writes itself in datelines. A brand is taken off even
    where no place stands beside it. The rest keeps its first word as written.
    """
    opening = paragraph[:_LONGEST]
    if not _MARK.search(opening):
        return None, paragraph
    patterns = _patterns(brands)
    bare = patterns[-1]
    for pattern in patterns:
        match = pattern.match(opening)
        if match is None or match.end() == len(paragraph):
            continue
        place = match.groupdict().get("place")
        if place is not None and (place.casefold() in _LABELS or (pattern is bare and not _may_be_a_place(place))):
            continue
        return place and place.strip(" ,"), paragraph[match.end() :]
    return None, paragraph


def _may_be_a_place(words: str) -> bool:
    """Whether words before a bare dash can be a town: "Mahmoud Abbas – The president" opens with a person.

    One word is taken for a town, several only with a comma ("Amman, Jordan"), or where they begin or end as towns do.
    """
    parts = re.split(r"[\s-]+", words.casefold())
    return len(words.split()) == 1 or "," in words or parts[0] in _FIRST_WORDS or parts[-1].strip(".") in _LAST_WORDS


@lru_cache(maxsize=16)
def _patterns(brands: tuple[str, ...]) -> tuple[re.Pattern[str], ...]:
    agencies = "|".join(map(re.escape, AGENCIES))
    brand = rf"(?:(?i:{'|'.join((*brands, agencies))}))"
    own = rf"(?i:{'|'.join(brands)})" if brands else None
    opening = r"(?=[\"“‘'«(\[$€£]?\w)"
    sentence = r"(?=[\"“‘'«(\[]?[^\Wa-zß-öø-ÿ_])"
    dash = rf"[{_DASHES}]+"
    forms = []
    if own is not None:
        # "(IraqiNews.com)", "(AFP/IraqiNews.com)", "(MEE and agencies)"
        in_brackets = (
            rf"[\(\[{{]\s*(?:(?:{agencies})\s?[/,&]\s?)?{own}(?:\s?(?:[/,&]|and)\s?(?:{agencies}|agencies))*\s*[\)\]}}]"
        )
        forms += [
            rf"{_PLACES}{_DATE}\s*(?:,|{dash})?\s*{in_brackets}\s*{_DASH}?\s*{opening}",
            rf"{in_brackets}\s*{_PLACE}\s*[{_DASHES}:]+\s*{opening}",
            rf"{_PLACE}{_DATE}(?:\s*[{_DASHES}/|,:]\s*|\s+){own}\s*\)?\s*[{_DASHES}:/]+\s*{opening}",
            rf"{own}\s*[{_DASHES}/|]\s*{_PLACE}\s*[{_DASHES}:]+\s*{opening}",
            rf"{in_brackets}\s*{_DASH}?\s*{opening}",
            # Only before a new sentence: "MEE – which denied it – has said so" is none.
            rf"{own}\s*{dash}\s*{sentence}",
        ]
    forms += [
        # Broken brackets, where someone dropped the link: "Baghdad ( –", "Baghdad () –", "Baghdad (IraqiNews.com –". An
        # agency's name needs the dash too: "Iraqi News Agency (INA) said".
        rf"{_PLACE}{_DATE}\s*[\(\[]\s*{brand}?\s*[\)\]]?\s*{dash}\s*{opening}",
        # Bare "Zurich – Swiss giant": only before a new sentence, so that "Israel – which …" stays whole.
        rf"{_PLACE}{_DATE}(?:\s+[-‐‑‒–−]{{1,2}}\s+|\s*—\s*|\s*/\s+){sentence}",
    ]
    return tuple(re.compile(form) for form in forms)
