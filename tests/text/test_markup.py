"""What would cost a parser seconds and gigabytes is not parsed; what people write is."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newscrawl.text.markup import MOST_BYTES, Entangled, check, parsed

HOSTILE = {
    "nested": b"<div>" * 100_000,
    "nested lists": b"<ul><li>" * 50_000,
    "nested, closed by others": b"<div></x>" * 30_000,
    "formatting left open": b"".join(b"<p><i a=%d>x" % n for n in range(5_000)),
    "formatting of all names": b"".join(b"<P><%s a=%d>x" % (b"BIUS"[n % 4 : n % 4 + 1], n) for n in range(5_000)),
    "formatting closed before it opens": b"</i>" * 5_000 + b"".join(b"<p><i a=%d>x" % n for n in range(5_000)),
    "formatting closed where it is not open": b"".join(b"<i a=%d><object></i></object><p>" % n for n in range(5_000)),
    "attributes": b"<div " + b" ".join(b"a%d=1" % n for n in range(100_000)) + b">",
    "attributes without spaces": b"<div " + b"".join(b'a%d="1"' % n for n in range(100_000)) + b">",
    "an unclosed tag": b"<p>" + b"<div " + b"a b " * 100_000,
    "too long": b"<p>" + b"x" * MOST_BYTES,
}


@pytest.mark.parametrize("html", HOSTILE.values(), ids=HOSTILE)
def test_hostile_markup_is_refused_before_it_is_parsed(html):
    start = time.process_time()
    with pytest.raises(Entangled, match="not read: "):
        parsed(html)
    assert time.process_time() - start < 2


@pytest.mark.parametrize(
    "html",
    [
        b"",
        b"<p>" * 4_000,
        b"<div>" * 3_000 + b"deep",
        b"<p>One<br>two</p>" * 20_000,
        b"<p><b>One</b> and <i class=x>two</i></p>" * 5_000,
        b"<table>" + b"<tr><td><font color=red>One<td><font color=blue>two" * 300 + b"</table>",
        b"<ul>" + b"<li>One" * 10_000 + b"</ul>",
        b'<img src="data:image/png;base64,' + b"A" * 500_000 + b'"><p>text',
        b"<style>" + b"a{}" * 100_000 + b"</style><p>text",
        b"<script>" + b"if(a<b){c('<div>')}" * 5_000 + b"</script>",
        b"<p>" + b"words and more words " * 50_000,
        b'<div style="' + b"a: b; " * 5_000 + b'">text</div>',
    ],
)
def test_long_pages_of_the_web_are_parsed(html):
    assert parsed(html).body is not None


def test_text_is_parsed_as_bytes_are():
    assert parsed("<p>Erbīl").body.text() == "Erbīl"
    assert parsed("<p>\ud800x").body is not None
    with pytest.raises(Entangled):
        parsed("<div>" * 100_000)


def test_noscript_is_text_as_browsers_have_it():
    assert parsed("<noscript><p>x</p></noscript>").css_first("noscript p") is None


@given(
    st.lists(st.sampled_from([b"<div>", b"</div>", b"<i a=1>", b"<", b">", b'"', b"'", b"=", b" a", b"x"])).map(
        b"".join
    )
)
def test_a_short_text_is_never_refused(html):
    check(html)
    check(html * 50)
