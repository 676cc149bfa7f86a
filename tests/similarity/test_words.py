"""What desks write differently is one word."""

from hypothesis import given
from hypothesis import strategies as st

from newscrawl.similarity.words import folded_words, words_and_facts


def facts(body: str) -> list[str]:
    words = words_and_facts(body)
    return [word for word, is_fact in zip(words.folded, words.facts, strict=True) if is_fact]


def test_case_signs_and_accents_make_no_other_word():
    assert folded_words("The “Café” – it’s OPEN…") == ["the", "cafe", "its", "open"]
    assert folded_words('the "cafe" - it\'s open.') == ["the", "cafe", "its", "open"]


def test_a_figure_is_one_word_with_or_without_its_comma():
    assert folded_words("It cost 1,457,000 dinars") == ["it", "cost", "1457000", "dinars"]
    assert folded_words("It cost 1457000 dinars") == ["it", "cost", "1457000", "dinars"]


def test_a_small_number_is_a_figure_in_words_too():
    assert folded_words("wounding five men") == folded_words("wounding 5 men")


def test_a_name_is_the_same_with_and_without_its_article():
    assert folded_words("Mohammed Al-Sudani") == folded_words("Mohammed al Sudani") == ["mohammed", "sudani"]


def test_the_dateline_is_no_part_of_the_text():
    assert folded_words("Beirut (AFP) – Banks reopened.") == ["banks", "reopened"]


def test_arabic_words_lose_their_vowel_signs():
    assert folded_words("قالَ الوزيرُ، إنّ") == ["قال", "الوزير", "ان"]


def test_figures_and_stretched_letters_of_arabic_make_no_other_word():
    assert folded_words("منحت ١٬٤٥٧ مزرعــة و۲۵ بئرا") == folded_words("منحت 1,457 مزرعة و25 بئرا")
    assert facts("بلغ السعر ١٤٧ دينارا") == facts("بلغ السعر 147 دينارا") == ["147"]


def test_figures_and_names_inside_a_sentence_are_facts():
    assert facts("Police in Tikrit held 12 men. They were from Samarra, Colonel Jawad said.") == [
        "tikrit",
        "12",
        "samarra",
        "colonel",
        "jawad",
    ]


def test_the_capital_that_opens_a_sentence_makes_no_name():
    assert facts("Traders left.\n\nOthers stayed? “Never,” they said: Nobody knows.") == []


def test_figures_are_facts_where_there_are_no_capitals():
    assert facts("بلغ السعر 147 دينارا") == ["147"]


def test_a_sigma_that_ends_a_word_is_the_same_both_ways_whatever_stands_before_the_word():
    for text in ("a.Σ", "Α.Σ. ΛΟΓΟΣ", "Σ", "Μ'Σ, ο λόγος", "x:Σ"):
        assert folded_words(text) == words_and_facts(text).folded
    assert folded_words("ΛΟΓΟΣ") == folded_words("λόγος") == ["λογος"]


@given(st.text(st.sampled_from("aΣσς.:'’,_\u0301\u00ad ΑİıßǅͅΣ1\u0345·ª")))
def test_both_ways_to_read_letters_whose_case_depends_on_their_place_give_the_same_words(text):
    assert words_and_facts(text).folded == folded_words(text)


@given(st.text())
def test_both_ways_to_read_a_text_give_the_same_words(text):
    assert words_and_facts(text).folded == folded_words(text)
