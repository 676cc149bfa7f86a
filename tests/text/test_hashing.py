"""The same text has the same hash."""

from hypothesis import given
from hypothesis import strategies as st

from newscrawl.text.hashing import address_hash, case_folded, content_hash, folded, joined

LINES = st.lists(st.text(st.sampled_from("AbÉßİıſΣς’…“ \u0639"), min_size=1).map(folded).filter(bool))


def test_typography_case_and_white_space_make_no_other_text():
    shown = content_hash("Iraq’s “new” bridge", "It opens – at last…\n\nToday.")
    typed = content_hash('IRAQ\'S "new" bridge', "It opens - at last...\nToday. ")
    assert shown == typed


def test_another_figure_makes_another_text():
    assert content_hash("Dollar", "1,457 dinars") != content_hash("Dollar", "1,459 dinars")


def test_hashes_are_the_documented_ones():
    # printf 'a\n\nb' | sha256sum
    assert content_hash("A", "B") == "38022fd2b8dbc5cb3d2cee74e083edbf59e3d4e13d067ebcb5db633d4cff4d8c"
    # printf 'https://www.middleeasteye.net/news/x' | sha256sum | cut -c1-16
    assert address_hash("https://www.middleeasteye.net/news/x") == "e0dc2956d89ccba6"


def test_a_lone_surrogate_is_no_obstacle():
    assert len(content_hash("\ud800", "b")) == 64


def test_white_space_of_every_sort_parts_words_alike():
    words = content_hash("a b", "one two three")
    for body in (
        "one two\nthree",
        "one  two\n\n\nthree",
        " one\ttwo\u00a0three\n",
        "one\n two \x1d three",
        "One\n\nTwo three",
    ):
        assert content_hash("A\u2009B", body) == words
    assert content_hash("a b", "one twothree") != words


@given(st.text(), st.text("abc XYZ", min_size=100, max_size=100))
def test_letters_are_folded_alike_however_few_they_are(letters, plain):
    assert case_folded(plain + letters) == case_folded(plain) + case_folded(letters)
    assert case_folded(plain + "ÉİΣſ") == plain.casefold() + "ÉİΣſ".casefold()


@given(LINES)
def test_folded_paragraphs_are_joined_as_if_they_were_folded_together(lines):
    assert joined(lines) == folded("\n\n".join(lines))
