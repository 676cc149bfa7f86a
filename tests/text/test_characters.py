"""Text is kept in one clean form."""

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
