"""A process that has loaded all that a command needs, and becomes one command after the other.

`python -m tests.warm` reads requests from its standard input, a line of JSON each, and runs every one in a copy of
itself: the real command line in a process of its own, as by `python -m scrapy`, without the second that it takes to
load the code. It answers with the copy's process id, then with its exit status.

In: words, environment and where output goes. Out: `Done`. How a command starts cold is tried by the tests that start
their own (tests/crash, tests/test_add_an_outlet.py) and measured by benchmarks/start.py.
"""

from __future__ import annotations

import atexit
import gc
import json
import os
import runpy
import signal
import subprocess
import sys
import tempfile
import threading
from functools import cache
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parent.parent
ROOMS = ("scrapy.commands", "newscrawl.commands", "newscrawl.jobs", "newscrawl.spiders")
LISTS = (
    "DOWNLOAD_HANDLERS_BASE",
    "DOWNLOADER_MIDDLEWARES_BASE",
    "SPIDER_MIDDLEWARES_BASE",
    "EXTENSIONS_BASE",
    "ITEM_PIPELINES",
)
SECONDS = 120
"""What a command may take."""


class Done(NamedTuple):
    status: int
    out: str
    err: str


def run(words: list[str], environment: dict[str, str]) -> Done:
    """Run `scrapy WORDS` in the project's folder."""
    with tempfile.TemporaryDirectory() as folder:
        out, err = Path(folder, "out"), Path(folder, "err")
        server = _server()
        request = {"words": words, "environment": environment, "out": str(out), "err": str(err)}
        server.stdin.write(f"{json.dumps(request)}\n")
        server.stdin.flush()
        copy = int(server.stdout.readline())
        # The copy ends itself when its time is over, with what it said until then.
        status = int(server.stdout.readline())
        if status == -signal.SIGALRM:
            raise subprocess.TimeoutExpired([f"scrapy ({copy})", *words], SECONDS, out.read_text(), err.read_text())
        return Done(status, out.read_text(), err.read_text())


@cache
def _server() -> subprocess.Popen[str]:
    """One for each process that runs tests; it ends with it, as its standard input does."""
    command = [sys.executable, "-m", "tests.warm"]
    server = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    atexit.register(server.communicate)
    return server


def serve() -> None:
    _load()
    for line in sys.stdin:
        request = json.loads(line)
        if (copy := os.fork()) == 0:
            _become(request)
            return
        _answer(copy)
        _answer(os.waitstatus_to_exitcode(os.waitpid(copy, 0)[1]))


def _answer(number: int) -> None:
    sys.stdout.write(f"{number}\n")
    sys.stdout.flush()


def _load() -> None:
    from scrapy.utils.misc import load_object, walk_modules_iter
    from scrapy.utils.project import get_project_settings

    for room in ROOMS:
        list(walk_modules_iter(room))
    settings = get_project_settings()
    for name in LISTS:
        for path in [*settings[name].values()] if name == "DOWNLOAD_HANDLERS_BASE" else [*settings[name]]:
            load_object(path)
    # A command chooses its event loop by itself.
    assert "twisted.internet.reactor" not in sys.modules
    gc.freeze()


def _become(request: dict) -> None:
    """The command that was asked for, to the end of this process."""
    signal.alarm(SECONDS)
    for stream, file in ((0, os.devnull), (1, request["out"]), (2, request["err"])):
        opened = os.open(file, os.O_RDWR | os.O_CREAT)
        os.dup2(opened, stream)
        os.close(opened)
    os.environ.clear()
    os.environ.update(request["environment"])
    sys.argv = ["scrapy", *request["words"]]
    try:
        runpy.run_module("scrapy", run_name="__main__", alter_sys=True)
    except SystemExit as end:
        # As Python ends, but for taking apart what was loaded, which takes longer than most commands.
        threading._shutdown()
        atexit._run_exitfuncs()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(end.code or 0)


if __name__ == "__main__":
    serve()
