import pytest

from newscrawl.text.topic import names_topic


@pytest.mark.parametrize(
    ("topic", "text"),
    [
        ("CJTF-OIR", "the Combined Joint Task Force (CJTF-OIR) said"),
        ("CJTF-OIR", "cjtf oir"),
        ("cjtf–oir", "CJTF-OIR's commander"),  # an en dash, a possessive
        ("Peshmerga", "PESHMERGA"),
        ("Élysée", "the elysee palace"),
        ("داعش", "قتال داعش في العراق"),
        ("الأنبار", "محافظة الانبار"),
        ("بغداد", "مدينة بَغْـــدَاد"),
        ("القياده", "القيادة المركزية"),
        ("صنعاء", "صنعاء"),
        ("Sana'a", "in Sanaʿa"),
        ("CJTF", "ＣＪＴＦ in full-width letters"),
        ("ISIS", "𝐈𝐒𝐈𝐒 in letters of mathematics"),
    ],
)
def test_a_topic_is_named_whatever_its_case_hyphens_and_accents(topic, text):
    assert names_topic(topic, [text])


@pytest.mark.parametrize(("topic", "text"), [("IS", "this is not what IST is"), ("OIR", "memoir"), ("Iraq", "Iraqi")])
def test_a_part_of_a_word_does_not_name_a_topic(topic, text):
    assert names_topic(topic, [text.replace(" is ", " was ").replace(" is", " was")]) is False
