"""Transactions that come one right after the other share a commit; nobody waits for it long, nothing passes it by."""

import threading
from datetime import timedelta

import pytest

from newscrawl.items import Lead
from newscrawl.ledger import FileState, Ledger, LedgerError, Line, Outcome
from newscrawl.ledger import database as database_module
from tests.articles import NOW, article


@pytest.fixture
def long_open(monkeypatch):
    """However slow the machine is, what comes next comes right after it."""
    monkeypatch.setattr(database_module, "OPEN_SECONDS", 600)


class Together:
    """A crawl's ledger, and what somebody else sees of it."""

    def __init__(self, url: str) -> None:
        self.ledger = Ledger(url)
        self.asked_to_commit = 0
        self.ledger.commit_together(self._soon)
        self.reader = Ledger(url, read_only=True)

    def _soon(self, seconds: float) -> None:
        assert seconds > 0
        self.asked_to_commit += 1

    def write(self, *numbers) -> None:
        for number in numbers:
            item = article(number, headline=f"Bridge {number}")
            self.ledger.record.write(item, Line("file", number * 100, number * 100 + 100), now=NOW)

    def seen(self) -> int:
        """How many articles others know of."""
        return self.reader.record.count("outlet")

    def close(self) -> None:
        self.ledger.close()
        self.reader.close()


@pytest.fixture
def sqlite(sqlite_url, long_open):  # noqa: ARG001 (a fixture cannot use another one in any other way)
    together = Together(sqlite_url)
    yield together
    together.close()


def test_what_comes_alone_is_committed_at_once(sqlite):
    sqlite.write(1)

    assert (sqlite.seen(), sqlite.asked_to_commit) == (1, 0)


def test_so_it_is_on_a_machine_that_was_just_switched_on(sqlite, monkeypatch):
    monkeypatch.setattr(database_module, "monotonic", lambda: 0.01)
    sqlite.write(1)

    assert (sqlite.seen(), sqlite.asked_to_commit) == (1, 0)


def test_what_comes_right_after_it_waits_for_its_commit_which_is_asked_for_once(sqlite):
    sqlite.write(1, 2, 3, 4)

    assert (sqlite.seen(), sqlite.asked_to_commit) == (1, 1)
    sqlite.ledger.commit()
    assert sqlite.seen() == 4
    sqlite.ledger.commit()
    assert sqlite.seen() == 4


def test_the_crawl_itself_knows_what_waits(sqlite):
    sqlite.write(1, 2, 3)

    assert sqlite.ledger.record.known("outlet:3").content_hash == article(3).content_hash
    assert sqlite.ledger.record.same_text("outlet", article(2).content_hash).id == "outlet:2"
    assert sqlite.ledger.record.newest_lines("outlet:3") == [("file", 300)]
    assert sqlite.ledger.frontier.belonging("outlet", article(3).url) == ("outlet:3", None)
    assert sqlite.seen() == 1


DEPENDING = {
    "leases": lambda ledger: ledger.frontier.lease("outlet", 9, holder="here", now=NOW),
    "endings": lambda ledger: ledger.frontier.end("outlet", "https://example.org/9", Outcome("gone", "404", NOW)),
    "leads": lambda ledger: ledger.frontier.add(
        "outlet", [Lead(url="https://example.org/9")], "feed", now=NOW, run_started=NOW
    ),
    "how far a file is on the disk": lambda ledger: ledger.record.note_file(
        "outlet", FileState("file", 400, 400, 1, 1)
    ),
}


@pytest.mark.parametrize("what", DEPENDING)
def test_whatever_else_is_noted_is_committed_with_all_before_it(sqlite, what):
    sqlite.write(1, 2, 3)
    DEPENDING[what](sqlite.ledger)

    assert sqlite.seen() == 3
    sqlite.write(4)
    assert sqlite.seen() == 3, "and what comes next waits again"


def test_a_file_is_as_long_as_its_last_line_tells_for_the_crawl_at_once_and_for_others_with_the_commit(sqlite):
    sqlite.write(1, 2, 3)

    assert sqlite.reader.record.files("outlet")["file"].length == 200
    assert sqlite.ledger.record.files("outlet")["file"].length == 400
    sqlite.write(4)
    sqlite.ledger.commit()
    assert sqlite.reader.record.files("outlet")["file"].length == 500


def test_what_is_noted_of_a_file_after_its_lines_stands(sqlite):
    sqlite.write(1, 2, 3)
    sqlite.ledger.record.note_file("outlet", FileState("file", 1000, 1000, 1, 1))

    assert sqlite.reader.record.files("outlet")["file"].length == 1000


def test_a_file_that_is_forgotten_after_its_lines_stays_forgotten(sqlite):
    sqlite.write(1, 2, 3)
    sqlite.ledger.record.forget_outlet("outlet")

    assert (sqlite.reader.record.files("outlet"), sqlite.seen()) == ({}, 0)


def test_nothing_waits_longer_than_it_may(sqlite_url):
    together = Together(sqlite_url)
    seen = []
    for number in range(1, 3_000):
        together.write(number)
        seen.append(together.seen())
        if len(set(seen)) > 5:
            break

    together.close()
    assert len(set(seen)) > 5, "nobody called for a commit, and what was written was committed all the same"
    assert any(count < number for number, count in enumerate(seen, 1)), "some of it together"


def test_another_program_that_writes_gets_its_turn(sqlite_url):
    together = Together(sqlite_url)
    other = Ledger(f"{sqlite_url}?timeout=15")
    over = threading.Event()

    def end_others() -> None:
        try:
            for number in range(10):
                url = f"https://example.com/{number}"
                other.frontier.end("other", url, Outcome("gone", "404", NOW + timedelta(hours=number)))
        finally:
            over.set()

    thread = threading.Thread(target=end_others)
    thread.start()
    number = 0
    while not over.is_set():
        number += 1
        together.write(number)
    thread.join()
    together.ledger.commit()

    assert together.reader.frontier.counts("other") == {"gone": 10}
    assert together.seen() == number
    other.close()
    together.close()


def test_two_crawls_of_one_process_do_not_wait_for_each_other(sqlite, sqlite_url):
    other = Together(f"{sqlite_url}?timeout=0.2")
    other.write(1, 2)
    assert other.seen() == 1

    sqlite.write(3, 4)

    assert sqlite.seen() == 3, "the other one's was committed first"
    other.write(5)
    other.close()


def test_what_could_not_be_committed_is_told_until_the_ledger_is_opened_again(sqlite, sqlite_url):
    sqlite.write(1, 2, 3)
    with pytest.raises(LedgerError, match=r"(?i)not.null"):
        sqlite.ledger.record.write(article(4, published_at=None), Line("file", 400, 500), now=NOW)

    assert sqlite.seen() == 1
    with pytest.raises(LedgerError, match=r"(?i)not.null"):
        sqlite.write(5)
    with pytest.raises(LedgerError, match=r"(?i)not.null"):
        sqlite.ledger.record.note_file("outlet", FileState("file", 600, 600, 1, 1))
    assert sqlite.ledger.record.known("outlet:3") is None
    sqlite.ledger.frontier.begin("outlet", "here")
    assert sqlite.reader.record.files("outlet")["file"].length == 200, "no line that the ledger does not know"

    again = Together(sqlite_url)
    again.write(2, 3)
    again.ledger.commit()
    assert again.seen() == 3
    again.close()


def test_a_single_failure_takes_nothing_else_with_it(sqlite):
    with pytest.raises(LedgerError, match=r"(?i)not.null"):
        sqlite.ledger.record.write(article(4, published_at=None), Line("file", 400, 500), now=NOW)

    sqlite.write(1)
    assert sqlite.seen() == 1


@pytest.mark.usefixtures("long_open")
def test_on_postgresql_each_is_committed_at_once(postgresql_url):
    together = Together(postgresql_url)
    together.write(1, 2, 3)

    assert (together.seen(), together.asked_to_commit) == (3, 0)
    together.close()
