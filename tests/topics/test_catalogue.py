"""What belongs to a topic, and how the catalogue follows the files."""

import contextlib
import multiprocessing
import os
import signal
import sqlite3
import tempfile
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newscrawl.text.topic import names_topic
from newscrawl.topics import membership, record_files, tables
from newscrawl.topics.catalogue import Catalogue
from newscrawl.topics.connection import CatalogueError
from newscrawl.topics.names import Topic
from newscrawl.topics.refresh import EPOCH
from tests.dataset import BEGIN, story
from tests.topics.record import append, file_of, line

CJTF = Topic("CJTF-OIR", ("cjtf oir", "cjtfoir", "operation inherent resolve"))


@contextlib.contextmanager
def catalogue(directory, *topics, clusters=None):
    with Catalogue.open(directory, topics, clusters) as opened:
        yield opened


def ids(directory, topic=None, *topics, clusters=None, **chosen):
    with catalogue(directory, *topics, clusters=clusters) as opened:
        return [card.story.id for card in opened.cards(topic, **chosen)]


def counts(directory, *topics):
    with catalogue(directory, *topics) as opened:
        return {topic.name: topic.count for topic in opened.topics()}


# --- what belongs to a topic ---


@pytest.mark.parametrize(
    ("topic", "text"),
    [
        ("CJTF-OIR", "The commander of CJTF-OIR spoke."),
        ("cjtf oir", "CJTF–OIR’s commander spoke."),
        ("#CJTF-OIR", "The (cjtf‑oir) spoke."),
        ("CJTF-OIR", "Combined force – Operation\nInherent—Resolve."),
        ("cjtfoir", "CJTF OIR"),
        ("Elysee", "Le palais de l’Élysée."),
        ("Élysée", "Le palais de l’ELYSE\u0301E."),
        ("e\ufb03cient", "An EFFICIENT office."),
        ("داعش", "قاتل الجيش «داعش» أمس."),
        ("الأنبار", "محافظة الانبار"),
        ("الانبار", "محافظة الأَنْبَار"),
        ("القياده المركزيه", "القيادة المركزية الأميركية"),
        ("علي", "علـــى الفتح"),
        ("2025", "In 2025."),
        ("Baghdad", "Bagh\u00addad, and Łódź"),
        ("Lodz", "Bagh\u00addad, and Łódź"),
        ("दिल्ली", "नई दिल्ली में"),
    ],
)
def test_a_text_that_names_a_topic_as_words_belongs_to_it(tmp_path, topic, text):
    append(tmp_path, story("one", 1, text), story("one", 2, "Nothing of the sort."))

    assert ids(tmp_path, topic, CJTF) == ["one:1"]


@pytest.mark.parametrize(
    ("topic", "text"),
    [
        ("CJTF-OIR", "CJTF-OIRX and XCJTF-OIR, CJTF, the OIR"),
        ("IS", "This ISIS list was his."),
        ("OIR", "CJTFOIR memoir"),
        ("داعش", "الدواعش داعشي"),
        ("Iraq", "Iraqi 'Iraqis'"),
        ("काम", "वह नाकाम रहा"),
    ],
)
def test_a_part_of_a_word_does_not(tmp_path, topic, text):
    append(tmp_path, story("one", 1, text))

    assert ids(tmp_path, topic) == []
    append(tmp_path, story("one", 2, "Other.", topics=[topic], days=1))
    assert ids(tmp_path, topic) == ["one:2"]
    append(tmp_path, story("one", 3, text, days=2))
    assert ids(tmp_path, topic) == ["one:2"], "nor where the topic was there before the story"


def test_headline_description_and_tags_count_and_words_never_reach_across_two_of_them(tmp_path):
    append(
        tmp_path,
        story("one", 1, "Text.", headline="Oil price", days=1),
        story("one", 2, "Text.", description="The OIL price fell", days=2),
        story("one", 3, "Text.", topics=["oil-price"], days=3),
        story("one", 4, "Price of it.", headline="Oil", days=4),
        story("one", 5, "Text.", sections=["Oil price"], days=5),
        story("one", 6, "Text.", topics=["Oil price index"], days=6),
    )

    assert ids(tmp_path, "Oil Price") == ["one:3", "one:2", "one:1"]


def test_a_topic_with_spellings_has_the_stories_of_all_of_them_under_any(tmp_path):
    append(
        tmp_path,
        story("one", 1, "Of CJTF OIR."),
        story("one", 2, "Of #CJTFOIR.", days=1),
        story("two", 3, "Text.", topics=["Operation: Inherent Resolve"], days=2),
        story("two", 4, "Operation Inherent", days=3),
    )

    for name in ("CJTF-OIR", "cjtfoir", "operation inherent resolve"):
        assert ids(tmp_path, name, CJTF) == ["two:3", "one:2", "one:1"]
    assert ids(tmp_path, "CJTF-OIR") == ["one:1"], "without the file, by its own name"
    assert counts(tmp_path, CJTF) == {"CJTF-OIR": 3}, "the site's tag is one of its spellings"


def test_topics_are_those_of_the_file_and_the_tags_under_the_spelling_used_most(tmp_path):
    append(
        tmp_path,
        story("one", 1, "Water in Basra.", topics=["basra", "Wäter"]),
        story("one", 2, "Text.", topics=["Basra", "wa-ter", "—"], days=1),
        story("two", 3, "Text.", topics=["Basra", "BASRA"], days=2),
    )

    with catalogue(tmp_path, CJTF) as opened:
        told = [(topic.name, topic.count, topic.outlets, topic.newest) for topic in opened.topics()]
        assert opened.topic("CJTF-OIR") is None, "there is no story on it"
    assert told == [
        ("Basra", 3, ["one", "two"], BEGIN + timedelta(days=2)),
        ("wa-ter", 1, ["one"], BEGIN + timedelta(days=1)),
        ("Wäter", 1, ["one"], BEGIN),
    ]


def test_an_acronym_that_is_a_common_word_too_is_found_in_texts_where_it_is_in_capitals(tmp_path):
    append(
        tmp_path,
        story("one", 1, "They told us that it is late, and who was there."),
        story("one", 2, "A US envoy came.", days=1),
        story("one", 3, "They told us more.", days=2, topics=["us"]),
    )

    assert ids(tmp_path, "WHO") == []
    assert ids(tmp_path, "US") == ["one:3", "one:2"]
    append(
        tmp_path,
        story("one", 4, "Then they left us.", headline="US envoy", days=3),
        story("one", 5, "Then they left us.", days=4),
        story("one", 6, "They gave us dollars.", days=5),
    )
    assert ids(tmp_path, "US") == ["one:4", "one:3", "one:2"], "nor where the topic was there before the story"
    assert ids(tmp_path, "US dollars") == ["one:6"], "as a part of a longer topic it is a word as others"
    assert ids(tmp_path, "America", Topic("America", ("america", "us"))) == ["one:4", "one:3", "one:2"]


NAMES = "Oil oil PRICE prïce prices Basra البصرة x US us It".split()
WORDS = st.lists(st.sampled_from(NAMES), max_size=5)
TEXTS = st.lists(st.tuples(WORDS, st.sampled_from(" -–'…\n_")), min_size=1, max_size=2)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(WORDS, st.sampled_from(" -–'_")), min_size=2, max_size=6), WORDS.filter(bool))
def test_topics_that_come_before_and_after_their_stories_have_the_same_ones(texts, tag):
    bodies = [sign.join(words) or "Text" for words, sign in texts]
    topic = " ".join(tag)
    items = [story("one", number, body, days=number) for number, body in enumerate(bodies)]
    wanted = {item.id for item in items if names_topic(topic, [item.body])}
    with tempfile.TemporaryDirectory() as first, tempfile.TemporaryDirectory() as second:
        tagged = story("one", 99, "Nothing.", headline="H", topics=[topic])
        # Looked up in the index when the tag comes last; held against the topics when it comes first.
        append(Path(first), *items)
        ids(Path(first))
        append(Path(first), tagged)
        append(Path(second), tagged)
        ids(Path(second))
        append(Path(second), *items)
        for directory in (first, second):
            assert set(ids(Path(directory), topic)) == wanted | {"one:99"}
            assert counts(Path(directory)) == {topic: len(wanted) + 1}


# --- cards ---


def test_cards_are_newest_first_and_hold_to_period_outlet_and_limit(tmp_path):
    items = [story(outlet, n, "On Basra.", days=n) for n, outlet in enumerate(["one", "two", "one", "two"])]
    append(tmp_path, *items, story("two", 9, "On Basra.", days=3))

    assert ids(tmp_path, "Basra") == ["two:3", "two:9", "one:2", "two:1", "one:0"]
    assert ids(tmp_path, "Basra", outlets=["one"]) == ["one:2", "one:0"]
    assert ids(tmp_path, "Basra", limit=2) == ["two:3", "two:9"]
    since, until = BEGIN + timedelta(days=1), BEGIN + timedelta(days=3)
    assert ids(tmp_path, "Basra", since=since, until=until) == ["one:2", "two:1"]
    assert ids(tmp_path, since=since, outlets=["two"], limit=1) == ["two:3"]
    assert ids(tmp_path, "nobody") == []
    assert ids(tmp_path, "—") == []
    with catalogue(tmp_path) as opened:
        assert [opened.has(topic) for topic in ("basra", "#Basra", "on basra", "nobody", "—")] == [True] * 3 + [
            False
        ] * 2


def test_a_large_topic_is_found_in_the_same_order_with_and_without_a_limit(tmp_path):
    items = [story("one", n, "Text.", topics=["Basra"] * (n % 4 > 0), days=n / 100) for n in range(200)]
    copies = [story("two", n, "Text.", days=3, duplicate_of=f"one:{n}") for n in range(0, 200, 4)]
    told_twice = [story("two", 300 + n, "Basra.", days=3, duplicate_of=f"one:{n}") for n in (0, 197, 198, 199)]
    append(tmp_path, *items, *copies, *told_twice)

    # one:0 is on it because of one of its copies.
    wanted = [f"one:{n}" for n in reversed(range(200)) if n % 4 or n == 0]
    assert ids(tmp_path, "Basra") == wanted
    assert ids(tmp_path, "Basra", limit=3) == wanted[:3]
    assert ids(tmp_path, "Basra", limit=50, until=BEGIN + timedelta(days=0.11)) == wanted[-9:]


def test_a_large_topic_of_long_ago_is_found_in_the_same_order(tmp_path):
    old = [story("one", n, "Text.", topics=["Basra"], days=n / 100) for n in range(80)]
    append(tmp_path, *old, *(story("two", n, "Text.", days=10 + n / 100) for n in range(120)))

    assert ids(tmp_path, "Basra", limit=5) == [f"one:{n}" for n in (79, 78, 77, 76, 75)]
    assert ids(tmp_path, "Basra", limit=5, until=BEGIN + timedelta(days=0.025)) == ["one:2", "one:1", "one:0"]
    assert ids(tmp_path, "Basra", limit=5, outlets=["two"]) == []
    assert ids(tmp_path, "Basra", limit=0) == []


def test_near_duplicates_are_one_card_that_is_on_a_topic_if_any_of_them_is(tmp_path):
    append(
        tmp_path,
        story("one", 1, "Text.", days=1),
        story("two", 2, "On Basra.", days=2, headline="Theirs", duplicate_of="one:1"),
        story("one", 3, "Other.", days=3),
    )

    with catalogue(tmp_path) as opened:
        (card,) = opened.cards("Basra")
        assert (card.story.id, card.updates, opened.card("two:2")) == ("one:1", [], card)
        (copy,) = card.also_in
        assert (copy.id, copy.outlet, copy.headline, copy.url) == (
            "two:2",
            "two",
            "Theirs",
            "https://two.example.org/2",
        )
        assert [topic.count for topic in opened.topics()] == []
    assert ids(tmp_path, outlets=["two"]) == ["one:1"]
    assert ids(tmp_path, clusters=[]) == ["one:3", "two:2", "one:1"], "the ledger knows better"
    assert ids(tmp_path, clusters=[["one:1", "one:3"]]) == ["two:2", "one:1"]


def test_updates_fold_into_their_blog_newest_first(tmp_path):
    blog = story("one", 1, "Blog.", kind="live_blog")
    update = story("one", 2, "On Basra.", kind="live_update", parent_id="one:1", days=0.1)
    append(tmp_path, update, blog, replace(update, id="one:3", published_at=BEGIN + timedelta(days=0.2)))

    with catalogue(tmp_path) as opened:
        (card,) = opened.cards("Basra")
        assert (card.story.id, [update.id for update in card.updates]) == ("one:1", ["one:3", "one:2"])
        assert opened.story("one:2").body == "On Basra."
        assert opened.card("one:7") is None
        assert opened.story("one:7") is None


def test_the_newest_revision_counts_wherever_it_stands(tmp_path):
    first = story("one", 1, "On Basra.", topics=["Oil"])
    second = replace(first, revision=2, body="On Mosul.", topics=["Wheat"], published_at=BEGIN - timedelta(days=40))
    append(tmp_path, first, story("one", 2, "Text."))
    assert ids(tmp_path, "Basra") == ["one:1"]
    append(tmp_path, second)

    assert ids(tmp_path, "Basra") == []
    assert ids(tmp_path, "Mosul") == ["one:1"]
    assert counts(tmp_path) == {"Wheat": 1}
    with catalogue(tmp_path) as opened:
        assert opened.card("one:1").updated_at == second.crawled_at
        assert opened.card("one:2").updated_at is None
    append(tmp_path, replace(first, body="On Tikrit."))
    assert ids(tmp_path, "Tikrit") == [], "a lower revision that comes later is not the newest"


def test_counts_follow_what_leaves_a_topic_and_what_becomes_one_story(tmp_path):
    items = [story("one", n, "Text.", topics=["Oil"], days=n) for n in (1, 2, 3, 4)]
    append(tmp_path, *items)
    assert counts(tmp_path) == {"Oil": 4}
    append(tmp_path, replace(items[3], topics=[], revision=2))

    with catalogue(tmp_path) as opened:
        assert [(topic.count, topic.newest) for topic in opened.topics()] == [(3, BEGIN + timedelta(days=3))]
    with catalogue(tmp_path, clusters=[["one:1", "one:2"], ["one:3", "one:4"]]) as opened:
        assert [topic.count for topic in opened.topics()] == [2]
        assert opened.folded() == (2, 0)
        assert opened.overview().members == {"Oil": ["one:3", "one:1"]}
    file_of(tmp_path, items[0]).unlink()
    append(tmp_path, *items[:2])
    assert counts(tmp_path) == {"Oil": 2}


def test_a_topic_is_as_new_as_its_cards_whichever_of_their_stories_are_on_it(tmp_path):
    head = story("one", 1, "Text.", days=1)
    append(tmp_path, head, story("two", 2, "Text.", topics=["Oil"], days=5, duplicate_of="one:1"))

    def newest():
        with catalogue(tmp_path) as opened:
            return [(topic.name, topic.newest, topic.outlets) for topic in opened.topics()]

    assert newest() == [("Oil", BEGIN + timedelta(days=1), ["two"])]
    append(tmp_path, replace(head, revision=2, published_at=BEGIN + timedelta(days=3)))
    assert newest() == [("Oil", BEGIN + timedelta(days=3), ["two"])]
    append(tmp_path, replace(head, revision=3, published_at=BEGIN + timedelta(days=9)))
    assert newest() == [("Oil", BEGIN + timedelta(days=5), ["two"])], "the copy is the earliest now"


def digests(opened):
    return {head.id: head.digest for head in opened.overview().heads}


def test_digests_tell_which_cards_changed(tmp_path):
    append(tmp_path, story("one", 1, "A."), story("one", 2, "B."), story("one", 3, "C."))
    with catalogue(tmp_path) as opened:
        before = digests(opened)
    append(tmp_path, story("two", 4, "A.", days=1, duplicate_of="one:1"), story("one", 2, "B!", revision=2))
    with catalogue(tmp_path) as opened:
        after = digests(opened)

    assert {id_ for id_ in before if before[id_] != after[id_]} == {"one:1", "one:2"}
    assert before.keys() == after.keys()


def test_days_count_the_articles_of_each_outlet(tmp_path):
    oil = {"topics": ["Oil"]}
    append(
        tmp_path,
        story("one", 1, "Basra."),
        story("two", 2, "Basra.", days=0.4, **oil),
        story("one", 3, "Text.", days=0.5, **oil),
        story("one", 4, "Text.", days=0.6, duplicate_of="one:3", **oil),
        # Half a second before 1970.
        story("two", 5, "Text.", days=(EPOCH - BEGIN) / timedelta(days=1) - 0.5 / 86400, topics=["Oil", "Moon"]),
    )

    with catalogue(tmp_path) as opened:
        assert [(day.day, day.outlet, day.count) for day in opened.overview().days()] == [
            ("1969-12-31", "two", 1),
            ("2025-07-01", "one", 1),
            ("2025-07-01", "two", 1),
            ("2025-07-02", "one", 2),
        ]
        moon = [("1969-12-31", "two", 1)]
        oil = [*moon, ("2025-07-01", "two", 1), ("2025-07-02", "one", 2)]
        for topic, expected in ("Moon", moon), ("Oil", oil):
            assert [(day.day, day.outlet, day.count) for day in opened.overview().days(topic)] == expected


def test_months_and_names_are_told_for_pages(tmp_path):
    append(
        tmp_path, story("one", 1, "Text."), story("one", 2, "Text.", days=31), story("two", 3, "", duplicate_of="one:1")
    )
    append(tmp_path, story("one", 4, "Text.", days=(EPOCH - BEGIN) / timedelta(days=1) - 0.5 / 86400))

    with catalogue(tmp_path, CJTF) as opened:
        assert [(head.id, head.month, head.outlets) for head in opened.overview().heads] == [
            ("one:2", "2025-08", {"one"}),
            ("one:1", "2025-07", {"one", "two"}),
            ("one:4", "1969-12", {"one"}),
        ]
        assert opened.named == {"CJTF-OIR"}
    with catalogue(tmp_path) as opened:
        assert opened.named == set()


# --- following the files ---


def test_lines_that_are_appended_are_read_and_the_others_are_not_read_again(tmp_path):
    append(tmp_path, story("one", 1, "Basra."))
    assert ids(tmp_path, "Basra") == ["one:1"]
    append(tmp_path, story("one", 2, "Basra.", days=1), story("two", 3, "Basra.", days=40))

    assert ids(tmp_path, "Basra") == ["two:3", "one:2", "one:1"]
    with sqlite3.connect(tmp_path / "catalogue.db") as db:
        db.execute("UPDATE lines SET revision = 7 WHERE id = 'one:1'")
    append(tmp_path, story("one", 1, "Mosul.", revision=6))
    assert ids(tmp_path, "Mosul") == [], "the mark shows that the first line was not read anew"


def test_half_a_line_waits_until_it_is_whole(tmp_path):
    append(tmp_path, story("one", 1, "Basra."))
    item = story("one", 2, "Basra.", days=1)
    whole = line(item)
    file = file_of(tmp_path, item)
    for end in (1, 40, len(whole) - 1):
        before = file.read_bytes()
        file.write_bytes(before + whole[:end])
        assert ids(tmp_path, "Basra") == ["one:1"]
        file.write_bytes(before)
    append(tmp_path, item)

    assert ids(tmp_path, "Basra") == ["one:2", "one:1"]


@pytest.mark.parametrize("end", [b"", b"{}\n"])
def test_a_file_that_was_edited_is_read_anew_and_older_revisions_come_back(tmp_path, end):
    first = story("one", 1, "Basra.")
    second = story("one", 1, "Mosul.", revision=2, days=40)
    append(tmp_path, first, second, story("one", 2, "Mosul.", days=41))
    assert ids(tmp_path, "Mosul") == ["one:2", "one:1"]
    file = file_of(tmp_path, second)
    file.write_bytes(line(story("one", 2, "Tikrit", days=41)) + end)

    assert ids(tmp_path, "Mosul") == []
    assert ids(tmp_path, "Tikrit") == ["one:2"]
    assert ids(tmp_path, "Basra") == ["one:1"]


def test_a_file_that_was_shortened_set_aside_or_brought_back_is_followed(tmp_path):
    items = [story("one", 1, "Basra.", topics=["Oil"]), story("one", 2, "Basra.", days=1), story("two", 3, "Basra.")]
    append(tmp_path, *items)
    assert len(ids(tmp_path, "Basra")) == 3
    file = file_of(tmp_path, items[0])
    whole = file.read_bytes()
    file.write_bytes(line(items[0]))
    assert set(ids(tmp_path, "Basra")) == {"one:1", "two:3"}
    file.unlink()
    assert ids(tmp_path, "Basra") == ["two:3"]
    assert counts(tmp_path) == {}
    file.write_bytes(whole)
    assert set(ids(tmp_path, "Basra")) == {"one:1", "one:2", "two:3"}
    assert counts(tmp_path) == {"Oil": 1}


def test_an_edit_of_the_same_length_is_seen_however_soon_it_comes(tmp_path):
    append(tmp_path, story("one", 1, "Basra."))
    file = file_of(tmp_path, story("one", 1, ""))
    for _ in range(5):
        assert ids(tmp_path, "Basra") == ["one:1"]
        state = file.stat()
        file.write_bytes(file.read_bytes().replace(b"Basra", b"Mosul"))
        os.utime(file, ns=(state.st_atime_ns, state.st_mtime_ns))
        assert ids(tmp_path, "Basra") == []
        file.write_bytes(file.read_bytes().replace(b"Mosul", b"Basra"))


def test_the_times_of_a_file_that_may_be_changing_are_not_believed(tmp_path):
    item = story("one", 1, "Basra.")
    append(tmp_path, item)

    assert record_files.stamp(tmp_path, file_of(tmp_path, item).relative_to(tmp_path).as_posix()) == ""
    assert record_files.stamp(Path(pytest.__file__).parent, "__init__.py") != "", "this one was installed long ago"


def test_lines_that_are_no_articles_are_left_out_and_counted(tmp_path):
    good = line(story("one", 1, "Basra."))
    file = file_of(tmp_path, story("one", 1, ""))
    file.parent.mkdir(parents=True)
    bad = [
        b"\n",
        b"no JSON\n",
        b"\xff\xfe\n",
        b"[1]\n",
        b"{}\n",
        b"[" * 100_000 + b"\n",
        good.replace(b"https://one", b"javascript://one"),
        good.replace(b"2025-07-01T12:00:00Z", b"2025-07-01T12:00:00"),
        good.replace(b'"revision":1', b'"revision":"1"'),
        good.replace(b"Basra", b"\\ud800"),
    ]
    file.write_bytes(b"".join(bad) + good)

    with catalogue(tmp_path) as opened:
        assert [card.story.id for card in opened.cards()] == ["one:1"]
        assert opened.left_out == len(bad)
    file.write_bytes(good + b"{}\n")
    with catalogue(tmp_path) as opened:
        assert opened.left_out == 1


def test_who_opened_it_sees_the_record_as_it_was_then(tmp_path):
    append(tmp_path, story("one", 1, "Basra."))
    with catalogue(tmp_path) as opened:
        append(tmp_path, story("one", 2, "Basra.", days=1))
        assert len(ids(tmp_path, "Basra")) == 2
        assert [card.story.id for card in opened.cards("Basra")] == ["one:1"]


def test_other_names_in_the_file_change_what_is_on_a_topic(tmp_path):
    append(tmp_path, story("one", 1, "On Daesh."), story("one", 2, "On ISIS.", topics=["ISIS"], days=1))

    assert counts(tmp_path) == {"ISIS": 1}
    assert counts(tmp_path, Topic("ISIS", ("isis", "daesh"))) == {"ISIS": 2}
    assert counts(tmp_path, Topic("Daesh", ("daesh",))) == {"Daesh": 1, "ISIS": 1}
    assert counts(tmp_path) == {"ISIS": 1}


@pytest.mark.parametrize("content", [None, b"", b"no database" * 1000, "version"])
def test_it_is_made_again_where_it_is_gone_broken_or_of_another_version(tmp_path, content):
    append(tmp_path, story("one", 1, "Basra.", topics=["Oil"]))
    assert counts(tmp_path) == {"Oil": 1}
    file = tmp_path / "catalogue.db"
    if content == "version":
        with sqlite3.connect(file) as db:
            db.execute("DELETE FROM members")
            db.execute("CREATE TABLE a_later_one (name)")
            db.execute(f"PRAGMA user_version = {tables.VERSION + 1}")
    elif content is None:
        file.unlink()
    else:
        file.write_bytes(content)

    assert counts(tmp_path) == {"Oil": 1}
    assert ids(tmp_path, "Basra") == ["one:1"]


def _open_and_report(directory, found):
    found.put(ids(directory, "Basra"))


def test_two_processes_at_once_agree(tmp_path):
    append(tmp_path, *(story("one", n, "On Basra. " * 50, days=n / 100) for n in range(300)))
    context = multiprocessing.get_context("fork")
    found = context.Queue()
    processes = [context.Process(target=_open_and_report, args=(tmp_path, found)) for _ in range(4)]
    for process in processes:
        process.start()
    told = [found.get(timeout=60) for _ in processes]
    for process in processes:
        process.join()

    assert told == [[f"one:{n}" for n in reversed(range(300))]] * 4


def test_a_kill_while_it_is_brought_up_to_date_leaves_what_was_there(tmp_path):
    append(tmp_path, story("one", 0, "On Basra."))
    assert counts(tmp_path) == {}
    append(tmp_path, *(story("one", n, "On Basra.", topics=["Oil"], days=n / 100) for n in range(1, 50)))
    child = os.fork()
    if child == 0:
        # After the stories, before the topics.
        membership.agree = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
        ids(tmp_path)
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL

    assert len(ids(tmp_path, "Basra")) == 50
    assert counts(tmp_path) == {"Oil": 49}


def test_where_nothing_can_be_written_a_temporary_one_serves():
    with tempfile.TemporaryDirectory(dir="/tmp") as name:
        directory = Path(name)
        append(directory, story("one", 1, "Basra."))
        for has_one in (False, True):
            directory.chmod(0o555)
            # root may write everywhere, so that it is opened by a process that is nobody.
            child = os.fork()
            if child == 0:
                if os.geteuid() == 0:
                    os.setuid(65534)
                with catalogue(directory) as opened:
                    served = opened.is_temporary and opened.card("one:1") is not None
                os._exit(0 if served else 1)
            assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
            directory.chmod(0o755)
            assert (directory / "catalogue.db").exists() is has_one
            assert ids(directory, "Basra") == ["one:1"]


def test_what_cannot_be_read_is_one_line(tmp_path):
    (tmp_path / "articles" / "one" / "2025-07.jsonl").mkdir(parents=True)

    with pytest.raises(CatalogueError, match=r"2025-07\.jsonl: Is a directory$"):
        Catalogue.open(tmp_path)
