"""`scrapy ledger rebuild [OUTLET]`: take the files of the record as they are, and read them into the ledger anew.

Stopped, or killed, it can be run again. Exit status: 0 done, 1 stopped before its end, 2 it cannot be done, such as
while a crawl of the outlet runs.
"""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from scrapy.commands import ScrapyCommand

from newscrawl.commands.refusal import hint, refuse, refusing
from newscrawl.dataset import Dataset, DatasetError
from newscrawl.recovery import rebuild
from newscrawl.spiders.arguments import ArgumentError

if TYPE_CHECKING:
    import argparse


class Command(ScrapyCommand):
    requires_project = True
    requires_crawler_process = False

    def syntax(self) -> str:
        return "rebuild [OUTLET]"

    def short_desc(self) -> str:
        return "Read the record into the ledger anew: scrapy ledger rebuild"

    def run(self, args: list[str], opts: argparse.Namespace) -> None:  # noqa: ARG002
        assert self.settings is not None
        with refusing(self):
            if args[:1] != ["rebuild"] or len(args) > 2:
                raise ArgumentError("write scrapy ledger rebuild [OUTLET]")
            with closing(Dataset.existing(self.settings)) as dataset:
                for outlet in _asked_for(args[1:], dataset):
                    self._rebuild(dataset, outlet)

    def _rebuild(self, dataset: Dataset, outlet: str) -> None:
        """One outlet; if it cannot be done, the others still are."""
        assert self.settings is not None
        looks = Dataset.looks(self.settings)
        try:
            with dataset.held(outlet):
                recovered = rebuild(dataset.directory, outlet, dataset.ledger, looks)
                if self.settings["NEAR_DUPLICATES"] != "off":
                    dataset.duplicate_window = Dataset.window(self.settings)
                    dataset.compare()
                count = dataset.ledger.record.count(outlet)
        except DatasetError as error:
            refuse(self, error)
            return
        torn = f"; broken lines set aside in *.torn: {recovered.torn}" if recovered.torn else ""
        print(f"{outlet}: {count} {'article' if count == 1 else 'articles'}{torn}")  # noqa: T201


def _asked_for(named: list[str], dataset: Dataset) -> list[str]:
    """The outlet that was named, or all that have files here; a named one may have lost its files."""
    here = sorted({file.parent.name for file in dataset.articles.glob("*/*.jsonl")})
    if not named and here:
        return here
    outlets = sorted({*here, *dataset.ledger.outlets()})
    if not named:
        raise ArgumentError(f"there are no articles in {dataset.articles}")
    if named[0] not in outlets:
        raise ArgumentError(f"there are no articles of {named[0]!r} in {dataset.articles}; {hint(named[0], outlets)}")
    return named
