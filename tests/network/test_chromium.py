"""The browser is found where it is, and its absence is told in one line."""

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from newscrawl.network.chromium import NoBrowser, find_chromium
from tests.conftest import ROOT, Scrapy
from tests.crash.site import archive
from tests.network.scripted import serve_shells, shell_of
from tests.server import Server


@pytest.fixture
def bare(monkeypatch, tmp_path):
    """A machine without any browser."""
    monkeypatch.delenv("PLAYWRIGHT_CHROMIUM", raising=False)
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path / "browsers"))
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    return tmp_path


def program(file: Path) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("#!/bin/sh\n")
    file.chmod(0o755)
    return file


def revision() -> str:
    package = Path(importlib.util.find_spec("playwright").origin).parent
    listed = json.loads((package / "driver" / "package" / "browsers.json").read_text())["browsers"]
    return next(browser["revision"] for browser in listed if browser["name"] == "chromium")


def test_what_is_named_comes_before_playwrights_own_and_that_before_the_path(bare, monkeypatch):
    on_path = program(bare / "bin" / "google-chrome")
    assert find_chromium() == on_path
    chromium = program(bare / "bin" / "chromium")
    assert find_chromium() == chromium
    program(bare / "browsers" / "chromium-1" / "chrome-linux64" / "chrome")
    assert find_chromium() == chromium, "another revision is not the one that Playwright drives"
    own = program(bare / "browsers" / f"chromium-{revision()}" / "chrome-linux64" / "chrome")
    assert find_chromium() == own
    monkeypatch.setenv("PLAYWRIGHT_CHROMIUM", str(program(bare / "variable")))
    assert find_chromium() == bare / "variable"
    assert find_chromium(str(program(bare / "setting"))) == bare / "setting"


@pytest.mark.parametrize(
    ("named", "told"), [("", "no Chromium found"), ("/nowhere", "PLAYWRIGHT_CHROMIUM=/nowhere is")]
)
@pytest.mark.usefixtures("bare")
def test_its_absence_says_how_to_get_one_in_one_line(named, told):
    with pytest.raises(NoBrowser, match=told) as none:
        find_chromium(named)
    assert "\n" not in str(none.value)
    assert "so no page is rendered; get one with `make browser`" in str(none.value)


def test_a_browser_that_cannot_start_is_none(tmp_path):
    broken = program(tmp_path / "chromium")
    broken.write_text("#!/bin/sh\necho 'libnss3.so is missing' >&2; exit 127\n")
    environment = {**os.environ, "PLAYWRIGHT_CHROMIUM": str(broken)}

    command = [sys.executable, "-m", "newscrawl.network.chromium"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stdout) == (1, "")
    assert f"{broken} does not start, so no page is rendered: libnss3.so is missing; get one with" in done.stderr


def test_a_shell_that_is_read_alone_is_said_to_need_a_crawl(tmp_path):
    file = tmp_path / "page.html"
    file.write_text(shell_of(archive(1)[0]))

    read = Scrapy(tmp_path)("read", str(file))

    assert read.status == 1
    assert "it is an empty shell, which a script has to fill: `scrapy crawl` renders it" in read.err


@pytest.mark.parametrize("named", ["/nowhere", "true"], ids=["missing", "no browser"])
def test_without_a_browser_the_crawl_goes_on_and_says_so_once(tmp_path, named):
    stories = archive(3)
    with Server() as server:
        serve_shells(server, stories)
        server.answer(stories[2].path, stories[2].page(), headers={"Content-Type": "text/html"})
        to = f"base_url={server.url}"
        crawl = Scrapy(tmp_path)("crawl", "iraqinews", "-a", to, PLAYWRIGHT_CHROMIUM=named)

    told = [note for note in crawl.report["warnings"] if named in note]
    assert len(told) == 1
    assert f"note: {told[0]}" in crawl.err
    assert {article["id"] for article in crawl.articles} == {"iraqinews:3"}
    assert {end["reason"] for end in crawl.report["ended"]} == {"an empty shell, which a script has to fill"}
    assert "Traceback" not in crawl.err


def test_a_crawl_that_renders_nothing_imports_no_playwright():
    code = (
        "import sys, newscrawl.spiders.middleeasteye, newscrawl.network.rendering; print('playwright' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
