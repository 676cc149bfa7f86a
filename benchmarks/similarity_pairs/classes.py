"""Makes the pairs of each class.

In: nothing but the material and a seed. Out: `Pair`s with the verdict that a reader would give. Two fifths of all
stories and frames are held out: their pairs share no story or frame with those that thresholds are chosen on.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from random import Random
from typing import TYPE_CHECKING, Literal

from benchmarks.similarity_pairs.edits import FORM, cut, edited, other_words, sentences
from benchmarks.similarity_pairs.material import Filled, Story, filled, lines, names_of, stories

if TYPE_CHECKING:
    from collections.abc import Callable

SEED = 20250722
GENRES = ("security", "politics", "economy", "society", "region")
HELD_OUT = (1, 3)
"""The places, of every five stories of a file, that are held out."""

Label = Literal["duplicate", "contains", "different"]


@dataclass(frozen=True)
class Pair:
    kind: str
    label: Label
    held_out: bool
    first: str
    second: str


@dataclass
class Desk:
    """What one pair is made with: its random source and the stories of its side."""

    rng: Random
    held_out: bool

    def _side(self, name: str) -> list[Story]:
        return [story for place, story in enumerate(_read(name)) if (place % 5 in HELD_OUT) == self.held_out]

    def genre(self) -> str:
        return self.rng.choice(GENRES)

    def story(self, genre: str) -> Story:
        return self.rng.choice(self._side(f"stories/{genre}"))

    def two_stories(self, genre: str) -> list[Story]:
        return self.rng.sample(self._side(f"stories/{genre}"), 2)

    def frame(self) -> Story:
        return self.rng.choice(self._side("frames/arabic" if self.rng.random() < 0.1 else "frames/daily"))

    def translation(self) -> Story:
        return self.rng.choice(self._side("translations"))

    def background(self, genre: str, least: int, most: int) -> list[str]:
        known = next(story for story in _read("background") if story.headline == genre)
        return self.rng.sample(known.paragraphs, self.rng.randint(least, most))

    def article(self) -> list[str]:
        """A story, now and then with background below it."""
        genre = self.genre()
        if self.rng.random() < 0.125:
            return filled(self.story(self.rng.choice(("arabic", "french"))), self.rng).paragraphs
        text = filled(self.story(genre), self.rng).paragraphs
        return text + self.background(genre, 1, 3) if self.rng.random() < 0.4 else text

    def dateline(self, text: list[str]) -> list[str]:
        place = self.rng.choice("Baghdad|BAGHDAD|Erbil|Beirut|Diyala|Dubai|Istanbul".split("|"))
        mark = self.rng.choice((" –", " -", " (AFP) –", " (Reuters) -", ", 12 May (AFP) –", " —"))
        return [f"{place}{mark} {text[0]}", *text[1:]]


@cache
def _read(name: str) -> list[Story]:
    return stories(name)


def repost(desk: Desk) -> tuple[list[str], list[str]]:
    first = desk.article() if desk.rng.random() < 0.75 else filled(desk.frame(), desk.rng).paragraphs
    second = desk.dateline(first) if desk.rng.random() < 0.5 else first
    for form in desk.rng.sample(FORM, desk.rng.randint(0, 2)):
        second = form(second, desk.rng)
    tail = desk.rng.choice(("", "", "SS (P) 1", "SH (P)/SR 35", "/End/"))
    return first, [*second, tail] if tail else second


def light_edit(desk: Desk) -> tuple[list[str], list[str]]:
    first = desk.article()
    return first, edited(first, desk.rng, desk.rng.randint(2, 5))


def wire_copy(desk: Desk) -> tuple[list[str], list[str]]:
    whole = desk.article()
    first = edited(whole, desk.rng, desk.rng.randint(0, 2))
    second = cut(edited(whole, desk.rng, desk.rng.randint(1, 4)), desk.rng, desk.rng.uniform(0.6, 0.9))
    return desk.dateline(first) if desk.rng.random() < 0.5 else first, desk.dateline(second)


def update_appended(desk: Desk) -> tuple[list[str], list[str]]:
    first = desk.article()
    second = edited(first, desk.rng, desk.rng.randint(0, 2))
    return first, second + desk.rng.sample(lines("updates"), desk.rng.randint(1, 3 if len(first) > 6 else 2))


def urgent_and_full(desk: Desk) -> tuple[list[str], list[str]]:
    full = desk.article()
    lead = sentences(full[0])
    urgent = [" ".join(lead[: desk.rng.randint(1, 2)])]
    if desk.rng.random() < 0.5:
        urgent = other_words(urgent, desk.rng)
    if desk.rng.random() < 0.4:
        urgent.append(desk.rng.choice(("More details to follow.", "Details soon.", "More to come…")))
    return desk.dateline(urgent) if desk.rng.random() < 0.5 else urgent, full


def half_reprint(desk: Desk) -> tuple[list[str], list[str]]:
    genre = desk.genre()
    whole = filled(desk.story(genre), desk.rng).paragraphs + desk.background(genre, 1, 3)
    half = cut(whole, desk.rng, desk.rng.uniform(0.3, 0.5))
    return whole, other_words(half, desk.rng) if desk.rng.random() < 0.5 else half


def templated(desk: Desk) -> tuple[list[str], list[str]]:
    """A frame filled twice; or a story's, with other names and figures or other figures only, and the same below it."""
    if desk.rng.random() < 0.6:
        frame = desk.frame()
        return filled(frame, desk.rng).paragraphs, filled(frame, desk.rng).paragraphs
    genre = desk.genre()
    story = desk.story(genre) if desk.rng.random() < 0.875 else desk.story(desk.rng.choice(("arabic", "french")))
    values: dict[str, str] = {}
    first = filled(story, desk.rng, values).paragraphs
    kept = names_of(values) if desk.rng.random() < 0.4 else {}
    kept.pop("day", None)
    below = desk.background(genre, 1, 3) if desk.rng.random() < 0.4 else []
    return first + below, filled(story, desk.rng, kept).paragraphs + below


def same_title(desk: Desk) -> tuple[list[str], list[str]]:
    """The same happens again in the same place: the lead is worded alike, what follows is another desk's day."""
    one, other = desk.two_stories(desk.genre())
    values: dict[str, str] = {}
    first = filled(one, desk.rng, values)
    again = filled(one, desk.rng, {"town": values["town"]} if "town" in values else {})
    rest = filled(other, desk.rng, {"town": values["town"]} if "town" in values else {}).paragraphs
    kept = desk.rng.randint(1, 3)
    return first.paragraphs, again.paragraphs[:kept] + rest[1:]


def shared_background(desk: Desk) -> tuple[list[str], list[str]]:
    """Two events of one topic with the same paragraphs below; or the second tells the first again as background."""
    genre = desk.genre()
    one, other = desk.two_stories(genre)
    values: dict[str, str] = {}
    first = filled(one, desk.rng, values)
    second = filled(other, desk.rng, names_of(values) if desk.rng.random() < 0.5 else None)
    if desk.rng.random() < 0.3:
        earlier = desk.rng.sample(first.paragraphs, desk.rng.randint(1, 2))
        return first.paragraphs, second.paragraphs[: desk.rng.randint(2, 5)] + earlier
    background = desk.background(genre, 2, 4)
    return _headed(first, desk) + background, _headed(second, desk) + background


def _headed(story: Filled, desk: Desk) -> list[str]:
    return story.paragraphs[: desk.rng.randint(2, 5)]


def same_actors(desk: Desk) -> tuple[list[str], list[str]]:
    one, other = desk.two_stories(desk.genre())
    values: dict[str, str] = {}
    first = filled(one, desk.rng, values).paragraphs
    return first, filled(other, desk.rng, names_of(values)).paragraphs


def translation(desk: Desk) -> tuple[list[str], list[str]]:
    both = filled(desk.translation(), desk.rng).paragraphs
    text = "\n\n".join(both)
    english, _, other = text.partition("\n=\n")
    return english.split("\n\n"), other.split("\n\n")


CLASSES: dict[str, tuple[Label, int, Callable[[Desk], tuple[list[str], list[str]]]]] = {
    "repost": ("duplicate", 40, repost),
    "light_edit": ("duplicate", 50, light_edit),
    "wire_copy": ("duplicate", 60, wire_copy),
    "update_appended": ("duplicate", 45, update_appended),
    "urgent_and_full": ("contains", 45, urgent_and_full),
    "half_reprint": ("contains", 25, half_reprint),
    "templated": ("different", 75, templated),
    "same_title": ("different", 40, same_title),
    "shared_background": ("different", 50, shared_background),
    "same_actors": ("different", 40, same_actors),
    "translation": ("different", 30, translation),
}


def pairs(held_out: bool | None = None, seed: int = SEED) -> list[Pair]:
    """All pairs; or those of one side: 60 in a hundred to choose thresholds on, 40 held out.

    Another seed fills the same stories with other figures and names, and edits them in other ways.
    """
    made = []
    for kind, (label, count, make) in CLASSES.items():
        for number in range(count):
            side = number % 5 in HELD_OUT
            if held_out is not None and side != held_out:
                continue
            rng = Random(f"{seed} {kind} {number}")
            first, second = make(Desk(rng, side))
            if rng.random() < 0.5 and kind not in {"urgent_and_full", "half_reprint"}:
                first, second = second, first
            made.append(Pair(kind, label, side, "\n\n".join(first), "\n\n".join(second)))
    return made
