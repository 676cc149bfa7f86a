"""`scrapy site`: builds the pages of the record, and tells what was made anew.

In: the record, and the folder that the site is for. Out: the site, and two lines.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from newscrawl.dataset import NothingCrawledError
from newscrawl.jobs.refusal import refuse, refusing
from newscrawl.site.making import make_site
from newscrawl.site.publishing import SiteError
from newscrawl.spiders.arguments import ArgumentError

if TYPE_CHECKING:
    import argparse

    from scrapy.commands import ScrapyCommand

FORM = "scrapy site --out DIR [--full-text]"


def run(command: ScrapyCommand, args: list[str], opts: argparse.Namespace) -> None:
    assert command.settings is not None
    with refusing(command):
        if args or not opts.out:
            raise ArgumentError(f"write {FORM}")
        directory = Path(opts.out)
        try:
            built = make_site(command.settings, directory, full_text=opts.full_text)
        except NothingCrawledError as nothing:
            sys.stdout.write(f"{nothing}\n")
            return
        except SiteError as error:
            refuse(command, error)
            return
        sys.stdout.write(f"{built.stories} stories, {built.made} of {built.files} files made anew\n")
        sys.stdout.write(f"{directory / 'index.html'}\n")
