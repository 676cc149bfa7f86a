import pytest

from newscrawl.sources import SourceError
from newscrawl.sources.form import form_of, instead, xml_part


@pytest.mark.parametrize(
    ("body", "form"),
    [
        (b"", "nothing"),
        (b"\xef\xbb\xbf \n", "nothing"),
        (b' {"code": "x"}', "JSON"),
        (b"\xef\xbb\xbf[1]", "JSON"),
        (b"<!DOCTYPE html><x>", "HTML"),
        (b"\n<!-- cached --><html lang=en>", "HTML"),
        (b"<div>Just a moment</div>", "HTML"),
        (b"<?xml version='1.0'?><!DOCTYPE html PUBLIC 'x' 'y'><html xmlns='z'/>", "HTML"),
        (b"<?xml version='1.0'?>\n<!-- by a plugin -->\n<rss version='2.0'>", "XML"),
        (b"<urlset>", "XML"),
        (b"<sm:urlset>", "XML"),
        (b"<!DOCTYPE rss [<!ENTITY a 'b>'>]><rss>", "XML"),
        ("<rss version='2.0'/>".encode("utf-16"), "XML"),
        (b"https://www.iraqinews.com/iraq/a/\n", "text"),
        (b"%PDF-1.7", "text"),
        (b"\x89PNG\r\n\x1a\n\x00", "text"),
    ],
)
def test_bytes_are_told_by_their_beginning(body, form):
    assert form_of(body) == form


def test_what_came_instead_is_said_with_the_pages_title():
    page = b"<html><head><title>\nJust a moment&hellip; </title>"
    assert instead(page, "XML") == 'HTML where XML was promised, titled "Just a moment…"'
    assert instead(b"{}", "XML") == "JSON where XML was promised"


@pytest.mark.parametrize(
    "before",
    [b"\xef\xbb\xbf", b"\n\n  ", b"\n\xef\xbb\xbf", b"<br />\n<b>Warning</b>: Undefined index in cache.php<br />\n"],
)
def test_an_xml_document_begins_at_its_declaration(before):
    document = b'<?xml version="1.0" encoding="UTF-8"?>\n<rss/>'
    assert xml_part(before + document) == document


def test_comments_and_document_types_before_the_first_element_are_dropped():
    assert (
        xml_part(b'<!-- by a plugin --><!DOCTYPE rss SYSTEM "rss.dtd"><?xml-stylesheet href="x"?>\n<rss/>') == b"<rss/>"
    )


def test_an_html_page_with_xml_inside_stays_whole():
    page = b"<html><body><?xml version='1.0'?><svg/></body></html>"
    assert xml_part(page) == page


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_declared_entities_are_refused(encoding):
    with pytest.raises(SourceError, match="declares entities"):
        xml_part('<!DOCTYPE rss [<!ENTITY a "b">]><rss>&a;</rss>'.encode(encoding))


def test_entities_that_a_text_merely_names_are_no_harm():
    document = b"<rss><![CDATA[An attack by <!ENTITY a>]]></rss>"
    assert xml_part(document) == document


def test_a_declaration_without_end_is_refused():
    with pytest.raises(SourceError, match="no end"):
        xml_part(b"<?xml " + b'encoding="' * 1000)
