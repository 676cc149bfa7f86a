"""Brings the ledger and the files of the record into agreement, before a crawl adds to either.

The files are the record and the ledger follows them. What a killed crawl left behind decides itself:

- whole lines beyond what the ledger knows are taken into the ledger;
- an incomplete or broken last line is set aside in `<file>.torn`, and its article is due again;
- lines that the ledger knew and a power cut took are forgotten, and their articles are due again;
- a ledger that is gone is made anew from the files.

A file that is shorter than what was known to be on the disk, or holds something else, was changed by hand: that is
told, and nothing is overwritten.
"""

from __future__ import annotations

import os
import zlib
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from newscrawl.items import Article
from newscrawl.ledger import FileState, Line
from newscrawl.looks import next_look

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import timedelta
    from pathlib import Path

    from newscrawl.ledger import Ledger

CHUNK = 1 << 20
_DECODER = msgspec.json.Decoder(Article)


class RecordChangedError(Exception):
    """A file of the record is not what the ledger knows it to be; the text says which and what to do."""


class Recovered(NamedTuple):
    """What was mended; counts of articles."""

    taken_in: int = 0
    """Lines that the ledger did not know."""
    torn: int = 0
    """Files whose end was set aside."""
    forgotten: int = 0
    """Articles whose lines are gone and that are due again."""


def recover(directory: Path, outlet: str, ledger: Ledger, looks: Sequence[timedelta] = ()) -> Recovered:
    """Mend what can be mended. `directory` is DATA_DIR; `looks` say when a young article that is taken in is looked
    at again. Raises RecordChangedError, LedgerError and OSError.
    """
    known = ledger.record.files(outlet)
    there = {file.relative_to(directory).as_posix() for file in (directory / "articles" / outlet).glob("*.jsonl")}
    results = [
        _recover_file(directory, outlet, ledger, known.get(name) or FileState(name, 0, 0, 0, 0), looks)
        for name in sorted(there | set(known))
    ]
    return Recovered(*(sum(counts) for counts in zip(*results, strict=True))) if results else Recovered()


def rebuild(directory: Path, outlet: str, ledger: Ledger, looks: Sequence[timedelta] = ()) -> Recovered:
    """Take the files as they are: forget what the ledger knows of the outlet's record and read it anew."""
    ledger.record.forget_outlet(outlet)
    recovered = recover(directory, outlet, ledger, looks)
    ledger.record.ask_for_missing(outlet)
    return recovered


def file_state(file: Path, name: str, synced: int, checksum: int) -> FileState:
    """A file all of whose bytes are known and on the disk."""
    return FileState(name, synced, synced, checksum, os.stat(file).st_mtime_ns)  # noqa: PTH116 (one call, no object)


def _recover_file(
    directory: Path, outlet: str, ledger: Ledger, state: FileState, looks: Sequence[timedelta]
) -> Recovered:
    file = directory / state.file
    size = file.stat().st_size if file.exists() else 0
    if size < state.synced and _cut_within_last_line(ledger, state, size):
        state = _before_last_line(ledger, file, state)
    if size < state.synced:
        raise RecordChangedError(
            f"{file} was shortened: {size} bytes are there, {state.synced} were written. Put it back, or take it as it "
            f"is with: scrapy ledger rebuild {outlet}"
        )
    if size == state.synced == state.length and size and file.stat().st_mtime_ns == state.mtime_ns:
        return Recovered()
    checksum = _checksum(file, state.synced)
    if checksum != state.checksum:
        raise RecordChangedError(
            f"{file} was changed by hand: its first {state.synced} bytes are not what was written. Put it back, or "
            f"take it as it is with: scrapy ledger rebuild {outlet}"
        )
    taken_in, end = 0, state.synced
    for article, line in _whole_lines(file, state):
        end = line.end
        if line.start >= state.length:
            look = next_look(article, datetime.now(UTC), looks)
            # It was looked at when it was read, not now: a change since then is one that the record does not have.
            ledger.record.write(article, line, now=article.crawled_at, next_look=look)
            taken_in += 1
    torn = _set_aside(file, end) if end < size else 0
    forgotten = ledger.record.forget_from(state.file, end) if state.length > end else []
    if size or state.length:
        checksum = _checksum(file, end - state.synced, state.synced, checksum)
        ledger.record.note_file(outlet, file_state(file, state.file, end, checksum))
    return Recovered(taken_in, torn, len(forgotten))


def _cut_within_last_line(ledger: Ledger, state: FileState, size: int) -> bool:
    start = ledger.record.last_start(state.file)
    return start is not None and start <= size


def _before_last_line(ledger: Ledger, file: Path, state: FileState) -> FileState:
    """The file as far as its last but one line, which is all that can be held against the ledger."""
    start = ledger.record.last_start(state.file) or 0
    return state._replace(synced=start, checksum=_checksum(file, start))


def _whole_lines(file: Path, state: FileState) -> Iterator[tuple[Article, Line]]:
    """The articles from the synced bytes on, up to the first line that is none."""
    if not file.exists():
        return
    with file.open("rb") as stream:
        start = stream.seek(state.synced)
        for line in stream:
            if not line.endswith(b"\n"):
                return
            try:
                article = _DECODER.decode(line)
            except msgspec.DecodeError:
                return
            end = start + len(line)
            yield article, Line(state.file, start, end)
            start = end


def _set_aside(file: Path, end: int) -> int:
    """Move what stands beyond a byte to `<file>.torn`, on the disk before it is cut off."""
    with file.open("rb+") as stream:
        stream.seek(end)
        rest = stream.read()
        with file.with_name(file.name + ".torn").open("ab") as torn:
            torn.write(rest + b"\n" * (not rest.endswith(b"\n")))
            torn.flush()
            os.fsync(torn.fileno())
        stream.truncate(end)
        os.fsync(stream.fileno())
    return 1


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
