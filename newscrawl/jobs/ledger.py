"""`scrapy ledger rebuild`: reads the files of the record into the ledger, outlet by outlet.

In: the files as they are. Out: the ledger, and a line for each outlet.
"""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from newscrawl import setting_values
from newscrawl.dataset import Dataset, DatasetError, data_dir, is_without_ledger, recorded
from newscrawl.jobs.refusal import hint, refuse, refusing
from newscrawl.recovery import rebuild
from newscrawl.reporting.counted import counted
from newscrawl.reporting.screen import tell
from newscrawl.spiders.arguments import ArgumentError

if TYPE_CHECKING:
    import argparse

    from scrapy.commands import ScrapyCommand
    from scrapy.settings import BaseSettings


def run(command: ScrapyCommand, args: list[str], _opts: argparse.Namespace) -> None:
    assert command.settings is not None
    with refusing(command):
        if args[:1] != ["rebuild"] or len(args) > 2:
            raise ArgumentError("write scrapy ledger rebuild [OUTLET]")
        setting_values.check(command.settings)
        outlets = _asked_for(args[1:], command.settings)
        with closing(Dataset.existing(command.settings, makes_ledger=True)) as dataset:
            for outlet in outlets:
                _rebuild(command, dataset, outlet)


def _rebuild(command: ScrapyCommand, dataset: Dataset, outlet: str) -> None:
    """One outlet; if it cannot be done, the others still are."""
    assert command.settings is not None
    looks = Dataset.looks(command.settings)
    try:
        with dataset.held(outlet):
            recovered = rebuild(dataset.directory, outlet, dataset.ledger, looks)
            if command.settings["NEAR_DUPLICATES"] != "off":
                dataset.duplicate_window = Dataset.window(command.settings)
                dataset.compare()
            count = dataset.ledger.record.count(outlet)
    except DatasetError as error:
        refuse(command, error)
        return
    torn = f"; broken lines set aside in *.torn: {recovered.torn}" if recovered.torn else ""
    tell(f"{outlet}: {counted(count, 'article')}{torn}")


def _asked_for(named: list[str], settings: BaseSettings) -> list[str]:
    """The outlet that was named, or all that have files here; a named one may have lost its files."""
    directory = data_dir(settings)
    here = sorted({name.split("/")[1] for name in recorded(directory)})
    if named and named[0] in here:
        return named
    if not named and here:
        return here
    outlets = sorted({*here, *_known(settings)})
    articles = directory / "articles"
    if not named:
        raise ArgumentError(f"there are no articles in {articles}")
    if named[0] not in outlets:
        raise ArgumentError(f"there are no articles of {named[0]!r} in {articles}; {hint(named[0], outlets)}")
    return named


def _known(settings: BaseSettings) -> list[str]:
    """The outlets in the ledger; none where it is gone."""
    try:
        with closing(Dataset.existing(settings, read_only=True)) as dataset:
            return dataset.ledger.outlets()
    except DatasetError as error:
        if is_without_ledger(error):
            return []
        raise
