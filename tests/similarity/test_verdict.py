"""The same text told twice is told from what only looks like it."""

from time import process_time

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from newscrawl.similarity import compare
from newscrawl.similarity.words import folded_words
from tests.similarity.texts import BACKGROUND, BLAST, BRIDGE

RATE = """The dollar {moves} against the dinar in Baghdad's exchanges on {day}.

The Al-Kifah and Al-Harithiya exchanges quoted {a} dinars for 100 dollars, against {b} dinars the day before. In shops \
of the capital the selling price stood at {c} dinars and the buying price at {d} dinars."""
SUNDAY = RATE.format(moves="rises", day="Sunday", a="147,250", b="146,900", c="148,000", d="146,000")
MONDAY = RATE.format(moves="slips", day="Monday", a="146,750", b="147,250", c="147,500", d="145,500")


def assert_verdict(verdict: str, first: str, second: str, reason: str | None = None) -> None:
    found = compare(first, second)
    assert (found.verdict, found.reason) == (verdict, reason)
    assert compare(second, first).verdict == verdict


def test_the_same_text_is_a_duplicate():
    found = compare(BRIDGE, BRIDGE)
    assert (found.verdict, found.similarity, found.contained, found.changed) == ("duplicate", 1.0, 1.0, ())


def test_a_repost_with_another_dateline_and_typography_is_a_duplicate():
    repost = "BAQUBA (AFP) – " + BRIDGE.replace('"', "”").replace("\n\n", "\n").replace("2,000", "2000")
    assert_verdict("duplicate", BRIDGE, repost)


def test_a_light_edit_is_a_duplicate():
    edited = (
        BRIDGE.replace("was opened to traffic", "was inaugurated")
        .replace("Samir Jawad", "Sameer Jawad")
        .replace("metres", "meters")
        .replace(" He thanked the fishermen who lent their boats.", "")
    )
    assert_verdict("duplicate", BRIDGE, edited)


def test_a_wire_copy_with_another_dateline_and_cuts_is_a_duplicate():
    story = BRIDGE + "\n\n" + BACKGROUND
    cut = "Beirut (AFP) - " + "\n\n".join(story.split("\n\n")[:6])
    assert_verdict("duplicate", story, cut)


def test_a_story_with_an_update_appended_is_a_duplicate():
    update = "In the evening the governor said that the tolls would be reviewed after a year."
    assert_verdict("duplicate", BRIDGE, f"{BRIDGE}\n\n{update}")


def test_one_corrected_figure_is_no_other_story():
    found = compare(BRIDGE, BRIDGE.replace("420", "440"))
    assert (found.verdict, found.changed) == ("duplicate", (("420", "440"),))
    assert compare(BRIDGE.replace("420", "440"), BRIDGE).changed == (("440", "420"),)


def test_paragraphs_in_another_order_are_no_other_story():
    first, second, third, fourth, fifth = BRIDGE.split("\n\n")
    assert_verdict("duplicate", BRIDGE, f"{first}\n\n{second}\n\n{fifth}\n\n{fourth}\n\n{third}")


def test_an_urgent_line_is_contained_in_its_story():
    urgent = "Baghdad – A bomb exploded beside a bakery in Baquba on Friday, wounding 5 people, a police source said."
    assert_verdict("contains", f"{BLAST}\n\n{BACKGROUND}", urgent)


def test_a_reprint_of_half_a_story_is_contained_in_it():
    story = BRIDGE + "\n\n" + BACKGROUND
    assert_verdict("contains", story, "\n\n".join(story.split("\n\n")[:3]))


def test_daily_rates_in_the_same_frame_are_different():
    assert_verdict("different", SUNDAY, MONDAY, "other facts in the same frame")


def test_a_frame_is_no_duplicate_because_of_the_background_below_it():
    assert_verdict(
        "different", f"{SUNDAY}\n\n{BACKGROUND}", f"{MONDAY}\n\n{BACKGROUND}", "other facts in the same frame"
    )


def test_a_story_of_another_place_with_other_names_is_different():
    elsewhere = BLAST.replace("Baquba", "Tikrit").replace("Friday", "Sunday").replace("Hassan Tamimi", "Omar Najm")
    assert_verdict("different", BLAST, elsewhere, "other facts in the same frame")


def test_another_day_and_another_place_make_another_event_in_the_longest_frame():
    frame = """The Security Media Cell announced on {day} that the air force had struck a hideout in {place}.

It was found by the Military Intelligence Directorate and hit by F-16 aircraft under the Joint Operations Command. The \
Iraqi Army and the Popular Mobilisation Forces searched the area and left it to the Federal Police."""
    one, other = frame.format(day="Monday", place="Kirkuk"), frame.format(day="Sunday", place="Samarra")
    assert_verdict("different", one, other, "other facts in the same frame")


def test_figures_that_change_places_are_other_figures():
    rate = (
        "Shops in Erbil sold the dollar for {} dinars and bought it for {}, those in Basra for {} and {}, traders said."
    )
    assert_verdict(
        "different", rate.format(148, 147, 149, 146), rate.format(149, 148, 147, 145), "other facts in the same frame"
    )


def test_a_name_that_fills_the_only_blank_of_a_frame_makes_another_event():
    frame = """The prime minister received the ambassador of {} on Monday and discussed ties, his office said. They \
spoke of energy, trade and investment. The ambassador praised the progress made in Iraq."""
    assert_verdict("different", frame.format("Japan"), frame.format("Norway"), "other facts in the same frame")


def test_figures_as_another_desk_writes_them_are_the_same_figures():
    here = "قالت الوزارة إن منسوب دجلة ارتفع 25 سنتيمترا خلال 3 أيام، وإن 1,457 مزرعة حصلت على الماء قبل نهاية 2026."
    there = here.translate(str.maketrans("0123456789,", "٠١٢٣٤٥٦٧٨٩٬"))

    assert compare(here, there).similarity == 1
    assert_verdict("duplicate", here, there)


def test_words_longer_than_any_name_are_compared_in_no_time():
    letters = "bcdfghjklmnpqrstvxz" * 400
    first, second = (BRIDGE.replace("Samir", name) for name in ("A" + letters, "B" + letters[::-1]))
    begun = process_time()
    found = compare(first, second)

    assert process_time() - begun < 0.5
    assert [len(fact) for pair in found.changed for fact in pair] == [7601, 7601]


def test_a_weekday_set_right_is_no_other_story():
    assert_verdict("duplicate", BRIDGE, BRIDGE.replace("Monday", "Sunday"))


def test_an_urgent_line_of_another_place_is_different():
    urgent = "A bomb exploded beside a bakery in {} on Friday, wounding several people, a police source said."
    found = compare(urgent.format("Kirkuk"), urgent.format("Mosul"))
    assert (found.verdict, found.changed) == ("different", (("kirkuk", "mosul"),))


def test_the_same_headline_on_another_event_is_different():
    again = """A bomb exploded in a parking lot in Baquba on Tuesday, and wounded 2 soldiers, the army said.

An officer said that it had been fixed below a lorry and that the driver was being questioned. The Khanaqin \
road was closed for an hour."""
    assert_verdict("different", BLAST, again, "little in common")


def test_stories_that_share_background_are_different():
    assert_verdict("different", f"{BRIDGE}\n\n{BACKGROUND}", f"{BLAST}\n\n{BACKGROUND}", "little in common")


def test_a_short_story_above_long_shared_background_is_different():
    note = "Farmers blocked the Khanaqin road on Thursday and asked for water from the Hamrin dam."
    found = compare(f"{note}\n\n{BACKGROUND}", f"{BRIDGE}\n\n{BACKGROUND}")
    assert (found.verdict, found.reason) == ("different", "another opening")
    assert found.contained > 0.8


def test_a_translation_is_different():
    french = "Un pont sur la Diyala a été ouvert à la circulation lundi à Bakouba après 4 ans de travaux."
    assert_verdict("different", BRIDGE, french, "little in common")


@pytest.mark.parametrize("body", ["", "Watch the video below.", "— … —", "شاهد الفيديو"])
def test_nothing_is_claimed_of_a_few_words(body):
    assert_verdict("different", body, body, "too short to tell")


@given(st.text(), st.text())
def test_any_two_texts_have_a_verdict_that_does_not_depend_on_their_order(first, second):
    one, other = compare(first, second), compare(second, first)
    assert (one.verdict, one.similarity, one.contained) == (other.verdict, other.similarity, other.contained)


@given(st.lists(st.sampled_from("in Mosul 5 12 the said Omar bomb Friday near .".split()), min_size=16))
def test_a_text_is_a_duplicate_of_itself(words):
    body = " ".join(words)
    assume(len(folded_words(body)) >= 8)
    found = compare(body, body)
    assert (found.verdict, found.similarity, found.changed) == ("duplicate", 1.0, ())
