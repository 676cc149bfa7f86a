"""Killed at any moment and run again, a crawl leaves the files that it would have left."""

from collections import Counter
from datetime import UTC, datetime

import pytest

from tests.crash.faults import AFTER, BEFORE, OPEN, SYNC, WITHIN
from tests.crash.killing import (
    Moment,
    endings,
    finish,
    kill_at,
    known_lines,
    likenesses,
    lines,
    looks,
    moments,
    versions,
)
from tests.crash.site import Story, WordPress, archive, serve_pages
from tests.server import Server


def pages():
    server = Server()
    serve_pages(server, archive())
    return server


def rest():
    stories = archive()
    # Posted again with the same text: the repeat is told from the post, whenever the crawl was killed.
    stories[149].headline, stories[149].text = stories[150].headline, stories[150].text
    # Posted again with another opening and a paragraph more.
    again = stories[125].text
    stories[120].text = [again[0].replace("let the water", "have let the water"), *again[1:], "Boats will follow."]
    return WordPress(stories=stories)


# By REST a crawl makes four requests in all, and writes a hundred lines after each but the first.
@pytest.mark.parametrize(
    ("site", "written", "labels", "kills", "readers"),
    [
        (pages, 300, {}, moments(seed=7, number=25, lines=20, requests=24), 0),
        (pages, 300, {}, moments(seed=13, number=10, lines=20, requests=24), 1),
        (rest, 299, {"iraqinews:121": "iraqinews:126"}, moments(seed=11, number=8, lines=35, requests=3), 0),
    ],
)
def test_a_crawl_that_is_killed_again_and_again_leaves_what_an_undisturbed_one_does(
    tmp_path, site, written, labels, kills, readers
):
    killed, undisturbed = tmp_path / "killed", tmp_path / "undisturbed"
    with site() as server:
        statuses = [kill_at(moment, server, killed, READERS=readers) for moment in kills]
        status, said = finish(server, killed, READERS=readers)
        assert status == 0, said
        assert finish(server, undisturbed)[0] == 0

    assert statuses == [-9] * len(kills), "every one was killed before its end"
    assert versions(killed) == versions(undisturbed)
    assert len(versions(killed)) == written
    assert Counter(endings(killed).values()) == Counter(endings(undisturbed).values())
    assert fields(killed) == fields(undisturbed)
    assert {line["id"]: line["duplicate_of"] for line in lines(killed) if line["duplicate_of"]} == labels
    assert likenesses(killed) == likenesses(undisturbed)


def fields(data):
    """Every line without the times of the crawl."""
    return {
        line["id"]: {name: value for name, value in line.items() if name not in {"first_seen_at", "crawled_at"}}
        for line in lines(data)
    }


@pytest.mark.parametrize("fault", [BEFORE, WITHIN, AFTER, OPEN, SYNC])
def test_whatever_a_line_was_when_the_crawl_was_killed_it_stands_there_once(tmp_path, fault):
    with Server() as server:
        serve_pages(server, archive(12))
        assert kill_at(Moment(fault, 7), server, tmp_path) == -9
        left = b"".join(file.read_bytes() for file in tmp_path.glob("articles/*/*.jsonl"))
        assert fault != OPEN or known_lines(tmp_path) == 1, "the others were to be committed together"
        status, said = finish(server, tmp_path)

    assert status == 0, said
    assert left.count(b"\n") == (7 if fault in {AFTER, OPEN, SYNC} else 6)
    assert sorted(line["id"] for line in lines(tmp_path)) == sorted(f"iraqinews:{number}" for number in range(1, 13))
    torn = b"".join(file.read_bytes() for file in tmp_path.glob("articles/*/*.jsonl.torn"))
    assert torn.count(b"\n") == (1 if fault == WITHIN else 0), "what was cut off is kept beside"
    assert not torn or torn.rstrip() in left


def test_a_young_article_is_looked_at_again_though_the_crawl_was_killed_before_its_commit(tmp_path):
    story = Story(1, published=datetime.now(UTC))
    with Server() as server:
        serve_pages(server, [story])
        assert kill_at(Moment(AFTER, 1), server, tmp_path, SECOND_LOOKS="6,24") == -9
        status, said = finish(server, tmp_path, SECOND_LOOKS="6,24")

    assert status == 0, said
    assert len(list(lines(tmp_path))) == 1
    assert looks(tmp_path)[story.url] is not None
