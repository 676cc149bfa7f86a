"""Which pages a reader reads, and which it leaves to the crawl."""

from newscrawl.pages.iraqinews import IraqiNewsPage
from newscrawl.readers.plain import read_plain
from newscrawl.similarity import signature
from tests.crash.site import Story

STORY = Story(1)


def page(html: str) -> IraqiNewsPage:
    return IraqiNewsPage(html.encode(), STORY.url)


def test_an_article_is_read_as_the_crawl_reads_it():
    plain = read_plain(page(STORY.page()))

    assert plain.article == page(STORY.page()).read()
    assert plain.disagreements == {}
    assert plain.signature == signature(plain.article.body)


def test_what_the_page_says_twice_and_differently_is_told():
    other = STORY.page().replace("</head>", '<meta property="og:title" content="A dam is closed in Mosul" /></head>')

    assert read_plain(page(other)).disagreements == page(other).disagreements != {}


def test_a_page_with_further_parts_is_left_to_the_crawl():
    parts = f'<div class="page-links"><a href="{STORY.url}2/">2</a></div></div></article>'

    assert read_plain(page(STORY.page().replace("</div></article>", parts))) is None


def test_a_page_that_a_script_has_to_fill_is_left_to_the_crawl():
    assert read_plain(page("<title>x</title><div id=root></div><script src=/app.js></script>")) is None


def test_a_page_that_is_no_article_is_left_to_the_crawl():
    assert (
        read_plain(page("<h1>Iraq</h1><ul><li><a href=/iraq/a/>A canal</a><li><a href=/iraq/b/>A dam</a></ul>")) is None
    )
