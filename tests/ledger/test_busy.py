"""A ledger that another program writes to: waited for, but not again and again. On real SQLite files."""

import multiprocessing
import sqlite3
from contextlib import closing, contextmanager
from functools import partial
from time import perf_counter

import pytest

from newscrawl.ledger import Ledger, LedgerError, Outcome
from tests.articles import NOW

PATIENCE = 1.0
"""Seconds, as the ledger's URL says."""


@pytest.fixture
def url(sqlite_url):
    return f"{sqlite_url}?timeout={PATIENCE}"


@pytest.fixture
def ledger(url):
    ledger = Ledger(url)
    yield ledger
    ledger.close()


@contextmanager
def held(tmp_path, *, from_readers_too=False):
    """The ledger in the hands of another program."""
    with closing(sqlite3.connect(tmp_path / "ledger.db", isolation_level=None)) as other:
        if from_readers_too:
            other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        yield


def end(ledger):
    ledger.frontier.end("outlet", "https://example.org/1", Outcome("gone", "the site answers 404", NOW))


def seconds_until_it_is_given_up(attempt) -> float:
    begun = perf_counter()
    with pytest.raises(LedgerError, match=r"timeout=1\.0: database is locked$"):
        attempt()
    return perf_counter() - begun


def test_another_writer_is_waited_for_as_long_as_the_url_says(tmp_path, ledger):
    with held(tmp_path):
        waited = seconds_until_it_is_given_up(lambda: end(ledger))

    assert PATIENCE <= waited < 10 * PATIENCE


def test_after_a_wait_in_vain_nothing_is_waited_for_though_it_can_be_read(tmp_path, ledger):
    with held(tmp_path):
        seconds_until_it_is_given_up(lambda: end(ledger))

        assert seconds_until_it_is_given_up(lambda: end(ledger)) < PATIENCE
        assert ledger.frontier.counts("outlet") == {}
        assert seconds_until_it_is_given_up(lambda: end(ledger)) < PATIENCE


def test_once_something_could_be_written_there_is_patience_again(tmp_path, ledger):
    with held(tmp_path):
        seconds_until_it_is_given_up(lambda: end(ledger))
    end(ledger)

    with held(tmp_path):
        assert seconds_until_it_is_given_up(lambda: end(ledger)) >= PATIENCE


def test_a_ledger_is_waited_for_when_it_is_opened(tmp_path, url):
    Ledger(url).close()
    with held(tmp_path):
        assert PATIENCE <= seconds_until_it_is_given_up(lambda: Ledger(url)) < 10 * PATIENCE


def test_a_file_that_has_no_ledger_yet_is_waited_for_too(tmp_path, url):
    with closing(sqlite3.connect(tmp_path / "ledger.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        waited = seconds_until_it_is_given_up(lambda: Ledger(url))
        other.execute("CREATE TABLE notes (note)")
        other.execute("COMMIT")

    assert PATIENCE <= waited < 10 * PATIENCE
    Ledger(url).close()


ROUNDS = 60


def open_new_ledgers(folder, ready, failures):
    """One new ledger after the other, each at the same moment as the other process."""
    try:
        for number in range(ROUNDS):
            ready.wait(60)
            try:
                Ledger(f"sqlite:///{folder / f'{number}.db'}").close()
            except LedgerError as error:
                failures.put(str(error))
    finally:
        failures.put(None)


def test_two_first_crawls_at_once_both_get_their_ledger(tmp_path):
    processes = multiprocessing.get_context("spawn")
    failures = processes.Queue()
    act = partial(open_new_ledgers, tmp_path, processes.Barrier(2), failures)
    both = [processes.Process(target=act) for _ in range(2)]
    for process in both:
        process.start()
    told = [*iter(failures.get, None), *iter(failures.get, None)]
    for process in both:
        process.join()

    assert told == []
    assert [process.exitcode for process in both] == [0, 0]


def test_a_reader_waits_as_long_as_the_url_says(tmp_path, url):
    Ledger(url).close()
    with held(tmp_path, from_readers_too=True):
        waited = seconds_until_it_is_given_up(lambda: Ledger(url, read_only=True))

    assert PATIENCE <= waited < 10 * PATIENCE


def test_a_timeout_that_is_no_number_is_refused_in_one_line(sqlite_url):
    with pytest.raises(LedgerError, match=r"^LEDGER_URL is no database that can be used: .*'soon'; write "):
        Ledger(f"{sqlite_url}?timeout=soon")
