"""Finds in WARC files what an outlet's articles can be read from: of each address the newest capture.

In: files, and the outlet. Out: responses as a crawl would have had them, oldest first. The files are read twice, from
their beginning to their end and then at the places found; only an index of addresses is held in memory.
"""

from __future__ import annotations

import re
from collections import Counter, OrderedDict
from datetime import UTC, datetime
from itertools import groupby
from operator import attrgetter, itemgetter
from typing import TYPE_CHECKING, NamedTuple

from newscrawl.archive.captured import answer_of, media_type, response_of
from newscrawl.archive.warc import Damage, Damaged, WarcFile
from newscrawl.network.headers import headers_of
from newscrawl.sources.source import SourceError
from newscrawl.sources.wordpress import WordPressRest

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from scrapy.http import Headers, Response

    from newscrawl.archive.warc import Head
    from newscrawl.items import Lead
    from newscrawl.pages.article_page import ArticlePage, Outlet
    from newscrawl.sources.source import Source

PAGE, PART, FEED = range(3)
"""In which order captures are read: a live blog before its updates, a feed only for what has no page."""
PAGES = {"", "application/xhtml+xml", "application/octet-stream"}
"""Types that are no text by their name, and may be pages: some servers do not know what theirs are."""
MOST_OPEN = 16
"""Files. Captures are read by date, now from one file and now from another; archives have more than may be open."""
REST = WordPressRest()
_FURTHER = re.compile(r"/\d{1,3}/?$|[?&]page=\d{1,6}$")


class Place(NamedTuple):
    """Where a capture is; in the order of reading."""

    rank: int
    date: datetime
    file: int
    byte: int


class Captured(NamedTuple):
    """An answer, and what is to be read from it."""

    response: Response
    date: datetime
    urls: frozenset[str]
    """Canonical addresses: the page's own, or those of the articles that a source's answer holds."""
    leads: list[Lead] | None
    """Of a source's answer, with canonical addresses; None for a page."""


class Captures:
    """`feeds`: the outlet's feeds whose entries hold articles."""

    def __init__(
        self,
        files: Sequence[Path],
        outlet: Outlet,
        page_class: type[ArticlePage],
        feeds: Sequence[Source],
    ) -> None:
        self.files = list(files)
        self.damage: dict[Path, list[Damage]] = {}
        """What could not be read, by file."""
        self.unread: dict[Path, str] = {}
        """The files of which nothing could be read, with the reason."""
        self.skipped: Counter[str] = Counter()
        """How many answers were left out, by reason."""
        self._outlet = outlet
        self._page_class = page_class
        self._feeds = feeds
        self._begun = datetime.now(UTC)
        self._open: OrderedDict[int, WarcFile] = OrderedDict()
        self._newest: dict[str, Place] = {}
        self._older: dict[str, list[Place]] = {}
        """Of an address that was captured more than once the other captures, for where the newest is damaged."""
        self._by_feed: dict[str, Place] = {}

    def survey(self) -> None:
        """Note the newest capture of each address. Raises OSError, which names the file that cannot be read at all."""
        for number, file in enumerate(self.files):
            try:
                self._survey(number, file)
            except OSError as error:
                raise OSError(error.errno, error.strerror or str(error), str(file)) from error

    def __contains__(self, url: str) -> bool:
        """Whether there is a capture of an article's own page, or of a source that holds it whole."""
        return url in self._newest

    def __iter__(self) -> Iterator[Captured]:
        """Every newest capture that is not only a part of another page."""
        feeds = [(place, url) for url, place in self._by_feed.items() if url not in self._newest]
        pages = [(place, url) for url, place in self._newest.items() if not self._is_further(url)]
        for place, found in groupby(sorted(pages + feeds), key=itemgetter(0)):
            urls = frozenset(url for _, url in found)
            # Many stand in a source's answer, which was whole when it was noted.
            whole = self._whole(place, min(urls))
            if whole is not None:
                response, date = whole
                leads = None if is_page(response.headers) else self._leads(response)
                yield Captured(response, date, urls, leads)

    def at(self, url: str) -> Response | None:
        """The newest capture of a page that is whole."""
        place = self._newest.get(url)
        whole = self._whole(place, url) if place else None
        return whole[0] if whole else None

    def close(self) -> None:
        for warc in self._open.values():
            warc.close()

    def _survey(self, number: int, file: Path) -> None:
        try:
            warc = self._warc(number)
        except Damaged as damaged:
            self.unread[file] = str(damaged)
            return
        for head in warc.heads():
            if isinstance(head, Damage):
                self.damage.setdefault(file, []).append(head)
                continue
            try:
                self._note(number, head)
            except Damaged as damaged:
                self._note_damage(number, head.place, damaged)

    def _note(self, number: int, head: Head) -> None:
        url = self._outlet.site.canonical(head.uri) if head.kind == "response" else None
        if url is None:
            if head.kind == "response":
                self.skipped["of other sites"] += 1
            return
        answer = answer_of(head.opening)
        if answer.status != 200:
            self.skipped["no pages"] += 1
        elif head.is_cut:
            self.skipped["cut short when they were captured"] += 1
        elif head.date is None or head.date > self._begun:
            raise Damaged("it has no date" if head.date is None else "it is dated in the future")
        elif is_page(answer.headers):
            rank = PART if self._page_class.is_part(url) else PAGE
            older = _keep_newest(self._newest, url, Place(rank, head.date, number, head.place))
            if older is not None:
                self._older.setdefault(url, []).append(older)
        elif media_type(answer.headers).endswith(("json", "xml")):
            self._note_source(Place(PAGE, head.date, number, head.place))
        else:
            self.skipped["no pages"] += 1

    def _note_source(self, place: Place) -> None:
        """Note the articles that a source's answer holds."""
        response = self._response(place)
        for lead in self._leads(response) if response is not None else ():
            if lead.draft and lead.draft.layer == "feed":
                _keep_newest(self._by_feed, lead.url, place._replace(rank=FEED))
            else:
                _keep_newest(self._newest, lead.url, place)

    def _leads(self, response: Response) -> list[Lead]:
        """The outlet's articles that a source's answer holds; none where it is another sort of answer."""
        leads: list[Lead] = []
        for source in [REST] if media_type(response.headers).endswith("json") else self._feeds:
            try:
                found = source.read(response.body, response.url, headers_of(response)).leads
            except SourceError:
                continue
            leads = [lead for lead in found if lead.draft]
            if leads:
                break
        for lead in leads:
            lead.url = self._outlet.site.canonical(lead.url) or ""
        return [lead for lead in leads if lead.url]

    def _whole(self, newest: Place, url: str) -> tuple[Response, datetime] | None:
        """The newest of an address's captures that is whole, with its date."""
        older = sorted(self._older.get(url, ()), key=attrgetter("date"), reverse=True)
        for place in (newest, *older):
            response = self._response(place)
            if response is not None:
                return response, place.date
        return None

    def _response(self, place: Place) -> Response | None:
        """What a capture holds; where that is not whole, it is noted as damage."""
        try:
            head, block = self._warc(place.file).record(place.byte)
            return response_of(block, head.uri, place.date)
        except Damaged as damaged:
            self._note_damage(place.file, place.byte, damaged)
            return None

    def _warc(self, number: int) -> WarcFile:
        """A file, open; where there are too many, the one that was read from longest ago is closed."""
        warc = self._open.get(number) or WarcFile(self.files[number])
        self._open[number] = warc
        self._open.move_to_end(number)
        if len(self._open) > MOST_OPEN:
            self._open.popitem(last=False)[1].close()
        return warc

    def _is_further(self, url: str) -> bool:
        """Whether an address is that of page 2 or on of another one, which is read with it."""
        first = first_page(url)
        return first != url and (self._outlet.site.canonical(first) or first) in self._newest

    def _note_damage(self, number: int, place: int, damaged: Damaged) -> None:
        damage = Damage(place, str(damaged))
        known = self.damage.setdefault(self.files[number], [])
        if damage not in known:
            known.append(damage)


def first_page(url: str) -> str:
    """The address of an article's first page: `/slug/` of `/slug/2/`, and of `/slug/?page=2`."""
    return _FURTHER.sub("/", url) if url.rstrip("/")[-1:].isdigit() else url


def is_page(headers: Headers) -> bool:
    media = media_type(headers)
    return media in PAGES or (media.startswith("text/") and not media.endswith("xml"))


def _keep_newest(index: dict[str, Place], url: str, place: Place) -> Place | None:
    """The other one of the two, where another is known."""
    known = index.get(url)
    if known is not None and known.date > place.date:
        return place
    index[url] = place
    return known
