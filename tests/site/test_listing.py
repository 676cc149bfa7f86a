"""Which pages a list has, where they lie, and what its charts tell."""

from __future__ import annotations

import re

from newscrawl.site import addresses, listing
from newscrawl.site.chart import charts
from newscrawl.topics.overview import Day


def cut(*months):
    """The pages of a list, by their address; its stories are numbered from the oldest on. `months`: with how many."""
    of = {}
    for month, count in months:
        of |= {str(len(of) + number): month for number in range(count)}
    ids = list(of)[::-1]
    return {page.path: page for page in listing.pages(ids, of, heading="t", folder="f/")}


def numbers(page):
    """The newest and the oldest of a page."""
    return int(page.ids[0]), int(page.ids[-1])


def test_a_short_list_is_one_page():
    assert list(cut()) == ["f/index.html"]
    (page,) = cut(("2019-01", 1), ("2025-07", 99)).values()
    assert (numbers(page), page.count, page.older, page.periods) == ((99, 0), 100, None, [])


def test_a_long_list_has_an_archive_by_time():
    pages = cut(("2023-05", 60), ("2024-01", 40), ("2024-12", 10), ("2025-05", 30), ("2025-06", 230), ("2025-07", 20))

    assert {path: numbers(page) for path, page in pages.items() if page.ids} == {
        # The newest 50, of which 30 stand in the archive too.
        "f/index.html": (389, 340),
        "f/2025-06-part-3.html": (369, 340),
        "f/2025-06-part-2.html": (339, 240),
        "f/2025-06.html": (239, 140),
        "f/2025-05.html": (139, 110),
        # Years of few stories.
        "f/2024.html": (109, 60),
        "f/2023.html": (59, 0),
    }
    assert [page.period for page in pages.values() if page.ids] == [
        None,
        "June 2025, part 3",
        "June 2025, part 2",
        "June 2025",
        "May 2025",
        "2024",
        "2023",
    ]
    assert (pages["f/index.html"].older, pages["f/2025-06-part-3.html"].newer) == (
        "f/2025-06-part-3.html",
        "f/index.html",
    )
    assert (pages["f/2025-06.html"].older, pages["f/2023.html"].older) == ("f/2025-05.html", None)
    years = [(year.name, year.address, year.count) for year in pages["f/index.html"].periods]
    assert years == [("2025", "f/2025.html", 280), ("2024", "f/2024.html", 50), ("2023", "f/2023.html", 60)]
    year = pages["f/2025.html"]
    assert (year.ids, [(month.name, month.address, month.count) for month in year.periods]) == (
        [],
        [("June 2025", "f/2025-06-part-3.html", 230), ("May 2025", "f/2025-05.html", 30)],
    )


def test_the_newest_month_is_in_the_archive_as_far_as_it_makes_whole_pages():
    assert list(cut(("2025-07", 199))) == ["f/index.html", "f/2025-07.html", "f/2025.html"]
    pages = cut(("2025-07", 270))
    assert {path: numbers(page) for path, page in pages.items() if page.ids} == {
        "f/index.html": (269, 200),
        "f/2025-07-part-2.html": (199, 100),
        "f/2025-07.html": (99, 0),
    }
    # A year of few stories is whole on the first page until it is over.
    pages = cut(("2024-07", 30), ("2025-07", 80))
    assert {path: numbers(page) for path, page in pages.items()} == {"f/index.html": (109, 30), "f/2024.html": (29, 0)}


def test_no_address_of_an_archive_goes_as_a_list_grows():
    before = set()
    for count in range(0, 700, 7):
        months = [("2024-02", 30), ("2025-01", 60), *((f"2025-{2 + number // 90:02}", 1) for number in range(count))]
        after = set(cut(*months))
        assert before <= after
        before = after


def test_addresses_suit_every_disk_and_are_never_shared():
    names = [
        "a",
        "A",
        "á",
        "..",
        ".",
        "",
        "a/b",
        "a-b",
        "con",
        "CON",
        "نهر",
        "دجلة",
        "x" * 500,
        "x" * 501,
        "a_b",
        "%2e",
    ]
    made = [addresses.name(name) for name in names]
    assert len({name.casefold() for name in made}) == len(names)
    assert all(re.fullmatch("[a-z0-9_-]{1,80}", name) for name in made)
    assert addresses.article("iraqinews:209323") == "articles/iraqinews/209323.html"
    assert addresses.topic("CJTF–OIR") == addresses.topic("cjtf-oir") == "topics/cjtf-oir/index.html"
    assert addresses.letter("A") == "topics/a.html"


def test_charts_tell_the_newest_days_and_the_whole_time():
    def days(*moments):
        return [Day(day=day, outlet=outlet, count=count) for day, outlet, count in moments]

    (told,) = charts(days(("2025-07-01", "a", 2), ("2025-07-03", "a", 1), ("2025-07-03", "b", 3)), {"a": "Outlet A"})
    assert (told.unit, told.outlets, told.highest) == ("day", ["Outlet A", "b"], "4")
    assert [(row.when, row.counts) for row in told.rows] == [("2025-07-03", [1, 3]), ("2025-07-01", [2, 0])]
    assert [bar.height for bar in told.bars] == [60, 30, 90]
    assert told.bars[2].y == 0

    by_day, by_month = charts(days(("2025-01-01", "a", 1), ("2025-06-02", "a", 1), ("2025-07-03", "b", 1)), {})
    assert (by_day.unit, by_day.first, by_day.last) == ("day", "2025-04-03", "2025-07-03")
    assert [(row.when, row.counts) for row in by_day.rows] == [("2025-07-03", [0, 1]), ("2025-06-02", [1, 0])]
    assert (by_month.unit, by_month.first, len(by_month.rows)) == ("month", "2025-01", 3)
    assert "3 articles; the most are 1, in 2025-01." in by_month.description
    assert [chart.unit for chart in charts(days(("1990-01-01", "a", 1), ("2025-07-03", "a", 1)), {})] == ["day", "year"]
    assert charts(days(("2025-01-01", "a", 1)), {}) == []
