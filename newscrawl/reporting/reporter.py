"""Follows a crawl and reports what it did, for people, for programs and for the exit status.

In: the events of a crawl. Out: a `Report` (`report.py`), shown on screen (`shown.py`) and kept as
`DATA_DIR/reports/<outlet>-<time>.json`.
"""

from __future__ import annotations

import asyncio
import contextlib
import io
import sys
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from scrapy import signals

from newscrawl.archive.keeping import UNKEPT
from newscrawl.dataset import Dataset
from newscrawl.drift.completeness import Completeness, article_read, nothing_read
from newscrawl.drift.rules import Drift, drifts, with_drift
from newscrawl.ledger import LedgerError
from newscrawl.months import file_of
from newscrawl.network.rendering import NO_BROWSER
from newscrawl.pipelines.dropped import Duplicate, Refused, Unchanged, unwritable
from newscrawl.reporting.as_json import as_json
from newscrawl.reporting.counted import counted
from newscrawl.reporting.reconciliation import reconcile
from newscrawl.reporting.report import Report
from newscrawl.reporting.screen import console_to
from newscrawl.reporting.shown import show, why

if TYPE_CHECKING:
    from pathlib import Path

    from scrapy import Spider
    from scrapy.crawler import Crawler
    from twisted.python.failure import Failure

    from newscrawl.items import Article
    from newscrawl.spiders.outlet import OutletSpider
    from newscrawl.spiders.source_reading import SourceOutcome

LISTED = 50
"""How many refused articles, and how many URLs without one, a report lists; it counts them all."""
ENDINGS = ("gone", "blocked", "forbidden", "offsite", "not_article", "failed")


@dataclass(slots=True)
class Tally:
    """What is only known while a crawl runs."""

    files: dict[str, int] = field(default_factory=dict)
    refusals: list[str] = field(default_factory=list)
    unwritten: list[str] = field(default_factory=list)
    unexpected: list[str] = field(default_factory=list)


class Reporter:
    """Scrapy extension."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.tally = Tally()
        self.completeness = Completeness()
        self.report: Report | None = None
        self.file: Path | None = None
        self._stopping: asyncio.Future[None] | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Reporter:
        reporter = cls(crawler)
        crawler.signals.connect(reporter.item_scraped, signals.item_scraped)
        crawler.signals.connect(reporter.item_dropped, signals.item_dropped)
        crawler.signals.connect(reporter.completeness.article_read, article_read)
        crawler.signals.connect(reporter.completeness.nothing_read, nothing_read)
        crawler.signals.connect(reporter.unwritable, unwritable)
        crawler.signals.connect(reporter.item_error, signals.item_error)
        crawler.signals.connect(reporter.spider_error, signals.spider_error)
        crawler.signals.connect(reporter.spider_closed, signals.spider_closed)
        return reporter

    @staticmethod
    def exit_status(crawler: Crawler) -> int:
        """0 only where the crawl did its job; a crawl that never came to a report did not."""
        reporter = crawler.get_extension(Reporter)
        return reporter.report.exit_status if reporter and reporter.report else 1

    def item_scraped(self, item: Article) -> None:
        self._count("written")
        if item.revision > 1:
            self._count("revised")
        if item.duplicate_of:
            self._count("near_duplicates")
        file = file_of(item.outlet, item.published_at)
        self.tally.files[file] = self.tally.files.get(file, 0) + 1

    def item_dropped(self, exception: BaseException) -> None:
        match exception:
            case Unchanged():
                self._count("unchanged")
            case Duplicate():
                self._count("duplicates")
            case Refused():
                self._count("refused")
                if len(self.tally.refusals) < LISTED:
                    self.tally.refusals.append(str(exception))

    def unwritable(self, reason: str) -> None:
        self.tally.unwritten.append(reason)

    def item_error(self, item: Article, failure: Failure) -> None:
        self._raised(item.url, failure)

    def spider_error(self, failure: Failure, response: Any) -> None:
        self._raised(getattr(response, "url", None) or "while reading the sources", failure)

    def spider_closed(self, spider: Spider, reason: str) -> None:
        dataset = Dataset.of(self.crawler)
        self.report = self._build(spider, reason)  # type: ignore[arg-type]
        self.file = dataset.reports / f"{self.report.outlet}-{self.report.started_at:%Y%m%dT%H%M%SZ}.json"
        try:
            self.file.write_bytes(as_json(self.report))
        except OSError as error:
            # No program shall find a part of it.
            with contextlib.suppress(OSError):
                self.file.unlink()
            self.report.errors.append(f"the report {self.file} cannot be written: {error.strerror}")
            self.report.exit_status = 1
        if self.crawler.settings.getbool("PROGRESS"):
            text = io.StringIO()
            show(self.report, self.file, console_to(text, like=sys.stderr))
            # Whoever reads along may have gone (`… 2>&1 | head`); the crawl ends well all the same.
            with contextlib.suppress(BrokenPipeError):
                sys.stderr.write(text.getvalue())
                sys.stderr.flush()

    def _raised(self, where: str, failure: Failure) -> None:
        """An error of ours is counted; one of the ledger ends the crawl, for nothing can be noted any more."""
        if not isinstance(failure.value, LedgerError):
            self._unexpected(f"{where}: {type(failure.value).__name__}: {failure.value}")
            return
        if not self.tally.unwritten:
            self._stopping = asyncio.ensure_future(self.crawler.engine.close_spider_async(reason="unwritable"))
        self.tally.unwritten.append(str(failure.value))

    def _count(self, what: str) -> None:
        self.crawler.stats.inc_value(f"newscrawl/{what}")

    def _unexpected(self, what: str) -> None:
        self._count("unexpected")
        if len(self.tally.unexpected) < LISTED:
            self.tally.unexpected.append(" ".join(what.split()))

    def _value(self, what: str) -> int:
        value: int = self.crawler.stats.get_value(f"newscrawl/{what}", 0)
        return value

    def _build(self, spider: OutletSpider, reason: str) -> Report:
        outlet, started, finished = spider.outlet.name, spider.run_started, datetime.now(UTC)
        survey = spider.survey.outcomes if spider.survey else []
        ended, reconciliation = [], None
        try:
            ledger = Dataset.of(self.crawler).ledger
            ended = ledger.frontier.ended(outlet, ENDINGS, since=started, limit=LISTED)
            reconciliation = reconcile(ledger, outlet, survey)
        except LedgerError as error:
            self.tally.unwritten.append(str(error))
        drift = self._drift(outlet, started)
        errors = self._errors(spider, reason) + [str(fall) for fall in drift if not fall.accepted]
        return Report(
            outlet=outlet,
            started_at=started,
            finished_at=finished,
            seconds=round((finished - started).total_seconds(), 3),
            finish_reason=reason,
            exit_status=1 if errors else 0,
            arguments={name: value for name, value in asdict(spider.arguments).items() if value is not None},
            found=self._value("found"),
            requests=self.crawler.stats.get_value("downloader/response_count", 0),
            fetched=self._value("fetched"),
            new=self._value("written") - self._value("revised"),
            revised=self._value("revised"),
            duplicates=self._value("duplicates"),
            near_duplicates=self._value("near_duplicates"),
            unchanged=self._value("unchanged"),
            refused=self._value("refused"),
            passed_over=self._value("passed_over"),
            endings={name: self._value(name) for name in ENDINGS if self._value(name)},
            errors=errors,
            warnings=self._warnings(outlet, survey) + [str(fall) for fall in drift if fall.accepted],
            sources=[asdict(source) for source in survey],
            refusals=self.tally.refusals,
            ended=[{"status": status, "url": url, "reason": why} for status, url, why in ended],
            files=self.tally.files,
            completeness=self.completeness.fields_found(),
            drift=drift,
            reconciliation=reconciliation,
        )

    def _drift(self, outlet: str, started: datetime) -> list[Drift]:
        """What fell, held against the crawls before, and noted for those to come."""
        crawl, found = self.completeness.note(started), list[Drift]()
        if not crawl.read:
            return found
        crawls = Dataset.of(self.crawler).ledger.crawls
        try:
            found = drifts(crawl, crawls.newest(outlet))
            crawls.note(outlet, with_drift(crawl, found))
        except LedgerError as error:
            self.tally.unwritten.append(str(error))
        return found

    def _errors(self, spider: OutletSpider, reason: str) -> list[str]:
        """Why the crawl did not do its job, most telling first."""
        survey = spider.survey.outcomes if spider.survey else []
        errors = list(self.tally.unwritten[:1])
        if reason == "shutdown":
            errors.append("stopped before its end; run it again and it goes on from here")
        elif reason != "finished" and not self.tally.unwritten:
            errors.append(f"ended early: {reason}")
        if unkept := self.crawler.stats.get_value(UNKEPT):
            errors.append(f"pages are no longer kept: {unkept}")
        errors += [f"the site cannot be reached: {why(s.reasons)}" for s in survey if s.state == "unreachable"]
        errors += [f"{s.label} could not be read: {why(s.reasons)}" for s in survey if s.state == "failed"]
        if survey and all(source.state in {"closed", "empty"} for source in survey):
            told = "; ".join(f"{source.label}: {why(source.reasons)}" for source in survey)
            errors.append(f"the site offers none of its sources: {told}")
        elsewhere = next((source.elsewhere for source in survey if source.elsewhere), None)
        if elsewhere and not any(source.leads for source in survey):
            host = spider.outlet.site.host
            errors.append(f"the sources name no address on {host}, but such as {elsewhere}: crawl that site instead")
        if blocked := self._value("blocked"):
            asked = f"the site blocked {blocked} of {counted(self._value('fetched'), 'page')}"
            errors.append(f"{asked}; ask it less often (-s DOWNLOAD_DELAY=5), or ask its owners for leave")
        errors += self._shares()
        if unexpected := self._value("unexpected"):
            errors.append(
                f"{counted(unexpected, 'unexpected error')}: {'; '.join(self.tally.unexpected[:3]) or 'see the log'}"
            )
        return errors

    def _warnings(self, outlet: str, survey: list[SourceOutcome]) -> list[str]:
        warnings = [f"{s.label}: {why(s.reasons)}" for s in survey if s.state in {"closed", "empty"}]
        warnings += filter(None, [self.crawler.stats.get_value(NO_BROWSER)])
        try:
            waiting = Dataset.of(self.crawler).ledger.frontier.counts(outlet)
        except LedgerError:
            return warnings
        troubled = {status: waiting[status] for status in ("failed", "blocked") if waiting.get(status)}
        if troubled:
            told = ", ".join(f"{count} {status}" for status, count in troubled.items())
            warnings.append(f"not had in this crawl or before: {told}; scrapy status --failed {outlet} lists them")
        return warnings

    def _shares(self) -> list[str]:
        bound = self.crawler.settings.getfloat("MAX_REFUSED_SHARE")
        refused, failed, fetched = self._value("refused"), self._value("failed"), self._value("fetched")
        read = refused + sum(self._value(what) for what in ("written", "unchanged", "duplicates", "current"))
        errors = []
        if refused > bound * read:
            were = "was" if refused == 1 else "were"
            errors.append(f"{refused} of {counted(read, 'article')} {were} refused, more than {bound:.0%}")
        if failed > bound * max(fetched, failed):
            again = "it is" if failed == 1 else "they are"
            errors.append(
                f"{counted(failed, 'page')} could not be fetched, more than {bound:.0%}; {again} tried again later"
            )
        return errors
