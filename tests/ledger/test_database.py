"""Opening a ledger: versions, and databases that cannot be used."""

import gc
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import psycopg
import pytest
from sqlalchemy import create_engine, event, inspect, text

from newscrawl.items import Lead
from newscrawl.ledger import Ledger, LedgerError, Line
from tests.articles import NOW, article


def test_a_ledger_that_cannot_be_opened_says_why_in_one_line(tmp_path):
    with pytest.raises(LedgerError) as refused:
        Ledger(f"sqlite:///{tmp_path}/no/such/folder/ledger.db")

    assert "unable to open database file" in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("url", ["postgres://user:secret@127.0.0.1/news", "/data/news.db", "nosql://127.0.0.1/news"])
def test_an_address_that_is_none_of_a_ledger_is_told_with_one_that_is(url):
    with pytest.raises(LedgerError) as refused:
        Ledger(url)

    assert str(refused.value).startswith("LEDGER_URL is no database that can be used: ")
    assert str(refused.value).endswith("; write sqlite:////data/news.db or postgresql://USER:PASSWORD@HOST/NAME")
    assert "secret" not in str(refused.value)


def test_a_password_is_never_shown():
    with pytest.raises(LedgerError) as refused:
        Ledger("postgresql://user:secret@127.0.0.1:1/news")

    assert "secret" not in str(refused.value)


def test_a_ledger_of_a_later_version_is_refused(ledger_url):
    Ledger(ledger_url).close()
    engine = create_engine(ledger_url)
    with engine.begin() as db:
        db.execute(text("UPDATE meta SET version = 99"))
    engine.dispose()

    with pytest.raises(LedgerError, match="is of version 99; this newscrawl knows version 4"):
        Ledger(ledger_url)


def test_all_that_open_a_new_ledger_at_once_get_it(postgresql_url):
    ready = Barrier(4)

    def open_ledger(_):
        ready.wait(60)
        Ledger(postgresql_url).close()

    with ThreadPoolExecutor(4) as crawls:
        assert list(crawls.map(open_ledger, range(4))) == [None] * 4


def test_a_lost_connection_is_told_in_one_line_and_the_next_transaction_makes_a_new_one(postgresql_url, caplog):
    ledger = Ledger(postgresql_url)
    for act in (
        ledger.frontier.outlets,
        lambda: ledger.record.known("outlet:1"),
        lambda: ledger.record.write(article(1), Line("f", 0, 1), now=NOW),
    ):
        with psycopg.connect(postgresql_url, autocommit=True) as other:
            other.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()")

        with pytest.raises(LedgerError, match=r"^the ledger postgresql://\S+: .+connection") as told:
            act()

        assert "\n" not in str(told.value)
        act()
    assert ledger.record.known("outlet:1").url == "https://example.org/1"
    assert not caplog.records
    ledger.close()


@pytest.mark.parametrize("moment", ["do_execute", "commit"])
def test_ctrl_c_in_the_middle_of_the_ledgers_work_stays_ctrl_c(ledger_url, moment):
    def press(*_):
        raise KeyboardInterrupt

    ledger = Ledger(ledger_url)
    engine = ledger._database._engine
    event.listen(engine, moment, press)
    with pytest.raises(KeyboardInterrupt):
        ledger.record.forget_outlet("outlet")
    event.remove(engine, moment, press)
    # Its traceback holds the statement.
    gc.collect()
    ledger.record.write(article(1), Line("f", 0, 1), now=NOW)
    assert ledger.record.known("outlet:1").url == "https://example.org/1"
    ledger.close()


VERSION_1 = """
CREATE TABLE urls (outlet VARCHAR NOT NULL, url TEXT NOT NULL, status VARCHAR NOT NULL, reason TEXT, found_by VARCHAR,
    first_seen_at DATETIME NOT NULL, named_at DATETIME NOT NULL, published_at DATETIME, changed_at DATETIME,
    looked_at DATETIME, due_at DATETIME NOT NULL, lease_until DATETIME, tries INTEGER NOT NULL, http_status INTEGER,
    article_id VARCHAR, parent_id VARCHAR, PRIMARY KEY (outlet, url));
CREATE INDEX urls_due ON urls (outlet, status, due_at);
CREATE TABLE articles (id VARCHAR NOT NULL PRIMARY KEY, outlet VARCHAR NOT NULL, url TEXT NOT NULL,
    headline TEXT NOT NULL, content_hash VARCHAR NOT NULL, revision INTEGER NOT NULL, published_at DATETIME NOT NULL,
    file TEXT NOT NULL, first_seen_at DATETIME NOT NULL, crawled_at DATETIME NOT NULL);
CREATE INDEX articles_text ON articles (outlet, content_hash);
CREATE TABLE sources (outlet VARCHAR NOT NULL, label VARCHAR NOT NULL, read_at DATETIME NOT NULL,
    outcome TEXT NOT NULL, leads INTEGER NOT NULL, total INTEGER, PRIMARY KEY (outlet, label));
CREATE TABLE files (file TEXT NOT NULL PRIMARY KEY, outlet VARCHAR NOT NULL, length INTEGER NOT NULL);
INSERT INTO urls VALUES
    ('outlet', 'https://example.org/1', 'done', NULL, 'feed', '2025-07-22 12:00:00', '2025-07-22 12:00:00',
     '2025-07-21 12:00:00', '2025-07-21 12:00:00', '2025-07-22 12:00:00', '2025-07-22 12:00:00', NULL, 0, 200,
     'outlet:1', NULL),
    ('outlet', 'https://example.org/2', 'leased', NULL, 'feed', '2025-07-22 12:00:00', '2025-07-22 12:00:00',
     NULL, NULL, NULL, '2025-07-22 12:00:00', '2025-07-22 12:30:00', 0, NULL, NULL, NULL);
INSERT INTO articles VALUES ('outlet:1', 'outlet', 'https://example.org/1', 'A headline',
    '0000000000000000000000000000000000000000000000000000000000000001', 1, '2025-07-21 12:00:00',
    'articles/outlet/2025-07.jsonl', '2025-07-22 12:00:00', '2025-07-22 12:00:00');
"""
"""A ledger as the first version of newscrawl left it."""


def test_a_ledger_of_version_1_is_migrated(tmp_path):
    old = sqlite3.connect(tmp_path / "ledger.db")
    old.executescript(VERSION_1)
    old.close()

    ledger = Ledger(f"sqlite:///{tmp_path / 'ledger.db'}")

    assert ledger.record.known("outlet:1").content_hash == article(1).content_hash
    assert ledger.frontier.counts("outlet") == {"done": 1, "due": 1}
    ledger.close()


BACK_TO_VERSION_2 = (
    "DROP INDEX urls_due",
    "CREATE INDEX urls_due ON urls (outlet, newest_first) WHERE due_at IS NOT NULL",
    "UPDATE meta SET version = 2",
)


def test_a_ledger_of_version_2_gets_the_index_of_today(ledger_url):
    ledger = Ledger(ledger_url)
    ledger.frontier.add("outlet", [Lead(url="https://example.org/1")], "feed", now=NOW, run_started=NOW)
    ledger.close()
    engine = create_engine(ledger_url)
    with engine.begin() as db:
        for statement in BACK_TO_VERSION_2:
            db.execute(text(statement))

    ledger = Ledger(ledger_url)

    assert [row.url for row in ledger.frontier.lease("outlet", 9, holder="here", now=NOW)] == ["https://example.org/1"]
    ledger.close()
    with engine.connect() as db:
        (index,) = (index for index in inspect(db).get_indexes("urls") if index["name"] == "urls_due")
        assert index["column_names"] == ["outlet", "due_at", "newest_first", "url"]
        assert db.execute(text("SELECT version FROM meta")).scalars().all() == [4]
    engine.dispose()
