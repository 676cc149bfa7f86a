"""Brings the ledger and the files of the record into agreement, before a crawl adds to either.

The files are the record and the ledger follows them. What a killed crawl left behind decides itself:

- whole lines beyond what the ledger knows are taken into the ledger;
- an incomplete last line is set aside in `<file>.torn`, and so is what a power cut broke of the lines that were not yet
  known to be on the disk; those after it stay, and what was set aside is due again;
- lines that the ledger knew and a power cut took are forgotten, and their articles are due again;
- a ledger that is gone is made anew from the files.

A file that is shorter than what was known to be on the disk, or holds something else, was changed by hand: that is
told, and nothing is overwritten. The same goes for a line that is no article, in a file that the ledger does not know.
A rebuild takes the files as they are, and sets aside only such lines.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import zlib
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from newscrawl.disk import sync_folder
from newscrawl.items import Article
from newscrawl.ledger import FileState, Line
from newscrawl.looks import next_look

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import timedelta
    from pathlib import Path

    from newscrawl.ledger import Ledger

CHUNK = 1 << 20
LARGEST_REVISION = (1 << 31) - 1
"""That a column of the ledger holds."""
_DECODER = msgspec.json.Decoder(Article)


class RecordChangedError(Exception):
    """A file of the record is not what the ledger knows it to be; the text says which and what to do."""


class Recovered(NamedTuple):
    """What was mended."""

    taken_in: int = 0
    """Lines that the ledger did not know."""
    torn: int = 0
    """Incomplete and broken lines that were set aside."""
    forgotten: int = 0
    """Articles whose lines are gone and that are due again."""


def recover(directory: Path, outlet: str, ledger: Ledger, looks: Sequence[timedelta] = ()) -> Recovered:
    """Mend what can be mended. `directory` is DATA_DIR; `looks` say when a young article that is taken in is looked
    at again. Raises RecordChangedError, LedgerError and OSError.
    """
    begun = _rebuild_mark(directory, outlet)
    rebuilding = begun.exists()
    recovered = _Recovery(directory, outlet, ledger, looks, rebuilding=rebuilding).all_files()
    if rebuilding:
        ledger.record.ask_for_missing(outlet)
        begun.unlink()
    return recovered


def rebuild(directory: Path, outlet: str, ledger: Ledger, looks: Sequence[timedelta] = ()) -> Recovered:
    """Take the files as they are: forget what the ledger knows of the outlet's record and read it anew.

    If it is cut off, the next crawl goes on with it.
    """
    begun = _rebuild_mark(directory, outlet)
    begun.parent.mkdir(exist_ok=True)
    begun.touch()
    ledger.record.forget_outlet(outlet)
    return recover(directory, outlet, ledger, looks)


def file_state(file: Path, name: str, synced: int, checksum: int) -> FileState:
    """A file all of whose bytes are known and on the disk."""
    return FileState(name, synced, synced, checksum, os.stat(file).st_mtime_ns)  # noqa: PTH116 (one call, no object)


def _rebuild_mark(directory: Path, outlet: str) -> Path:
    """The file that is there from the begin of a rebuild to its end."""
    return directory / "locks" / f"{outlet}.rebuild"


class _ReadLine(NamedTuple):
    number: int
    """From 1, at where the reading began."""
    start: int
    end: int
    whole: bool
    article: Article | None
    """None where it is no article of the outlet."""


class _Recovery:
    """That of one outlet."""

    def __init__(
        self, directory: Path, outlet: str, ledger: Ledger, looks: Sequence[timedelta], *, rebuilding: bool
    ) -> None:
        self.directory = directory
        self.outlet = outlet
        self.record = ledger.record
        self.looks = looks
        self.rebuilding = rebuilding

    def all_files(self) -> Recovered:
        known = self.record.files(self.outlet)
        folder = self.directory / "articles" / self.outlet
        there = {file.relative_to(self.directory).as_posix() for file in folder.glob("*.jsonl")}
        results = [self.file(name, known.get(name)) for name in sorted(there | set(known))]
        return Recovered(*map(sum, zip(*results, strict=True))) if results else Recovered()

    def file(self, name: str, known: FileState | None) -> Recovered:
        """One file, of which the ledger may know nothing.

        The ledger forgets what is no longer so before the file is changed, and learns what is new after it: cut off
        between any two steps, the next recovery comes to the same.
        """
        file = self.directory / name
        size = file.stat().st_size if file.exists() else 0
        state = known or FileState(name, 0, 0, 0, 0)
        forgotten: set[str] = set()
        if size < state.synced:
            state, forgotten = self._cut(file, state, size)
        if size == state.synced == state.length and size and file.stat().st_mtime_ns == state.mtime_ns:
            return Recovered()
        checksum = _checksum(file, state.synced)
        if checksum != state.checksum:
            raise RecordChangedError(
                f"{file} was changed by hand: its first {state.synced} bytes are not what was written. Put it back, or "
                f"take it as it is with: scrapy ledger rebuild {self.outlet}"
            )
        broken = [line for line in _lines(file, state.synced, self.outlet) if line.article is None]
        if known is None and not self.rebuilding:
            self._ask_about(file, [line.number for line in broken if line.whole])
        sound = broken[0].start if broken else size
        state, lost = self._forget_beyond(state, sound)
        forgotten |= lost
        if broken:
            _set_aside(file, broken)
        taken_in, back = self._take_in(file, state, forgotten)
        self._note(file, state, checksum)
        return Recovered(taken_in, len(broken), len(forgotten - back))

    def _cut(self, file: Path, state: FileState, size: int) -> tuple[FileState, set[str]]:
        """A file that lost bytes which were on the disk: known as far as its last but one line, where no more than the
        last one was cut; and what is forgotten of it.
        """
        # What was not yet on the disk is gone with them.
        state, forgotten = self._forget_beyond(state, state.synced)
        start = self.record.last_start(state.file)
        if start is None or not _cut_within_line(file, start, size):
            shortened = f"was shortened: {size} bytes are there, {state.synced} were written"
            what = shortened if file.exists() else f"is gone: {state.synced} bytes were written"
            raise RecordChangedError(
                f"{file} {what}. Put it back, or take it as it is with: scrapy ledger rebuild {self.outlet}"
            )
        state = state._replace(synced=start, checksum=_checksum(file, start))
        self.record.note_file(self.outlet, state)
        return state, forgotten

    def _ask_about(self, file: Path, numbers: list[int]) -> None:
        """Whole lines that are no articles are no crawl's: whoever wrote them is to say what becomes of them."""
        if numbers:
            more = f" (and {len(numbers) - 1} more)" if len(numbers) > 1 else ""
            raise RecordChangedError(
                f"{file}, line {numbers[0]}{more}: no article of {self.outlet}. Put it right, or set it aside with: "
                f"scrapy ledger rebuild {self.outlet}"
            )

    def _forget_beyond(self, state: FileState, end: int) -> tuple[FileState, set[str]]:
        """Forget the lines from a byte on; the file as it is known then, and the ids of their articles."""
        if state.length <= end:
            return state, set()
        forgotten = set(self.record.forget_from(state.file, end))
        state = state._replace(length=end)
        self.record.note_file(self.outlet, state)
        return state, forgotten

    def _take_in(self, file: Path, state: FileState, forgotten: set[str]) -> tuple[int, set[str]]:
        """Take in the lines beyond what is known; how many were new, and which of the forgotten articles are back."""
        taken_in, back = 0, set()
        now = datetime.now(UTC)
        for line in _lines(file, state.synced, self.outlet):
            article = line.article
            if article is None or line.start < state.length:
                continue
            look = next_look(article, now, self.looks)
            # It was looked at when it was read, not now: a change since then is one that the record does not have.
            where = Line(state.file, line.start, line.end)
            self.record.write(article, where, now=article.crawled_at, next_look=look, is_old=True)
            if article.id in forgotten:
                back.add(article.id)
            else:
                taken_in += 1
        return taken_in, back

    def _note(self, file: Path, state: FileState, checksum: int) -> None:
        """Note that all of a file is known and on the disk; `checksum` is that of what was known to be there."""
        if not file.exists():
            if state != FileState(state.file, 0, 0, 0, 0):
                self.record.note_file(self.outlet, FileState(state.file, 0, 0, 0, 0))
            return
        with file.open("rb") as stream:
            os.fsync(stream.fileno())
            size = os.fstat(stream.fileno()).st_size
        checksum = _checksum(file, size - state.synced, state.synced, checksum)
        self.record.note_file(self.outlet, file_state(file, state.file, size, checksum))


def _lines(file: Path, start: int, outlet: str) -> Iterator[_ReadLine]:
    """A file's lines from a byte on; none where there is no file."""
    if not file.exists():
        return
    with file.open("rb") as stream:
        stream.seek(start)
        for number, line in enumerate(stream, 1):
            end = start + len(line)
            whole = line.endswith(b"\n")
            yield _ReadLine(number, start, end, whole, _article(line, outlet) if whole else None)
            start = end


def _article(line: bytes, outlet: str) -> Article | None:
    """The outlet's article that a line holds; None where it is none, or one that no ledger can hold."""
    try:
        article = _DECODER.decode(line)
    except (ValueError, RecursionError):
        # Not DecodeError alone: of text that is no UTF-8 it is a UnicodeDecodeError.
        return None
    times = article.published_at, article.modified_at, article.first_seen_at, article.crawled_at
    in_range = all(1 < time.year < 9999 for time in times if time) and article.revision <= LARGEST_REVISION
    return article if article.outlet == outlet and in_range else None


def _cut_within_line(file: Path, start: int, size: int) -> bool:
    """Whether a file ends within the line that began at a byte; in one that was edited it begins elsewhere now."""
    if start > size or not file.exists():
        return False
    with file.open("rb") as stream:
        stream.seek(max(start - 1, 0))
        rest = stream.read()
    return rest.startswith(b"\n") and b"\n" not in rest[1:] if start else b"\n" not in rest


def _set_aside(file: Path, broken: list[_ReadLine]) -> None:
    """Move lines to `<file>.torn`, on the disk before they leave the file."""
    start = broken[0].start
    if start + sum(line.end - line.start for line in broken) == file.stat().st_size:
        _append_torn(file, broken)
        with file.open("rb+") as stream:
            stream.truncate(start)
            os.fsync(stream.fileno())
        return
    target = file.resolve()
    # Written first, because that is what a disk may have no room for: nothing is set aside then, and so nothing twice.
    with _written_without(target, {line.start for line in broken}) as new:
        _append_torn(file, broken)
        new.replace(target)
        sync_folder(target.parent)


def _append_torn(file: Path, broken: list[_ReadLine]) -> None:
    with file.open("rb") as stream, file.with_name(file.name + ".torn").open("ab") as torn:
        for line in broken:
            stream.seek(line.start)
            rest = stream.read(line.end - line.start)
            torn.write(rest + b"\n" * (not line.whole))
        torn.flush()
        os.fsync(torn.fileno())


@contextlib.contextmanager
def _written_without(file: Path, starts: set[int]) -> Iterator[Path]:
    """A file anew, without the lines that start at some bytes, to take its place: who reads it sees it as before, or
    without them. If it does not take it, it is gone again.
    """
    new = file.with_name(file.name + ".new")
    start = 0
    try:
        with file.open("rb") as old, new.open("wb") as stream:
            for line in old:
                if start not in starts:
                    stream.write(line)
                start += len(line)
            stream.flush()
            os.fsync(stream.fileno())
        shutil.copymode(file, new)
        # Written by root it would keep out the crawl that runs as somebody else.
        with contextlib.suppress(PermissionError):
            shutil.chown(new, file.stat().st_uid, file.stat().st_gid)
        yield new
    finally:
        new.unlink(missing_ok=True)


def _checksum(file: Path, length: int, start: int = 0, before: int = 0) -> int:
    """CRC-32 of some bytes of a file, going on from that of the bytes before them."""
    if not length:
        return before
    with file.open("rb") as stream:
        stream.seek(start)
        while length > 0 and (chunk := stream.read(min(CHUNK, length))):
            before = zlib.crc32(chunk, before)
            length -= len(chunk)
    return before
