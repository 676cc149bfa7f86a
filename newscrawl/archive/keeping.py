"""Keeps the answers that articles are read from, where KEEP_PAGES says so, in `DATA_DIR/pages/<outlet>/`.

In: every answer, nearer to the network than Scrapy undoes its Content-Encoding. Out: the same answer; what its bytes
were on the wire is held with the request until whoever reads an article from it says that it is to be kept.
"""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from scrapy import signals
from scrapy.exceptions import NotConfigured

from newscrawl.archive.writing import PageFiles
from newscrawl.dataset import pages_folder
from newscrawl.network.headers import RENDERED_BY, rendered_by

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

    from newscrawl.pages.outlet import Outlet

logger = logging.getLogger(__name__)

WIRE = "wire"
"""The key of a request's `meta` that holds the answer as it came."""
UNKEPT = "newscrawl/unkept"
"""The statistic that says why pages are not kept any more."""


class Wire(NamedTuple):
    """An answer as it came from the wire."""

    moment: datetime
    status: int
    headers: list[tuple[str, str]]
    body: bytes


class KeepPages:
    """Downloader middleware.

    A page that cannot be kept ends the keeping and not the crawl: the articles are worth more than their pages. The
    report tells it as an error.
    """

    def __init__(self, crawler: Crawler) -> None:
        if not crawler.settings.getbool("KEEP_PAGES"):
            raise NotConfigured
        self.crawler = crawler
        self._files: PageFiles | None = None
        self._is_keeping = True
        crawler.signals.connect(self.close, signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> KeepPages:
        return cls(crawler)

    def process_response(self, request: Request, response: Response) -> Response:
        if response.status == 200 and self._is_keeping:
            request.meta[WIRE] = _wire(response)
        return response

    def keep(self, response: Response) -> datetime | None:
        """Write an answer down; when it came, or None where it is not kept."""
        wire = response.meta.pop(WIRE, None)
        if wire is None or not self._is_keeping:
            return None
        if browser := rendered_by(response):
            # The page as it is read; what came from the wire was empty.
            wire = _wire(response)
            wire.headers.append((RENDERED_BY.title(), browser))
        try:
            self._opened().append(response.url, *wire)
        except OSError as error:
            self._give_up(error)
            return None
        self.crawler.stats.inc_value("newscrawl/kept")
        moment: datetime = wire.moment
        return moment

    def close(self) -> None:
        try:
            if self._files is not None:
                self._files.close()
        except OSError as error:
            self._give_up(error)

    def _opened(self) -> PageFiles:
        if self._files is None:
            self._files = PageFiles(self._folder())
        return self._files

    def _folder(self) -> Path:
        outlet: Outlet = self.crawler.spider.outlet  # type: ignore[union-attr]
        return pages_folder(Path(self.crawler.settings["DATA_DIR"]), outlet.name)

    def _give_up(self, error: OSError) -> None:
        """Only the first reason is told."""
        if not self._is_keeping:
            return
        self._is_keeping = False
        reason = f"{self._folder()} cannot be written: {error.strerror}"
        logger.error("pages are no longer kept: %s", reason)
        self.crawler.stats.set_value(UNKEPT, reason)


def _wire(response: Response) -> Wire:
    headers = [
        (name.decode("latin-1"), value.decode("latin-1"))
        for name, values in response.headers.items()
        for value in values
        if name.lower() != RENDERED_BY.encode()  # whatever the site says, it has rendered nothing for us
    ]
    return Wire(datetime.now(UTC), response.status, headers, response.body)


def keep(crawler: Crawler, response: Response) -> datetime | None:
    """Keep an answer that an article is read from, where KEEP_PAGES says so: when it came, else None."""
    keeper = crawler.get_downloader_middleware(KeepPages)
    return keeper.keep(response) if keeper else None
