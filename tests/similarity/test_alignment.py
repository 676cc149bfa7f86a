"""Two texts are laid beside each other word by word."""

from hypothesis import given
from hypothesis import strategies as st

from newscrawl.similarity.alignment import Run, common_runs, gaps


def test_the_same_words_are_one_run():
    words = "a bomb went off in the old town".split()
    assert common_runs(words, words) == [Run(0, 0, 8)]


def test_a_word_changed_parts_two_runs():
    first = "the price stood at 147 dinars for a dollar".split()
    second = "the price stood at 148 dinars for a dollar".split()
    assert common_runs(first, second) == [Run(0, 0, 4), Run(5, 5, 4)]
    assert list(gaps(common_runs(first, second), 9, 9)) == [
        (range(0), range(0)),
        (range(4, 5), range(4, 5)),
        (range(9, 9), range(9, 9)),
    ]


def test_a_passage_that_moved_is_found_in_one_place_only():
    head, middle, tail = "one two three four five".split(), "six seven eight".split(), "nine ten eleven".split()
    runs = common_runs(head + middle + tail, head + tail + middle)
    assert runs[0] == Run(0, 0, 5)
    assert sum(run.length for run in runs) == 8


def test_nothing_in_common_gives_no_run():
    assert common_runs("one two three".split(), "four five".split()) == []
    assert common_runs([], []) == []


def test_long_texts_without_a_word_that_is_unique_take_no_time():
    assert common_runs(["very"] * 20_000, ["very"] * 20_000) == [Run(0, 0, 20_000)]
    assert common_runs(["so", *["very"] * 20_000], ["very"] * 20_000) == []


_WORDS = st.lists(st.sampled_from("abcdefgh"), max_size=60)


@given(_WORDS, _WORDS)
def test_runs_ascend_hold_the_same_words_and_do_not_overlap(first, second):
    at = other_at = 0
    for one, other, length in common_runs(first, second):
        assert length > 0
        assert one >= at
        assert other >= other_at
        assert first[one : one + length] == second[other : other + length]
        at, other_at = one + length, other + length
