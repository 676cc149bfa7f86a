"""The language comes from the text."""

import pytest

from newscrawl.text.language import detect_language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The minister said on Tuesday that work on the bridge would begin before the end of the year.", "en"),
        ("Farmers south of Baiji may return, Hussein Al-Jubouri and Mohammed Al-Sudani agreed in Tikrit.", "en"),
        ("Le ministre a déclaré mardi que les travaux du pont commenceraient avant la fin de l’année.", "fr"),
        ("قال الوزير يوم الثلاثاء إن العمل في الجسر الجديد سيبدأ قبل نهاية العام.", "ar"),
        ("وزیر روز سه‌شنبه گفت که کار ساخت پل جدید پیش از پایان سال آغاز می‌شود.", "fa"),
        ("وەزیر ڕۆژی سێشەممە گوتی کارەکانی پردە نوێیەکە پێش کۆتایی ساڵ دەست پێ دەکات.", "ckb"),
        ("Wezîr roja sêşemê got ku karê li ser pira nû wê berî dawiya salê dest pê bike.", "ku"),
        ("Bakan salı günü yaptığı açıklamada yeni köprünün inşaatına yıl sonundan önce başlanacağını söyledi.", "tr"),
        ("Der Minister sagte am Dienstag, dass die Arbeiten an der Brücke noch vor Ende des Jahres beginnen.", "de"),
        ("El ministro dijo el martes que las obras del puente comenzarán antes de que termine el año.", "es"),
        ("השר אמר ביום שלישי כי העבודות על הגשר יחלו לפני סוף השנה.", "he"),
        ("Министр заявил во вторник, что работы на новом мосту начнутся до конца года.", "ru"),
        ("وزیر نے منگل کو کہا کہ نئے پل پر کام سال کے آخر سے پہلے شروع ہو جائے گا۔", "ur"),
    ],
)
def test_a_sentence_is_enough(text, language):
    assert detect_language(text) == language


@pytest.mark.parametrize("text", ["", "12:30", "IED 163", "Mohammed Shia Al-Sudani, Hussam Al Rassam", "\ud800"])
def test_too_little_text_is_undetermined(text):
    assert detect_language(text) == "und"


def test_names_in_another_script_do_not_decide():
    assert detect_language("The song is called أسويلك عرس and it was written for the weddings of the spring.") == "en"
