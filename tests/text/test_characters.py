"""Text is kept in one clean form."""

import pytest

from newscrawl.text.characters import clean_line, plain_line


def test_white_space_of_every_sort_is_folded():
    assert clean_line(" a\xa0b\u2009 c\n\td\u3000") == "a b c d"


def test_invisible_and_control_characters_go():
    assert clean_line("so\xadft\u200b \ufeffze\u2060ro\x07\x1b \u202abidi\u202c\x80 \ud800x") == "soft zero bidi x"
    assert clean_line("be\x07ll") == "bell"


def test_letters_are_composed():
    assert clean_line("e\u0301te\u0301") == "été"


def test_joiners_stay_where_the_script_needs_them():
    assert clean_line("می\u200cشود") == "می\u200cشود"
    assert clean_line("a\u200cb\u200d c\u200c") == "ab c"


def test_typographic_signs_stay_as_shown():
    assert clean_line("“Iraq’s” – it…") == "“Iraq’s” – it…"


def test_titles_lose_markup_and_references():
    assert plain_line("Al-Zawra&#8217;a <em>win</em> &amp; lead") == "Al-Zawra’a win & lead"
    assert plain_line("5 < 6 and 7 > 3") == "5 < 6 and 7 > 3"
    assert plain_line("AT&T &nbsp; Q&A") == "AT&T Q&A"
    assert plain_line("&lt;b&gt;Bold&lt;/b&gt; claim") == "Bold claim"


def test_single_spaces_stay_and_double_ones_go():
    assert clean_line(" one two ") == "one two"
    assert clean_line("one  two") == "one two"
    assert clean_line("été  déjà") == "été déjà"
    assert clean_line("a \u200b b") == "a b"
    assert clean_line(" \n\x1d ") == clean_line("") == ""


def test_a_joiner_after_a_last_arabic_letter_stays():
    assert clean_line("عام 1445 ه\u200d في") == "عام 1445 ه\u200d في"
    assert clean_line("كتاب\u200c في") == "كتاب في"


def test_places_of_objects_and_of_a_font_s_icons_go():
    assert clean_line("\uf09a Share \ufffc this\ufdd0") == "Share this"


def test_comments_and_tags_that_were_escaped_go_however_deep():
    assert plain_line("&lt;!-- wp:paragraph --&gt;Rain &lt;label&gt;here&lt;/label&gt;") == "Rain here"
    assert "<b>" not in plain_line("<b" * 50 + ">" * 50)
    assert plain_line("if a <b and c> d") == "if a d"


def test_tags_that_part_lines_part_words():
    assert plain_line("Rain<br>in Najaf<br/>today") == "Rain in Najaf today"
    assert plain_line("<p>One.</p><p>Two <em>th</em>ree.</p>") == "One. Two three."
    assert plain_line("Rain&lt;br /&gt;in Najaf") == "Rain in Najaf"


@pytest.mark.parametrize("emoji", ["❤️", "1️⃣", "🇮🇶", "👍🏽", "👩‍🚀", "👨‍👩‍👧‍👦", "🏳️‍🌈", "👁️‍🗨️", "🏴󠁧󠁢󠁥󠁮󠁧󠁿"])
def test_emoji_stay_whole(emoji):
    assert plain_line(f"so{emoji} it  is {emoji}") == f"so{emoji} it is {emoji}"
