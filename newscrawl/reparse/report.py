"""What a reparse did, or would do, for people and for the exit status.

In: what each capture gave, and what became of the articles in the pipelines. Out: a line of counts, for a dry run a
line for each field that would change, and errors.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple

from scrapy import signals

from newscrawl.items import Article
from newscrawl.ledger import LedgerError
from newscrawl.pipelines.dropped import Duplicate, Refused, Unchanged, unwritable
from newscrawl.pipelines.validate import fault_of
from newscrawl.reporting.counted import counted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from scrapy.crawler import Crawler
    from twisted.python.failure import Failure

    from newscrawl.archive.warc import Damage
    from newscrawl.ledger.record import Record

NEW, REVISED, UNCHANGED, DUPLICATE, REFUSED = "new", "revised", "unchanged", "duplicate", "refused"
OLDER = "older than the record"
OTHER = "of another article"
NONE = "no article"
UNREADABLE = "unreadable"
"""The record has the article, and today's page class does not read it, or not the whole of it."""
SORTS = (NEW, REVISED, DUPLICATE, UNCHANGED, REFUSED, UNREADABLE, OLDER, OTHER, NONE)
EXAMPLES = 3
"""How many are shown of each field, and of each sort of error."""
SHOWN = 60
"""Characters of a value that are shown."""
ADDED = frozenset(
    {
        *("word_count", "content_hash", "revision", "previous_hash", "duplicate_of", "similarity"),
        *("first_seen_at", "crawled_at", "provenance", "schema_version"),
    }
)
"""Fields that are the project's own account of an article and not its content."""


class Reading(NamedTuple):
    """What a capture gave."""

    sort: str
    url: str
    reason: str = ""
    article: Article | None = None
    before: Article | None = None
    """Its newest revision in the record."""


class ReparseReport:
    def __init__(self, outlet: str) -> None:
        self.outlet = outlet
        self.counts: Counter[str] = Counter()
        self.fields: Counter[str] = Counter()
        """How many revisions a dry run would make that differ in a field."""
        self.other_fields: Counter[str] = Counter()
        """The same of articles whose text and headline are as they were, so that they get no revision."""
        self.errors: list[str] = []
        self._texts: dict[str, str] = {}
        """By article the hash of the text that a dry run would have written."""
        self._written: set[str] = set()
        """All of these."""
        self._examples: dict[str, list[str]] = {}
        self._stopping: asyncio.Future[None] | None = None

    def count(self, reading: Reading) -> None:
        """Count a capture that gives nothing to write."""
        self.counts[reading.sort] += 1
        if reading.sort in {UNREADABLE, REFUSED}:
            self._note(reading.sort, f"{reading.url}: {reading.reason}")

    def count_dry(self, reading: Reading, record: Record) -> None:
        """Count a capture as it would be, were it written."""
        article, before = reading.article, reading.before
        if article is None or reading.sort not in {NEW, REVISED, UNCHANGED}:
            self.count(reading)
        elif fault := fault_of(article):
            self.count(reading._replace(sort=REFUSED, reason=fault))
        else:
            sort = self._sort(article, before, record)
            self.count(reading._replace(sort=sort))
            for field, (old, new) in differences(before, article).items() if before else ():
                if sort == REVISED:
                    self.fields[field] += 1
                    self._note(field, f"{article.id}: {_excerpts(old, new)}")
                else:
                    self.other_fields[field] += 1

    def follow(self, crawler: Crawler) -> None:
        """Count what becomes of the articles in the pipelines of a run."""
        self._crawler = crawler
        crawler.signals.connect(self._scraped, signals.item_scraped)
        crawler.signals.connect(self._dropped, signals.item_dropped)
        crawler.signals.connect(self._raised, signals.item_error)
        crawler.signals.connect(self._unwritable, unwritable)
        crawler.signals.connect(self._closed, signals.spider_closed)

    def note_damage(self, unread: Mapping[Path, str], damage: Mapping[Path, list[Damage]]) -> None:
        """Tell in one line of each file of which nothing, or not all, could be read."""
        self.errors += [f"{file} {reason}" for file, reason in unread.items()]
        for file, found in damage.items():
            more = f" (and {counted(len(found) - 1, 'more place')})" if len(found) > 1 else ""
            self.errors.append(f"{file}, byte {found[0].place}: {found[0].reason}{more}; the rest was read")

    def lines(self, *, dry: bool) -> Iterator[str]:
        """The account, without the errors."""
        counted = ", ".join(f"{self.counts[sort]} {sort}" for sort in SORTS if self.counts[sort])
        yield f"{self.outlet}: {'a dry run, nothing is written: ' if dry else ''}{counted or 'nothing to read'}"
        for field, number in self.fields.most_common():
            yield f"  {field}: {number}"
            yield from (f"    {example}" for example in self._examples[field])
        if self.other_fields:
            told = ", ".join(f"{field} {number}" for field, number in self.other_fields.most_common())
            yield f"  the same text and headline, so no revision, differ in: {told}"

    def all_errors(self) -> list[str]:
        """Why the job is not wholly done; empty if it is."""
        told = []
        for sort, what in ((UNREADABLE, "of the record not read any more"), (REFUSED, "refused, not whole")):
            if count := self.counts[sort]:
                told.append(f"{counted(count, 'article')} {what}: {'; '.join(self._examples[sort])}")
        return [*self.errors, *told]

    def _sort(self, article: Article, before: Article | None, record: Record) -> str:
        """What a run would make of an article, after all that it would have written until then."""
        text = article.content_hash
        known = self._texts.get(article.id, before.content_hash if before else None)
        if known == text:
            return UNCHANGED
        if known is None and (text in self._written or record.same_text(article.outlet, text)):
            return DUPLICATE
        self._texts[article.id] = text
        self._written.add(text)
        return NEW if known is None else REVISED

    def _note(self, what: str, example: str) -> None:
        examples = self._examples.setdefault(what, [])
        if len(examples) < EXAMPLES:
            examples.append(" ".join(example.split()))

    def _scraped(self, item: Article) -> None:
        self.counts[REVISED if item.revision > 1 else NEW] += 1

    def _dropped(self, item: Article, exception: BaseException) -> None:
        match exception:
            case Unchanged():
                self.counts[UNCHANGED] += 1
            case Duplicate():
                self.counts[DUPLICATE] += 1
            case Refused():
                self.count(Reading(REFUSED, item.url, str(exception)))

    def _raised(self, item: Article, failure: Failure) -> None:
        """An error of ours is told; after one of the ledger nothing can be noted any more."""
        if len(self.errors) < EXAMPLES:
            self.errors.append(f"{item.url}: {failure.value}")
        if isinstance(failure.value, LedgerError):
            self._stopping = asyncio.ensure_future(self._crawler.engine.close_spider_async(reason="unwritable"))

    def _unwritable(self, reason: str) -> None:
        self.errors.append(reason)

    def _closed(self, reason: str) -> None:
        if reason == "shutdown":
            self.errors.append("stopped before its end; run it again")


def differences(before: Article, after: Article) -> dict[str, tuple[Any, Any]]:
    """By field what a reading gives otherwise than the record."""
    names = [name for name in Article.__slots__ if name not in ADDED]
    values = {name: (getattr(before, name), getattr(after, name)) for name in names}
    return {name: (old, new) for name, (old, new) in values.items() if old != new}


def _excerpts(old: object, new: object) -> str:
    """Two values from a little before where they begin to differ."""
    texts = [str(value) for value in (old, new)]
    same = next((at for at, pair in enumerate(zip(*texts, strict=False)) if pair[0] != pair[1]), min(map(len, texts)))
    start = max(0, same - SHOWN // 3)
    return " → ".join(f"“{'…' * (start > 0)}{text[start : start + SHOWN]}”" for text in texts)
