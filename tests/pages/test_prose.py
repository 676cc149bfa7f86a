"""The element that holds a story, as paragraphs."""

from newscrawl.pages.prose import fragment, paragraphs


def read(markup):
    return [paragraph.text for paragraph in paragraphs(fragment(markup))]


def test_paragraphs_headings_and_quotes_come_in_order():
    markup = "<h2>One</h2><p>Two.</p><blockquote><p>Three.</p><p>Four.</p></blockquote><p>Five.</p>"
    assert read(markup) == ["One", "Two.", "Three.", "Four.", "Five."]


def test_list_items_are_marked_or_numbered():
    markup = "<ul><li>a</li><li><p>b</p><p>c</p></li></ul><ol start=3><li>d<li value=7>e<li>f</ol>"
    assert read(markup) == ["- a", "- b", "c", "3. d", "7. e", "8. f"]


def test_nested_lists_keep_their_own_numbers():
    assert read("<ol><li>a<ul><li>b</ul><li>c</ol>") == ["1. a", "- b", "2. c"]


def test_table_rows_are_lines():
    markup = "<table><tr><th>Station<th>April</tr><tr><td>Mosul<td><p>352 <b>m</b></p></tr></table>"
    assert read(markup) == ["Station | April", "Mosul | 352 m"]


def test_empty_corner_of_a_table_makes_no_bar():
    assert read("<table><tr><td></td><td>2024</td></tr><tr><td>Kut</td><td></td><td>190</td></tr></table>") == [
        "2024",
        "Kut | | 190",
    ]


def test_table_made_for_layout_is_no_table():
    assert read("<table><tr><td><img src=a></td><td><p>One.</p><p>Two.</p><p>Three.</p></td></tr></table>") == [
        "One.",
        "Two.",
        "Three.",
    ]


def test_inline_tags_neither_glue_nor_split_words():
    markup = "<p>the <a href=x><strong>Mosul <em>dam</em></strong></a>, the 33<sup>rd</sup> <b>su</b>mmit</p>"
    assert read(markup) == ["the Mosul dam, the 33rd summit"]


def test_br_is_a_new_line_and_two_are_a_new_paragraph():
    assert read("<p>a<br>b<br/><br />c &nbsp;<br>&nbsp;<br> d</p>") == ["a\nb", "c", "d"]


def test_text_without_paragraph_elements_is_read_too():
    assert read("One<div>Two</div>Three <b>and</b> four<p>Five</p>Six") == [
        "One",
        "Two",
        "Three and four",
        "Five",
        "Six",
    ]


def test_an_advertisement_between_paragraphs_leaves_no_trace():
    plain = read("<p>One.</p><p>Two.</p>")
    assert read('<p>One.</p><div class="ad"><script>x()</script><p>Buy</p></div><p>Two.</p>') == plain
    assert read('<p>One.</p><ins class="adsbygoogle">Buy</ins><p>Two.</p>') == plain


def test_what_is_no_prose_is_left_out():
    markup = (
        "<figure><img src=a alt=Alt><figcaption>Caption (AFP)</figcaption></figure>"
        '<div class="wp-caption"><img src=b><p class="wp-caption-text">Caption</p></div>'
        "<p>Text<script>x</script><style>y</style><!-- z --></p><form><p>Sign up</p></form>"
        "<noscript><p>Enable</p></noscript><aside><p>More</p></aside><p hidden>Hidden</p>"
        '<div class="sharedaddy"><h3>Share this:</h3></div><iframe src=x>no frames</iframe>'
    )
    assert read(markup) == ["Text"]


def test_figures_that_hold_a_table_or_a_quotation_are_prose():
    markup = (
        '<figure class="wp-block-table"><table><tr><td>a<td>b</table><figcaption>Source</figcaption></figure>'
        '<figure class="wp-block-pullquote"><blockquote><p>Q</p></blockquote></figure>'
    )
    assert read(markup) == ["a | b", "Q"]


def test_ten_thousand_nested_elements_are_no_obstacle():
    assert read("<div>" * 10_000 + "deep") == ["deep"]


def test_arabic_text_keeps_its_order():
    assert read("<p>فتح <b>مهرجان</b> الزهور\u200f أبوابه</p>") == ["فتح مهرجان الزهور أبوابه"]


def test_a_paragraph_of_text_alone_is_what_it_stands_in():
    found = paragraphs(
        fragment(
            "before<p>One.</p>between <em>and</em><p class='pull-quote'>Two.</p><blockquote><p>Three.</p></blockquote>"
            "<ul><li><p>Four.</p></li></ul><table><tr><td><p>a</p><p>b</p></td><td>c</td></tr></table>"
            "<pre>x\n<b>y</b></pre>after"
        )
    )
    assert [tuple(one) for one in found] == [
        ("before", "paragraph"),
        ("One.", "paragraph"),
        ("between and", "paragraph"),
        ("Two.", "quote"),
        ("Three.", "quote"),
        ("- Four.", "item"),
        ("a b | c", "row"),
        ("x\ny", "paragraph"),
        ("after", "paragraph"),
    ]


def test_an_element_of_text_alone_is_left_out_where_a_selector_says_so():
    markup = "<p>One.</p><p class=x>No.</p><p>Two <em>no</em><b id=y>no</b><i>three</i>.</p><div><p>No.</p></div>"
    found = paragraphs(fragment(markup), leave_out=".x, em, #y, div > p")
    assert [one.text for one in found] == ["One.", "Two three."]


def test_white_space_between_blocks_is_no_text():
    assert read("\n <p>\n One.\n</p>\n\u00a0\n<p> </p><ul>\n<li>\n<p>Two.</p>\n</li>\n</ul> ") == ["One.", "- Two."]


def test_a_box_between_words_parts_them():
    assert read("<p>It rained.<img src=x>That was new.</p><p>So <video></video>it<iframe></iframe>was</p>") == [
        "It rained. That was new.",
        "So it was",
    ]
    assert read("<p>the <a>report<img src=icon></a>, it said<img src=x>.</p>") == ["the report, it said."]
    assert read("<fieldset><legend>Sources</legend>The river authority</fieldset>") == [
        "Sources",
        "The river authority",
    ]


def test_an_emoji_that_is_shown_as_a_picture_is_kept():
    markup = "<p>Well done<img class='emoji' alt='👏🏽' src=x>! <img class='wp-smiley' alt='🇮🇶' src=y></p>"
    assert read(markup) == ["Well done👏🏽! 🇮🇶"]
