"""`scrapy site`: builds the pages of the record, and tells what was made anew.

In: the record, the folder that the site is for, and where it will be on the web, if that is known. Out: the site, and
two lines.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from newscrawl.jobs.refusal import refuse, refusing
from newscrawl.site.making import make_site
from newscrawl.site.publishing import SiteError
from newscrawl.spiders.arguments import ArgumentError

if TYPE_CHECKING:
    import argparse

    from scrapy.commands import ScrapyCommand

FORM = "scrapy site --out DIR [--full-text] [--url https://example.org/news/]"


def run(command: ScrapyCommand, args: list[str], opts: argparse.Namespace) -> None:
    assert command.settings is not None
    with refusing(command):
        if args or not opts.out:
            raise ArgumentError(f"write {FORM}")
        url = _url(opts.url)
        directory = Path(opts.out)
        try:
            built = make_site(command.settings, directory, full_text=opts.full_text, url=url)
        except SiteError as error:
            refuse(command, error)
            return
        sys.stdout.write(f"{built.stories} stories, {built.made} of {built.files} files made anew\n")
        sys.stdout.write(f"{directory / 'index.html'}\n")


def _url(text: str | None) -> str | None:
    """The address of a folder, with the slash at its end; raises ArgumentError."""
    if text is None:
        return None
    try:
        parts = urlsplit(text)
        is_folder = parts.scheme in {"http", "https"} and parts.hostname and not (parts.query or parts.fragment)
    except ValueError:
        is_folder = False
    if not is_folder or not text.isprintable() or " " in text:
        raise ArgumentError(f"{text!r} is no address of a folder on the web; write --url https://example.org/news/")
    return text.rstrip("/") + "/"
