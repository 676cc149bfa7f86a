"""`scrapy retry OUTLET`: make due again what ended without an article, so that the next crawl asks for it.

Exit status: 0 done, 2 it cannot be done, such as while a crawl of the outlet runs.
"""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from scrapy.commands import ScrapyCommand

from newscrawl.commands.refusal import known, refusing
from newscrawl.dataset import Dataset
from newscrawl.spiders.arguments import ArgumentError

if TYPE_CHECKING:
    import argparse


class Command(ScrapyCommand):
    requires_project = True
    requires_crawler_process = False

    def syntax(self) -> str:
        return "OUTLET"

    def short_desc(self) -> str:
        return "Make due again what ended without an article: scrapy retry iraqinews"

    def run(self, args: list[str], opts: argparse.Namespace) -> None:  # noqa: ARG002
        assert self.settings is not None
        with refusing(self):
            if len(args) != 1:
                raise ArgumentError("name one outlet: scrapy retry OUTLET")
            with closing(Dataset.existing(self.settings)) as dataset:
                (outlet,) = known(args, dataset.ledger.outlets())
                with dataset.held(outlet):
                    count = dataset.ledger.frontier.retry(outlet)
            print(f"{outlet}: {count} {'URL is' if count == 1 else 'URLs are'} due again")  # noqa: T201
