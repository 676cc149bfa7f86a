"""Takes out of a story's paragraphs what is none of its text.

In: paragraphs as the page shows them, the headline, the captions of its pictures, and an outlet's rules. Out: the
paragraphs of the story.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate

from newscrawl.pages.prose import Paragraph
from newscrawl.text.hashing import case_folded, folded

_BETWEEN = "\x00"
"""Stands between texts that are looked at as one; no text holds control characters."""
_QUOTE_MARKS = "\"' .,;:!?-"
_QUOTE_BYTES = _QUOTE_MARKS.encode()
_COMMON_LETTERS = b" aeiotnsrhldmu.,"
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
_LOOKS_AROUND = re.compile(r"\\[AZ]|\(\?(?:<[=!]|[!>]|[a-z-]*s)|(?<!\.)(?:[*+?]|\{[\d,]+\})\+")
"""What makes an expression match a line otherwise among other lines than alone: anchors, looks back, possession."""


RELATED = (
    r"(?:[-•·→►▶»]\s*)?"
    r"(?:(?:Read (?:more|also|next)|Also read|See also|À lire aussi|Lire aussi)\s*[:|–—»-]\s.*"
    r"|(?-i:READ (?:MORE|ALSO|NEXT))\s.*"
    r"|Read more (?:about|on|from|here)\b[^.\n]{0,100}\.?"
    r"|(?:Read|Related(?: (?:articles?|posts?|stories))?)\s*:\s.*"
    r"|(?:Related (?:articles?|posts?|stories)|You (?:may|might) also like)\W*)"
)
"""A line that names another story, or heads a list of them."""


_CAPITAL = r"[^\W\d_a-zß-öø-ÿ][\w.’'-]+"
_NAME = rf"{_CAPITAL}(?:\s(?:(?:al|el|bin|ibn|de|van|von)[\s-])?{_CAPITAL}){{1,3}}"
_DESK = r"(?:[A-Z]{2,4}|Reuters|Middle East Eye)(?:\s(?:staff|correspondents?|and agencies))?"
_TOWN = rf"(?:(?:the|occupied|(?:north|south|east|west)ern)\s)*(?:(?:al|el|ad|an|ar|as|ash|at|az)[-\s])?{_CAPITAL}"
_PLACE = rf"(?:,?\s(?:in|à)\s{_TOWN}(?:\s{_CAPITAL}){{0,3}})?(?:\sand\sagencies)?"
BYLINE = rf"(?-i:(?:By|BY|Par)\s(?:{_DESK}|{_NAME}(?:(?:,|\s(?:and|et|&))\s{_NAME}){{0,3}}){_PLACE})"
"""A story's first line that only says whose it is: "By Salim Jabbar and Elif Karaca in Basra"."""
SIGNED = (
    r"(?:(?:additional )?(?:reporting|writing|editing)|edited)(?: and (?:writing|editing))? by "
    rf"(?-i:{_CAPITAL}(?:[,;]?\s(?:{_CAPITAL}|and|in|by|additional|reporting|writing|editing)){{1,30}})[.;]?"
)
"""The same below a story, as agencies do."""


WATCH = r"Watch\s*:\s.*"
"""The same of a video; a video's own story opens so."""


_OTHER_STORIES = (
    r"(?:read (?:more|also|next)(?: (?:about|on) [^.\n]{1,80})?|also read|see also"
    r"|related(?: (?:articles?|posts?|stories))?|more (?:on this(?: story)?|stories)"
    r"|you (?:may|might) also like|à lire aussi|lire aussi)[^\w\n]*"
)
_HEADS_A_LIST = re.compile(_OTHER_STORIES, re.IGNORECASE)
"""A line that heads a list of other stories: neither it nor the items below it are this one's."""


@dataclass(frozen=True, slots=True)
class Boilerplate:
    """An outlet's rules, as regular expressions without regard to case."""

    lines: tuple[str, ...] = ()
    """Whole lines that are no text of the story."""
    first: tuple[str, ...] = ()
    """The same, but of the story's first line alone."""
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
        return Boilerplate(self.lines + lines, self.first, self.later, self.ends + ends, self.tails + tails)


def without_boilerplate(
    found: list[Paragraph], rules: Boilerplate, *, headline: str, captions: Iterable[str] = ()
) -> list[Paragraph]:
    """The story alone: no lines that `rules` name, no repeated captions and headlines, no repeated pull quotes."""
    return [paragraph for paragraph, _ in folded_story(found, rules, headline=headline, captions=captions)]


def folded_story(
    found: list[Paragraph], rules: Boilerplate, *, headline: str, captions: Iterable[str] = ()
) -> list[tuple[Paragraph, str]]:
    """The same, each paragraph with its text folded for comparison."""
    opening, lines, ends, tails, any_line = _compiled(rules)
    repeated = {folded(caption) for caption in captions}
    title = folded(headline)
    kept: list[Paragraph] = []
    texts: list[str] = []
    named = _named(found, any_line)
    is_listing = False
    for place, (paragraph, plain) in enumerate(zip(found, _folded(found), strict=True)):
        if is_listing and paragraph.sort == "item":
            continue
        is_listing = is_end = False
        if place in named:
            is_listing = _HEADS_A_LIST.fullmatch(paragraph.text) is not None
            if is_listing:
                continue
            text, is_end = _kept_lines(paragraph.text, lines if kept else opening, ends if kept else None)
            if text != paragraph.text:
                paragraph, plain = Paragraph(text, paragraph.sort), folded(text)  # noqa: PLW2901
        # A caption may stand once more, and in the first lines the headline.
        if plain and plain not in repeated and (len(kept) >= 3 or plain != title):
            kept.append(paragraph)
            texts.append(plain)
        if is_end:
            break
    _take_off_tails(kept, texts, tails)
    pulled = _pull_quotes(kept, texts)
    return [pair for place, pair in enumerate(zip(kept, texts, strict=True)) if place not in pulled]


def _folded(found: list[Paragraph]) -> list[str]:
    """Each paragraph's text folded, all in one go."""
    if not found:
        return []
    whole = case_folded(_BETWEEN.join([text for text, _ in found])).replace("\n", " ")
    texts = whole.split(_BETWEEN)
    return [" ".join(text.split()) for text in texts] if "  " in whole else texts


def _named(found: list[Paragraph], any_line: re.Pattern[str]) -> set[int]:
    """The places of the paragraphs in which a line may be one that the rules name, all looked for in one go."""
    whole = "\n".join(["", *[text for text, _ in found], ""])
    starts = [match.start() for match in any_line.finditer(whole)]
    if not starts:
        return set()
    ends = list(accumulate(len(text) + 1 for text, _ in found))
    return {bisect_right(ends, start) for start in starts}


_Expression = re.Pattern[str] | None


@lru_cache(maxsize=32)
def _compiled(rules: Boilerplate) -> tuple[_Expression, _Expression, _Expression, _Expression, re.Pattern[str]]:
    tails = re.compile(rf"\s*(?:{'|'.join(rules.tails)})\s*$") if rules.tails else None
    opening, lines = rules.lines + rules.first, rules.lines + rules.later
    any_line = _any_line((*opening, *rules.later, *rules.ends, _OTHER_STORIES))
    return _any_of(opening), _any_of(lines), _any_of(rules.ends), tails, any_line


def _any_of(expressions: tuple[str, ...]) -> _Expression:
    return re.compile("|".join(expressions), re.IGNORECASE) if expressions else None


def _any_line(expressions: tuple[str, ...]) -> re.Pattern[str]:
    """Finds, among lines of which each stands between two line breaks, where one begins that an expression matches."""
    if any(map(_LOOKS_AROUND.search, expressions)):
        return re.compile(r"\n")  # what stands around a line is not what stands around it alone
    words = "|".join(expressions) or "(?!)"
    return re.compile(rf"\n(?=(?:{words})\n)", re.IGNORECASE | re.MULTILINE)


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


def _pull_quotes(kept: list[Paragraph], texts: list[str]) -> set[int]:
    """The places of what repeats words of another paragraph: quotations, subheadings, long paragraphs; of equals one
    stays.

    `texts` are the paragraphs' texts folded.
    """
    if len(kept) < 2 or len(kept) * sum(map(len, texts)) > _MOST_COMPARED:
        return set()
    repeated = _may_repeat(texts)
    dropped: set[int] = set()
    pulled: set[int] = set()
    for place in sorted(repeated | {place + 1 for place in repeated if place + 1 < len(kept)}):
        paragraph, text = kept[place], texts[place]
        if paragraph.sort in {"item", "row"}:
            continue
        if place - 1 in pulled and paragraph.sort == "quote" and _is_name_of_the_quoted(text):
            dropped.add(place)
            continue
        least = _PULLED.get(paragraph.sort, _PULLED_PARAGRAPH)
        for words in _quoted_words(text) if place in repeated else ():
            if words.count(" ") + 1 >= least and _stands_elsewhere(words, place, texts, kept, dropped):
                dropped.add(place)
                pulled.add(place)
                break
    return dropped


def _may_repeat(texts: list[str]) -> set[int]:
    """The places of the texts whose words may stand in another one too: told by a shorthand without common letters.

    What is written twice is so in shorthand too, and a fifth of the letters is searched in a fifth of the time.
    """
    whole = _BETWEEN.join(texts).encode("utf-8", "surrogatepass").translate(None, _COMMON_LETTERS)
    written = [words.strip(_QUOTE_BYTES) for words in whole.split(_BETWEEN.encode())]
    return {place for place, words in enumerate(written) if whole.count(words) > 1 or " -" in texts[place]}


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
