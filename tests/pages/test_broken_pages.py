"""However a page is broken, reading it gives an article or says that it is none, and no field holds rubbish."""

from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newscrawl.pages.article_page import NotAnArticle
from newscrawl.pages.iraqinews import IraqiNewsPage
from newscrawl.pages.middleeasteye import MiddleEastEyePage
from tests.pages.test_hostile_pages import assert_clean, read

NOW = datetime(2026, 1, 24, tzinfo=UTC)
PAGES = sorted((Path(__file__).parents[2] / "fixtures" / "pages").glob("*/*/page.html"))
CLASSES = {
    "iraqinews": (IraqiNewsPage, "https://www.iraqinews.com/iraq/slug/"),
    "middleeasteye": (MiddleEastEyePage, "https://www.middleeasteye.net/news/slug"),
}
PIECES = st.sampled_from(
    [
        b"<div>" * 40,
        b"</p></div>",
        b"<ul><li><ol>",
        b"<table><tr><td><td>",
        b'"',
        b"</script>",
        b"<!--",
        b"&#0;&#xD800;&nbsp;&shy;",
        b"\xed\xa0\x80\xff\xfe\x00",
        b"\\u0000\\ud800",
        b"<br><br>",
        b"<blockquote>",
    ]
)


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    path=st.sampled_from(PAGES),
    cut=st.floats(0, 1),
    places=st.lists(st.tuples(st.floats(0, 1), st.one_of(PIECES, st.binary(max_size=8))), max_size=12),
    encoding=st.sampled_from([None, "utf-8", "windows-1256", "utf-16", "hex"]),
)
def test_a_broken_page_is_read_or_refused(path, cut, places, encoding):
    html = path.read_bytes()
    html = html[: int(len(html) * cut)]
    for place, piece in places:
        at = int(len(html) * place)
        html = html[:at] + piece + html[at:]
    page_class, url = CLASSES[path.parents[1].name]
    read(html, page_class, url)
    with suppress(NotAnArticle):
        assert_clean(page_class(html, url, date=NOW, encoding=encoding).read())


@settings(max_examples=200, deadline=None)
@given(
    html=st.binary(max_size=300),
    around=st.sampled_from(
        [b"%s", b'<meta property="og:type" content="article"><h1>H</h1><div class="field-body">%s</div>']
    ),
)
def test_any_bytes_are_read_or_refused(html, around):
    with suppress(NotAnArticle):
        assert_clean(MiddleEastEyePage(around % html, "https://www.middleeasteye.net/news/slug", date=NOW).read())
