"""What a crawl does for each URL takes the same work however large the ledger is: SQLite's own steps are counted."""

from datetime import timedelta

import pytest

from newscrawl.items import Lead
from newscrawl.ledger import Ledger, Outcome
from tests.articles import NOW, article

FEW, MANY = 100, 2_000
LATER = NOW + timedelta(hours=1)


def name(ledger, many, *, kind, dated):
    """Note URLs; `dated` gives a date to each."""
    leads = [Lead(url=f"https://example.org/{kind}/{number}", published_at=dated(number)) for number in range(many)]
    ledger.frontier.add("outlet", leads, "sitemap", now=NOW, run_started=NOW)
    return [lead.url for lead in leads]


def older(number):
    return NOW - timedelta(days=2, minutes=number)


def newer(number):
    return NOW + timedelta(minutes=number)


def are_due(ledger, many):
    name(ledger, many, kind="due", dated=older)


def are_due_and_have_one_date(ledger, many):
    name(ledger, many, kind="due", dated=lambda _: NOW - timedelta(days=2))


def ended(ledger, many):
    for url in name(ledger, many, kind="ended", dated=newer):
        ledger.frontier.end("outlet", url, Outcome("gone", "the site answers 404", NOW))


def wait(ledger, many):
    for url in name(ledger, many, kind="waiting", dated=newer):
        ledger.frontier.end("outlet", url, Outcome("forbidden", "robots.txt", NOW, LATER))


ASKED = [f"https://example.org/asked/{number}" for number in range(10)]
ACTS = {
    "begin": lambda ledger: ledger.frontier.begin("outlet", "here"),
    "lease": lambda ledger: ledger.frontier.lease("outlet", 20, holder="here", now=NOW),
    "renew": lambda ledger: ledger.frontier.renew("here", now=NOW),
    "end": lambda ledger: ledger.frontier.end("outlet", ASKED[0], Outcome("gone", "404", NOW)),
    "fail": lambda ledger: ledger.frontier.fail("outlet", ASKED[1], "502", now=NOW),
    "pass_over": lambda ledger: ledger.frontier.pass_over("outlet", ASKED[2], now=NOW),
    "alias": lambda ledger: ledger.frontier.alias("outlet", ASKED[3], ASKED[4], holder="here", now=NOW),
    "settle": lambda ledger: ledger.record.settle(article(5, url=ASKED[5]), Outcome("done", None, NOW)),
    "is_current": lambda ledger: ledger.frontier.is_current("outlet", ASKED[6], NOW),
    "before": lambda ledger: ledger.record.before(article(6, url=ASKED[6])),
    "has_unread": lambda ledger: ledger.frontier.has_unread("outlet"),
    "seen_before": lambda ledger: ledger.frontier.seen_before("outlet", ASKED, NOW),
}


def steps(ledger, act) -> int:
    """How many instructions of its virtual machine SQLite takes for something."""
    taken = 0

    def count():
        nonlocal taken
        taken += 1

    with ledger._database.reading() as db:
        connection = db.connection.connection.dbapi_connection
    connection.set_progress_handler(count, 1)
    act(ledger)
    connection.set_progress_handler(None, 0)
    return taken


def all_steps(folder, many_of_them, size) -> dict[str, int]:
    ledger = Ledger(f"sqlite:///{folder / f'{size}.db'}")
    name(ledger, 10, kind="asked", dated=lambda number: NOW - timedelta(days=1, minutes=number))
    many_of_them(ledger, size)
    taken = {act: steps(ledger, do) for act, do in ACTS.items()}
    ledger.close()
    return taken


@pytest.mark.parametrize(
    ("many_of_them", "read_by"),
    [(are_due, set()), (are_due_and_have_one_date, set()), (ended, set()), (wait, {"begin"})],
)
def test_nothing_reads_what_it_is_not_about(tmp_path, many_of_them, read_by):
    few, many = (all_steps(tmp_path, many_of_them, size) for size in (FEW, MANY))

    assert min(few.values()) > 0
    assert {act for act in ACTS if many[act] > 1.2 * few[act]} == read_by, (few, many)
