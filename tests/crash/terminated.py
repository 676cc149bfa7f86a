"""A crawl that is asked to stop while an article is on its way through the pipelines: the `STOP_AT`th."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from newscrawl.items import Article

PIPELINES = {
    "newscrawl.pipelines.validate.Validate": 100,
    "newscrawl.pipelines.dedupe.Dedupe": 200,
    "tests.crash.terminated.Terminated": 250,
    "newscrawl.pipelines.jsonlines.JsonLines": 300,
}


class Terminated:
    def __init__(self, left: int) -> None:
        self.left = left

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Terminated:
        return cls(crawler.settings.getint("STOP_AT"))

    async def process_item(self, item: Article) -> Article:
        self.left -= 1
        if self.left == 0:
            os.kill(os.getpid(), signal.SIGTERM)
        return item
