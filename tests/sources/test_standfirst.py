import pytest

from newscrawl.sources.standfirst import standfirst

CONTENT = (
    '<p>Basra (<a href="https://www.iraqinews.com">IraqiNews.com</a>) &#8211; Dockers unloaded the first ship.</p>\n'
    "<p>It brought wheat.</p><p>More ships are due.</p>"
)


def test_an_editors_excerpt_stays_as_written():
    own = "<p>The port&#8217;s new quay is <em>open</em>.</p>\n"
    assert standfirst(own, CONTENT) == own


def test_a_link_at_the_end_of_an_editors_excerpt_is_no_cut():
    own = '<p>The quay is open, see <a href="/map">the map</a></p>'
    assert standfirst(own, CONTENT) == own


@pytest.mark.parametrize(
    "cut",
    [
        "<p>Basra (IraqiNews.com) &#8211; Dockers unloaded [&hellip;]</p>\n",
        "<p>Basra (IraqiNews.com) &#8211; Dockers unloaded [&#8230;]</p>\n",
        "<p>Basra (IraqiNews.com) – Dockers unloaded […]</p>",
        "<p>Basra (IraqiNews.com) – Dockers unloaded...</p>",
        """<p>Basra – Dockers&hellip; <a class="more-link" href="/iraq/quay/">Continue reading
        <span class="screen-reader-text">New quay</span></a></p>\n""",
        """<p>Basra – Dockers unloaded [&#8230;]</p>
        <p>The post <a href="/iraq/quay/">New quay</a> appeared first on <a href="/">Iraqi News</a>.</p>\n""",
    ],
)
def test_an_automatic_excerpt_is_none(cut):
    assert standfirst(cut, CONTENT) is None


def test_the_texts_own_beginning_is_none():
    assert (
        standfirst("<p>Basra (IraqiNews.com) – Dockers unloaded the first ship. It brought wheat.</p>", CONTENT) is None
    )


@pytest.mark.parametrize("nothing", [None, "", "<p></p>\n"])
def test_no_excerpt_is_none(nothing):
    assert standfirst(nothing, CONTENT) is None
