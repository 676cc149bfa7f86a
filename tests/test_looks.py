"""When an article is looked at again. Each look is so near that the ledger believes it."""

from datetime import timedelta

import pytest

from newscrawl.ledger import Ledger, Line
from newscrawl.ledger.frontier import LONGEST_PAUSE
from newscrawl.looks import next_look
from tests.articles import NOW, article

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def looks(*hours: int) -> list[timedelta]:
    return [timedelta(hours=each) for each in hours]


@pytest.mark.parametrize(
    ("age", "hours", "ahead"),
    [
        (HOUR, [6, 24, 72, 168], 5 * HOUR),
        (5 * DAY, [6, 24, 72, 168], 2 * DAY),
        (7 * DAY, [6, 24, 72, 168], None),
        (HOUR, [], None),
        (HOUR, [720], 7 * DAY),
        (7 * DAY, [6, 24, 72, 168, 720], 7 * DAY),
        (24 * DAY, [6, 24, 72, 168, 720], 6 * DAY),
        (30 * DAY, [6, 24, 72, 168, 720], None),
        (-30 * DAY, [6, 24], 7 * DAY),
    ],
)
def test_the_next_look_is_the_first_that_is_still_to_come_or_one_within_a_week_on_the_way_there(age, hours, ahead):
    look = next_look(article(published_at=NOW - age), NOW, looks(*hours))

    assert look == (ahead and NOW + ahead)
    assert ahead is None or ahead < LONGEST_PAUSE


def test_what_rest_gave_is_not_looked_at_again():
    assert next_look(article(published_at=NOW, provenance={"body": "rest"}), NOW, looks(6)) is None


@pytest.mark.parametrize(("age", "hours"), [(HOUR, [720]), (7 * DAY, [6, 24, 72, 168, 720]), (-30 * DAY, [6])])
def test_an_article_is_not_due_again_in_the_crawl_that_looked_at_it(tmp_path, age, hours):
    ledger = Ledger(f"sqlite:///{tmp_path / 'ledger.db'}")
    item = article(published_at=NOW - age)
    look = next_look(item, NOW, looks(*hours))
    ledger.record.write(item, Line("file", 0, 1), now=NOW, next_look=look)

    assert ledger.frontier.lease("outlet", 9, holder="here", now=NOW) == []
    assert len(ledger.frontier.lease("outlet", 9, holder="here", now=look)) == 1
    ledger.close()
