"""`scrapy retry`: makes due again what ended without an article.

In: an outlet's name. Out: the ledger, and how many URLs are due.
"""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from newscrawl.dataset import Dataset
from newscrawl.jobs.refusal import known, refusing
from newscrawl.reporting.counted import counted
from newscrawl.reporting.screen import tell
from newscrawl.spiders.arguments import ArgumentError

if TYPE_CHECKING:
    import argparse

    from scrapy.commands import ScrapyCommand


def run(command: ScrapyCommand, args: list[str], _opts: argparse.Namespace) -> None:
    assert command.settings is not None
    with refusing(command):
        if len(args) != 1:
            raise ArgumentError("name one outlet: scrapy retry OUTLET")
        with closing(Dataset.existing(command.settings)) as dataset:
            (outlet,) = known(args, dataset.outlets())
            with dataset.held(outlet):
                count = dataset.ledger.frontier.retry(outlet)
        tell(f"{outlet}: {counted(count, 'URL is', 'URLs are')} due again")
