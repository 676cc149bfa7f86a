"""`scrapy crawl`: checks what it is asked for, claims the outlet, crawls it and tells whether the job was done.

In: the outlet's name and its arguments. Out: a crawl, and its exit status.
"""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from newscrawl import garbage, setting_values
from newscrawl.dataset import Dataset, DatasetError
from newscrawl.jobs.refusal import hint, refusing
from newscrawl.reporting.reporter import Reporter
from newscrawl.spiders.arguments import ACCEPTED, ArgumentError
from newscrawl.spiders.outlet import OutletSpider
from newscrawl.spiders.wordpress import WordPressSpider

if TYPE_CHECKING:
    import argparse

    from scrapy.commands import ScrapyCommand
    from scrapy.settings import Settings


ARGUMENTS = (*ACCEPTED.values(), *WordPressSpider.own_arguments.values())
"""The form of every `-a`."""


def run(command: ScrapyCommand, args: list[str], opts: argparse.Namespace) -> None:
    assert command.crawler_process is not None
    with refusing(command), closing(_claimed(command, args, opts.spargs)) as dataset:
        crawler = command.crawler_process.create_crawler(args[0])
        dataset.hand_over(crawler)
        command.crawler_process.crawl(crawler, **opts.spargs)
        garbage.leave_out_what_is_there()
        command.crawler_process.start()
        command.exitcode = Reporter.exit_status(crawler)


def _claimed(command: ScrapyCommand, args: list[str], arguments: dict[str, str]) -> Dataset:
    """The dataset for the crawl; raises what cannot be done before anything is begun."""
    assert command.crawler_process is not None
    assert command.settings is not None
    names = sorted(command.crawler_process.spider_loader.list())
    if len(args) != 1:
        raise ArgumentError("name one outlet: scrapy crawl " + " | ".join(names))
    if args[0] not in names:
        raise ArgumentError(f"there is no spider {args[0]!r}; {hint(args[0], names)}")
    check_settings(command.settings)
    spider_class = command.crawler_process.spider_loader.load(args[0])
    if not issubclass(spider_class, OutletSpider):
        return Dataset.from_settings(command.settings)
    outlet, read = spider_class.check(arguments)
    if read.urls:
        # Standard input can be read only once, and the spider checks its arguments too.
        arguments["urls"] = "\n".join(read.urls)
    return Dataset.claimed(command.settings, outlet.name, read.duplicates)


def check_settings(settings: Settings) -> None:
    """Raises DatasetError and SettingError for what would end the crawl in its middle."""
    setting_values.check(settings)
    if settings["REPLAY_FROM"] and not Path(settings["REPLAY_FROM"]).is_dir():
        raise DatasetError(f"REPLAY_FROM={settings['REPLAY_FROM']} is no folder")
    if settings["RECORD_TO"]:
        try:
            Path(settings["RECORD_TO"]).mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise DatasetError(f"RECORD_TO={settings['RECORD_TO']} cannot be written: {error.strerror}") from error
