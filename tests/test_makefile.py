"""The Makefile's .venv, with a Python in place of the real one that only notes what it is asked for."""

from __future__ import annotations

import json
import os
import shutil
import subprocess

import pytest

from tests.conftest import ROOT

PYTHON = """#!/bin/sh
case "$*" in
"-m venv .venv")
    mkdir -p .venv/bin && cp "$0" .venv/bin/python || exit 1
    [ -e broken ] && echo "no ensurepip" && exit 1
    echo "#!$PWD/.venv/bin/python" >.venv/bin/pip
    printf '#!/bin/sh\\necho "$0 $*" >>done\\n' >.venv/bin/scrapy && chmod +x .venv/bin/scrapy ;;
esac
case "$1" in
-m) mkdir installing && sleep 0.1 && rmdir installing && echo "$*" >>done ;;
esac
"""
VENV, INSTALL = "-m venv .venv", "-m pip install --quiet --disable-pip-version-check -r requirements.txt"
DEMO = ".venv/bin/scrapy demo"


@pytest.fixture
def clone(tmp_path):
    folder = tmp_path / "a clone"
    folder.mkdir()
    for name in ("Makefile", "requirements.txt", "requirements-test.txt", "requirements-fuzz.txt"):
        shutil.copy(ROOT / name, folder)
    (folder / "python").write_text(PYTHON)
    (folder / "python").chmod(0o755)
    return folder


def make(clone, *words):
    """The exit status, and what was done by it."""
    (clone / "done").write_text("")
    inherited = {name: value for name, value in os.environ.items() if name not in {"MAKEFLAGS", "MAKELEVEL", "MFLAGS"}}
    command = ["make", "PYTHON=./python", *words]
    made = subprocess.run(command, cwd=clone, env=inherited, capture_output=True, text=True, timeout=60, check=False)
    return made.returncode, (clone / "done").read_text().splitlines()


def test_what_is_needed_is_installed_once(clone):
    assert make(clone, "demo") == (0, [VENV, INSTALL, DEMO])
    assert make(clone, "demo") == (0, [DEMO])


def test_what_is_measured_is_what_the_results_in_the_repository_say(clone):
    kept = [json.loads(file.read_bytes())["command"] for file in (ROOT / "benchmarks" / "results").glob("*.json")]
    status, done = make(clone, "bench")
    assert status == 0
    assert sorted(f"python {words}" for words in done if "benchmarks" in words) == sorted(kept)


def test_a_venv_that_was_broken_off_is_made_anew(clone):
    (clone / "broken").touch()
    assert make(clone, "demo") == (2, [])
    (clone / "broken").unlink()
    assert make(clone, "demo") == (0, [VENV, INSTALL, DEMO])


def test_a_clone_that_was_moved_gets_a_venv_of_its_own(clone):
    make(clone, "demo")
    moved = clone.rename(clone.with_name("moved"))
    assert make(moved, "demo") == (0, [VENV, INSTALL, DEMO])
    assert make(moved, "demo") == (0, [DEMO])


def test_a_venv_that_a_link_leads_to_is_taken_as_it_is(clone):
    make(clone, "demo")
    other = clone.with_name("other")
    shutil.copytree(clone, other)
    shutil.rmtree(other / ".venv")
    (other / ".venv").symlink_to(clone / ".venv")
    assert make(other, "demo") == (0, [DEMO])


def test_two_things_at_once_do_not_install_at_once(clone):
    status, done = make(clone, "--jobs=4", ".venv/.test-installed", ".venv/.fuzz-installed")
    assert status == 0
    assert done == [VENV, INSTALL, *(INSTALL.replace(".txt", f"-{kind}.txt") for kind in ("test", "fuzz"))]
