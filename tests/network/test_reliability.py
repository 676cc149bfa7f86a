"""docs/reliability.md says what the code does."""

from pathlib import Path

import pytest
from scrapy.settings import Settings

from newscrawl import settings
from tests.network.test_faults import FAULTS

DOCUMENT = (Path(__file__).parents[2] / "docs" / "reliability.md").read_text("utf-8")


def rows(heading: str) -> list[list[str]]:
    """The cells of a section's table, without its head."""
    section = DOCUMENT.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("| ")]
    return [[cell.strip().strip("`") for cell in line.strip("|").split(" | ")] for line in lines[2:]]


def test_every_fault_stands_there_with_its_status_and_reason():
    told = rows("What servers do wrong")

    assert [(name, status) for name, _, status, _ in told] == [(fault.name, fault.status) for fault in FAULTS]
    for (name, what, _, reason), fault in zip(told, FAULTS, strict=True):
        assert what, name
        assert reason, name
        assert fault.reason.startswith(reason), name


@pytest.mark.parametrize(("name", "default"), [(name, default) for name, default, _ in rows("Bounds")])
def test_every_bound_stands_there_with_its_default(name, default):
    given = Settings()
    given.setmodule(settings)
    if name.startswith("-a"):
        assert default == "none"
    else:
        assert given.getfloat(name) == float(default.replace(",", ""))
