"""Pages in a real Chromium: what is rendered, what a page may not do, and what becomes of one that fails."""

from __future__ import annotations

import os
import signal
import sqlite3
from contextlib import closing
from pathlib import Path
from uuid import uuid4

import pytest

from tests.conftest import Scrapy
from tests.crash.killing import start
from tests.crash.site import archive, serve_sitemap
from tests.network.scripted import HTML, article_of, serve_shells, shell_of
from tests.server import Server

BROWSER = "Chromium/"
MB = 1024 * 1024
HOSTILE = """<script>
    const root = document.getElementById('root')
    root.innerHTML = %(article)r
    root.querySelector('.entry-content').append(`It was read by ${navigator.userAgent}.`)
    window.open('/pop-up')
    window.open('%(other)s/pop-up')
    const link = document.createElement('a')
    link.href = '/download.zip'
    link.download = 'download.zip'
    document.body.append(link)
    link.click()
    for (const way of [fetch, navigator.sendBeacon.bind(navigator)]) {
        way('%(other)s/elsewhere')
    }
    new WebSocket('%(other)s/socket'.replace('http', 'ws'))
    new EventSource('/events')
    navigator.serviceWorker.register('/worker.js').catch(() => {})
    fetch('/private/data')
    fetch('/changed', {method: 'POST', body: 'x'})
    for (const [tag, address] of Object.entries({img: '/picture.png', iframe: '/frame', video: '/video.mp4'})) {
        const element = document.createElement(tag)
        element.src = address
        document.body.append(element)
    }
    setTimeout(() => { location.href = '/away' }, 50)
</script><link rel="preconnect" href="%(other)s"><link rel="stylesheet" href="/style.css">
<script src="%(other)s/advertisement.js"></script>"""
NOT_ASKED = {
    *("/pop-up", "/download.zip", "/elsewhere", "/socket", "/events", "/worker.js", "/private/data", "/changed"),
    *("/picture.png", "/frame", "/video.mp4", "/away", "/style.css", "/advertisement.js"),
}
SCRIPTS = {
    "endless": "<script>for (;;) {}</script>",
    "growing": "<script>document.getElementById('root').innerHTML = `<p hidden>${'g'.repeat(12_000_000)}</p>`</script>",
    "fetching": "<script>for (const part of [1, 2]) fetch('/part?' + part)</script>",
    "challenge": "<script src='/cdn-cgi/challenge-platform/h/b/orchestrate'></script>",
    "polling": "<script src='/app.js'></script><script>setInterval(() => fetch('/poll'), 100)</script>",
}


def ended(crawl) -> dict[str, tuple[str, str]]:
    """Status and reason of every URL, by the last part of its path."""
    with closing(sqlite3.connect(crawl.data / "ledger.db")) as ledger:
        rows = ledger.execute("SELECT url, status, reason FROM urls").fetchall()
    return {url.rstrip("/").rpartition("/")[2]: (status, reason or "") for url, status, reason in rows}


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    """A crawl of pages whose scripts mean no good, with what two servers were asked for: the site, and another port."""
    stories = archive(len(SCRIPTS) + 3)
    plain, filled, nasty, *others = stories
    with Server() as server, Server() as other:
        serve_shells(server, [filled])
        server.answer("/robots.txt", "User-agent: *\nDisallow: /private/\n")
        server.answer(plain.path, plain.page(), headers=HTML)
        attack = HOSTILE % {"article": article_of(nasty), "other": other.url}
        server.answer(nasty.path, shell_of(nasty, attack), headers=HTML)
        for story, (name, script) in zip(others, SCRIPTS.items(), strict=True):
            story.slug = name
            server.answer(story.path, shell_of(story, script), headers=HTML)
            server.answer("/data" + story.path, article_of(story), headers=HTML)
        server.answer("/part", b"x" * (6 * MB), headers=HTML)
        server.answer("/iraq/large/", shell_of(plain) + " " * (20 * MB), headers=HTML)
        listed = [*(story.path for story in stories), "/iraq/large/"]
        serve_sitemap(server, dict.fromkeys(listed, plain.changed))
        scrapy = Scrapy(tmp_path_factory.mktemp("hostile") / "data")
        crawl = scrapy("crawl", "iraqinews", "-a", f"base_url={server.url}", DOWNLOAD_TIMEOUT=12, MAX_REFUSALS=99)
        yield crawl, server.paths(), other.paths()


def test_an_empty_shell_is_rendered_and_a_page_with_its_story_is_not(hostile):
    crawl, _, _ = hostile
    plain, filled = crawl.by_id["iraqinews:1"], crawl.by_id["iraqinews:2"]

    assert "rendered" not in plain["provenance"]
    assert filled["provenance"]["rendered"].startswith(BROWSER)
    assert filled["headline"] == "Canal number 2 is opened in Basra"
    assert filled["body"].endswith("The provincial council says that the next one will be dug before the winter.")


def test_a_page_opens_nothing_loads_nothing_and_leads_nowhere(hostile):
    crawl, asked, asked_elsewhere = hostile

    assert "It was read by newscrawl/" in crawl.by_id["iraqinews:3"]["body"]
    assert asked_elsewhere == []
    assert {path.partition("?")[0] for path in asked} & NOT_ASKED == set()


def test_a_page_is_asked_for_once_and_a_script_once_a_crawl(hostile):
    _, asked, _ = hostile

    assert asked.count("/iraq/story-2/") == 1
    assert asked.count("/app.js") == 1


@pytest.mark.parametrize(
    ("name", "status", "reason"),
    [
        ("endless", "failed", "not rendered: its scripts did not come to rest in time"),
        ("growing", "failed", "the answer is larger than DOWNLOAD_MAXSIZE"),
        ("fetching", "failed", "the answer is larger than DOWNLOAD_MAXSIZE"),
        ("large", "failed", "the answer is larger than DOWNLOAD_MAXSIZE"),
        ("challenge", "blocked", "blocked by a challenge page of Cloudflare (200)"),
        ("polling", "done", ""),
    ],
)
def test_a_page_without_end_or_measure_has_its_place_in_the_ledger(hostile, name, status, reason):
    crawl, asked, _ = hostile

    assert ended(crawl)[name] == (status, reason)
    assert "/cdn-cgi/challenge-platform/h/b/orchestrate" not in asked
    assert "Traceback" not in crawl.err


class Family:
    """All processes that a crawl starts, and theirs, known by a variable that they inherit."""

    def __init__(self) -> None:
        self.mark = f"TEST_FAMILY={uuid4()}"

    def processes(self, *words: str) -> list[int]:
        """Those whose command line holds these words."""
        return [pid for pid, command in self._all() if all(word in command for word in words)]

    def browsers(self) -> list[int]:
        return [
            pid for pid, command in self._all() if "--remote-debugging-pipe" in command and "--type=" not in command
        ]

    def _all(self):
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                if self.mark.encode() in (folder / "environ").read_bytes():
                    state = (folder / "stat").read_text().rpartition(")")[2].split()[0]
                    if state != "Z":
                        yield int(folder.name), (folder / "cmdline").read_text().replace("\0", " ")
            except OSError:
                continue


def test_a_browser_that_is_killed_ten_times_costs_no_page_and_leaves_no_process(tmp_path):
    family, stories, killed = Family(), archive(40), []

    def killing(story, whom):
        """At the first request for a story's text."""

        def answer(handler, _):
            if story.number not in killed:
                killed.append(story.number)
                for pid in whom():
                    os.kill(pid, signal.SIGKILL)
            body = article_of(story).encode()
            handler.send_response(200)
            handler.send_header("Content-Length", str(len(body)))
            handler.end_headers()
            handler.wfile.write(body)

        return answer

    with Server() as server:
        serve_shells(server, stories)
        for story in stories[::2]:
            # Every other page has no need of a browser.
            server.answer(story.path, story.page(), headers=HTML)
        for story in stories[3::4]:
            # Now and then it is a page's own process that is killed, or Playwright's.
            whom = {8: lambda: family.processes("--type=renderer"), 20: lambda: family.processes("run-driver")}
            server.faults["/data" + story.path] = killing(story, whom.get(story.number, family.browsers))
        data = tmp_path / "data"
        crawl = start(server, data, wrapper=("env", family.mark), RETRY_TIMES=2, CONCURRENT_REQUESTS=2)
        _, said = crawl.communicate(timeout=300)

    with closing(sqlite3.connect(data / "ledger.db")) as ledger:
        statuses = dict(ledger.execute("SELECT status, count(*) FROM urls GROUP BY status").fetchall())
    assert len(killed) == 10
    assert sum(statuses.values()) == 40
    assert statuses == {"done": 40}, said
    assert crawl.returncode == 0, said
    assert "Traceback" not in said
    assert family.processes() == []
