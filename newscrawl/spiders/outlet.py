"""OutletSpider: the way of an article from a source to an item, the same for every outlet.

A subclass says which page class reads its articles and which sources name them; that is all it says. The spider reads
the sources into the ledger, asks for what the ledger holds as due, and yields what the page class makes of the answers.
Every URL that it asks for comes to an end in the ledger.
"""

from __future__ import annotations

import contextlib
import logging
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import urlsplit

from scrapy import Request, Spider, signals
from scrapy.utils.asyncio import AsyncioLoopingCall

from newscrawl.archive.keeping import keep
from newscrawl.dataset import Dataset
from newscrawl.drift.completeness import article_read, nothing_read
from newscrawl.ledger import LedgerError, Outcome, Row
from newscrawl.ledger.frontier import LEASE
from newscrawl.network.pace import CrawlEnding, Pace
from newscrawl.network.robots import RobotsUnreachable
from newscrawl.pages.article_page import NotAnArticle
from newscrawl.readers.messages import Task
from newscrawl.readers.readers import Readers
from newscrawl.spiders.arguments import ArgumentError, Arguments, credentials
from newscrawl.spiders.ending import Ending, ending_of_answer, ending_of_failure, ending_of_page
from newscrawl.spiders.scope import Scope
from newscrawl.spiders.source_page import Unread
from newscrawl.spiders.survey import Survey
from newscrawl.spiders.waiting import ItemSettled, until_answered, until_asked
from newscrawl.spiders.whole_page import all_leads, answered, filled, page_of, with_whole_text
from newscrawl.text.topic import names_topic

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator, Mapping, Sequence

    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from twisted.python.failure import Failure

    from newscrawl.items import Article, Lead
    from newscrawl.pages.article_page import ArticlePage, Outlet
    from newscrawl.readers.plain import Plain
    from newscrawl.spiders.arguments import Credentials
    from newscrawl.spiders.survey import Reading, Way

logger = logging.getLogger(__name__)


NEVER = datetime.max.replace(tzinfo=UTC)
LEASE_AT_ONCE = 64
"""URLs handed to Scrapy's scheduler at a time, so that memory does not grow with what is due."""


class OutletSpider(Spider):
    """Crawls one outlet."""

    page: ClassVar[type[ArticlePage]]
    """The class that reads the outlet's articles; it also tells the outlet's name, zone and addresses."""
    ways: ClassVar[Sequence[Way]]
    """How the outlet lists its articles. All sources of a way are read; a further way only if none of the ways before
    it could be read to its end."""
    own_arguments: ClassVar[dict[str, str]] = {}
    """Arguments that only this spider takes, with their form."""

    outlet: Outlet
    arguments: Arguments
    credentials: Credentials | None
    """Told to the site that they are for (`network/borders.py`), and to nobody else."""
    run_started: datetime
    scope: Scope
    survey: Survey | None = None
    readers: Readers | None = None
    """Where pages are read beside the crawl."""
    asked_for: list[str]
    """The canonical addresses of `urls=` that were not yet asked for."""
    on_topic: set[str] | None = None
    """Where the site has pages of its own for `topic=`: the URLs that they name, which are all that is asked for."""
    now_reading: str = ""
    """What the spider is busy with, for people."""

    @classmethod
    def check(cls, given: dict[str, str]) -> tuple[Outlet, Arguments]:
        """The outlet and the arguments of a crawl; raises ArgumentError before anything is begun."""
        arguments = Arguments.parse(given, cls.own_arguments)
        outlet = cls.outlet_of(given)
        if arguments.base_url:
            outlet = replace(outlet, site=outlet.site.mirrored(arguments.base_url))
        for url in arguments.urls or ():
            if outlet.site.canonical(url) is None:
                raise ArgumentError(f"urls= holds {url}, which is not on {outlet.title} ({outlet.site.host})")
        return outlet, arguments

    @classmethod
    def outlet_of(cls, given: dict[str, str]) -> Outlet:  # noqa: ARG003
        """The outlet that the arguments ask for; most spiders have just one."""
        return cls.page.outlet

    @classmethod
    def ways_to(cls, topic: str) -> Sequence[Way]:  # noqa: ARG003
        """How the outlet lists the articles of a topic; a site without such pages is read whole instead."""
        return []

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> OutletSpider:
        outlet, arguments = cls.check(kwargs)
        spider = super().from_crawler(crawler, *args)
        spider.outlet = replace(
            outlet, site=replace(outlet.site, longest=int(crawler.settings.getfloat("URLLENGTH_LIMIT")))
        )
        spider.credentials = credentials(kwargs)
        spider.arguments = arguments
        spider.run_started = datetime.now(UTC)
        canonical = [outlet.site.canonical(url) for url in arguments.urls or ()]
        spider.asked_for = [url for url in dict.fromkeys(canonical) if url]
        return spider

    # --- from sources to the ledger, from the ledger to requests ---

    async def start(self) -> AsyncIterator[Any]:
        dataset = Dataset.of(self.crawler)
        self.holder = dataset.holder
        self.frontier, self.record = dataset.ledger.frontier, dataset.ledger.record
        self.frontier.begin(self.outlet.name, self.holder)
        renewal = AsyncioLoopingCall(self._renew)
        renewal.start(LEASE.total_seconds() / 3, now=False)
        self.crawler.signals.connect(renewal.stop, signals.spider_closed, weak=False)
        self.crawler.signals.connect(self._give_back, signals.spider_closed)
        self.scope = Scope(self.crawler, dataset.ledger, self.outlet, self.arguments, self.page)
        self.survey = Survey(self.scope)
        self.readers = self.crawler.get_extension(Readers)
        with contextlib.suppress(CrawlEnding):
            if self.arguments.urls is not None:
                self.survey.ask(self.asked_for)
            else:
                async for item in self._left_over():
                    yield item
                async for item in self._from_sources(self.survey):
                    yield item
            if self.survey.is_unreachable:
                return
            async for item in self._from_ledger():
                yield item

    async def _left_over(self) -> AsyncIterator[Request]:
        """Where time is short, ask first for what no crawl came to, in half of it: all may have ended among their
        sources.
        """
        minutes, topic = self.arguments.max_minutes, self.arguments.topic
        if minutes and topic is None and self.frontier.has_unread(self.outlet.name):
            async for request in self._from_ledger(until=self.run_started + timedelta(minutes=minutes / 2)):
                yield request

    async def _from_sources(self, survey: Survey) -> AsyncIterator[Any]:
        """Read the sources into the ledger; yield what comes of them at once."""
        if self.arguments.topic and (ways := self.ways_to(self.arguments.topic)):
            self.on_topic = set()
            async for reading in survey.read(ways):
                self.on_topic.update(lead.url for lead in reading.leads)
                async for item in self._from_reading(reading):
                    yield item
            if self.on_topic or self._full():
                return
            self.on_topic = None
        async for reading in survey.read(self.ways):
            async for item in self._from_reading(reading):
                yield item
            if self._full():
                return

    async def _from_reading(self, reading: Reading) -> AsyncIterator[Any]:
        """The articles that a page of a source holds whole, and requests for those that it holds in part."""
        self.now_reading = reading.label
        leads = reading.leads
        if not self.arguments.limit:
            # Of a text that was posted twice, the first post is the article and the later one the repeat.
            leads.sort(key=_publication)
        for lead in leads if reading.holds_text else ():
            if self._full():
                return
            if lead.draft and (article := self._from_draft(lead)):
                settled = ItemSettled(self.crawler)
                yield article
                await settled.wait()
        if not reading.holds_text and any(lead.draft for lead in leads):
            async for item in self._from_ledger({lead.url: lead for lead in leads}):
                yield item
        if self.arguments.limit:
            # A limit is reached with few requests if what is found is asked for at once.
            async for item in self._from_ledger():
                yield item

    async def _from_ledger(
        self, leads: Mapping[str, Lead] | None = None, until: datetime = NEVER
    ) -> AsyncIterator[Request]:
        """Ask for what is due, until nothing more comes of it, or until then; of `leads`, for those that are."""
        self.now_reading = "articles"
        parts = False
        while not self._full() and datetime.now(UTC) < until:
            rows = self._lease(leads, parts=parts)
            for row in rows:
                yield self._request(row, leads[row.url] if leads else None)
            if len(rows) == LEASE_AT_ONCE:
                await until_asked(self.crawler)
                continue
            # Answers may bring further leads (the updates of a live blog), or leave a limit unreached.
            await until_answered(self.crawler)
            if not rows and parts:
                return
            # What has been read has told whose parts they are.
            parts = parts or not rows

    def _lease(self, leads: Mapping[str, Lead] | None, *, parts: bool) -> list[Row]:
        only, room = leads and list(leads), self._room()
        if self.arguments.urls is not None:
            only, self.asked_for = self.asked_for[:room], self.asked_for[room:]
        rows = self.frontier.lease(
            self.outlet.name,
            room,
            holder=self.holder,
            now=datetime.now(UTC),
            since=self.arguments.since,
            until=self.arguments.until,
            named_since=self.scope.started if self.on_topic is not None else None,
            only=only,
            parts=parts or only is not None,
        )
        return rows or (self._lease(leads, parts=parts) if self.asked_for else [])

    def _request(self, row: Row, lead: Lead | None) -> Request:
        """`lead`: what stands in for the page if that cannot be had."""
        return Request(
            self.outlet.site.at_mirror(row.url),
            callback=self.parse_article,
            errback=self.end_failure,
            cb_kwargs={"row": row, "lead": lead},
            meta={"row": row, "lead": lead},
        )

    # --- from an answer to an article ---

    async def parse_article(self, response: Response, row: Row, lead: Lead | None) -> AsyncIterator[Article]:
        """The article of one answer; whatever else the answer is, the ledger says."""
        self.crawler.stats.inc_value("newscrawl/fetched")
        if ending := ending_of_answer(response):
            for article in self._without_page(row, lead, ending):
                yield article
            return
        if plain := await self._read_beside(response):
            for article in self._taken(row, plain.article, plain.disagreements, keep(self.crawler, response)):
                yield article
            return
        try:
            response, page, cut = await filled(self.crawler, response, self._page)
            kept_at = keep(self.crawler, response)
            await with_whole_text(self.crawler, page, self._page)
            self._note_leads(row, await all_leads(self.crawler, page, self._page), cut)
        except Unread as unread:
            # Without all its parts it is not whole: asked for again later.
            self._end(row, Ending("failed", str(unread)))
            return
        except CrawlEnding:
            return
        try:
            found = page.read()
        except NotAnArticle as reason:
            self._tell(nothing_read, url=row.url)
            for article in self._without_page(row, lead, ending_of_page(reason, response)):
                yield article
            return
        for article in self._taken(row, found, page.disagreements, kept_at):
            yield article

    async def _read_beside(self, response: Response) -> Plain | None:
        """What a reader makes of a page, where there are readers (READERS) and the page is an article as it stands."""
        if self.readers is None or self.arguments.render == "always":
            return None
        return await self.readers.read(answered(response), Task(self.page, self.outlet, self._least))

    def _taken(
        self, row: Row, article: Article, disagreements: dict[str, dict[str, str]], kept_at: datetime | None
    ) -> Iterator[Article]:
        """An article as its page has it, if it is wanted."""
        self._tell(article_read, article=article, disagreements=disagreements)
        article.parent_id = article.parent_id or row.parent_id
        if article.url != row.url:
            self._note_other_address(row, article)
        if self._wanted(article):
            yield self._stamp(article, row.first_seen_at, kept_at)

    def _note_leads(self, row: Row, leads: list[Lead], cut: str) -> None:
        """Note what a page lists; raises Unread where it lists less than there is."""
        if leads:
            self.scope.note(f"page {row.url}", leads)
        if cut:
            raise Unread("failed", cut)

    def _note_other_address(self, row: Row, article: Article) -> None:
        """Note that a URL leads to an article of another address: its own new one, or another article's."""
        if row.article_id and row.article_id != article.id:
            # A deleted post's address may lead to another post with a similar one; that is never a revision of it.
            self._end(row, Ending("gone", f"leads to another article now, {article.id}, {article.url}"))
            return
        now = datetime.now(UTC)
        self.frontier.alias(self.outlet.name, row.url, article.url, holder=self.holder, now=now)

    def _is_own(self, url: str) -> bool:
        """Whether an address is on the outlet's own host, or the mirror that stands for it."""
        return urlsplit(url).netloc == urlsplit(self.scope.root).netloc

    def _page(self, response: Response) -> ArticlePage:
        return page_of(response, self.page, self.outlet, self._least)

    @property
    def _least(self) -> int:
        return self.settings.getint("LEAST_FALLBACK_TEXT")

    def end_failure(self, failure: Failure) -> Iterator[Article]:
        """What a request ends in that brought no answer."""
        meta = failure.request.meta  # type: ignore[attr-defined]
        error = failure.value
        assert error is not None
        if isinstance(error, CrawlEnding):
            # Its URL is given back, and asked for by the next crawl.
            return
        if isinstance(error, RobotsUnreachable) and self._is_own(failure.request.url):  # type: ignore[attr-defined]
            # So is this one, which was not asked for, as none will be.
            pace = self.crawler.get_downloader_middleware(Pace)
            assert pace is not None
            pace.end(str(error))
            return
        yield from self._without_page(meta["row"], meta["lead"], ending_of_failure(error))

    def _without_page(self, row: Row, lead: Lead | None, ending: Ending) -> Iterator[Article]:
        """The article as its source holds it, where its page cannot be had; else the ledger says why."""
        if lead is None or lead.draft is None or row.article_id:
            self._end(row, ending)
        elif article := self._from_draft(lead):
            if self.record.known(article.id):
                # What the record holds was read from the page; the source may have less of it.
                self._end(row, ending)
                return
            article.first_seen_at = row.first_seen_at
            yield article

    def _from_draft(self, lead: Lead) -> Article | None:
        """The article that a source holds whole; None where it is settled, unwanted or none."""
        now = datetime.now(UTC)
        if lead.draft is None:
            return None
        # A scheduled post was last modified before it was published.
        changed_at = max((moment for moment in (lead.modified_at, lead.published_at) if moment), default=None)
        if self.frontier.is_current(self.outlet.name, lead.url, changed_at):
            self.crawler.stats.inc_value("newscrawl/current")
            return None
        if not self._in_period(lead.published_at):
            return None
        try:
            article = self.page.from_draft(lead.draft, url=lead.url, outlet=self.outlet, date=now)
        except NotAnArticle as reason:
            self._tell(nothing_read, url=lead.url)
            self.frontier.end(self.outlet.name, lead.url, Outcome("not_article", str(reason), now))
            return None
        except Exception:
            # One text must not end the reading of all; the URL stays due, and the report counts the error.
            logger.exception("cannot read %s from its source", lead.url)
            self.crawler.stats.inc_value("newscrawl/unexpected")
            return None
        self._tell(article_read, article=article, disagreements={})
        return self._stamp(article, now, lead.read_at) if self._wanted(article) else None

    def _tell(self, what: object, **told: Any) -> None:
        self.crawler.signals.send_catch_log(what, **told)

    def _stamp(self, article: Article, first_seen_at: datetime, kept_at: datetime | None) -> Article:
        """`kept_at`: when the kept answer came, by which that is known again as the one that was read."""
        article.first_seen_at = first_seen_at
        article.crawled_at = kept_at or datetime.now(UTC)
        return article

    # --- what this run wants ---

    def _wanted(self, article: Article) -> bool:
        """Whether the arguments ask for this article; one that they do not ask for stays due for another run."""
        texts = [*article.topics, *article.sections, article.headline or "", article.description or "", article.body]
        topic = self.arguments.topic
        named = topic is None or article.url in (self.on_topic or ()) or names_topic(topic, texts)
        if named and self._in_period(article.published_at):
            return True
        now = datetime.now(UTC)
        self.frontier.pass_over(self.outlet.name, article.url, now=now, published_at=article.published_at)
        self.crawler.stats.inc_value("newscrawl/passed_over")
        return False

    def _in_period(self, published_at: datetime | None) -> bool:
        if published_at is None:
            return True
        since, until = self.arguments.since, self.arguments.until
        return (since is None or published_at >= since) and (until is None or published_at < until)

    def _room(self) -> int:
        """How many further URLs may be asked for at once, so that the limit is never passed."""
        if self.arguments.limit is None:
            return LEASE_AT_ONCE
        return min(LEASE_AT_ONCE - 1, self.arguments.limit - self._written())

    def _full(self) -> bool:
        return self.arguments.limit is not None and self._written() >= self.arguments.limit

    def _written(self) -> int:
        written: int = self.crawler.stats.get_value("newscrawl/written", 0)
        return written

    # --- the ledger ---

    def _end(self, row: Row, ending: Ending) -> None:
        status, reason, http_status, again = ending
        self.crawler.stats.inc_value(f"newscrawl/{status}")
        now = datetime.now(UTC)
        if status == "failed":
            self.frontier.fail(self.outlet.name, row.url, reason, now=now, http_status=http_status)
            return
        outcome = Outcome(status, reason, now, now + again if again else None)
        self.frontier.end(self.outlet.name, row.url, outcome, http_status)

    def _give_back(self) -> None:
        # A ledger that cannot be written now gets it back when the next crawl begins.
        with contextlib.suppress(LedgerError):
            self.frontier.begin(self.outlet.name, self.holder)

    def _renew(self) -> None:
        # Where the ledger cannot be written now, it may be by the next time.
        with contextlib.suppress(LedgerError):
            self.frontier.renew(self.holder, now=datetime.now(UTC))


def _publication(lead: Lead) -> datetime:
    return lead.published_at or NEVER
