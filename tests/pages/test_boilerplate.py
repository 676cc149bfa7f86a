"""What is none of the story's text goes, and nothing else."""

from hypothesis import given
from hypothesis import strategies as st

from newscrawl.pages.boilerplate import Boilerplate, without_boilerplate
from newscrawl.pages.iraqinews import IraqiNewsPage
from newscrawl.pages.middleeasteye import MiddleEastEyePage
from newscrawl.pages.prose import Paragraph

IRAQI_NEWS = IraqiNewsPage.boilerplate
EYE = MiddleEastEyePage.boilerplate


def clean(texts, rules=IRAQI_NEWS, headline="Headline", captions=()):
    found = [text if isinstance(text, Paragraph) else Paragraph(text) for text in texts]
    return [paragraph.text for paragraph in without_boilerplate(found, rules, headline=headline, captions=captions)]


def test_the_desk_s_tails_go():
    for tail in (
        "SS (P) 1",
        "SH (P)/SR 35",
        "RM (TS)/SR Number of Reads:163",
        "RM (TS)/SR 3 Number of Reads:163",
        "Number of Reads: 12",
        "\\END\\",
        "/End/",
        "\\END\\ SS (P) 1",
        "SS (P)",
        "(END)",
        "RM (TS)/SR 3 Number of Reads: 2,163",
    ):
        assert clean(["It ended.", tail]) == ["It ended."]
        assert clean([f"It ended. {tail}"]) == ["It ended."]
        assert clean([f"It ended.\n{tail}"]) == ["It ended."]


def test_brackets_that_are_no_tail_stay():
    assert clean(["The treaty was signed in the US (DC)."]) == ["The treaty was signed in the US (DC)."]
    assert clean(["He joined the Islamic State (IS) in 2014"]) == ["He joined the Islamic State (IS) in 2014"]
    assert clean(["He is a member of the ruling KDP (I)"]) == ["He is a member of the ruling KDP (I)"]


def test_words_with_a_slash_before_end_stay_and_the_mark_goes_wherever_it_stands():
    assert clean(["He mends both the front/end."]) == ["He mends both the front/end."]
    assert clean(["They asked for an end (the end)."]) == ["They asked for an end (the end)."]
    assert clean(["One.", "/End/", "Two /End/ three."]) == ["One.", "Two /End/ three."]


def test_comments_end_the_story():
    for end in (
        "Leave a Reply",
        "Leave a Reply Cancel reply",
        "One Comment",
        "14 Comments",
        "2 Replies to “Headline”",
        "3 Responses to “Headline”",
        "Comments are closed.",
    ):
        assert clean(["Text.", end, "John: well said."]) == ["Text."]
    assert clean(["Text.", "Your email address will not be published. Required fields are marked *"]) == ["Text."]


def test_feed_tail_and_error_lines_go():
    assert clean(["Text.", "The post Iraq wins appeared first on Iraqi News."]) == ["Text."]
    assert clean(["Multithumb found errors on this page:\nThere was a problem loading image 'x.jpg'", "Text."]) == [
        "Text."
    ]


def test_links_to_other_stories_go():
    for line in (
        "Read also: Other story",
        "READ MORE:\nOther story",
        "Read Also | Other story",
        "Also read – Other story",
        "READ: Other story",
        "Related Articles: Other story",
        "You may also like:",
        "Read More »",
        "• Read also: Other story",
        "- Read more: Other story",
        "READ MORE Other story",
        "Read more » Other story",
        "Read more about the water of Basra",
    ):
        assert clean(["First.", line, "Last."]) == ["First.", "Last."]
    assert clean(["First.", "READ MORE ►", "Last."], EYE) == ["First.", "Last."]
    for line in (
        "Read aloud, it is a poem.",
        "Related developments were slow.",
        "He read more: two books a day.",
        "- Read it.",
    ):
        assert clean(["First.", line, "Last."]) == ["First.", line, "Last."]


def test_a_line_that_heads_a_list_of_other_stories_takes_it_along():
    for line in ("Read more:", "More on this", "Read more about the water of Basra:"):
        assert clean(["First.", line, Paragraph("- Other story", "item"), "Last."]) == ["First.", "Last."]


def test_what_plugins_and_agencies_add_as_lines_goes():
    for line in (
        "Tags: football",
        "© Agence France-Presse",
        "©AFP",
        "- Advertisement -",
        "Post Views: 1,163",
        "Share this article:",
        "Subscribe to our newsletter",
        "https://twitter.com/minister/status/1",
        '[gallery ids="1,2"]',
    ):
        assert clean(["First.", line, "Last."]) == ["First.", "Last."]


def test_captions_and_the_headline_repeated_as_text_go():
    assert clean(["A view", "a  view", "Headline", "Text."], captions=["A view"]) == ["Text."]


def test_the_headline_s_words_may_stand_later_in_the_text():
    assert clean(["One.", "Two.", "Three.", "Headline"]) == ["One.", "Two.", "Three.", "Headline"]


def test_a_byline_that_opens_the_text_goes():
    for line in ("By Ali Hassan in al-Qaim", "By Ali Hassan and agencies", "By MEE staff in the occupied West Bank"):
        assert clean([line, "It rained."]) == ["It rained."]
    assert clean(["By Ali Hassan in al-Qaim it rained.", "So."]) == ["By Ali Hassan in al-Qaim it rained.", "So."]


def test_a_pull_quote_goes_with_the_name_below_it():
    texts = [
        Paragraph("'The reeds grew faster than we could cut'", "quote"),
        Paragraph("- Umm Karrar, weaver", "quote"),
        "“The reeds grew faster than we could cut,” she said.",
    ]
    assert clean(texts) == ["“The reeds grew faster than we could cut,” she said."]


def test_a_pull_quote_goes_with_a_name_that_has_no_dash():
    said = "“The reeds grew faster than we could cut,” she said."
    quote = Paragraph("The reeds grew faster than we could cut", "quote")
    assert clean([quote, Paragraph("Umm Karrar, weaver", "quote"), said]) == [said]
    poem = [Paragraph(line, "quote") for line in ("The reeds grew faster than we", "And higher", "And we sang")]
    assert clean([*poem, said]) == ["And we sang", said]
    other = Paragraph("A buffalo does not drink.", "quote")
    assert clean([quote, other, said]) == ["A buffalo does not drink.", said]


def test_a_pull_quote_in_a_plain_paragraph_goes_if_it_is_long():
    long = "Nobody in this village has seen so much water since the war"
    assert clean([long, f"“{long},” he said."]) == [f"“{long},” he said."]
    assert clean(["He said.", "He said. So it was."]) == ["He said.", "He said. So it was."]


def test_a_quotation_that_stands_once_stays():
    assert clean([Paragraph("A buffalo does not drink from a tap.", "quote"), "So he said."]) == [
        "A buffalo does not drink from a tap.",
        "So he said.",
    ]


def test_of_two_equal_paragraphs_the_first_stays():
    text = "This is one paragraph of more than eight words here."
    assert clean([text, "Between.", text]) == [text, "Between."]


def test_newsletter_lines_of_all_years_go():
    lines = [
        "New MEE newsletter: Jerusalem Dispatch",
        "Sign up to get the latest insights and analysis on Israel-Palestine, and other MEE newsletters",
        "Stay informed with MEE's newsletters",
        "Stay informed with MEE’s newsletters",
        "Sign up to get the latest alerts, insights and analysis, starting with Turkey Unpacked",
        "Sign up to get the latest insights and analysis\nIsrael, alongside Turkey Unpacked and other MEE newsletters",
        "Skip to main content",
        "Off",
        "Read More »",
        "Middle East Eye delivers independent and unrivalled coverage of everything.",
    ]
    assert clean(["First.", *lines, "Last."], EYE) == ["First.", "Last."]


def test_sentences_about_newsletters_stay():
    text = "The ministry's newsletters are printed in Basra."
    assert clean([text], EYE) == [text]
    assert clean(["Middle East Eye delivers a letter every week."], EYE) == [
        "Middle East Eye delivers a letter every week."
    ]


def test_rules_can_be_added_to():
    rules = Boilerplate(lines=("a",)).plus(lines=("b",))
    assert clean(["a", "b", "c"], rules) == ["c"]


@given(st.lists(st.text(st.sampled_from("aetx -.'é\u0639"), min_size=20, max_size=40), min_size=1, max_size=4))
def test_a_quotation_of_the_text_s_own_words_goes_wherever_it_stands(parts):
    words = " ".join([*" ".join(parts).split(), "one", "two", "three", "four"])
    quotation = Paragraph(words, "quote")
    whole = f"He said so {words} and then went on"
    assert clean([quotation, whole], Boilerplate()) == [whole]
    assert clean([whole, quotation], Boilerplate()) == [whole]
