"""What fuzzing found stays mended, and every reader keeps its promises on what it is begun with."""

import pytest

from newscrawl.pages.middleeasteye import MiddleEastEyePage
from tests.fuzz.readers import EYE, FIXTURES, NOW, READERS

FINDINGS = sorted((FIXTURES / "fuzz").glob("*/*"))


@pytest.mark.parametrize("file", FINDINGS, ids=lambda file: f"{file.parent.name}/{file.name}")
def test_a_finding_is_read_as_promised(file):
    READERS[file.parent.name].read(file.read_bytes())


@pytest.mark.parametrize("name", READERS)
def test_what_a_reader_is_begun_with_is_read_as_promised(name):
    seeds = list(READERS[name].seeds())

    assert len(seeds) >= 3
    for seed in seeds:
        READERS[name].read(seed)


def picture(address: str):
    head = f'<meta property="og:image" content="{address}">'
    story = '<section class="page-main-content"><h1>H</h1><div class="field-body"><p>It rained.</p></div></section>'
    html = f"<html><head>{head}</head><body>{story}</body></html>"
    return MiddleEastEyePage(html.encode(), EYE, date=NOW).read().image


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("/a.jpg", "https://www.middleeasteye.net/a.jpg"),
        ("/a b.jpg", "https://www.middleeasteye.net/a%20b.jpg"),
        ("/a\x1b[2J\x7f.jpg", "https://www.middleeasteye.net/a[2J.jpg"),
        ("/a&quot;&gt;&lt;script&gt;.jpg", "https://www.middleeasteye.net/a%22%3E%3Cscript%3E.jpg"),
    ],
)
def test_a_pictures_address_holds_nothing_that_no_address_may(written, kept):
    assert picture(written).url == kept


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "data:image/png;base64,AAAA", "http://[::1", "/" + "a" * 3000]
)
def test_what_is_no_address_is_no_picture(address):
    assert picture(address) is None
