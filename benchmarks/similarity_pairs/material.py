"""Reads the material and fills its blanks.

In: text files of stories; a blank is `{town}`, `{person2}` or a figure with its range, `{a:2-9}`. Out: `Story`s, and
the headline and paragraphs of a story with every blank filled, the same name with the same value.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from random import Random

FOLDER = Path(__file__).parent
_BLANK = re.compile(r"\{(\w+?)(\d?)(?::(\d+)-(\d+))?\}")
_ORDINAL = re.compile(r"\b(\d+)th\b")

VALUES = {
    "town": "Baquba|Mosul|Tikrit|Kirkuk|Ramadi|Fallujah|Basra|Nasiriyah|Kut|Samarra|Diwaniyah|Hilla|Karbala|Najaf|"
    "Amarah|Samawah|Sinjar|Tal Afar|Khanaqin|Haditha|Dohuk|Sulaymaniyah|Halabja|Tuz Khurmatu|Balad|Jalawla",
    "district": "Al-Mafraq|Al-Tahrir|Bab al-Toub|Hay al-Askari|Al-Jazira|Al-Rashidiya|Hay al-Nasr|Abu Saida|Al-Hawija|"
    "Al-Qadisiyah|Al-Zuhour|Al-Mansour|Hay al-Salam|Al-Wahda|Al-Andalus|Wadi Hajar|Al-Karama|Al-Muthanna",
    "person": "Ahmed al-Jubouri|Hassan al-Tamimi|Khalid al-Obeidi|Samir Jawad|Mohammed al-Saadi|Nadia Karim|"
    "Rania al-Dulaimi|Faris Mahmoud|Yousif al-Bayati|Zaid al-Rubaie|Layla Hussein|Omar al-Shammari|Sajad Abbas|"
    "Karwan Aziz|Hiba al-Azzawi|Mustafa al-Khafaji|Dina Salman|Ali al-Maliki|Tariq Najm|Huda al-Janabi",
    "day": "Sunday|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday",
    "jour": "dimanche|lundi|mardi|mercredi|jeudi|vendredi|samedi",
    "date": "3 January|17 February|9 March|28 April|5 May|22 June|11 July|30 August|14 September|6 October|19 November",
    "team": "Al-Shorta|Al-Zawraa|Al-Quwa Al-Jawiya|Al-Talaba|Erbil SC|Duhok SC|Al-Minaa|Al-Najaf SC|Zakho FC|Al-Karkh",
    "player": "Ayman Rashid|Mohanad Jasim|Bashar Latif|Hussein Qasim|Amjad Sattar|Saif Hadi|Alaa Mahdi|Ibrahim Bayesh",
    "moves": "rises|falls|edges up|drops|gains|slips",
    "direction": "higher|lower|slightly up|slightly down",
    "sky": "rain|dust|clear skies|thunderstorms|fog|scattered clouds",
    "trend": "slightly higher|slightly lower|two degrees higher|no different",
    "goods": "frozen chicken|tomatoes|medicines|used tyres|cigarettes|electrical appliances|fish|eggs",
}
CHOICES = {name: values.split("|") for name, values in VALUES.items()}


@dataclass(frozen=True)
class Story:
    headline: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True)
class Filled:
    headline: str
    paragraphs: list[str]


def stories(name: str) -> list[Story]:
    """The stories of a file, in its order."""
    blocks = (FOLDER / f"{name}.txt").read_text("utf-8").removeprefix("# ").strip().split("\n\n# ")
    parted = (block.strip().split("\n", 1) for block in blocks)
    return [Story(headline, tuple(paragraphs(body))) for headline, body in parted]


def paragraphs(text: str) -> list[str]:
    return [paragraph.strip() for paragraph in text.strip().split("\n\n")]


def lines(name: str) -> list[str]:
    return paragraphs((FOLDER / f"{name}.txt").read_text("utf-8"))


def filled(story: Story, rng: Random, known: dict[str, str] | None = None) -> Filled:
    """The story with its blanks filled; `known` gives values by name, and takes those that are chosen."""
    values = {} if known is None else known

    def value(match: re.Match[str]) -> str:
        name, number, low, high = match.groups()
        key = name + number
        if key not in values:
            taken = set(values.values())
            values[key] = (
                str(rng.randint(int(low), int(high)))
                if low is not None
                else rng.choice([choice for choice in CHOICES[name] if choice not in taken])
            )
        return values[key]

    parts = [_ORDINAL.sub(_ordinal, _BLANK.sub(value, part)) for part in (story.headline, *story.paragraphs)]
    return Filled(parts[0], parts[1:])


def names_of(values: dict[str, str]) -> dict[str, str]:
    """The values that are no figures: places, people and days."""
    return {name: value for name, value in values.items() if not value.isdigit()}


def _ordinal(match: re.Match[str]) -> str:
    number = match[1]
    if number[-2:] in {"11", "12", "13"}:
        return match[0]
    return number + {"1": "st", "2": "nd", "3": "rd"}.get(number[-1], "th")
