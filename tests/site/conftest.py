"""Sites to look at, and one browser for all who look."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import sync_playwright

from newscrawl.network.chromium import QUIET, find_chromium
from newscrawl.site.about import fields
from newscrawl.site.build import About, build
from newscrawl.topics.catalogue import Catalogue
from tests.conftest import Scrapy

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from newscrawl.topics.names import Topic


def built(data: Path, out: Path, topics: Sequence[Topic] = (), **how):
    """A site of a data directory, without a ledger."""
    with Catalogue.open(data, topics) as catalogue:
        return build(catalogue, out, About(coverage=[], fields=fields()), **how)


@pytest.fixture(scope="session")
def demo(tmp_path_factory):
    """What `make demo` does."""
    done = Scrapy(tmp_path_factory.mktemp("demo") / "data")("demo", project="replay")
    assert done.status == 0, done.err
    return done


@pytest.fixture(scope="module")
def browser():
    # Not for longer: as long as Playwright runs, nothing else can run an event loop in this process.
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=[*QUIET])
        yield browser
        browser.close()


@pytest.fixture
def look(browser):
    """Opens a page as a visitor has it; whatever the browser complains of fails the test."""
    contexts, complaints = [], []

    def look(where: Path | str, query: str = "", **visitor):
        contexts.append(browser.new_context(**visitor))
        page = contexts[-1].new_page()
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("dialog", lambda dialog: complaints.append(dialog.message))
        page.on("requestfailed", lambda request: complaints.append(request.url))
        page.goto((where if isinstance(where, str) else where.as_uri()) + query)
        return page

    look.complaints = complaints
    yield look
    for context in contexts:
        context.close()
    assert complaints == []
