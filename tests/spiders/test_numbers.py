"""How the posts of a site are counted."""

from newscrawl.items import Batch, Lead
from newscrawl.spiders.numbers import Numbers


def batch(ids, *, broken=0, total=None):
    leads = [Lead(url=f"https://www.example.org/{number}/", site_id=str(number)) for number in ids]
    return Batch(leads=leads, ids=list(ids), left_out={"broken": broken} if broken else {}, total=total)


def test_a_post_that_comes_twice_is_counted_once():
    numbers = Numbers()
    numbers.add(batch([1, 2, 1023, 1024, 9_000_000], total=6))
    numbers.add(batch([1024, 7], total=6))

    assert numbers.count == 6
    assert numbers.agree


def test_a_post_that_is_broken_is_counted_though_it_tells_no_number():
    numbers = Numbers()
    numbers.add(batch([1, 2], broken=1, total=3))

    assert numbers.count == 3
    assert numbers.agree


def test_a_count_that_moves_agrees_with_nothing():
    numbers = Numbers()
    numbers.add(batch([1], total=2))
    numbers.add(batch([2], total=3))

    assert not numbers.is_steady
    assert not numbers.agree
