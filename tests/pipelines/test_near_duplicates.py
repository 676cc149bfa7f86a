"""What becomes of an article that tells the same text as another one, by policy."""

import pytest

from newscrawl.pipelines.dropped import Duplicate
from tests.dataset import Data, story
from tests.similarity.texts import BACKGROUND, BLAST, BRIDGE

COPY = BRIDGE.replace("was opened to traffic", "was inaugurated").replace("metres", "meters")


@pytest.fixture
def data(tmp_path, request):
    data = Data(tmp_path, policy=request.param)
    yield data
    data.close()


def reasons(data):
    return [(status, url, reason) for status, url, reason in data.ledger.frontier.ended("two", ("duplicate",))]


@pytest.mark.parametrize("data", ["label"], indirect=True)
def test_by_default_it_is_written_with_its_label(data):
    item = story("two", 2, COPY, days=1)

    assert data.write(story("one", 1, BRIDGE), item)[1][0] == "one:1"
    assert data.ledger.frontier.counts("two") == {"done": 1}
    assert item.similarity == round(item.similarity, 3)


@pytest.mark.parametrize("days", [1, -1])
@pytest.mark.parametrize("data", ["drop"], indirect=True)
def test_dropped_it_is_not_written_even_where_it_was_published_first(data, days):
    data.write(story("one", 1, BRIDGE))

    with pytest.raises(Duplicate) as dropped:
        data.write(story("two", 2, COPY, days=days))

    ((status, url, reason),) = reasons(data)
    assert (status, url) == ("duplicate", "https://two.example.org/2")
    assert reason.startswith("tells the same text as one:1 (similarity 0.")
    assert reason.endswith("), https://one.example.org/1")
    assert str(dropped.value) == f"two:2: {reason}"
    assert data.clusters() == []
    assert [repeat.reason for repeat in data.told().not_written] == [reason]


@pytest.mark.parametrize("data", ["drop"], indirect=True)
def test_a_revision_is_never_dropped(data):
    data.write(story("one", 1, BRIDGE), story("two", 2, BLAST, days=1))

    assert data.write(story("two", 2, COPY, days=1, revision=2))[0][0] == "one:1"
    assert data.clusters() == [["one:1", "two:2"]]


@pytest.mark.parametrize("data", ["drop"], indirect=True)
def test_what_stands_in_another_one_is_never_dropped(data):
    urgent = BRIDGE.split("\n\n")[0]

    assert data.write(story("one", 1, urgent), story("two", 2, BRIDGE + "\n\n" + BACKGROUND)) == [(None, None)] * 2
    assert len(data.told().contained) == 1


@pytest.mark.parametrize("data", ["off"], indirect=True)
def test_switched_off_nothing_is_compared(data):
    assert data.write(story("one", 1, BRIDGE), story("two", 2, COPY, days=1)) == [(None, None)] * 2
    assert data.clusters() == []
    assert data.ledger.fingerprints.unsigned_counts() == {"one": 1, "two": 1}


@pytest.mark.parametrize("data", ["off"], indirect=True)
def test_a_revision_that_was_not_compared_is_not_taken_for_what_it_was(data):
    data.comparing.policy = "label"
    data.write(story("one", 1, BRIDGE), story("two", 2, COPY, days=1))
    data.comparing.policy = "off"
    data.write(story("two", 2, BLAST, days=1, revision=2))

    assert data.clusters() == []
    assert data.ledger.fingerprints.unsigned_counts() == {"two": 1}
