"""What two texts have in common is shown beside what they have not."""

from hypothesis import given
from hypothesis import strategies as st

from newscrawl.similarity import Passage, side_by_side


def test_passages_stand_in_the_order_of_the_text_and_as_written():
    first = "Basra Heavy fell by 10 cents to 71.20 dollars a barrel on Sunday, the ministry said. It was quiet."
    second = "ERBIL – Basra heavy fell by 42 cents to 70.78 dollars a barrel on Sunday, the Ministry said."
    assert side_by_side(first, second) == [
        Passage(False, "", "ERBIL –"),
        Passage(True, "Basra Heavy fell by", "Basra heavy fell by"),
        Passage(False, "10 cents to 71.20", "42 cents to 70.78"),
        Passage(
            True, "dollars a barrel on Sunday, the ministry said.", "dollars a barrel on Sunday, the Ministry said."
        ),
        Passage(False, "It was quiet.", ""),
    ]


def test_the_same_text_is_one_passage():
    assert side_by_side("Rain fell.\n\nRoads closed.", "Rain fell. Roads closed.") == [
        Passage(True, "Rain fell. Roads closed.", "Rain fell. Roads closed.")
    ]


def test_two_empty_texts_have_no_passages():
    assert side_by_side("", " \n") == []


@given(st.text(), st.text())
def test_no_word_of_either_text_is_lost(first, second):
    found = side_by_side(first, second)
    assert " ".join(part for passage in found for part in passage.first.split()) == " ".join(first.split())
    assert " ".join(part for passage in found for part in passage.second.split()) == " ".join(second.split())
