from newscrawl.text.opening import opening, paragraphs


def test_an_opening_is_a_paragraph_and_not_endless():
    assert opening("Key points\n\nThe river rose on Monday night.\n\nMore.") == "The river rose on Monday night."
    assert opening("Short.") == "Short."
    assert opening("word, " * 200) == "word, " * 115 + "word …"
    assert opening("") == opening("\n\n \n\n") == ""


def test_a_text_is_its_paragraphs_without_the_space_around_them():
    assert paragraphs("\n\n One. \n\n\n\nTwo,\nstill.\n\n") == ["One.", "Two,\nstill."]
