"""Near-duplicates are found by what the ledger holds, whoever wrote it, in whatever order."""

from itertools import permutations

import pytest
from sqlalchemy import create_engine, text

from newscrawl.ledger.tables import fingerprints
from newscrawl.recovery import rebuild, recover
from newscrawl.similarity import VERSION
from tests.dataset import Data, story
from tests.similarity.texts import BACKGROUND, BLAST, BRIDGE

COPY = BRIDGE.replace("was opened to traffic", "was inaugurated").replace("metres", "meters")
LONGER = BRIDGE + "\n\n" + BACKGROUND
URGENT = BRIDGE.split("\n\n")[0] + " More to follow."
UPDATES = [
    f"An update of hour {hour}: the first lorries crossed, and {hour * 3} boats followed them." for hour in (4, 9)
]


@pytest.fixture
def data(tmp_path, ledger_url):
    data = Data(tmp_path / "data", ledger_url)
    yield data
    data.close()


@pytest.fixture
def again(tmp_path, ledger_url):
    """The same data directory, opened once more."""
    opened = []

    def open_again(directory="data", **options):
        opened.append(Data(tmp_path / directory, ledger_url, **options))
        return opened[-1]

    yield open_again
    for data in opened:
        data.close()


def test_a_copy_in_another_outlet_is_told_with_the_first_and_how_near_it_is(data):
    labels = data.write(story("one", 1, BRIDGE), story("two", 2, BLAST), story("two", 3, COPY, days=1))

    assert labels[:2] == [(None, None)] * 2
    assert labels[2] == ("one:1", pytest.approx(0.9, abs=0.06))
    (cluster,) = data.told().clusters
    assert [(member.id, member.similarity) for member in cluster.articles] == [("one:1", None), ("two:3", labels[2][1])]


def test_a_restart_knows_what_was_written(data, again):
    data.write(story("one", 1, BRIDGE))
    data.close()

    assert again().write(story("two", 2, COPY, days=1))[0][0] == "one:1"


def test_two_crawls_of_one_ledger_see_what_the_other_one_writes(data, again):
    other = again()

    assert data.write(story("one", 1, BRIDGE)) == [(None, None)]
    assert other.write(story("two", 2, COPY, days=1))[0][0] == "one:1"
    assert other.write(story("two", 3, BLAST)) == [(None, None)]
    assert data.write(story("one", 4, BLAST, days=1)) == [("two:3", 1.0)]


def test_what_two_crawls_write_at_the_same_moment_is_told_by_the_ledger(data, again):
    other = again()
    mine, theirs = data.compared(story("one", 1, BRIDGE)), other.compared(story("two", 2, COPY, days=1))
    for crawl, item in ((data, mine), (other, theirs)):
        assert item.duplicate_of is None, "neither could see the other one"
        crawl.append(item)
    assert data.clusters() == []

    for crawl in (data, other):
        crawl.comparing.search.settle()

    assert data.clusters() == [["one:1", "two:2"]]


@pytest.mark.parametrize(("days", "found"), [(30, True), (30.01, False), (-30, True), (-30.01, False)])
def test_only_what_was_published_within_the_window_is_compared(data, days, found):
    data.write(story("one", 1, BRIDGE), story("two", 2, COPY, days=days))

    assert data.clusters() == ([["one:1", "two:2"] if days > 0 else ["two:2", "one:1"]] if found else [])


def test_the_window_is_as_wide_as_it_is_set(again):
    data = again(window=90)

    assert data.write(story("one", 1, BRIDGE), story("two", 2, COPY, days=89))[1][0] == "one:1"


def test_an_earlier_one_found_later_is_the_head_and_no_line_is_rewritten(data):
    labels = data.write(story("one", 1, BRIDGE, days=5), story("two", 2, COPY), story("one", 3, BRIDGE + " ", days=6))

    assert labels == [(None, None), (None, None), ("two:2", labels[2][1])]
    assert data.clusters() == [["two:2", "one:1", "one:3"]]


# The last update alone has too little in common with the first text.
CHAIN = [BRIDGE, LONGER, LONGER + "\n\n" + BACKGROUND.replace("war", "conflict").replace("in 2014", "then") + BLAST]


def test_a_chain_is_one_cluster_with_one_head(data):
    labels = data.write(*(story("one", number, body, days=number) for number, body in enumerate(CHAIN)))

    assert [label[0] for label in labels] == [None, "one:0", "one:0"]
    assert labels[2][1] < 0.4, "how near it is to the head, not to the one between"
    assert data.clusters() == [["one:0", "one:1", "one:2"]]
    assert [(m.compared_with, m.similarity) for m in data.told().clusters[0].articles][2][0] == "one:1"


def test_clusters_are_the_same_in_whatever_order_articles_come(tmp_path):
    stories = [story("one", number, body, days=number) for number, body in enumerate([*CHAIN, BLAST, BLAST + " "])]
    told = []
    for number, order in enumerate(permutations(stories)):
        if number % 8 == 0:
            data = Data(tmp_path / str(number))
            data.write(*order)
            told.append(data.told().clusters)
            data.close()

    assert [[member.id for member in cluster.articles] for cluster in told[0]] == [
        ["one:3", "one:4"],
        ["one:0", "one:1", "one:2"],
    ]
    assert told == [told[0]] * 15


def test_a_revision_is_no_duplicate_of_itself_and_is_looked_at_anew(data):
    data.write(story("one", 1, BRIDGE), story("two", 2, COPY, days=1))

    revised = story("one", 1, BRIDGE + "\n\nThe toll was dropped.", revision=2)
    other = story("two", 2, BLAST, days=1, revision=2)

    assert data.write(revised) == [(None, None)]
    assert data.clusters() == [["one:1", "two:2"]]
    assert data.write(other) == [(None, None)]
    assert data.clusters() == [], "as it now stands it tells something else"
    assert data.write(story("two", 3, BLAST, days=2)) == [("two:2", 1.0)]


def test_an_urgent_line_stands_in_its_story_and_is_no_duplicate(data):
    labels = data.write(story("one", 1, URGENT), story("one", 2, LONGER, days=0.1))

    assert labels == [(None, None)] * 2
    told = data.told()
    assert told.clusters == []
    assert [(pair.part.id, pair.whole.id) for pair in told.contained] == [("one:1", "one:2")]


def test_a_live_blog_that_holds_its_updates_is_not_told(data):
    updates = [story("one", n, update, parent_id="one:1") for n, update in enumerate(UPDATES, 2)]
    blog = story("one", 1, "\n\n".join([*UPDATES, BRIDGE]))

    data.write(updates[0], blog, updates[1])

    assert data.told().contained == []


def test_a_text_that_is_too_short_is_like_nothing(data):
    assert data.write(story("one", 1, "Watch the video."), story("two", 2, "Watch the video.")) == [(None, None)] * 2
    assert data.ledger.fingerprints.unsigned_counts() == {}


def test_what_cannot_be_read_is_not_claimed(data, again):
    """As where two data directories on two machines share a ledger."""
    elsewhere = again("elsewhere")
    elsewhere.write(story("one", 1, BRIDGE))

    assert data.write(story("two", 2, COPY, days=1)) == [(None, None)]
    assert data.clusters() == []


@pytest.mark.parametrize("change", ["cut", "other"])
def test_what_a_file_does_not_hold_any_more_is_not_claimed(data, change):
    data.write(story("one", 1, BRIDGE))
    (file,) = data.dataset.articles.glob("one/*.jsonl")
    file.write_bytes(file.read_bytes()[:100] if change == "cut" else file.read_bytes().replace(b"one:1", b"one:9"))

    assert data.write(story("two", 2, COPY, days=1)) == [(None, None)]


STORIES = [
    story("one", 1, BRIDGE),
    story("one", 2, LONGER, days=3),
    story("one", 3, URGENT, days=40),
    story("one", 4, BLAST, days=45),
    story("two", 5, COPY, days=1),
    story("two", 6, LONGER + " ", days=32),
]


def emptied(ledger_url, *tables):
    """A ledger without what some of its tables held."""
    engine = create_engine(ledger_url)
    with engine.begin() as db:
        for table in tables:
            db.execute(text(f"DELETE FROM {table}"))
    engine.dispose()


def without_signatures(ledger_url):
    emptied(ledger_url, "fingerprints", "alike")


def of_version_3(ledger_url):
    engine = create_engine(ledger_url)
    with engine.begin() as db:
        for statement in ("DROP TABLE fingerprints", "DROP TABLE alike", "UPDATE meta SET version = 3"):
            db.execute(text(statement))
    engine.dispose()


def without_anything(ledger_url):
    emptied(ledger_url, "fingerprints", "alike", "articles", "lines", "files", "urls")


@pytest.mark.parametrize("change", [without_signatures, of_version_3, without_anything])
def test_a_ledger_without_signatures_gets_them_from_the_files(data, again, ledger_url, change):
    data.write(*STORIES)
    before = data.told()
    data.close()
    change(ledger_url)

    opened = again()
    for outlet in ("two", "one"):
        recover(opened.dataset.directory, outlet, opened.ledger)
        opened.dataset.compare()

    assert opened.told() == before
    assert [len(cluster.articles) for cluster in before.clusters] == [4]
    assert len(before.contained) == 1
    assert opened.write(story("two", 7, BLAST, days=46)) == [("one:4", 1.0)]


def test_signatures_of_another_version_are_made_anew(data, again, ledger_url):
    data.write(*STORIES)
    data.close()
    engine = create_engine(ledger_url)
    with engine.begin() as db:
        db.execute(fingerprints.update().values(version=VERSION - 1, signature=b"other"))
    engine.dispose()

    opened = again()
    assert opened.ledger.fingerprints.unsigned_counts() == {"one": 4, "two": 2}
    opened.dataset.compare()

    assert opened.ledger.fingerprints.unsigned_counts() == {}
    assert opened.write(story("two", 7, BLAST, days=46)) == [("one:4", 1.0)]


@pytest.mark.parametrize("small", [1, 2, 3, 1_000])
def test_what_is_not_compared_is_counted_whichever_outlet_has_most(data, monkeypatch, small):
    monkeypatch.setattr("newscrawl.ledger.fingerprints.SMALL_OUTLET", small)
    data.write(*STORIES)
    for number, outlet in enumerate(("one", "one", "three", "three", "three", "four"), start=100):
        data.append(story(outlet, number, BLAST))

    assert data.ledger.fingerprints.unsigned_counts() == {"one": 2, "three": 3, "four": 1}


def test_lines_are_found_of_any_number_of_articles_at_once(data):
    for number in range(120):
        data.append(story("one", number, BLAST))
    ids = [f"one:{number}" for number in range(125)]

    found = data.ledger.record.newest_lines_of(ids)

    assert list(found) == ids
    assert found == {article_id: data.ledger.record.newest_lines(article_id) for article_id in ids}
    assert [article_id for article_id in ids if not found[article_id]] == ids[120:]


def test_a_line_that_was_not_committed_is_compared_by_the_next_crawl(data):
    data.write(story("one", 1, BRIDGE))
    data.append(data.compared(story("one", 2, COPY, days=1)), commit=False)

    recover(data.dataset.directory, "one", data.ledger)
    data.dataset.compare()

    assert data.clusters() == [["one:1", "one:2"]]


def test_a_line_that_is_gone_takes_its_likenesses_with_it(data):
    data.write(story("one", 1, BRIDGE), story("one", 2, COPY, days=1), story("one", 3, BLAST, days=2))
    start = data.ledger.record.newest_lines("one:2")[0][1]

    data.ledger.record.forget_from("articles/one/2025-07.jsonl", start)

    assert data.clusters() == []
    assert data.write(story("two", 4, COPY, days=1))[0][0] == "one:1"


def test_a_rebuild_tells_what_the_files_hold(data):
    data.write(*STORIES)
    file = data.dataset.articles / "two/2025-07.jsonl"
    file.unlink()

    rebuild(data.dataset.directory, "two", data.ledger)
    data.dataset.compare()

    assert data.clusters() == [["one:1", "one:2", "two:6"]]


def test_memory_holds_the_months_of_the_window_and_no_more(tmp_path):
    data = Data(tmp_path)
    held = []
    for month in range(60):
        data.write(story("one", month, f"{BLAST} It was event {month}.", days=-30 * month))
        held.append(len(data.comparing.search._months))
    data.close()

    assert max(held) <= 6
