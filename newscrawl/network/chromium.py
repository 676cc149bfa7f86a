"""Finds the Chromium that pages are rendered with.

In: what PLAYWRIGHT_CHROMIUM says, as a setting or a variable. Out: the program's path, or `NoBrowser` with one line
that says how to get one. `python -m newscrawl.network.chromium` prints the path of one that starts, or that line and
ends with status 1.

Playwright itself is not imported here: a crawl that renders nothing has no use for it.
"""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

VARIABLE = "PLAYWRIGHT_CHROMIUM"
ON_PATH = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
QUIET = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
"""Flags with which it asks for nothing on its own account."""
_PROGRAMS = (
    "chrome-linux*/chrome",
    "chrome-mac*/*.app/Contents/MacOS/*",
    "chrome-win*/chrome.exe",
)
"""Where the program lies in a browser's folder of Playwright's."""
HOW = f"get one with `make browser`, or name one with {VARIABLE}=PATH"
STARTS_IN = 20
"""Seconds that a program has to tell its version."""


class NoBrowser(Exception):  # noqa: N818 - says what there is
    """There is no Chromium; the text says how to get one."""


def find_chromium(named: str = "") -> Path:
    """The program that `named` or the environment names, else Playwright's own, else one on the PATH."""
    named = named or os.environ.get(VARIABLE, "")
    if named:
        program = shutil.which(named)
        if program is None:
            raise NoBrowser(f"{VARIABLE}={named} is no program that can be run, so no page is rendered; {HOW}")
        return Path(program)
    program = _of_playwright() or next(filter(None, map(shutil.which, ON_PATH)), None)
    if program is None:
        raise NoBrowser(f"no Chromium found, so no page is rendered; {HOW}")
    return Path(program)


def _of_playwright() -> str | None:
    """The Chromium that `playwright install` fetched: of the very revision that the installed Playwright drives."""
    package = importlib.util.find_spec("playwright")
    if package is None or package.origin is None:
        return None
    try:
        listed = (Path(package.origin).parent / "driver" / "package" / "browsers.json").read_text("utf-8")
        revision = next(b["revision"] for b in json.loads(listed)["browsers"] if b["name"] == "chromium")
    except (OSError, ValueError, LookupError, StopIteration):
        return None
    folder = _browsers() / f"chromium-{revision}"
    return next((shutil.which(program) for form in _PROGRAMS for program in folder.glob(form)), None)


def _browsers() -> Path:
    """Where Playwright keeps its browsers."""
    if given := os.environ.get("PLAYWRIGHT_BROWSERS_PATH"):
        return Path(given)
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "ms-playwright"
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", Path.home())) / "ms-playwright"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "ms-playwright"


def check_start(program: Path) -> None:
    """Raises NoBrowser for a program that cannot start, as where a library is missing."""
    asked = [str(program), "--version"]
    try:
        done = subprocess.run(asked, capture_output=True, text=True, timeout=STARTS_IN, check=False)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NoBrowser(f"{program} does not start, so no page is rendered: {error}; {HOW}") from error
    if done.returncode:
        why = (done.stderr.strip().splitlines() or [f"it ends with status {done.returncode}"])[0]
        raise NoBrowser(f"{program} does not start, so no page is rendered: {why}; {HOW}")


def main() -> int:
    try:
        program = find_chromium()
        check_start(program)
        print(program)  # noqa: T201 - what the command is for
    except NoBrowser as none:
        print(none, file=sys.stderr)  # noqa: T201
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
