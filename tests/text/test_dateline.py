"""Datelines of every era."""

import pytest

from newscrawl.pages.iraqinews import IraqiNewsPage
from newscrawl.pages.middleeasteye import MiddleEastEyePage
from newscrawl.text.dateline import split_dateline


def split(text):
    return split_dateline(text, brands=IraqiNewsPage.brands)


@pytest.mark.parametrize(
    ("opening", "place"),
    [
        ("Baghdad (IraqiNews.com) – ", "Baghdad"),
        ("Baghdad (IraqiNews.com) — ", "Baghdad"),
        ("Baghdad (IraqiNews.com) - ", "Baghdad"),
        ("Baghdad ( IraqiNews.com )–", "Baghdad"),
        ("Diyala (IraqiNews.com) ", "Diyala"),
        ("Salah-il-Din, Tikrit (IraqiNews.com) ", "Salah-il-Din, Tikrit"),
        ("(IraqiNews.com) Babel – ", "Babel"),
        ("(IraqiNewws.com) Salahuddin – ", "Salahuddin"),
        ("BABEL / IraqiNews.com: ", "BABEL"),
        ("BABEL / ", "BABEL"),
        ("Zurich – ", "Zurich"),
        ("Los Angeles - ", "Los Angeles"),
        ("Baghdad ( – ", "Baghdad"),
        ("Baghdad (IraqiNews.com – ", "Baghdad"),
        ("Baghdad () – ", "Baghdad"),
        ("Washington, D.C. (AFP) – ", "Washington, D.C."),
        ("Al-Anbar, June 12 (IraqiNews.com) – ", "Al-Anbar"),
        ("Ramadi al-Anbar (iraqinews.com) – ", "Ramadi al-Anbar"),
        ("Baghdad, (IraqiNews.com) ", "Baghdad"),
        ("Baghdad – (IraqiNews.com) – ", "Baghdad"),
        ("Baghdad (IraqiNews,com) – ", "Baghdad"),
        ("Baghdad IraqiNews.com – ", "Baghdad"),
        ("Baghdad/Basra (IraqiNews.com) – ", "Baghdad/Basra"),
        ("Baghdad and Erbil (IraqiNews.com) – ", "Baghdad and Erbil"),
        ("Kirkuk province (IraqiNews.com) – ", "Kirkuk province"),
        ("baghdad (iraqinews.com) – ", "baghdad"),
        ("Baghdad (Iraqi-News.com) – ", "Baghdad"),
        ("Baghdad (https://www.iraqinews.com/) – ", "Baghdad"),
        ("Baghdad (IraqiNews..com) – ", "Baghdad"),
        ("Baghdad (IraqiNews.con) – ", "Baghdad"),
        ("Baghdad (IraqiNewscom) – ", "Baghdad"),
        ("Baghdad (IraqiNews.com/AFP) – ", "Baghdad"),
        ("Baghdad (AFP/IraqiNews.com) – ", "Baghdad"),
        ("Baghdad (Iraqi News, AFP) – ", "Baghdad"),
        ("Baghdad {IraqiNews.com} – ", "Baghdad"),
        ("Baghdad IraqiNews.com) – ", "Baghdad"),
        ("Baghdad (IraqiNews.com). ", "Baghdad"),
        ("Baghdad (IraqiNews.com) \u2011 ", "Baghdad"),
        ("Baghdad (IraqiNews.com) \u2212 ", "Baghdad"),
        ("Nablus, occupied West Bank – ", "Nablus, occupied West Bank"),
    ],
)
def test_place_is_taken_off_and_the_first_word_stays(opening, place):
    assert split(f"{opening}Police in the town said so.") == (place, "Police in the town said so.")


@pytest.mark.parametrize(
    "opening", ["London (MEE/AFP) – ", "LONDON (Mee) – ", "London (Middle East Eye and agencies) – "]
)
def test_a_brand_may_stand_beside_an_agency_in_any_case(opening):
    place, rest = split_dateline(f"{opening}Police said so.", brands=MiddleEastEyePage.brands)
    assert (place.title(), rest) == ("London", "Police said so.")


def test_brand_alone_is_taken_off_too():
    assert split("(IraqiNews.com) – Police said so.") == (None, "Police said so.")
    assert split("Iraqi News – Police said so.") == (None, "Police said so.")


def test_a_story_may_open_with_a_sum_of_money():
    assert split("Baghdad (IraqiNews.com) – $5 million were stolen.") == ("Baghdad", "$5 million were stolen.")


@pytest.mark.parametrize(
    "text",
    [
        "A surgeon told IraqiNews.com that the ward is new.",
        "Israel – which denies it – has said nothing.",
        "The Oil Ministry (SOMO) said on Monday that exports rose.",
        "Iraqi News Agency (INA) said so.",
        "Iraqi News – which reported it – said so.",
        "Sunni/Shia tensions have eased.",
        "Analysis – Why the dinar fell",
        "Baghdad is quiet.",
        "Baghdad (IraqiNews.com) –",
        "بغداد مدينة كبيرة",
        "",
    ],
)
def test_text_without_a_dateline_stays_whole(text):
    assert split(text) == (None, text)


def test_opening_quotation_and_figures_may_follow():
    assert split("Erbil (IraqiNews.com) – “We are ready,” he said.") == ("Erbil", "“We are ready,” he said.")
    assert split("Erbil (IraqiNews.com) 40 farms were cleared.") == ("Erbil", "40 farms were cleared.")


@pytest.mark.parametrize(
    "opening",
    [
        "Mahmoud Abbas – The president of the Authority – is to speak.",
        "Ali Allawi – A former minister, he left in 2022.",
    ],
)
def test_a_person_s_name_before_a_dash_is_no_town(opening):
    assert split(opening) == (None, opening)


@pytest.mark.parametrize(
    "place",
    ["New York", "Tel Aviv", "Deir ez-Zor", "Amman, Jordan", "Mexico City", "Sulaymaniyah", "San José", "Gaza Strip"],
)
def test_towns_of_several_words_are_told_before_a_dash(place):
    assert split(f"{place} – The council met.") == (place, "The council met.")
