"""What the next crawl makes of the files that a dead one left: nothing lost, nothing twice, nothing overwritten."""

import os
import zlib
from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from newscrawl.items import Lead
from newscrawl.ledger import Ledger, Line
from newscrawl.pipelines.jsonlines import Appender
from newscrawl.recovery import RecordChangedError, Recovered, file_state, rebuild, recover
from tests.articles import NOW, article

NAME = "articles/outlet/2025-07.jsonl"
LATER = NOW + timedelta(days=1)


class Data:
    """A data directory as crawls leave it: the file, and the ledger that follows it."""

    def __init__(self, directory) -> None:
        self.directory = directory
        self.file = directory / NAME
        directory.mkdir(parents=True, exist_ok=True)
        self.ledger = Ledger(f"sqlite:///{directory / 'ledger.db'}")

    def write(self, *articles, commit=True) -> None:
        """As the pipeline writes: a line, then its commit."""
        for item in articles:
            lead = Lead(url=item.url)
            self.ledger.frontier.add("outlet", [lead], "feed", now=NOW, run_started=NOW)
            state = self.ledger.record.files("outlet").get(NAME)
            appender = Appender(self.file, "outlet", state.checksum if state else 0)
            start, end = appender.append(line_of(item))
            appender.close()
            if commit:
                self.ledger.record.write(item, Line(NAME, start, end), now=NOW)

    def sync(self) -> None:
        """As the pipeline does every hundred lines, and at the end of a crawl."""
        state = self.ledger.record.files("outlet").get(NAME)
        appender = Appender(self.file, "outlet", state.checksum)
        appender.checksum = checksum_of(self.file)
        state = file_state(self.file, NAME, appender.sync(), appender.checksum)
        appender.close()
        self.ledger.record.note_file("outlet", state)

    def recover(self) -> Recovered:
        return recover(self.directory, "outlet", self.ledger)

    def known(self, *numbers) -> dict:
        """(content_hash, revision) of articles by number; what is not known is left out."""
        found = {number: self.ledger.record.known(f"outlet:{number}") for number in numbers}
        return {number: (known.content_hash, known.revision) for number, known in found.items() if known}

    def due(self, now=LATER) -> list[str]:
        """The numbers of the articles that the next crawl asks for."""
        self.ledger.frontier.begin("outlet", "here")
        rows = self.ledger.frontier.lease("outlet", 99, holder="here", now=now)
        return sorted(row.url.rpartition("/")[2] for row in rows)

    @property
    def torn(self) -> bytes:
        torn = self.file.with_name(self.file.name + ".torn")
        return torn.read_bytes() if torn.exists() else b""


def line_of(item) -> bytes:
    return msgspec.json.encode(item) + b"\n"


def checksum_of(file) -> int:
    return zlib.crc32(file.read_bytes())


@pytest.fixture
def data(tmp_path):
    data = Data(tmp_path / "data")
    yield data
    data.ledger.close()


TEXT = {number: article(number, headline=f"Bridge {number} – “opened”") for number in range(1, 6)}
HASHES = {number: (item.content_hash, 1) for number, item in TEXT.items()}


def without(*numbers) -> dict:
    return {number: known for number, known in HASHES.items() if number not in numbers}


@pytest.mark.parametrize("synced", [False, True], ids=["committed", "on the disk"])
def test_a_last_line_cut_at_any_byte_is_set_aside_and_its_article_due_again(data, synced):
    data.write(*TEXT.values())
    whole = data.file.read_bytes()
    last = line_of(TEXT[5])
    kept = whole[: -len(last)]
    torn = b""

    for cut in range(len(last)):
        if synced:
            data.sync()
        os.truncate(data.file, len(kept) + cut)

        assert data.recover() == Recovered(torn=1 if cut else 0, forgotten=1), cut
        torn += last[:cut] + b"\n" if cut else b""
        assert (data.file.read_bytes(), data.torn) == (kept, torn), cut
        assert (data.known(*TEXT), data.due()) == (without(5), ["5"]), cut
        data.write(TEXT[5])
        assert data.file.read_bytes() == whole, cut


def test_a_line_cut_at_any_byte_before_its_commit_is_set_aside_and_its_article_still_due(data):
    data.write(TEXT[1], TEXT[2])
    data.sync()
    kept, last = data.file.read_bytes(), line_of(TEXT[3])
    data.ledger.frontier.add("outlet", [Lead(url=TEXT[3].url)], "feed", now=NOW, run_started=NOW)
    torn = b""

    for cut in range(1, len(last)):
        data.file.write_bytes(kept + last[:cut])

        assert data.recover() == Recovered(torn=1), cut
        torn += last[:cut] + b"\n"
        assert (data.file.read_bytes(), data.torn) == (kept, torn), cut
        assert (data.known(1, 2, 3), data.due()) == (without(3, 4, 5), ["3"]), cut


def test_whole_lines_that_the_ledger_does_not_know_are_taken_in(data):
    data.write(TEXT[1])
    data.sync()
    data.write(TEXT[2], TEXT[3], commit=False)
    whole = data.file.read_bytes()

    assert data.recover() == Recovered(taken_in=2)

    assert (data.file.read_bytes(), data.torn) == (whole, b"")
    assert data.known(*TEXT) == without(4, 5)
    assert data.due() == []
    assert data.recover() == Recovered()


def test_a_revision_that_the_ledger_does_not_know_is_taken_in(data):
    data.write(TEXT[1])
    data.write(article(1, revision=2, content_hash="b" * 64, previous_hash=TEXT[1].content_hash), TEXT[2], commit=False)

    assert data.recover() == Recovered(taken_in=2)
    assert data.known(1, 2) == {1: ("b" * 64, 2), 2: HASHES[2]}


def test_a_deleted_ledger_is_made_anew_from_the_files(data):
    revised = article(2, revision=2, content_hash="b" * 64, previous_hash=TEXT[2].content_hash)
    data.write(*TEXT.values(), revised)
    data.sync()
    whole = data.file.read_bytes()
    before = {number: data.ledger.record.known(f"outlet:{number}") for number in TEXT}
    data.ledger.close()
    for file in data.directory.glob("ledger.db*"):
        file.unlink()

    anew = Data(data.directory)

    assert anew.recover() == Recovered(taken_in=6)
    assert {number: anew.ledger.record.known(f"outlet:{number}") for number in TEXT} == before
    assert anew.known(2) == {2: ("b" * 64, 2)}
    assert anew.file.read_bytes() == whole
    assert anew.due() == []
    assert anew.recover() == Recovered()
    anew.ledger.close()


def test_a_change_after_an_article_was_read_is_seen_though_its_line_was_taken_in_later(data):
    data.write(article(1, crawled_at=NOW), commit=False)
    data.recover()

    changed = Lead(url="https://example.org/1", modified_at=NOW + timedelta(hours=2))
    data.ledger.frontier.add("outlet", [changed], "sitemap", now=LATER, run_started=LATER)

    assert data.due() == ["1"], "the text in the record is older than the change that the source tells of"


def test_a_young_article_whose_line_was_taken_in_is_looked_at_again(data):
    young = article(1, published_at=datetime.now(UTC), crawled_at=datetime.now(UTC))
    data.write(young, commit=False)

    recover(data.directory, "outlet", data.ledger, looks=[timedelta(hours=6), timedelta(days=7)])

    assert data.due(now=datetime.now(UTC) + timedelta(hours=5)) == []
    assert data.due(now=datetime.now(UTC) + timedelta(hours=7)) == ["1"]


def edited(record: bytes) -> bytes:
    return record.replace(b"Bridge 2", b"Canal! 2")


def shortened(record: bytes) -> bytes:
    return b"".join(record.splitlines(keepends=True)[:-2])


def emptied(_: bytes) -> bytes:
    return b""


def a_line_in_front(record: bytes) -> bytes:
    return line_of(article(9)) + record


def windows_line_ends(record: bytes) -> bytes:
    return record.replace(b"\n", b"\r\n")


@pytest.mark.parametrize("change", [edited, shortened, emptied, a_line_in_front, windows_line_ends])
def test_a_file_changed_by_hand_is_told_and_left_as_it_is(data, change):
    data.write(*TEXT.values())
    data.sync()
    changed = change(data.file.read_bytes())
    data.file.write_bytes(changed)

    for _ in range(2):
        with pytest.raises(RecordChangedError) as refused:
            data.recover()

        assert str(data.file) in str(refused.value)
        assert "Put it back, or take it as it is with: scrapy ledger rebuild outlet" in str(refused.value)
        assert "\n" not in str(refused.value)
        assert (data.file.read_bytes(), data.torn) == (changed, b"")
        assert data.known(*TEXT) == HASHES


def test_a_deleted_file_is_told(data):
    data.write(*TEXT.values())
    data.sync()
    data.file.unlink()

    with pytest.raises(RecordChangedError, match="was shortened: 0 bytes are there"):
        data.recover()

    assert not data.file.exists()


def test_a_file_put_back_is_taken_as_if_nothing_had_been(data):
    data.write(*TEXT.values())
    data.sync()
    whole = data.file.read_bytes()
    data.file.write_bytes(edited(whole))
    with pytest.raises(RecordChangedError):
        data.recover()
    data.file.write_bytes(whole)

    assert data.recover() == Recovered()
    assert data.known(*TEXT) == HASHES


@pytest.mark.parametrize("change", [edited, shortened])
def test_a_rebuild_takes_a_changed_file_as_it_is(data, change):
    data.write(*TEXT.values())
    data.sync()
    changed = change(data.file.read_bytes())
    data.file.write_bytes(changed)

    rebuild(data.directory, "outlet", data.ledger)

    assert (data.file.read_bytes(), data.torn) == (changed, b"")
    assert data.known(*TEXT) == (HASHES if change is edited else without(4, 5))
    assert data.due() == ([] if change is edited else ["4", "5"]), "what stands nowhere is asked for again"
    assert data.recover() == Recovered()


@pytest.mark.parametrize(
    "broken", [b"\0" * 300 + b"\n", b'{"id":"outlet:3"}\n', b"\n", b'{"id":"outlet:3"\n', b"\xff\xfe\n"]
)
def test_from_a_broken_line_on_what_is_not_known_to_be_on_the_disk_is_set_aside(data, broken):
    data.write(TEXT[1])
    data.sync()
    data.write(TEXT[2], TEXT[3], TEXT[4])
    kept = line_of(TEXT[1]) + line_of(TEXT[2])
    # As a power cut leaves it: one block was not written, those after it were.
    data.file.write_bytes(kept + broken + line_of(TEXT[4]))

    assert data.recover() == Recovered(torn=1, forgotten=2)

    assert (data.file.read_bytes(), data.torn) == (kept, broken + line_of(TEXT[4]))
    assert data.known(*TEXT) == without(3, 4, 5)
    assert data.due() == ["3", "4"]


def test_lines_that_a_power_cut_took_are_fetched_again(data):
    data.write(TEXT[1])
    data.sync()
    data.write(TEXT[2], TEXT[3], TEXT[4])
    kept = line_of(TEXT[1]) + line_of(TEXT[2])
    os.truncate(data.file, len(kept))

    assert data.recover() == Recovered(forgotten=2)

    assert data.due() == ["3", "4"]
    data.write(TEXT[3], TEXT[4])
    assert data.file.read_bytes() == kept + line_of(TEXT[3]) + line_of(TEXT[4])


def test_a_revision_that_a_power_cut_took_leaves_the_one_before(data):
    data.write(TEXT[1], TEXT[2])
    data.sync()
    data.write(article(1, revision=2, content_hash="b" * 64, previous_hash=TEXT[1].content_hash))
    os.truncate(data.file, len(line_of(TEXT[1]) + line_of(TEXT[2])))

    assert data.recover() == Recovered(forgotten=1)

    assert data.known(1, 2) == without(3, 4, 5)
    assert data.due() == ["1"]


def test_two_revisions_of_an_article_that_a_power_cut_took_leave_the_one_before_both(data):
    data.write(TEXT[1])
    data.sync()
    second = article(1, revision=2, content_hash="b" * 64, previous_hash=TEXT[1].content_hash)
    data.write(second, article(1, revision=3, content_hash="c" * 64, previous_hash=second.content_hash))
    os.truncate(data.file, len(line_of(TEXT[1])))

    data.recover()

    assert data.known(1) == without(2, 3, 4, 5)


class CutOffError(Exception):
    """The recovery's own process has ended."""


@pytest.mark.parametrize("synced", [False, True], ids=["before its commit", "on the disk"])
@pytest.mark.parametrize("step", ["set aside", "truncated", "forgotten", "noted"])
def test_a_recovery_that_is_cut_off_itself_is_made_good_by_the_next_one(data, synced, step, monkeypatch):
    if synced:
        data.write(TEXT[1], TEXT[2], TEXT[3])
        data.sync()
        os.truncate(data.file, data.file.stat().st_size - len(line_of(TEXT[3])) + 77)
    else:
        data.write(TEXT[1])
        data.write(TEXT[2], TEXT[3], commit=False)
        os.truncate(data.file, data.file.stat().st_size - len(line_of(TEXT[3])) + 77)

    with monkeypatch.context() as patch:
        cut_off_when(step, data.ledger.record, patch)
        if synced or step != "forgotten":  # a line that was never committed is not forgotten
            with pytest.raises(CutOffError):
                data.recover()
    data.recover()

    assert data.file.read_bytes() == line_of(TEXT[1]) + line_of(TEXT[2])
    assert set(data.torn.splitlines()) == {line_of(TEXT[3])[:77]}, "kept beside, be it twice"
    assert (data.known(*TEXT), data.due()) == (without(3, 4, 5), ["3"])
    assert data.recover() == Recovered()


def cut_off_when(step, record, patch) -> None:
    """Let the recovery end once a step of it is done."""

    def once_done(function, skipped=0):
        calls = []

        def last(*given):
            result = function(*given)
            calls.append(given)
            if len(calls) > skipped:
                raise CutOffError
            return result

        return last

    match step:
        case "set aside":
            patch.setattr(os, "fsync", once_done(os.fsync))
        case "truncated":
            patch.setattr(os, "fsync", once_done(os.fsync, skipped=1))
        case "forgotten":
            patch.setattr(record, "forget_from", once_done(record.forget_from))
        case "noted":
            patch.setattr(record, "note_file", once_done(record.note_file))


def test_recovery_reads_every_file_of_the_outlet_and_of_no_other(data):
    data.write(TEXT[1])
    other = data.directory / "articles" / "other" / "2025-07.jsonl"
    earlier = data.file.with_name("2008-01.jsonl")
    for file in (other, earlier):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(line_of(TEXT[2])[:50])

    assert data.recover() == Recovered(torn=1)
    assert earlier.read_bytes() == b""
    assert other.read_bytes() == line_of(TEXT[2])[:50]
