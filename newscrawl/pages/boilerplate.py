"""Takes out of a story's paragraphs what is none of its text.

In: paragraphs as the page shows them, the headline, the captions of its pictures, and an outlet's rules. Out: the
paragraphs of the story.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from newscrawl.pages.prose import Paragraph
from newscrawl.text.hashing import folded

_BETWEEN = "\x00"
"""Stands between texts that are looked at as one; no text holds control characters."""
_QUOTE_MARKS = "\"' .,;:!?-"
_ATTRIBUTION = re.compile(r"\s+-\s*[^-]{2,80}$")
_PULLED = {"quote": 4, "heading": 6}
"""How many words at least a repeated quotation or subheading has to be a pull quote."""
_PULLED_PARAGRAPH = 8
"""The same for a plain paragraph: shorter ones repeat by chance ("he said.")."""
_MOST_COMPARED = 100_000_000
"""Paragraphs times characters. A story of 10,000 words has a fifteenth of it; beyond is no story, but time."""
_MOST_TAILS = 20
_LONGEST_TAIL = 80
_LONGEST_NAME = 60


RELATED = (
    r"(?:Read (?:more|also|next)|Also read|See also|À lire aussi|Lire aussi)\s*[:|–—-]\s.*"
    r"|(?:Read|Related(?: (?:articles?|posts?|stories))?)\s*:\s.*"
    r"|(?:Related (?:articles?|posts?|stories)|You (?:may|might) also like)\W*"
)
"""A line that names another story, or heads a list of them."""


WATCH = r"Watch\s*:\s.*"
"""The same of a video; a video's own story opens so."""


@dataclass(frozen=True, slots=True)
class Boilerplate:
    """An outlet's rules, as regular expressions without regard to case."""

    lines: tuple[str, ...] = ()
    """Whole lines that are no text of the story."""
    later: tuple[str, ...] = ()
    """The same, but for the story's first line."""
    ends: tuple[str, ...] = ()
    """Whole lines after which nothing belongs to the story."""
    tails: tuple[str, ...] = ()
    """What stands at the end of the last paragraph; here case counts."""

    def plus(
        self, *, lines: tuple[str, ...] = (), ends: tuple[str, ...] = (), tails: tuple[str, ...] = ()
    ) -> "Boilerplate":
        """These rules and some more."""
        return Boilerplate(self.lines + lines, self.later, self.ends + ends, self.tails + tails)


def without_boilerplate(
    found: list[Paragraph], rules: Boilerplate, *, headline: str, captions: Iterable[str] = ()
) -> list[Paragraph]:
    """The story alone: no lines that `rules` name, no repeated captions and headlines, no repeated pull quotes."""
    opening, lines, ends, tails = _compiled(rules)
    repeated = {folded(caption) for caption in captions}
    title = folded(headline)
    kept: list[Paragraph] = []
    texts: list[str] = []
    for paragraph, plain in zip(found, _folded(found), strict=True):
        text, is_end = _kept_lines(paragraph.text, lines if kept else opening, ends if kept else None)
        if text != paragraph.text:
            paragraph, plain = Paragraph(text, paragraph.sort), folded(text)  # noqa: PLW2901
        # A caption may stand once more, and in the first lines the headline.
        if text and plain not in repeated and (len(kept) >= 3 or plain != title):
            kept.append(paragraph)
            texts.append(plain)
        if is_end:
            break
    _take_off_tails(kept, texts, tails)
    return _without_pull_quotes(kept, texts)


def _folded(found: list[Paragraph]) -> list[str]:
    """Each paragraph's text folded, all in one go."""
    whole = folded(_BETWEEN.join([text for text, _ in found]))
    return [text.strip() for text in whole.split(_BETWEEN)] if found else []


_Expression = re.Pattern[str] | None


@lru_cache(maxsize=32)
def _compiled(rules: Boilerplate) -> tuple[_Expression, _Expression, _Expression, _Expression]:
    tails = re.compile(rf"\s*(?:{'|'.join(rules.tails)})\s*$") if rules.tails else None
    return _any_of(rules.lines), _any_of(rules.lines + rules.later), _any_of(rules.ends), tails


def _any_of(expressions: tuple[str, ...]) -> _Expression:
    return re.compile("|".join(expressions), re.IGNORECASE) if expressions else None


def _kept_lines(text: str, lines: re.Pattern[str] | None, ends: re.Pattern[str] | None) -> tuple[str, bool]:
    if lines is not None and lines.fullmatch(text):
        return "", False  # "Read more:" with the other story's title on the next line
    if "\n" not in text:
        return ("", True) if ends is not None and ends.fullmatch(text) else (text, False)
    kept: list[str] = []
    for line in text.split("\n"):
        if ends is not None and ends.fullmatch(line):
            return "\n".join(kept), True
        if lines is None or not lines.fullmatch(line):
            kept.append(line)
    return "\n".join(kept), False


def _take_off_tails(kept: list[Paragraph], texts: list[str], tails: re.Pattern[str] | None) -> None:
    for _ in range(_MOST_TAILS):
        if tails is None or not kept:
            return
        last = kept[-1]
        start = max(0, len(last.text) - _LONGEST_TAIL)
        text = (last.text[:start] + tails.sub("", last.text[start:])).rstrip()
        if text == last.text:
            return
        kept.pop()
        texts.pop()
        if text:
            kept.append(Paragraph(text, last.sort))
            texts.append(folded(text))


def _without_pull_quotes(kept: list[Paragraph], texts: list[str]) -> list[Paragraph]:
    """Drops what repeats words of another paragraph: quotations, subheadings, long paragraphs; of equals one stays.

    `texts` are the paragraphs' texts folded.
    """
    whole = _BETWEEN.join(texts)
    if len(kept) < 2 or len(kept) * len(whole) > _MOST_COMPARED:
        return kept
    start = 0
    dropped: set[int] = set()
    pulled: set[int] = set()
    for place, paragraph in enumerate(kept):
        text = texts[place]
        before, start = start, start + len(text) + 1
        if paragraph.sort in {"item", "row"}:
            continue
        if place - 1 in pulled and paragraph.sort == "quote" and _is_name_of_the_quoted(text):
            dropped.add(place)
            continue
        least = _PULLED.get(paragraph.sort, _PULLED_PARAGRAPH)
        for words in _quoted_words(text):
            if words.count(" ") + 1 < least:
                continue
            is_repeated = whole.find(words, start) >= 0 or whole.find(words, 0, before) >= 0
            if is_repeated and _stands_elsewhere(words, place, texts, kept, dropped):
                dropped.add(place)
                pulled.add(place)
                break
    return [paragraph for place, paragraph in enumerate(kept) if place not in dropped] if dropped else kept


def _is_name_of_the_quoted(text: str) -> bool:
    """Whether a quotation's line is no sentence: below a pull quote it then says whose words these are."""
    return text.startswith("-") or (len(text) <= _LONGEST_NAME and text[-1:].isalnum())


def _quoted_words(text: str) -> list[str]:
    whole = text.strip(_QUOTE_MARKS)
    if " -" not in text:
        return [whole]
    spoken = _ATTRIBUTION.sub("", text).strip(_QUOTE_MARKS)
    return [whole] if spoken == whole else [whole, spoken]


def _stands_elsewhere(words: str, place: int, texts: list[str], kept: list[Paragraph], dropped: set[int]) -> bool:
    for other, text in enumerate(texts):
        if other == place or other in dropped or words not in text:
            continue
        is_same = text.strip(_QUOTE_MARKS) == words
        # Of two that are the same the plain paragraph stays, of two plain ones the first.
        is_quoted = kept[place].sort != "paragraph" and kept[other].sort == "paragraph"
        if not is_same or is_quoted or other < place:
            return True
    return False
