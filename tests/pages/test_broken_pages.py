"""However a page is broken, reading it gives an article or says that it is none, and no field holds rubbish."""

import re
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newscrawl.items import Image
from newscrawl.pages.article_page import NotAnArticle
from newscrawl.pages.iraqinews import IraqiNewsPage
from newscrawl.pages.middleeasteye import MiddleEastEyePage

NOW = datetime(2026, 1, 24, tzinfo=UTC)
PAGES = sorted((Path(__file__).parents[2] / "fixtures" / "pages").glob("*/*/page.html"))
CLASSES = {
    "iraqinews": (IraqiNewsPage, "https://www.iraqinews.com/iraq/slug/"),
    "middleeasteye": (MiddleEastEyePage, "https://www.middleeasteye.net/news/slug"),
}
RUBBISH = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\xa0\xad\u200b\u2028\ufeff\ud800-\udfff]")
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


def texts(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for part in value:
            yield from texts(part)
    elif isinstance(value, Image):
        yield from texts([value.caption or "", value.credit or ""])


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
    page = page_class(html, url, date=NOW, encoding=encoding)
    try:
        article = page.read()
        page.leads(), page.follow(), page.further_pages()
    except NotAnArticle:
        return
    for name in ("headline", "description", "body", "dateline", "authors", "sections", "topics", "image"):
        for text in texts(getattr(article, name)):
            assert not RUBBISH.search(text), (name, text)


@given(html=st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(html):
    with suppress(NotAnArticle):
        MiddleEastEyePage(html, "https://www.middleeasteye.net/news/slug", date=NOW).read()
