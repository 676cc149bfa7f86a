"""A table of counts shows every number, however narrow the screen is."""

import io

import pytest

from newscrawl.reporting.counts_table import CountsTable
from newscrawl.reporting.screen import SafeConsole

NAMES = ("found", "new", "no article")
COUNTS = {"iraqinews": (250_000, 12, 7), "middleeasteye": (34, 30, 3)}
ROWS = """\
outlet          found  new  no article
iraqinews      250000   12           7
middleeasteye      34   30           3
"""
COLUMNS = """\
            iraqinews  middleeasteye
found          250000             34
new                12             30
no article          7              3
"""


@pytest.mark.parametrize(("width", "shown"), [(80, ROWS), (38, ROWS), (37, COLUMNS), (36, COLUMNS), (35, ROWS)])
def test_it_takes_the_form_that_the_screen_has_room_for(width, shown):
    screen = io.StringIO()

    SafeConsole(file=screen, width=width, soft_wrap=True).print(CountsTable(NAMES, COUNTS))

    assert screen.getvalue() == shown
