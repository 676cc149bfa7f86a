"""Finds the articles of the record that tell the same text as another one.

In: an article that is about to be written, and the record with its ledger. Out: what it is to those that were published
within a window of it, of whichever outlet, each of them compared word by word; and the first that tells the same text.

The signatures of the months that the window touches are held in memory, and only these: what a search costs, and what
it holds, does not grow with the record. Before each search those that other crawls have written since are read on.
"""

from __future__ import annotations

from collections import OrderedDict
from datetime import UTC, datetime
from functools import lru_cache
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from newscrawl.duplicates.stored import Stored, StoredArticles
from newscrawl.garbage import no_search
from newscrawl.ledger import Likeness, Look
from newscrawl.ledger.fingerprints import BEGINNING, Unsigned
from newscrawl.months import month_of
from newscrawl.similarity import MonthIndex, Signed, compare, most_alike, signature

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date, timedelta
    from pathlib import Path

    from newscrawl.items import Article
    from newscrawl.ledger import Ledger

AT_ONCE = 500
"""Articles that get their signatures in one transaction."""
BEGINNING_OF_MARCH = datetime(2025, 3, 1, tzinfo=UTC)
"""Around it a window touches as many months as anywhere."""
FURTHER_MONTHS = 2
"""That stay in memory beside those of one window."""
TOGETHER = 50
"""Articles of which the texts to compare them with are looked up together."""
DECIMALS = 3
"""Of a similarity that is told."""


class First(NamedTuple):
    """The earliest published of all others that tell the same text as an article."""

    article_id: str
    similarity: float
    is_earlier: bool
    """Than the article itself."""


class DuplicateSearch:
    def __init__(self, directory: Path, ledger: Ledger, window: timedelta) -> None:
        """`directory`: DATA_DIR. Every method raises LedgerError."""
        self._stored = StoredArticles(directory, ledger.record)
        self._fingerprints = ledger.fingerprints
        self._window = window
        self._months: OrderedDict[str, MonthIndex] = OrderedDict()
        self._kept = len(self._months_around(BEGINNING_OF_MARCH)) + FURTHER_MONTHS
        self._unsettled: list[Signed] = []
        """What was compared and has been written, or is about to be."""

    def look(self, article: Article, known: bytes | None = None) -> Look:
        """Compare an article with what is known; to be committed with its line before the next one is looked at.

        `known`: the signature of its body, where that has been made.
        """
        read = self.settle()
        made = signature(article.body) if known is None else known
        signed = Signed(0, article.id, article.published_at.astimezone(UTC), made)
        if not signed.signature:
            return Look(b"")
        self._read_on([month for month in self._months_around(signed.published_at) if month not in read])
        self._unsettled = [signed]
        text = Stored(article.id, article.body, article.parent_id)
        return Look(signed.signature, tuple(self._likenesses(text, self._texts(self._most_alike(signed)))))

    def first(self, article: Article, look: Look) -> First | None:
        """The first article that tells the same text, by way of others where need be."""
        duplicates = {found.other_id: found for found in look.likenesses if found.verdict == "duplicate"}
        cluster: set[tuple[datetime, str]] = set()
        for article_id in duplicates:
            if all(member != article_id for _, member in cluster):
                cluster.update(self._fingerprints.cluster(article_id, without=article.id))
        for published_at, member in sorted(cluster):
            found = duplicates.get(member)
            similarity = found.similarity if found else self._similarity(article.body, member)
            if similarity is not None:
                return First(member, similarity, (published_at, member) < (article.published_at, article.id))
        return None

    def catch_up(self, outlet: str) -> int:
        """Compare the articles of the record that were not yet, in the order of publication; how many those were.

        Such are those of an older ledger, lines that a recovery took in, and what was written while nothing was
        compared. What has no line in this DATA_DIR is left out.
        """
        caught_up, last = 0, BEGINNING
        with no_search():
            while unsigned := self._fingerprints.unsigned(outlet, last, AT_ONCE):
                last = unsigned[-1]
                # By month, because no more than one window's months are held in memory.
                for _, of_month in groupby(unsigned, lambda one: month_of(one.published_at)):
                    caught_up += self._sign(outlet, list(of_month))
        return caught_up

    def close(self) -> None:
        """Let go of the files."""
        self._stored.close()

    def settle(self) -> set[str]:
        """Compare what was written last with what another crawl wrote meanwhile, which neither of the two could see.

        The ledger says in which order they were written: the later one's crawl does it. The months that were read on.
        """
        ours = {signed.article_id: signed for signed in self._unsettled}
        self._unsettled = []
        months = {month for signed in ours.values() for month in self._months_around(signed.published_at)}
        written = self._read_on(sorted(months))
        unseen = MonthIndex()
        for signed in written:
            if signed.article_id not in ours:
                unseen.add(signed)
        for number, article_id, *_ in written if unseen.last else ():
            if article_id in ours:
                earlier = [found for found in most_alike(ours[article_id], [unseen], self._window) if found[0] < number]
                self._relate(article_id, earlier)
        return months

    def _relate(self, article_id: str, candidates: Sequence[Signed]) -> None:
        """Compare an article that is written down already."""
        text = self._stored.get(article_id) if candidates else None
        if text and (likenesses := list(self._likenesses(text, self._texts(candidates)))):
            self._fingerprints.relate(article_id, likenesses)

    def _sign(self, outlet: str, unsigned: Sequence[Unsigned]) -> int:
        """Compare articles of one month, and commit what was found; how many had a line."""
        months = sorted({month for one in unsigned for month in self._months_around(one.published_at)})
        self._read_on(months)
        read = [(month, self._months[month].last) for month in months]
        found: list[tuple[Unsigned, Signed, tuple[Likeness, ...]]] = []
        for start in range(0, len(unsigned), TOGETHER):
            found += self._found(unsigned[start : start + TOGETHER])
        looks = [(one, Look(signed.signature, likenesses)) for one, signed, likenesses in found]
        last = self._fingerprints.write_all(outlet, looks, read)
        if last is None:
            self._unsettled = [signed for _, signed, _ in found]
            self.settle()
        else:
            # Nothing is there that is not in memory already.
            for month in months:
                self._months[month].last = last
        return len(looks)

    def _found(self, unsigned: Sequence[Unsigned]) -> Iterator[tuple[Unsigned, Signed, tuple[Likeness, ...]]]:
        """The signatures of those that have a line, in memory from now on, and what each is to those before it."""
        compared = []
        for one, text in zip(unsigned, self._stored.all([one.article_id for one in unsigned]), strict=True):
            if text:
                signed = Signed(0, one.article_id, one.published_at, signature(text.body))
                compared.append((one, text, signed, [other.article_id for other in self._most_alike(signed)]))
                self._month(month_of(one.published_at)).add(signed)
        wanted = {other for *_, others in compared for other in others}
        texts = dict(zip(wanted, self._stored.all([*wanted]), strict=True))
        for one, text, signed, others in compared:
            yield one, signed, tuple(self._likenesses(text, map(texts.get, others)))

    def _likenesses(self, text: Stored, others: Iterable[Stored | None]) -> Iterator[Likeness]:
        for other in others:
            # A live blog holds its updates: that is known already.
            if other is None or other.parent_id == text.id or text.parent_id == other.id:
                continue
            told = compare(text.body, other.body)
            if told.verdict == "different":
                continue
            stands_in = told.verdict == "contains" and len(text.body.split()) < len(other.body.split())
            yield Likeness(other.id, "contained" if stands_in else told.verdict, round(told.similarity, DECIMALS))

    def _texts(self, articles: Iterable[Signed]) -> Iterator[Stored | None]:
        return (self._stored.get(signed.article_id) for signed in articles)

    def _similarity(self, body: str, article_id: str) -> float | None:
        other = self._stored.get(article_id)
        return round(compare(body, other.body).similarity, DECIMALS) if other else None

    # --- the months in memory ---

    def _most_alike(self, signed: Signed) -> list[Signed]:
        months = [self._month(month) for month in self._months_around(signed.published_at)]
        return most_alike(signed, months, self._window)

    def _months_around(self, moment: datetime) -> list[str]:
        """The months that the window touches."""
        # Whole days: the hour does not matter.
        return _months_around(moment.date(), self._window)

    def _month(self, month: str) -> MonthIndex:
        if month not in self._months:
            self._read_on([month])
        return self._months[month]

    def _read_on(self, months: Sequence[str]) -> list[Signed]:
        """Read what was written since the months were read, or all of those that were not; what is new in the former.

        The months used last stay in memory.
        """
        read = [month for month in months if month in self._months]
        written = self._read_further(read) if read else []
        for month in months:
            if month not in self._months:
                self._months[month] = self._whole(month)
            self._months.move_to_end(month)
        while len(self._months) > max(self._kept, len(months)):
            self._months.popitem(last=False)
        return written

    def _read_further(self, months: Sequence[str]) -> list[Signed]:
        """Read what was written since to months that are in memory."""
        indexes = {month: self._months[month] for month in months}
        read_to = min(index.last for index in indexes.values())
        written = []
        for signed in self._fingerprints.signed(months, read_to):
            index = indexes[month_of(signed.published_at)]
            if signed.number > index.last:
                index.add(signed)
                written.append(signed)
        # Numbers are in the order of the commits, and all months were asked for at once: none of them has a lower one
        # that is not known.
        read_to = max(index.last for index in indexes.values())
        for index in indexes.values():
            index.last = read_to
        return written

    def _whole(self, month: str) -> MonthIndex:
        # What was written up to here has been committed before this month is asked for.
        read_to = max((index.last for index in self._months.values()), default=0)
        index = MonthIndex()
        for signed in self._fingerprints.signed([month]):
            index.add(signed)
        index.last = max(index.last, read_to)
        return index


@lru_cache(128)
def _months_around(day: date, window: timedelta) -> list[str]:
    first, last = (month_of(_moved(day, by)) for by in (-window, window))
    months = [first]
    while months[-1] < last:
        year, month = map(int, months[-1].split("-"))
        months.append(f"{year + month // 12:04}-{month % 12 + 1:02}")
    return months


def _moved(day: date, by: timedelta) -> date:
    """By so much, or not at all where no calendar goes so far."""
    try:
        return day + by
    except OverflowError:
        return day
