"""What each command does: a module for each.

`newscrawl/commands/` says only how they are typed. Scrapy loads all of that to find one command; what a job needs is
loaded when it is done.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from scrapy.commands import ScrapyCommand


def job_of(command: ScrapyCommand) -> Any:
    """The module of this room that is named as the command is; its `run` takes the command and what was typed."""
    return import_module(f"{__name__}.{type(command).__module__.rpartition('.')[2]}")
