import pytest

from newscrawl.text.topic import hashtag, names_topic, slug


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
        ("Baghdad", "in Bagh\u00addad, with a soft hyphen"),
        ("CJTF-OIR", "a mark of direction: \u200fCJTF-OIR\u200f"),
        ("selector", "a se\ufe0flec\u034ftor of shapes"),
        ("Lodz", "the museum of Łódź"),
        ("Tromsø", "TROMSO"),
        ("Đukanović", "Dukanovic said"),
        ("İstanbul", "ıstanbul"),
        ("Ærø", "the AERO ferry"),
        ("नाकाम", "वह नाकाम रहा"),
        ("दिल्ली", "नई दिल्ली में"),
        ("ประเทศไทย", "ใน ประเทศไทย วันนี้"),
        ("می\u200cشود", "می‌شود"),
        ("خبرگزاری", "خبرگزاری\u200cها"),  # a plural, parted by a non-joiner
    ],
)
def test_a_topic_is_named_whatever_its_case_hyphens_and_accents(topic, text):
    assert names_topic(topic, [text])


@pytest.mark.parametrize(
    ("topic", "text"),
    [
        ("IS", "this was not what IST was"),
        ("OIR", "memoir"),
        ("Iraq", "Iraqi"),
        ("काम", "वह नाकाम रहा"),
        ("कम", "काम"),
        ("ไท", "ไทย"),
        ("العراق", "والعراق"),  # a prefix is part of the word
    ],
)
def test_a_part_of_a_word_does_not_name_a_topic(topic, text):
    assert names_topic(topic, [text]) is False


@pytest.mark.parametrize(
    ("topic", "text"),
    [
        ("US", "The US-led force left."),
        ("us", "Troops of the ‘US’ left."),
        ("who", "A team of the WHO's came."),
        ("IS", "Fighters of\nIS_Khorasan fled."),
        ("EU", "An ＥＵ summit in full-width letters."),
        ("it", "IT"),
        ("us", "Us"),  # a tag, or the end of an address
        ("US dollar", "a us dollar"),
        ("Doctors Who Care", "the doctors who care for them"),
    ],
)
def test_an_acronym_that_is_a_common_word_too_is_named_in_capitals(topic, text):
    assert names_topic(topic, ["Nothing.", text])


@pytest.mark.parametrize(
    ("topic", "text"),
    [
        ("US", "They told us, and Us Weekly, to leave BUS stations to ISIS."),
        ("WHO", "Who knows who they are?"),
        ("IS", "It is late."),
        ("IT", "It is late."),
        ("AI", "j'ai, Ai Weiwei"),
        ("AU", "au marché"),
        ("EU", "il a eu tort"),
        ("UN", "un homme, UNESCO"),
    ],
)
def test_as_a_common_word_it_is_not(topic, text):
    assert names_topic(topic, [text]) is False


@pytest.mark.parametrize("topic", ["Basra", "#Basra", "##Basra", "# Basra", "＃Basra"])
def test_a_topic_stands_behind_one_hash_mark(topic):
    assert hashtag(topic) == "#Basra"


def test_an_address_has_the_topic_in_plain_letters_and_marks():
    assert slug("CJTF–OIR's Łódź") == "cjtf-oir-s-lodz"
    assert slug("नाकाम दिल") == "नाकाम-दिल"
