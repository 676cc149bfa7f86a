"""`scrapy read URL-or-file [--outlet NAME] [--url URL]`: one article as JSON, and why each of its fields says that.

In: an address, which is asked for with robots.txt and delays as in a crawl, or a stored page. Out: the article, for
each field the layer that gave it and what the other layers say; nothing is written. Exit status: 0 read, 1 there is no
article, or none that a crawl would write, 2 wrong usage.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from scrapy.commands import ScrapyCommand

from newscrawl.jobs import job_of

if TYPE_CHECKING:
    import argparse


class Command(ScrapyCommand):
    requires_project = True
    default_settings: ClassVar[dict[str, Any]] = {"LOG_ENABLED": False}

    def syntax(self) -> str:
        return "URL-or-FILE [--outlet NAME] [--url URL]"

    def short_desc(self) -> str:
        return "Show one article as JSON, and what gave each of its fields: scrapy read URL-or-FILE"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--outlet", metavar="NAME", help="whose page it is, where its address does not tell")
        parser.add_argument("--url", metavar="URL", help="the address of a stored page, where that does not tell")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        job_of(self).run(self, args, opts)
