"""Pages that are empty without their scripts, of the stories in `tests/crash/site.py`; what became of them, and of the
processes of a crawl."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from tests.crash.site import serve_sitemap

if TYPE_CHECKING:
    from tests.crash.site import Story
    from tests.server import Server

HTML = {"Content-Type": "text/html; charset=utf-8"}
_ARTICLE = re.compile(r"<article .*</article>", re.DOTALL)
APP = """fetch('/data' + location.pathname).then(answer => answer.text()).then(article => {
    document.getElementById('root').innerHTML = article
})"""
"""What fills a shell."""


def shell_of(story: Story, script: str = '<script src="/app.js"></script>') -> str:
    """A story's page without its text."""
    return _ARTICLE.sub(lambda _: f'<div id="root"></div>{script}', story.page())


def article_of(story: Story) -> str:
    """What stands in its place once the script has run."""
    return _ARTICLE.search(story.page())[0]


def serve_shells(server: Server, stories: list[Story]) -> None:
    """A site of shells, and the sitemap that names them."""
    server.answer("/app.js", APP, headers={"Content-Type": "text/javascript"})
    for story in stories:
        server.answer(story.path, shell_of(story), headers=HTML)
        server.answer("/data" + story.path, article_of(story), headers=HTML)
    serve_sitemap(server, {story.path: story.changed for story in stories})


def ended(data: Path) -> dict[str, tuple[str, str]]:
    """Status and reason of every URL, by the last part of its path."""
    with closing(sqlite3.connect(data / "ledger.db")) as ledger:
        rows = ledger.execute("SELECT url, status, reason FROM urls").fetchall()
    return {url.rstrip("/").rpartition("/")[2]: (status, reason or "") for url, status, reason in rows}


class Family:
    """All processes that a crawl starts, and theirs, known by a variable that they inherit; or by their parents, as
    some of a browser's write over their variables."""

    def __init__(self) -> None:
        self.mark = f"TEST_FAMILY={uuid4()}"

    def processes(self, *words: str) -> list[int]:
        """Those whose command line holds these words."""
        return [pid for pid, command in self._all() if all(word in command for word in words)]

    def browsers(self) -> list[int]:
        return [
            pid for pid, command in self._all() if "--remote-debugging-pipe" in command and "--type=" not in command
        ]

    def _all(self) -> list[tuple[int, str]]:
        found, others = {}, {}
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                command = (folder / "cmdline").read_text().replace("\0", " ")
                state, parent = (folder / "stat").read_text().rpartition(")")[2].split()[:2]
                is_marked = self.mark.encode() in (folder / "environ").read_bytes()
            except OSError:
                continue
            if state != "Z":
                (found if is_marked else others)[int(folder.name)] = (int(parent), command)
        while kin := {pid: process for pid, process in others.items() if process[0] in found and pid not in found}:
            found.update(kin)
        return [(pid, command) for pid, (_, command) in found.items()]
