"""Reads an outlet's kept pages anew with today's page classes, and compares what they give with the record.

In: captures, and the record. Out: for each of them a `Reading`: an article that is new or differs, or why there is
none. `ReparseSpider` sends those that are to be written the way of every article, without any request.

A capture that is older than the record's newest revision is never made a newer one.
"""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING

import msgspec
from scrapy import Spider

from newscrawl.items import Article
from newscrawl.ledger import LedgerError
from newscrawl.pages.article_page import NotAnArticle
from newscrawl.reparse.captures import first_page
from newscrawl.reparse.report import NEW, NONE, OLDER, OTHER, REVISED, UNCHANGED, UNREADABLE, Reading
from newscrawl.spiders.ending import ending_of_answer
from newscrawl.spiders.waiting import ItemSettled
from newscrawl.spiders.whole_page import page_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator
    from datetime import datetime
    from pathlib import Path

    from scrapy.http import Response
    from scrapy.settings import BaseSettings

    from newscrawl.dataset import Dataset
    from newscrawl.items import Lead
    from newscrawl.ledger import Known
    from newscrawl.pages.article_page import ArticlePage, Outlet
    from newscrawl.reparse.captures import Captures
    from newscrawl.reparse.report import ReparseReport


class Rereading:
    def __init__(
        self,
        captures: Captures,
        page_class: type[ArticlePage],
        outlet: Outlet,
        dataset: Dataset,
        *,
        least: int,
    ) -> None:
        """`least`: LEAST_FALLBACK_TEXT."""
        self._captures = captures
        self._page_class = page_class
        self._outlet = outlet
        self._ledger = dataset.ledger
        self._directory = dataset.directory
        self._least = least
        self._parents: dict[str, str] = {}
        """The live blog of each update that one lists."""

    def __iter__(self) -> Iterator[Reading]:
        """One reading after the other; the one before must have been written when the next is asked for."""
        for captured in self._captures:
            if captured.leads is None:
                (url,) = captured.urls
                yield self._reading(url, captured.date, partial(self._from_page, captured.response))
                continue
            for lead in captured.leads:
                if lead.draft and lead.url in captured.urls:
                    yield self._reading(lead.url, captured.date, partial(self._from_draft, lead, captured.date))

    def _reading(self, url: str, date: datetime, read: Callable[[], Article]) -> Reading:
        """What the capture of an address gives."""
        try:
            article = read()
        except NotAnArticle as reason:
            there, _ = self._ledger.frontier.belonging(self._outlet.name, url)
            return Reading(UNREADABLE if there and self._ledger.record.known(there) else NONE, url, str(reason))
        except Exception as error:  # noqa: BLE001 (one page must not end the reading of all)
            return Reading(UNREADABLE, url, f"{type(error).__name__}: {error}")
        if article.url != url and article.url in self._captures:
            return Reading(OTHER, url, f"another form of {article.url}, which has a capture of its own")
        return self._compared(article, date)

    def _from_page(self, response: Response) -> Article:
        if ending := ending_of_answer(response):
            raise NotAnArticle(ending.reason)
        page = page_of(response, self._page_class, self._outlet, self._least)
        self._add_parts(page)
        return page.read()

    def _from_draft(self, lead: Lead, date: datetime) -> Article:
        assert lead.draft is not None
        return self._page_class.from_draft(lead.draft, url=lead.url, outlet=self._outlet, date=date)

    def _add_parts(self, page: ArticlePage) -> None:
        """The further pages of an article, and the updates that a live blog lists, from the captures."""
        for address in page.further_pages():
            part = self._captures.at(address)
            if part is None:
                raise NotAnArticle(f"{address}, a part of it, was not kept")
            page.append(part.body)
        leads = page.leads()
        asked, waiting = {page.url}, page.follow()
        while waiting:
            address = waiting.pop(0)
            part = self._captures.at(address) if address not in asked else None
            asked.add(address)
            if part is not None:
                further = page_of(part, self._page_class, self._outlet, self._least)
                leads += further.leads()
                waiting += further.follow()
        self._parents.update({lead.url: lead.parent_id for lead in leads if lead.parent_id})

    def _compared(self, article: Article, date: datetime) -> Reading:
        """The article against the record; `date` is that of its capture."""
        record, url = self._ledger.record, article.url
        there, parent_id = self._ledger.frontier.belonging(self._outlet.name, url)
        known = record.known(article.id)
        before = self._line(known) if known else None
        article.crawled_at = date
        article.first_seen_at = before.first_seen_at if before else date
        article.parent_id = (
            article.parent_id or parent_id or self._parents.get(url) or (before.parent_id if before else None)
        )
        if there and there != article.id and record.known(there):
            return Reading(OTHER, url, f"it is {article.id}, and the record has {there} there")
        if known is None:
            return Reading(NEW, url, article=article)
        if before is None:
            return Reading(OTHER, url, f"{article.id} stands in another DATA_DIR")
        if before.url != url and before.url == self._outlet.site.canonical(first_page(url)):
            return Reading(OTHER, url, f"a further page of {before.url}")
        return Reading(_sort(article, before), url, article=article, before=before)

    def _line(self, known: Known) -> Article | None:
        """The newest revision of an article, as the record has it."""
        for file, start in self._ledger.record.newest_lines(known.id):
            article = _article_at(self._directory / file, start)
            if article and (article.id, article.revision) == (known.id, known.revision):
                return article
        return None


class ReparseSpider(Spider):
    """Yields what is to be written; it makes no request."""

    def __init__(self, outlet: Outlet, rereading: Rereading, report: ReparseReport) -> None:
        super().__init__(name=outlet.name)
        self.outlet = outlet
        self._rereading = rereading
        self._report = report

    @classmethod
    def update_settings(cls, settings: BaseSettings) -> None:
        super().update_settings(settings)
        # Not the extensions that tell how well a crawl could read its site: this is none.
        settings.set("EXTENSIONS_BASE", {"newscrawl.dataset.Dataset": 0}, "spider")

    async def start(self) -> AsyncIterator[Article]:
        self._report.follow(self.crawler)
        try:
            for reading in self._rereading:
                if reading.article is not None and reading.sort in {NEW, REVISED}:
                    settled = ItemSettled(self.crawler)
                    yield reading.article
                    await settled.wait()
                else:
                    self._report.count(reading)
                    # So that it can be stopped.
                    await asyncio.sleep(0)
        except (LedgerError, OSError) as error:
            self._report.errors.append(str(error))


def _article_at(file: Path, start: int) -> Article | None:
    """None where another DATA_DIR of the same ledger has the line."""
    try:
        with file.open("rb") as stream:
            stream.seek(start)
            return msgspec.json.decode(stream.readline(), type=Article)
    except (FileNotFoundError, ValueError):
        return None


def _sort(article: Article, before: Article) -> str:
    """What an article is beside its newest revision in the record."""
    # A feed may hold less of it than its page.
    is_weaker = article.provenance.get("body") == "feed" != before.provenance.get("body")
    if article.crawled_at < before.crawled_at or is_weaker:
        return OLDER
    return UNCHANGED if article.content_hash == before.content_hash else REVISED
