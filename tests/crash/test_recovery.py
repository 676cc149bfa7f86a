"""What the next crawl makes of the files that a dead one left: nothing lost, nothing twice, nothing overwritten."""

import os
import resource
import zlib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from newscrawl.items import Lead
from newscrawl.ledger import Ledger, LedgerError, Line, Outcome, database
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

    def write(self, *articles, commit=True, name=NAME) -> None:
        """As the pipeline writes: a line, then its commit."""
        for item in articles:
            lead = Lead(url=item.url)
            self.ledger.frontier.add("outlet", [lead], "feed", now=NOW, run_started=NOW)
            state = self.ledger.record.files("outlet").get(name)
            appender = Appender(self.directory / name, "outlet", state.checksum if state else 0)
            start, end = appender.append(line_of(item))
            appender.close()
            if commit:
                self.ledger.record.write(item, Line(name, start, end), now=NOW)

    def sync(self, name=NAME) -> None:
        """As the pipeline does every hundred lines, and at the end of a crawl."""
        file = self.directory / name
        appender = Appender(file, "outlet", checksum_of(file))
        state = file_state(file, name, appender.sync(), appender.checksum)
        appender.close()
        self.ledger.record.note_file("outlet", state)

    def recover(self) -> Recovered:
        return recover(self.directory, "outlet", self.ledger)

    def rebuild(self) -> Recovered:
        return rebuild(self.directory, "outlet", self.ledger)

    def without_ledger(self) -> "Data":
        """The same directory after its ledger was deleted."""
        self.ledger.close()
        for file in self.directory.glob("ledger.db*"):
            file.unlink()
        self.ledger = Ledger(f"sqlite:///{self.directory / 'ledger.db'}")
        return self

    def starts(self) -> list[int]:
        """Where the lines stand that the ledger knows, by forgetting them from the end."""
        starts = []
        while (start := self.ledger.record.last_start(NAME)) is not None:
            starts.append(start)
            self.ledger.record.forget_from(NAME, start)
        return starts[::-1]

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


def test_a_line_whose_commit_failed_with_that_of_the_next_one_is_taken_in(data, monkeypatch):
    monkeypatch.setattr(database, "OPEN_SECONDS", 600)
    data.ledger.commit_together(lambda _: None)
    data.write(TEXT[1], TEXT[2], TEXT[3])
    with pytest.raises(LedgerError, match=r"(?i)not.null"):
        data.ledger.record.write(article(4, published_at=None), Line(NAME, 4_000, 5_000), now=NOW)
    with pytest.raises(LedgerError, match=r"(?i)not.null"):
        data.sync()

    data.ledger.close()
    data.ledger = Ledger(f"sqlite:///{data.directory / 'ledger.db'}")
    assert data.known(1, 2, 3) == without(3, 4, 5)
    assert data.recover() == Recovered(taken_in=1)
    assert data.known(1, 2, 3) == without(4, 5)
    assert data.due() == []
    assert data.file.read_bytes() == b"".join(line_of(TEXT[number]) for number in (1, 2, 3))


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

    data.without_ledger()

    assert data.recover() == Recovered(taken_in=6)
    assert {number: data.ledger.record.known(f"outlet:{number}") for number in TEXT} == before
    assert data.known(2) == {2: ("b" * 64, 2)}
    assert data.file.read_bytes() == whole
    assert data.due() == []
    assert data.recover() == Recovered()


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


def a_word_less(record: bytes) -> bytes:
    """Shorter by less than its last line."""
    return record.replace(b"Bridge 2", b"2")


def a_line_spoilt(record: bytes) -> bytes:
    return record.replace(line_of(TEXT[2]), b"this was the second line, and it was longer than that\n" * 20)


@pytest.mark.parametrize(
    "change", [edited, a_word_less, shortened, emptied, a_line_in_front, a_line_spoilt, windows_line_ends]
)
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


@pytest.mark.parametrize("number", [1, 5])
def test_a_deleted_file_is_told(data, number):
    data.write(*list(TEXT.values())[:number])
    data.sync()
    data.file.unlink()

    with pytest.raises(RecordChangedError, match=r"2025-07\.jsonl is gone: \d+ bytes were written\. Put it back"):
        data.recover()

    assert not data.file.exists()


def test_a_new_file_that_a_power_cut_took_is_fetched_again(data):
    data.write(TEXT[1], TEXT[2])
    data.file.unlink()

    assert data.recover() == Recovered(forgotten=2)

    assert (data.known(*TEXT), data.due()) == ({}, ["1", "2"])
    assert data.recover() == Recovered()


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


BROKEN = {
    "zeros": b"\0" * 300 + b"\n",
    "zeros and the end of a line": b"\0" * 300 + line_of(TEXT[3])[300:],
    "no article": b'{"id":"outlet:3"}\n',
    "blank": b"\n",
    "cut": line_of(TEXT[3])[:100] + b"\n",
    "no UTF-8": b"\xff\xfe\n",
    "no UTF-8 in a text": line_of(TEXT[3]).replace(b"A body.", b"A bod\xff."),
    "two on a line": line_of(TEXT[3])[:-1] + line_of(TEXT[3]),
    "another outlet's": line_of(article(3, outlet="other")),
    "nested too deep": line_of(TEXT[3])[:-2] + b',"x":' + b"[" * 100_000 + b"]" * 100_000 + b"}\n",
    "a year that UTC does not have": line_of(TEXT[3]).replace(b"2025-07-21T12:00:00Z", b"9999-12-31T23:59:59-10:00"),
    "too high a revision": line_of(article(3, revision=1 << 40)),
}
broken_lines = pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN)


@broken_lines
def test_of_what_was_not_yet_on_the_disk_only_broken_lines_are_set_aside(data, broken):
    data.write(TEXT[1])
    data.sync()
    data.write(TEXT[2], TEXT[3], TEXT[4])
    first, second, fourth = (line_of(TEXT[number]) for number in (1, 2, 4))
    # As a power cut leaves it: one block was not written, those after it were.
    data.file.write_bytes(first + second + broken + fourth)
    data.file.chmod(0o640)

    assert data.recover() == Recovered(torn=1, forgotten=1)

    assert (data.file.read_bytes(), data.torn) == (first + second + fourth, broken)
    assert data.file.stat().st_mode & 0o777 == 0o640
    assert (data.known(*TEXT), data.due()) == (without(3, 5), ["3"])
    assert data.recover() == Recovered()
    data.write(TEXT[3])
    assert data.file.read_bytes() == first + second + fourth + line_of(TEXT[3])
    assert data.starts() == [0, len(first), len(first + second), len(first + second + fourth)]


def test_several_broken_lines_and_an_incomplete_end_are_set_aside_at_once(data):
    data.write(TEXT[1], TEXT[2], TEXT[3], TEXT[4], TEXT[5])
    first, third = line_of(TEXT[1]), line_of(TEXT[3])
    data.file.write_bytes(first + b"\0" * 99 + b"\n" + third + b"\0\n" + b"\0" * 77)

    assert data.recover() == Recovered(torn=3, forgotten=3)

    assert data.file.read_bytes() == first + third
    assert data.torn == b"\0" * 99 + b"\n" + b"\0\n" + b"\0" * 77 + b"\n"
    assert (data.known(*TEXT), data.due()) == (without(2, 4, 5), ["2", "4", "5"])
    assert data.starts() == [0, len(first)]


@pytest.mark.parametrize("end", [b"\0" * 5000, b"\0" * 5000 + b"\n", b"\0\n" * 3])
def test_an_end_of_zeros_is_cut_off(data, end):
    data.write(TEXT[1])
    data.sync()
    data.write(TEXT[2], TEXT[3])
    kept = line_of(TEXT[1]) + line_of(TEXT[2])
    data.file.write_bytes(kept + end)
    before = data.file.stat().st_ino

    assert data.recover() == Recovered(torn=end.count(b"\n") or 1, forgotten=1)

    assert data.file.read_bytes() == kept
    assert data.file.stat().st_ino == before, "a file that only ends otherwise is not written anew"
    assert data.torn.rstrip(b"\n") == end.rstrip(b"\n")
    assert (data.known(*TEXT), data.due()) == (without(3, 4, 5), ["3"])


@broken_lines
@pytest.mark.parametrize("after", [TEXT[4], None], ids=["in the middle", "at the end"])
def test_without_a_ledger_a_line_that_is_no_article_is_told_and_left_as_it_is(data, broken, after):
    data.write(*TEXT.values())
    end = line_of(after) if after else b""
    changed = line_of(TEXT[1]) + line_of(TEXT[2]) + broken + end
    data.file.write_bytes(changed)
    data.without_ledger()

    for _ in range(2):
        with pytest.raises(RecordChangedError) as refused:
            data.recover()

        assert str(refused.value) == (
            f"{data.file}, line 3: no article of outlet. Put it right, or set it aside with: "
            "scrapy ledger rebuild outlet"
        )
        assert (data.file.read_bytes(), data.torn) == (changed, b"")


def test_without_a_ledger_the_first_line_that_is_no_article_is_named_and_the_others_counted(data):
    data.write(TEXT[1])
    data.file.write_bytes(b"\n" + line_of(TEXT[1]) + b"{}\n\n" + line_of(TEXT[2])[:50])
    data.without_ledger()

    with pytest.raises(RecordChangedError, match=r"jsonl, line 1 \(and 2 more\): no article of outlet\. "):
        data.recover()


def test_without_a_ledger_an_incomplete_last_line_is_set_aside(data):
    data.write(*TEXT.values())
    kept = data.file.read_bytes()[: -len(line_of(TEXT[5]))]
    os.truncate(data.file, len(kept) + 50)
    data.without_ledger()

    assert data.recover() == Recovered(taken_in=4, torn=1)

    assert (data.file.read_bytes(), data.torn) == (kept, line_of(TEXT[5])[:50] + b"\n")
    assert data.known(*TEXT) == without(5)


@broken_lines
def test_a_rebuild_sets_aside_only_the_lines_that_are_no_articles(data, broken):
    data.write(*TEXT.values())
    data.sync()
    kept = b"".join(line_of(TEXT[number]) for number in (1, 2, 4, 5))
    data.file.write_bytes(kept.replace(line_of(TEXT[4]), broken + line_of(TEXT[4])))

    assert data.rebuild() == Recovered(taken_in=4, torn=1)

    assert (data.file.read_bytes(), data.torn) == (kept, broken)
    assert (data.known(*TEXT), data.due()) == (without(3), ["3"])
    assert data.recover() == Recovered()
    lengths = [len(line_of(TEXT[number])) for number in (1, 2, 4)]
    assert data.starts() == [0, lengths[0], sum(lengths[:2]), sum(lengths)]


def test_a_rebuild_writes_no_file_anew_that_is_whole(data):
    data.write(*TEXT.values())
    data.sync()
    before = data.file.stat()

    data.rebuild()

    after = data.file.stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_without_a_ledger_windows_line_ends_are_taken_as_they_are(data):
    data.write(TEXT[1], TEXT[2])
    data.file.write_bytes(windows_line_ends(data.file.read_bytes()))
    data.without_ledger()

    assert data.recover() == Recovered(taken_in=2)
    data.write(TEXT[3])

    assert (data.known(*TEXT), data.recover()) == (without(4, 5), Recovered())
    assert data.starts() == [0, len(line_of(TEXT[1])) + 1, len(line_of(TEXT[1]) + line_of(TEXT[2])) + 2]


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


@pytest.mark.parametrize("cut", [0, 1, 77, -1])
def test_a_power_cut_that_took_unsynced_lines_and_a_part_of_a_synced_one_costs_just_these(data, cut):
    data.write(TEXT[1], TEXT[2])
    data.sync()
    data.write(TEXT[3], TEXT[4])
    kept, second = line_of(TEXT[1]), line_of(TEXT[2])
    os.truncate(data.file, len(kept) + cut % len(second))

    assert data.recover() == Recovered(torn=1 if cut else 0, forgotten=3)

    assert data.file.read_bytes() == kept
    assert (data.known(*TEXT), data.due()) == (without(2, 3, 4, 5), ["2", "3", "4"])
    data.write(TEXT[2], TEXT[3], TEXT[4])
    assert data.recover() == Recovered()


def test_more_than_the_last_synced_line_is_not_cut_off_silently(data):
    data.write(TEXT[1], TEXT[2])
    data.sync()
    data.write(TEXT[3])
    whole = data.file.read_bytes()
    os.truncate(data.file, len(line_of(TEXT[1])) - 1)

    with pytest.raises(RecordChangedError, match="was shortened"):
        data.recover()
    data.file.write_bytes(whole)

    assert data.recover() == Recovered(taken_in=1), "put back, it is as if nothing had been"
    assert (data.known(*TEXT), data.due()) == (without(4, 5), [])


EARLIER = "articles/outlet/2025-06.jsonl"
FIRST = article(1, published_at=NOW)
SECOND = article(1, published_at=NOW - timedelta(days=30), revision=2, content_hash="b" * 64)


def test_of_revisions_in_several_files_the_newest_is_known_whichever_is_read_first(data):
    # The site moved the story back by a month between the two.
    data.write(FIRST)
    data.write(SECOND, name=EARLIER)
    data.without_ledger()

    assert data.recover() == Recovered(taken_in=2)

    assert data.known(1) == {1: ("b" * 64, 2)}


def test_a_revision_in_another_file_that_a_power_cut_took_leaves_the_one_before(data):
    data.write(FIRST)
    data.sync()
    data.write(SECOND, name=EARLIER)
    (data.directory / EARLIER).write_bytes(line_of(SECOND)[:77])

    assert data.recover() == Recovered(torn=1, forgotten=1)

    assert (data.known(1), data.due()) == ({1: (FIRST.content_hash, 1)}, ["1"])


def test_revisions_in_several_files_that_a_power_cut_took_are_all_forgotten(data):
    for name, item in [(NAME, FIRST), (EARLIER, SECOND)]:
        data.write(item, name=name)
        (data.directory / name).write_bytes(b"")

    assert data.recover() == Recovered(forgotten=2)

    assert (data.known(1), data.due()) == ({}, ["1"])


def test_lines_are_on_the_disk_before_the_ledger_says_so(data, monkeypatch):
    data.write(TEXT[1], TEXT[2], commit=False)
    steps = []
    real_fsync, real_note = os.fsync, data.ledger.record.note_file

    def fsync(descriptor):
        steps.append(str(Path(f"/proc/self/fd/{descriptor}").readlink()))
        real_fsync(descriptor)

    def note_file(outlet, state):
        steps.append(state.synced)
        real_note(outlet, state)

    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(data.ledger.record, "note_file", note_file)
    data.recover()

    assert steps == [str(data.file), data.file.stat().st_size]


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
    match step:
        case "set aside":
            patch.setattr(os, "fsync", once_done(os.fsync))
        case "truncated":
            patch.setattr(os, "fsync", once_done(os.fsync, skipped=1))
        case "written anew":
            patch.setattr(Path, "replace", once_done(Path.replace))
        case "forgotten":
            patch.setattr(record, "forget_from", once_done(record.forget_from))
        case "taken in":
            patch.setattr(record, "write", once_done(record.write))
        case "noted":
            patch.setattr(record, "note_file", once_done(record.note_file))
        case "noted at last":
            patch.setattr(record, "note_file", once_done(record.note_file, skipped=1))


def once_done(function, skipped=0):
    """A function that ends the recovery after so many calls and one."""
    calls = []

    def last(*given, **named):
        result = function(*given, **named)
        calls.append(given)
        if len(calls) > skipped:
            raise CutOffError
        return result

    return last


@pytest.mark.parametrize("step", ["forgotten", "noted", "set aside", "written anew", "taken in", "noted at last"])
def test_a_recovery_that_is_cut_off_while_it_writes_a_file_anew_is_made_good_by_the_next_one(data, step, monkeypatch):
    data.write(TEXT[1])
    data.sync()
    data.write(TEXT[2], TEXT[3], TEXT[4], TEXT[5])
    kept = [line_of(TEXT[number]) for number in (1, 2, 4, 5)]
    data.file.write_bytes(kept[0] + kept[1] + b"\0\n" + kept[2] + kept[3])

    with monkeypatch.context() as patch:
        cut_off_when(step, data.ledger.record, patch)
        with pytest.raises(CutOffError):
            data.recover()
    data.recover()

    assert data.file.read_bytes() == b"".join(kept)
    assert set(data.torn.splitlines()) == {b"\0"}, "kept beside, be it twice"
    assert (data.known(*TEXT), data.due()) == (without(3), ["3"])
    assert data.recover() == Recovered()
    assert data.starts() == [sum(map(len, kept[:number])) for number in range(4)]


def test_a_disk_that_is_full_while_a_file_is_written_anew_leaves_nothing_beside_it_and_nothing_aside(data):
    data.write(*[article(number, body="x " * 500_000) for number in range(1, 7)])
    whole = data.file.read_bytes()
    data.file.write_bytes(b"{}\n" + whole)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(whole) // 2, limits[1]))
    try:
        with pytest.raises(OSError, match="File too large"):
            data.rebuild()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)

    assert [file.name for file in data.file.parent.iterdir()] == [data.file.name]
    data.recover()
    assert data.file.read_bytes() == whole
    assert data.torn == b"{}\n", "once"
    assert {file.name for file in data.file.parent.iterdir()} == {data.file.name, f"{data.file.name}.torn"}


@pytest.mark.parametrize("lines", range(5))
@pytest.mark.parametrize("again", [Data.recover, Data.rebuild], ids=["crawl", "rebuild"])
def test_a_rebuild_that_is_cut_off_after_any_line_is_made_good_by_the_next_run(data, lines, again, monkeypatch):
    data.write(*TEXT.values())
    data.sync()
    # One line was taken out by hand, another one spoilt.
    kept = b"".join(line_of(TEXT[number]) for number in (1, 2, 4))
    data.file.write_bytes(kept.replace(line_of(TEXT[4]), b"{}\n" + line_of(TEXT[4])))

    with monkeypatch.context() as patch:
        name = "write" if lines else "forget_outlet"
        cut_off = once_done(getattr(data.ledger.record, name), skipped=max(lines - 1, 0))
        patch.setattr(data.ledger.record, name, cut_off)
        if lines < 4:
            with pytest.raises(CutOffError):
                data.rebuild()
        else:
            data.rebuild()
    again(data)

    assert data.file.read_bytes() == kept
    assert (data.known(*TEXT), data.due()) == (without(3, 5), ["3", "5"])
    assert data.recover() == Recovered()


AN_HOUR_AGO = NOW - timedelta(hours=1)
READ = article(1, crawled_at=AN_HOUR_AGO)
"""An article that was read an hour ago."""


def told_of_a_change(data):
    lead = Lead(url=READ.url, modified_at=NOW)
    data.ledger.frontier.add("outlet", [lead], "feed", now=NOW, run_started=NOW)


def gone(data):
    data.ledger.frontier.end("outlet", READ.url, Outcome("gone", "the site answers 404", NOW))


def failed(data):
    data.ledger.frontier.fail("outlet", READ.url, "no answer in time", now=NOW)


def passed_over(data):
    data.ledger.frontier.pass_over("outlet", READ.url, now=NOW)


@pytest.mark.parametrize("since", [told_of_a_change, gone, failed, passed_over])
def test_a_rebuild_leaves_what_became_of_a_url_since_its_article_was_read(data, since):
    data.write(READ, commit=False)
    data.ledger.record.write(READ, Line(NAME, 0, data.file.stat().st_size), now=AN_HOUR_AGO)
    since(data)
    became = data.ledger.frontier.counts("outlet")

    data.rebuild()

    assert data.ledger.frontier.counts("outlet") == became
    assert data.known(1) == {1: (READ.content_hash, 1)}


def test_a_file_that_is_back_after_a_rebuild_without_it_is_not_asked_for_again(data):
    data.write(READ)
    whole = data.file.read_bytes()
    data.file.unlink()
    data.rebuild()
    assert data.ledger.frontier.counts("outlet") == {"due": 1}
    data.file.write_bytes(whole)

    data.rebuild()

    assert data.ledger.frontier.counts("outlet") == {"done": 1}


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
