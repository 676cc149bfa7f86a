"""The outlets that there are spiders for, by name.

In: a project's spiders. Out: those that crawl an outlet; or ArgumentError, with the names that there are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from newscrawl.jobs.refusal import hint
from newscrawl.spiders.arguments import ArgumentError
from newscrawl.spiders.outlet import OutletSpider

if TYPE_CHECKING:
    from scrapy.commands import ScrapyCommand


def outlets_of(command: ScrapyCommand) -> dict[str, type[OutletSpider]]:
    assert command.crawler_process is not None
    loader = command.crawler_process.spider_loader
    spiders = {name: loader.load(name) for name in loader.list()}
    return {name: spider for name, spider in spiders.items() if issubclass(spider, OutletSpider)}


def outlet_named(name: str, outlets: dict[str, type[OutletSpider]]) -> type[OutletSpider]:
    """Raises ArgumentError where there is none of that name."""
    if name not in outlets:
        raise ArgumentError(f"there is no outlet {name!r}; {hint(name, sorted(outlets))}")
    return outlets[name]
