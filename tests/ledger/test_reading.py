"""A ledger that is opened for reading only: it is left as it is, whoever else has it open."""

import os
import sqlite3
import tempfile
from pathlib import Path

import pytest

from newscrawl.items import Lead
from newscrawl.ledger import Ledger, LedgerError, NoLedgerError
from tests.articles import NOW
from tests.ledger.test_database import VERSION_1


def note(ledger, number):
    lead = Lead(url=f"https://example.org/{number}")
    ledger.frontier.add("outlet", [lead], "feed", now=NOW, run_started=NOW)


def counts(url):
    ledger = Ledger(url, read_only=True)
    try:
        return ledger.frontier.counts("outlet")
    finally:
        ledger.close()


def test_a_database_without_a_ledger_stays_without(ledger_url):
    for _ in range(2):
        with pytest.raises(NoLedgerError, match="there is no ledger at"):
            Ledger(ledger_url, read_only=True)


def test_it_is_read_while_another_writes(ledger, ledger_url):
    note(ledger, 1)
    assert counts(ledger_url) == {"due": 1}
    note(ledger, 2)
    assert counts(ledger_url) == {"due": 2}


def test_it_cannot_be_written(ledger, ledger_url):
    reading = Ledger(ledger_url, read_only=True)

    with pytest.raises(LedgerError, match=r"read-?only"):
        note(reading, 1)

    reading.close()
    assert ledger.frontier.counts("outlet") == {}


@pytest.fixture
def folder(tmp_path):
    """A folder that holds a ledger of one URL, closed, whose name asks for care in an address."""
    folder = tmp_path / "a folder, 100% #1"
    folder.mkdir()
    ledger = Ledger(f"sqlite:///{folder / 'ledger.db'}")
    note(ledger, 1)
    ledger.close()
    return folder


def test_nothing_is_left_beside_the_file(folder):
    before = (folder / "ledger.db").read_bytes()

    assert counts(f"sqlite:///{folder / 'ledger.db'}") == {"due": 1}

    assert [file.name for file in folder.iterdir()] == ["ledger.db"]
    assert (folder / "ledger.db").read_bytes() == before


def test_an_older_ledger_is_not_migrated(tmp_path):
    old = sqlite3.connect(tmp_path / "ledger.db")
    old.executescript(VERSION_1)
    old.close()
    before = (tmp_path / "ledger.db").read_bytes()

    with pytest.raises(LedgerError, match="is of version 1; the next crawl brings it to version"):
        Ledger(f"sqlite:///{tmp_path / 'ledger.db'}", read_only=True)

    assert (tmp_path / "ledger.db").read_bytes() == before


def test_who_may_not_write_to_the_folder_may_read():
    with tempfile.TemporaryDirectory(dir="/tmp") as name:
        url = f"sqlite:///{name}/ledger.db"
        ledger = Ledger(url)
        note(ledger, 1)
        ledger.close()
        Path(name).chmod(0o555)
        # root may write everywhere, so the reading is done by a process that is nobody.
        child = os.fork()
        if child == 0:
            if os.geteuid() == 0:
                os.setuid(65534)
            os._exit(0 if counts(url) == {"due": 1} else 1)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        assert [file.name for file in Path(name).iterdir()] == ["ledger.db"]
        Path(name).chmod(0o700)
