"""The page in UTF-8, whatever is declared."""

import pytest

from newscrawl.pages.encoding import utf8

TEXT = "<p>سوق الفخار</p>"
META = '<meta charset="windows-1256">'


def test_utf8_passes_unchanged():
    assert utf8(TEXT.encode()) == TEXT.encode()


def test_header_names_the_encoding():
    assert utf8(TEXT.encode("cp1256"), "windows-1256").decode() == TEXT


@pytest.mark.parametrize(
    "meta", [META, '<meta http-equiv="Content-Type" content="text/html; charset=windows-1256" />', META.upper()]
)
def test_meta_names_the_encoding(meta):
    assert utf8((meta + TEXT).encode("cp1256")).decode() == meta + TEXT


def test_header_comes_before_meta():
    assert utf8((META + "é").encode("latin-1"), "iso-8859-1").decode() == META + "é"


def test_valid_utf8_is_believed_before_a_wrong_declaration():
    assert utf8((META + TEXT).encode(), "windows-1256").decode() == META + TEXT


@pytest.mark.parametrize("name", ["utf-8-sig", "utf-16"])
def test_byte_order_mark_decides(name):
    assert utf8(TEXT.encode(name), "windows-1256").decode() == TEXT


def test_a_page_cut_off_within_a_letter_is_still_utf8():
    assert utf8(TEXT.encode()[:-5], None).decode() == "<p>سوق الفخا\ufffd"


@pytest.mark.parametrize("name", ["hex", "no-such", "", "x\x00y", "utf-7\ud800"])
def test_unknown_names_are_passed_over(name):
    assert utf8(b"caf\xe9", name).decode() == "café"
