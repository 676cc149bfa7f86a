"""What desks do to a text: other words for the same, other spellings, cuts, a corrected figure.

In: paragraphs and a random source. Out: new paragraphs.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from benchmarks.similarity_pairs.material import CHOICES, FOLDER, lines

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

_SENTENCE_END = re.compile(r"(?<=[.!?؟”\"])\s+(?=[A-Z“\"ÀÉ«\u0600-\u06ff])")
_FIGURE = re.compile(r"(?<![\w.,-])\d{1,3}(?![\w,-]|\.\d)")
_DAY = re.compile(r"\s+on (?:" + "|".join(CHOICES["day"]) + r")\b")
_ARTICLE = re.compile(r"\b[Aa]l-(?=[A-Z])")
_SPELLINGS = (("Mohammed", "Mohamed"), ("Yousif", "Yousef"), ("Hussein", "Hussain"), ("Layla", "Leila"),
              ("Fallujah", "Falluja"), ("Nasiriyah", "Nasiriya"), ("Dohuk", "Duhok"), ("Baquba", "Baqubah"),
              ("Sulaymaniyah", "Sulaimaniya"), ("Omar", "Umar"), ("Karbala", "Kerbala"))  # fmt: skip
_DIGITS = dict(zip("2 3 4 5 6 7 8 9".split(), "two three four five six seven eight nine".split(), strict=True))
SYNONYMS = [tuple(line.split(" = ")) for line in (FOLDER / "synonyms.txt").read_text("utf-8").splitlines()]
ADDITIONS = lines("additions")


def sentences(paragraph: str) -> list[str]:
    return _SENTENCE_END.split(paragraph)


def other_words(text: list[str], rng: Random) -> list[str]:
    """A handful of expressions replaced, wherever they stand."""
    joined = "\n\n".join(text)
    fitting = [(old, new) for old, new in SYNONYMS if re.search(rf"\b{re.escape(old)}\b", joined)]
    for old, new in rng.sample(fitting, min(len(fitting), rng.randint(2, 5))):
        joined = re.sub(rf"\b{re.escape(old)}\b", new, joined, count=rng.choice([0, 1]))
    return joined.split("\n\n")


def other_spellings(text: list[str], rng: Random) -> list[str]:
    """Names as another desk transcribes them."""
    joined = "\n\n".join(text)
    for old, new in _SPELLINGS:
        joined = joined.replace(old, new) if rng.random() < 0.7 else joined
    article = rng.choice(["al-", "Al-", "", "Al "])
    return _ARTICLE.sub(article, joined).split("\n\n")


def numbers_in_words(text: list[str], rng: Random) -> list[str]:
    share = rng.choice([0.5, 1])
    return [
        _FIGURE.sub(lambda m: _DIGITS.get(m[0], m[0]) if rng.random() < share else m[0], paragraph)
        for paragraph in text
    ]


def without_the_day(text: list[str], rng: Random) -> list[str]:
    """The day of the opening ("on Monday") left out, or put in front."""
    match = _DAY.search(text[0])
    if match is None:
        return text
    rest = text[0][: match.start()] + text[0][match.end() :]
    if rng.random() < 0.5:
        return [rest, *text[1:]]
    day = match[0].strip().removeprefix("on ")
    return [f"On {day}, {rest[0].lower() if rest[:2].istitle() else rest[0]}{rest[1:]}", *text[1:]]


def typing_errors(text: list[str], rng: Random) -> list[str]:
    """One to three words with a letter lost or two letters changed over."""
    words = " \n\n ".join(text).split(" ")
    long = [place for place, word in enumerate(words) if len(word) > 5 and word.isalpha()]
    for place in rng.sample(long, min(len(long), rng.randint(1, 3))):
        word, cut = words[place], rng.randrange(2, len(words[place]) - 1)
        words[place] = (
            word[:cut] + word[cut + 1 :] if rng.random() < 0.5 else word[:cut] + word[cut:][1::-1] + word[cut + 2 :]
        )
    return " ".join(words).split(" \n\n ")


def a_corrected_figure(text: list[str], rng: Random) -> list[str]:
    """One figure of several set right."""
    joined = "\n\n".join(text)
    found = list(_FIGURE.finditer(joined))
    if len(found) < 4:
        return text
    figure = rng.choice(found)
    right = str(int(figure[0]) + rng.randint(1, 4))
    return (joined[: figure.start()] + right + joined[figure.end() :]).split("\n\n")


def a_sentence_less(text: list[str], rng: Random) -> list[str]:
    place = rng.randrange(1, len(text)) if len(text) > 1 else 0
    kept = sentences(text[place])
    if len(kept) == 1:
        return text
    del kept[rng.randrange(len(kept))]
    return [*text[:place], " ".join(kept), *text[place + 1 :]]


def a_sentence_more(text: list[str], rng: Random) -> list[str]:
    place = rng.randrange(1, len(text) + 1)
    return [*text[:place], rng.choice(ADDITIONS), *text[place:]]


def other_paragraphing(text: list[str], rng: Random) -> list[str]:
    """Two paragraphs made one, or one made two."""
    if len(text) > 2 and rng.random() < 0.5:
        place = rng.randrange(len(text) - 1)
        return [*text[:place], f"{text[place]} {text[place + 1]}", *text[place + 2 :]]
    return [sentence for paragraph in text for sentence in sentences(paragraph)]


def other_order(text: list[str], rng: Random) -> list[str]:
    """Two of the later paragraphs changed over."""
    if len(text) < 4:
        return text
    place = rng.randrange(1, len(text) - 1)
    return [*text[:place], text[place + 1], text[place], *text[place + 2 :]]


def other_signs(text: list[str], rng: Random) -> list[str]:
    """Curly quotation marks, dashes and spaces, as a texturizer makes them."""
    curly = [re.sub(r'"([^"]*)"', r"“\1”", paragraph).replace("'", "’") for paragraph in text]
    return [paragraph.replace(" ", "\u00a0", 1) if rng.random() < 0.3 else paragraph for paragraph in curly]


def shouted_opening(text: list[str], rng: Random) -> list[str]:
    words = text[0].split(" ")
    count = rng.randint(2, 5)
    return [" ".join([word.upper() for word in words[:count]] + words[count:]), *text[1:]]


LIGHT: tuple[Callable[[list[str], Random], list[str]], ...] = (
    other_words, other_words, other_spellings, numbers_in_words, without_the_day, typing_errors, a_corrected_figure,
    a_sentence_less, a_sentence_more, other_paragraphing, other_order, other_signs,
)  # fmt: skip
FORM = (other_paragraphing, other_signs, shouted_opening)


def edited(text: list[str], rng: Random, count: int) -> list[str]:
    for edit in rng.sample(LIGHT, count):
        text = edit(text, rng)
    return text


def cut(text: list[str], rng: Random, share: float) -> list[str]:
    """The text cut to about a share of its words: sentences of the end go first, now and then one of the middle."""
    parted = [sentences(paragraph) for paragraph in text]
    wanted = share * sum(map(_length, parted))
    while sum(map(_length, parted)) > wanted and len(parted) > 1:
        place = -1 if rng.random() < 0.75 else rng.randrange(1, len(parted))
        parted[place].pop()
        parted = [paragraph for paragraph in parted if paragraph]
    return [" ".join(paragraph) for paragraph in parted]


def _length(paragraph: list[str]) -> int:
    return sum(sentence.count(" ") + 1 for sentence in paragraph)
