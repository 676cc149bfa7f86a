"""Pictures, their captions and credits."""

import pytest

from newscrawl.pages.pictures import Caption, captions, picture_caption, split_credit
from newscrawl.pages.prose import fragment


@pytest.mark.parametrize(
    ("shown", "text", "credit"),
    [
        ("A convoy in Hasakah (AFP)", "A convoy in Hasakah", "AFP"),
        ("A convoy (MEE/Nour Haddad).", "A convoy", "MEE/Nour Haddad"),
        ("A river (MEE illustration by Karam Aziz)", "A river", "MEE illustration by Karam Aziz"),
        ("(AFP)", None, "AFP"),
        ("A convoy", "A convoy", None),
        ("Two men (left and right) at work", "Two men (left and right) at work", None),
        ("The minister with the envoy (second from left)", "The minister with the envoy (second from left)", None),
        ("Basra in the flood (2019)", "Basra in the flood (2019)", None),
        ("Le ministre (à droite)", "Le ministre (à droite)", None),
        ("The minister (right) in Basra (Right News)", "The minister (right) in Basra", "Right News"),
        ("", None, None),
    ],
)
def test_credit_stands_in_closing_brackets(shown, text, credit):
    assert split_credit(shown) == (text, credit)


def test_caption_is_found_by_the_picture_s_file_in_any_size():
    page = fragment(
        "<figure><img src=/a/other.jpg><figcaption>Other</figcaption></figure>"
        "<figure><img src=/sites/styles/x/public/dam.jpg.webp?itok=1><figcaption>The dam (AFP)</figcaption></figure>"
        "<div class=wp-caption><img data-src=/up/2020/05/photo-1024x683.jpg src=data:x>"
        "<p class=wp-caption-text>A photo</p></div>"
    )
    assert picture_caption(page, "https://x.example/full/dam.jpg") == ("The dam", "AFP")
    assert picture_caption(page, "https://x.example/up/2020/05/photo.jpg") == ("A photo", None)
    assert picture_caption(page, "https://x.example/none.jpg") is None


def test_a_neighbour_s_caption_is_not_taken():
    page = fragment("<div><img src=a.jpg><figure><img src=b.jpg><figcaption>B</figcaption></figure></div>")
    assert picture_caption(page, "a.jpg") == Caption(None, None)
    assert picture_caption(page, "c.jpg") is None


def test_every_text_about_a_picture_is_a_caption():
    page = fragment("<img src=a alt='Alt text' title='Title'><figcaption>Shown (AFP)</figcaption>")
    assert set(captions(page)) == {"Alt text", "Title", "Shown (AFP)", "Shown"}


@pytest.mark.parametrize(
    ("markup", "text", "credit"),
    [
        ("The <em>Mosul</em>’s dam, by <a>Amr</a>, a minister", "The Mosul’s dam, by Amr, a minister", None),
        ("<span>The dam.</span><span>Amr Salem</span>", "The dam. Amr Salem", None),
        ("The dam<br>in Mosul<span>(AFP)</span>", "The dam in Mosul", "AFP"),
    ],
)
def test_a_caption_s_words_are_parted_as_shown(markup, text, credit):
    page = fragment(f"<figure><img src=a.jpg><figcaption>{markup}</figcaption></figure>")
    assert picture_caption(page, "a.jpg") == (text, credit)
    assert text in captions(page)
