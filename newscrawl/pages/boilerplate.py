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

_QUOTE_MARKS = "\"' .,;:!?-"
_ATTRIBUTION = re.compile(r"\s+-\s*[^-]{2,80}$")
_PULLED = {"quote": 4, "heading": 6}
"""How many words at least a repeated quotation or subheading has to be a pull quote."""
_PULLED_PARAGRAPH = 8
"""The same for a plain paragraph: shorter ones repeat by chance ("he said.")."""
_LONGEST_TAIL = 80
_LONGEST_NAME = 60


RELATED = (
    r"(?:Read (?:more|also|next)|Also read|See also|À lire aussi|Lire aussi)\s*[:|–—-]\s.*"
    r"|(?:Read|Watch|Related(?: (?:articles?|posts?|stories))?)\s*:\s.*"
    r"|(?:Related (?:articles?|posts?|stories)|You (?:may|might) also like)\W*"
)
"""A line that names another story, or heads a list of them."""


@dataclass(frozen=True, slots=True)
class Boilerplate:
    """An outlet's rules, as regular expressions without regard to case."""

    lines: tuple[str, ...] = ()
    """Whole lines that are no text of the story."""
    ends: tuple[str, ...] = ()
    """Whole lines after which nothing belongs to the story."""
    tails: tuple[str, ...] = ()
    """What stands at the end of the last paragraph; here case counts."""

    def plus(
        self, *, lines: tuple[str, ...] = (), ends: tuple[str, ...] = (), tails: tuple[str, ...] = ()
    ) -> "Boilerplate":
        """These rules and some more."""
        return Boilerplate(self.lines + lines, self.ends + ends, self.tails + tails)


def without_boilerplate(
    found: list[Paragraph], rules: Boilerplate, *, headline: str, captions: Iterable[str] = ()
) -> list[Paragraph]:
    """The story alone: no lines that `rules` name, no repeated captions and headlines, no repeated pull quotes."""
    lines, ends, tails = _compiled(rules)
    repeated = {folded(caption) for caption in captions}
    title = folded(headline)
    kept: list[Paragraph] = []
    for paragraph in found:
        text, is_end = _kept_lines(paragraph.text, lines, ends if kept else None)
        if text and not _repeats(folded(text), repeated, title, len(kept)):
            kept.append(paragraph if text == paragraph.text else Paragraph(text, paragraph.sort))
        if is_end:
            break
    return _without_pull_quotes(_without_tails(kept, tails))


@lru_cache(maxsize=32)
def _compiled(
    rules: Boilerplate,
) -> tuple[re.Pattern[str] | None, re.Pattern[str] | None, re.Pattern[str] | None]:
    lines = re.compile("|".join(rules.lines), re.IGNORECASE) if rules.lines else None
    ends = re.compile("|".join(rules.ends), re.IGNORECASE) if rules.ends else None
    tails = re.compile(rf"\s*(?:{'|'.join(rules.tails)})\s*$") if rules.tails else None
    return lines, ends, tails


def _kept_lines(text: str, lines: re.Pattern[str] | None, ends: re.Pattern[str] | None) -> tuple[str, bool]:
    if lines is not None and lines.fullmatch(text):
        return "", False  # "Read more:" with the other story's title on the next line
    kept: list[str] = []
    for line in text.split("\n"):
        if ends is not None and ends.fullmatch(line):
            return "\n".join(kept), True
        if lines is None or not lines.fullmatch(line):
            kept.append(line)
    return "\n".join(kept), False


def _repeats(text: str, captions: set[str], title: str, place: int) -> bool:
    """Whether a paragraph is a caption once more, or, in the first lines, the headline."""
    return text in captions or (place < 3 and text == title)


def _without_tails(kept: list[Paragraph], tails: re.Pattern[str] | None) -> list[Paragraph]:
    while tails is not None and kept:
        last = kept[-1]
        start = max(0, len(last.text) - _LONGEST_TAIL)
        text = (last.text[:start] + tails.sub("", last.text[start:])).rstrip()
        if text == last.text:
            break
        kept.pop()
        if text:
            kept.append(Paragraph(text, last.sort))
    return kept


def _without_pull_quotes(kept: list[Paragraph]) -> list[Paragraph]:
    """Drops what repeats words of another paragraph: quotations, subheadings, long paragraphs; of equals one stays."""
    if len(kept) < 2:
        return kept
    texts = [folded(paragraph.text) for paragraph in kept]
    dropped: set[int] = set()
    pulled: set[int] = set()
    for place, paragraph in enumerate(kept):
        if paragraph.sort in {"item", "row"}:
            continue
        if place - 1 in pulled and paragraph.sort == "quote" and _is_name_of_the_quoted(texts[place]):
            dropped.add(place)
            continue
        least = _PULLED.get(paragraph.sort, _PULLED_PARAGRAPH)
        for words in _quoted_words(texts[place]):
            if words.count(" ") + 1 >= least and _stands_elsewhere(words, place, texts, kept, dropped):
                dropped.add(place)
                pulled.add(place)
                break
    return [paragraph for place, paragraph in enumerate(kept) if place not in dropped]


def _is_name_of_the_quoted(text: str) -> bool:
    """Whether a quotation's line is no sentence: below a pull quote it then says whose words these are."""
    return text.startswith("-") or (len(text) <= _LONGEST_NAME and text[-1:].isalnum())


def _quoted_words(text: str) -> list[str]:
    whole = text.strip(_QUOTE_MARKS)
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
