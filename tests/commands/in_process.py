"""Runs a command of ours in this process, as Scrapy would call it, on a data directory of the test's own."""

from __future__ import annotations

import argparse
from dataclasses import dataclass

from scrapy.settings import Settings


@dataclass
class Done:
    status: int
    out: str
    err: str


def run(command, words, capsys, settings):
    """`words` as they are typed; `settings` as by `-s`."""
    command.settings = Settings()
    command.settings.setmodule("newscrawl.settings")
    command.settings.setdict(settings, "cmdline")
    parser = argparse.ArgumentParser()
    command.add_options(parser)
    parser.add_argument("others", nargs="*")
    opts = parser.parse_args(words)
    capsys.readouterr()
    command.run(opts.others, opts)
    return Done(command.exitcode, *capsys.readouterr())
