"""The page of a topic in a terminal: its stories as a person reads them, 80 columns wide.

In: a title and cards, newest first. Out: the page, on a console. What is written from right to left stands at the
right.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from rich.text import Text

from newscrawl.text.characters import clean_line
from newscrawl.text.direction import direction

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from rich.console import Console

    from newscrawl.topics.card import Card, Story

WIDTH = 80


def show(title: str, cards: Iterable[Card], console: Console) -> None:
    """Print the page."""
    _print(console, title, "bold")
    shown = False
    for card in cards:
        _print(console, "")
        _show_card(card, console)
        shown = True
    if not shown:
        _print(console, "")
        _print(console, "No story of that time or outlet.")


def _show_card(card: Card, console: Console) -> None:
    story = card.story
    side = _side(story)
    when = _moment(story.published_at)
    if card.updated_at:
        when += f", updated {_moment(card.updated_at)}"
    _print(console, clean_line(story.outlet_name), "green")
    _print(console, when, "dim")
    if story.sections:
        _print(console, ", ".join(map(clean_line, story.sections)), "dim")
    _print(console, clean_line(story.headline), "bold", side)
    if story.description:
        _print(console, clean_line(story.description), "italic", side)
    opening = f"{clean_line(story.dateline)} – " if story.dateline else ""
    for paragraph in story.body.split("\n\n"):
        _print(console, "")
        _print(console, opening + clean_line(paragraph), side=side)
        opening = ""
    if card.updates:
        _print(console, "")
        _print(console, f"{len(card.updates)} update{'s' if len(card.updates) > 1 else ''}:")
    for update in card.updates:
        _print(console, f"{_moment(update.published_at)}  {clean_line(update.headline)}")
    _print(console, "")
    _print_address(console, story.url)
    for copy in card.also_in:
        _print_address(console, f"also in {clean_line(copy.outlet_name)}, {_moment(copy.published_at)}: {copy.url}")


def _print(console: Console, text: str, style: str = "", side: Literal["left", "right"] = "left") -> None:
    """Print text, in lines of at most 80 columns."""
    width = min(WIDTH, console.width)
    for line in Text(text, style=style).wrap(console, width):
        line.rstrip()
        if side == "right":
            line.pad_left(width - line.cell_len)
        console.print(line)


def _print_address(console: Console, text: str) -> None:
    """Print a line with an address, which is not broken, so that it can be clicked and copied."""
    console.print(Text(text, style="dim"))


def _side(story: Story) -> Literal["left", "right"]:
    return "right" if direction(story.language) == "rtl" else "left"


def _moment(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"
