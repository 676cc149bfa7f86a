"""Whatever ends a crawl early is told in one clear line, keeps what was committed, and hinders no later crawl."""

import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import libfaketime
import pytest

from tests.crash.faults import PIPELINES, UNSYNCABLE
from tests.crash.killing import endings, finish, lines, start, versions
from tests.crash.site import archive, serve_pages
from tests.server import Server

STORIES = 12
IDS = sorted(f"iraqinews:{number}" for number in range(1, STORIES + 1))


@dataclass
class Gated(Server):
    """Keeps one story back until it is let out."""

    closed: str = "/iraq/story-6/"
    gate: threading.Event = field(default_factory=threading.Event)
    waiting: bool = False

    def answer_to(self, path):
        if path == self.closed:
            self.waiting = True
            self.look()
            self.gate.wait(60)
        return super().answer_to(path)

    def wait_until_asked(self) -> None:
        assert self.wait_until(lambda: self.waiting)


@pytest.fixture
def server():
    with Gated() as server:
        serve_pages(server, archive(STORIES))
        yield server
        server.gate.set()


@pytest.fixture
def site():
    with Server() as server:
        serve_pages(server, archive(STORIES))
        yield server


def ids(data) -> list[str]:
    return sorted(line["id"] for line in lines(data))


def errors(said: str) -> list[str]:
    """What a person is told, line by line; a traceback is never one of them."""
    assert "Traceback" not in said, said
    return [line for line in said.splitlines() if line.startswith("error: ")]


def the_next_crawl_goes_on(server, data) -> None:
    before = versions(data)
    status, said = finish(server, data)
    assert (status, errors(said)) == (0, []), said
    assert ids(data) == IDS
    assert set(before) <= set(versions(data)), "what was committed stays"


# --- asked to stop ---


@pytest.mark.parametrize("asked", [signal.SIGINT, signal.SIGTERM])
def test_asked_once_to_stop_a_crawl_ends_what_it_has_begun_and_gives_the_rest_back(tmp_path, server, asked):
    process = start(server, tmp_path, LOG_LEVEL="INFO")
    server.wait_until_asked()
    process.send_signal(asked)
    until_said(process, "shutting down gracefully")
    server.gate.set()
    _, said = process.communicate(timeout=60)

    assert process.returncode == 1
    assert errors(said) == ["error: stopped before its end; run it again and it goes on from here"]
    assert "iraqinews:6" in ids(tmp_path), "what was on its way is waited for"
    assert len(ids(tmp_path)) < STORIES
    assert "leased" not in endings(tmp_path).values()
    the_next_crawl_goes_on(server, tmp_path)


@pytest.mark.parametrize("asked", [signal.SIGINT, signal.SIGTERM])
def test_asked_twice_a_crawl_ends_at_once(tmp_path, server, asked):
    process = start(server, tmp_path, LOG_LEVEL="INFO")
    server.wait_until_asked()
    process.send_signal(asked)
    until_said(process, "shutting down gracefully")
    process.send_signal(asked)
    _, said = process.communicate(timeout=10)

    assert process.returncode == 1
    assert "Traceback" not in said
    server.gate.set()
    the_next_crawl_goes_on(server, tmp_path)


def until_said(process, words: str) -> None:
    """Read what a crawl says until it says this."""
    for line in process.stderr:
        if words in line:
            return
    raise AssertionError(f"it ended without saying “{words}”")


# --- cannot write ---

LIMITED = "import os, resource, sys; n = int(sys.argv[1]); resource.setrlimit(resource.RLIMIT_FSIZE, (n, n)); "
LIMITED += "os.execv(sys.executable, [sys.executable, *sys.argv[2:]])"


def with_files_of_at_most(size: int) -> tuple[str, ...]:
    return (sys.executable, "-c", LIMITED, str(size))


def begun_with(server, data, size, **settings):
    """A crawl none of whose files can grow beyond a size."""
    settings = {"DATA_DIR": data, "DOWNLOAD_DELAY": 0, "RETRY_TIMES": 0, **settings}
    options = [option for name, value in settings.items() for option in ("-s", f"{name}={value}")]
    words = ["-m", "scrapy", "crawl", "iraqinews", "-a", f"base_url={server.url}", *options]
    return subprocess.run(
        [*with_files_of_at_most(size), *words], capture_output=True, text=True, check=False, timeout=60
    )


def long_text(number: int) -> list[str]:
    """So much that the record reaches a limit long before the ledger does; each in words of its own, so that nothing
    has to be compared word by word.
    """
    words = f"Water{chr(97 + number)} runs{chr(97 + number)}. " * 1100
    return [f"Paragraph {n} of the long report on canal {number}. {words}" for n in range(30)]


def test_a_record_file_that_cannot_grow_ends_the_crawl_with_one_clear_line(tmp_path):
    stories = archive(STORIES)
    for story in stories:
        story.text = long_text(story.number)
    with Server() as server:
        serve_pages(server, stories)
        done = begun_with(server, tmp_path, 2_000_000)

        assert done.returncode == 1, done.stderr
        (error,) = errors(done.stderr)
        assert re.fullmatch(rf"error: {tmp_path}/articles/iraqinews/2025-0\d.jsonl cannot be written: .+", error)
        assert 0 < len(ids(tmp_path)) < STORIES
        the_next_crawl_goes_on(server, tmp_path)


def test_a_ledger_that_cannot_grow_ends_the_crawl_with_one_clear_line(tmp_path, site):
    done = begun_with(site, tmp_path, 200_000)

    assert done.returncode == 1, done.stderr
    (error,) = errors(done.stderr)
    assert error.startswith(f"error: the ledger sqlite:///{tmp_path}/ledger.db: ")
    the_next_crawl_goes_on(site, tmp_path)


@contextmanager
def small_disk(folder, size: str):
    """A file system of this size, where the tests may mount one."""
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", folder], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("mounting a file system needs root")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


def test_a_full_disk_ends_the_crawl_with_one_clear_line(tmp_path):
    stories = archive(STORIES)
    for story in stories:
        story.text = long_text(story.number)
    with small_disk(tmp_path / "disk", "3m") as disk, Server() as server:
        serve_pages(server, stories)
        status, said = finish(server, disk / "data")

        assert status == 1
        assert len(errors(said)) <= 2, "the report cannot be written either"
        assert re.search("cannot be written: No space left|database or disk is full", errors(said)[0])
        assert 0 < len(ids(disk / "data")) < STORIES
        subprocess.run(["mount", "-o", "remount,size=50m", disk], check=True)
        the_next_crawl_goes_on(server, disk / "data")


def test_a_full_disk_leaves_no_part_of_a_file_that_programs_read(tmp_path, site):
    with small_disk(tmp_path / "disk", "200k") as disk:
        status, said = finish(site, disk / "data")

        assert status == 1
        assert "reports/iraqinews-" in errors(said)[-1]
        assert errors(said)[-1].endswith("cannot be written: No space left on device")
        assert list(disk.glob("data/reports/*")) == []
        assert [file.stat().st_size for file in disk.glob("data/holder*")] == [32]


@pytest.mark.parametrize("line", [5, 0], ids=["in its middle", "at its end"])
def test_a_disk_that_does_not_take_what_was_written_is_told_in_one_line(tmp_path, site, line):
    fault = {"ITEM_PIPELINES": json.dumps(PIPELINES), "FAULT": UNSYNCABLE, "FAULT_AT": line}

    status, said = finish(site, tmp_path, **fault)

    assert status == 1
    told = f"{tmp_path}/articles/iraqinews/2025-05.jsonl cannot be written: Invalid argument"
    assert errors(said) == [f"error: {told}"]
    (report,) = (json.loads(file.read_bytes()) for file in tmp_path.glob("reports/*.json"))
    assert (report["exit_status"], report["errors"]) == (1, [told])
    assert (report["finish_reason"], report["new"]) == (("unwritable", 5) if line else ("finished", STORIES))
    assert len(ids(tmp_path)) == report["new"], "nothing is written any more, and what was written is counted"
    the_next_crawl_goes_on(site, tmp_path)


def test_a_folder_where_a_record_file_should_be_is_told(tmp_path, site):
    folder = tmp_path / "articles" / "iraqinews" / "2025-05.jsonl"
    folder.mkdir(parents=True)

    status, said = finish(site, tmp_path)

    assert status in {1, 2}
    (error,) = errors(said)
    assert f"{folder}" in error
    assert "directory" in error.lower()
    folder.rmdir()
    the_next_crawl_goes_on(site, tmp_path)


def test_a_record_file_that_must_not_be_changed_is_told(tmp_path, site):
    finish(site, tmp_path)
    site.asked.clear()
    changed = archive(STORIES)
    changed[2].text = ["Baghdad (IraqiNews.com) – The canal was closed again on Monday.", "Nobody was hurt."]
    changed[2].modified = datetime.now(UTC)
    serve_pages(site, changed)
    file = tmp_path / "articles" / "iraqinews" / "2025-05.jsonl"
    whole = file.read_bytes()
    with unchangeable(file):
        status, said = finish(site, tmp_path)

        assert status == 1
        assert errors(said) == [f"error: {file} cannot be written: Operation not permitted"]
        assert file.read_bytes() == whole

    status, said = finish(site, tmp_path)
    assert status == 0, said
    assert len(lines_of(tmp_path, "iraqinews:3")) == 2


@contextmanager
def unchangeable(file):
    """A file that even root cannot write to."""
    if shutil.which("chattr") is None or subprocess.run(["chattr", "+i", file], check=False).returncode:
        pytest.skip("this file system has no immutable files, or that needs root")
    try:
        yield
    finally:
        subprocess.run(["chattr", "-i", file], check=True)


def lines_of(data, article_id):
    return [line for line in lines(data) if line["id"] == article_id]


# --- the ledger is somebody else's ---


def impatient(data) -> str:
    """The ledger's URL, with a second to wait for another program."""
    return f"sqlite:///{data}/ledger.db?timeout=1"


@contextmanager
def held(data):
    """The ledger in the hands of another program, which writes to it."""
    other = sqlite3.connect(data / "ledger.db", isolation_level=None, check_same_thread=False)
    other.execute("BEGIN EXCLUSIVE")
    try:
        yield other
    finally:
        other.close()


def test_a_ledger_that_another_program_holds_is_told_before_the_first_request(tmp_path, site):
    finish(site, tmp_path)
    site.asked.clear()
    with held(tmp_path):
        status, said = finish(site, tmp_path, LEDGER_URL=impatient(tmp_path))

    assert status in {1, 2}
    assert errors(said) == [f"error: the ledger {impatient(tmp_path)}: database is locked"]
    assert site.paths() == []


def test_a_ledger_that_another_program_takes_while_the_crawl_runs_ends_it_with_one_clear_line(tmp_path, server):
    process = start(server, tmp_path, LEDGER_URL=impatient(tmp_path))
    server.wait_until_asked()
    with held(tmp_path):
        server.gate.set()
        _, said = process.communicate(timeout=60)

    assert process.returncode == 1
    assert errors(said) == [f"error: the ledger {impatient(tmp_path)}: database is locked"]
    the_next_crawl_goes_on(server, tmp_path)


def test_a_line_whose_commit_failed_stands_there_once_though_the_ledger_is_let_go_before_the_end(tmp_path, server):
    process = start(server, tmp_path, DEFAULT_DROPITEM_LOG_LEVEL="WARNING", LEDGER_URL=impatient(tmp_path))
    server.wait_until_asked()
    with held(tmp_path):
        server.gate.set()
        until_said(process, "database is locked")
    process.communicate(timeout=60)

    assert process.returncode == 1
    the_next_crawl_goes_on(server, tmp_path)


# --- two at once ---


def test_a_second_crawl_says_who_holds_the_outlet_and_since_when(tmp_path, server):
    begun = datetime.now(UTC).replace(microsecond=0)
    first = start(server, tmp_path, CONCURRENT_REQUESTS=1)
    server.wait_until_asked()
    asked = len(server.asked)

    status, said = finish(server, tmp_path)

    assert status == 2
    (error,) = errors(said)
    told = re.fullmatch(
        rf"error: another crawl of iraqinews is running here: process {first.pid}, since (.+) UTC", error
    )
    assert told, error
    assert begun <= datetime.fromisoformat(told[1] + "+00:00") <= datetime.now(UTC)
    assert len(server.asked) == asked, "the second one asks for nothing"
    server.gate.set()
    first.communicate(timeout=60)
    assert first.returncode == 0
    assert ids(tmp_path) == IDS


def test_the_lock_of_a_killed_crawl_is_no_obstacle(tmp_path, server):
    first = start(server, tmp_path)
    server.wait_until_asked()
    first.kill()
    first.communicate()
    server.gate.set()
    assert (tmp_path / "locks" / "iraqinews.json").exists()

    the_next_crawl_goes_on(server, tmp_path)


# --- the clock ---


def ahead_by(days: int) -> tuple[str, ...]:
    """Begins a process whose clock is wrong."""
    _, preloaded = libfaketime.get_reload_information()
    return ("env", *(f"{name}={value}" for name, value in preloaded.items()), f"FAKETIME=+{days}d")


@pytest.mark.parametrize("days", [1, 400])
def test_a_clock_that_was_set_back_holds_nothing_up(tmp_path, server, days):
    stories = archive(STORIES)
    server.answer(stories[1].path, status=502)
    first = start(server, tmp_path, wrapper=ahead_by(days))
    server.wait_until_asked()
    first.kill()
    first.communicate()
    server.gate.set()
    before = ids(tmp_path)
    read_at = {datetime.fromisoformat(line["crawled_at"]) for line in lines(tmp_path)}
    assert read_at, "something was written before"
    assert min(read_at) > datetime.now(UTC) + timedelta(days=days, minutes=-5), "by the clock that was wrong"
    status, said = finish(server, tmp_path, wrapper=ahead_by(days))
    assert status == 0, said
    assert endings(tmp_path)[stories[1].url] == "failed"
    assert len(before) < len(ids(tmp_path)) == STORIES - 1, "what the killed crawl held is given back"

    stories[3].text[1] = "It will be closed again in the autumn."
    stories[3].modified = datetime.now(UTC) + timedelta(minutes=1)
    serve_pages(server, [*stories, *archive(STORIES + 1)[-1:]])
    status, said = finish(server, tmp_path)

    assert status == 0, said
    found = ids(tmp_path)
    assert f"iraqinews:{STORIES + 1}" in found
    assert [line["revision"] for line in lines_of(tmp_path, "iraqinews:4")] == [1, 2]
    assert len(found) == len(set(found)) + 1
    assert "iraqinews:2" in found, "what the wrong clock planned is due now"


@pytest.fixture(autouse=True)
def _nothing_left_running():
    yield
    assert not [line for line in _children() if "scrapy" in line], "a crawl was left behind"


def _children() -> list[str]:
    listed = subprocess.run(
        ["ps", "--ppid", str(os.getpid()), "-o", "args="], capture_output=True, text=True, check=False
    )
    return listed.stdout.splitlines()
