"""Selectors told without the parser's engine match the same elements as with it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from newscrawl.pages.prose import NOT_PROSE
from newscrawl.pages.selectors import Selectors, split_list

PAGE = """<div class="a b" id="x"><p hidden>1</p><p class="b">2</p><p class="c-caption">3</p><p class="c-caption x">4
</p><blockquote class="twitter-tweet">5</blockquote><blockquote>6</blockquote><a rel="tag nofollow" href="/a">7</a>
<section id="comments" class="comments-area"><i class="">8</i></section><b title="a, b">9</b>
<p hidden="">10</p></div>"""
TREE = LexborHTMLParser(PAGE)


@pytest.mark.parametrize(
    "selectors",
    [
        NOT_PROSE,
        ".a",
        "p.b, #comments",
        "[hidden]",
        'a[rel~="tag"], [class$="-caption"], [class^=c]',
        "div.a.b#x",
        "blockquote.twitter-tweet, i",
        '[title="a, b"]',
        ".nothing, [class*=ombo]",
    ],
)
def test_the_same_elements_match(selectors):
    own = Selectors(selectors)
    assert own.others == ""
    matched = {node.mem_id for node in TREE.body.css("*") if own.match(node.tag, node.attributes)}
    assert matched == {node.mem_id for node in TREE.body.css(selectors)}


def test_what_asks_for_surroundings_is_left_to_the_engine():
    own = Selectors(".a, .a > p, p:has(img), div p, i:not(.x, .y)")
    assert own.others == ".a > p, p:has(img), div p, i:not(.x, .y)"
    assert own.match("div", {"class": "a"})
    assert not own.match("p", {})


def test_a_list_is_split_at_its_commas_alone():
    assert split_list('a:not(b, c), [x="1,2"] , d') == ["a:not(b, c)", '[x="1,2"]', "d"]


@given(st.lists(st.sampled_from([".a", ".b", "p", "#x", "[hidden]", "i", ".c-caption", '[rel~="tag"]']), min_size=1))
def test_any_list_of_them_matches_the_same(parts):
    selectors = ", ".join(parts)
    own = Selectors(selectors)
    matched = {node.mem_id for node in TREE.body.css("*") if own.match(node.tag, node.attributes)}
    assert matched == {node.mem_id for node in TREE.body.css(selectors)}


def test_the_tags_that_are_named_are_told():
    assert set(Selectors("a[href^='#'], i, p.x, [hidden], .y, #z").tags) == {"a", "i"}


def test_every_part_of_a_selector_has_to_match():
    own = Selectors("a[href^='#'][rel=x], div.a.b[title]")
    assert own.match("a", {"href": "#n", "rel": "x"})
    assert not own.match("a", {"href": "#n", "rel": "y"})
    assert not own.match("b", {"href": "#n", "rel": "x"})
    assert own.match("div", {"class": "b a", "title": None})
    assert not own.match("div", {"class": "a", "title": ""})
    assert not own.match("div", {"class": "a b"})
