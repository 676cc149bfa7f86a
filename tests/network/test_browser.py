"""Pages in a real Chromium: what is rendered, what a page may not do, and what becomes of one that fails."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING

import pytest

from newscrawl.network.chromium import find_chromium
from tests.conftest import Scrapy
from tests.crash.killing import start
from tests.crash.site import archive, serve_sitemap
from tests.network.scripted import APP, HTML, Family, article_of, ended, serve_shells, shell_of
from tests.server import Server

if TYPE_CHECKING:
    from pathlib import Path

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
    root.querySelector('.entry-content').append('All of that was done.')
</script><link rel="preconnect" href="%(other)s"><link rel="stylesheet" href="/style.css">
<script src="%(other)s/advertisement.js"></script>"""
NOT_ASKED = {
    *("/pop-up", "/download.zip", "/elsewhere", "/socket", "/events", "/worker.js", "/private/data", "/changed"),
    *("/picture.png", "/frame", "/video.mp4", "/away", "/style.css", "/advertisement.js"),
}
SCRIPTS = {
    "endless": "<script>for (;;) {}</script>",
    "growing": "<script>document.getElementById('root').innerHTML = `<p hidden>${'g'.repeat(20_971_520)}</p>`</script>",
    "fetching": "<script>for (const part of [1, 2]) fetch('/part?' + part)</script>",
    "challenge": "<script src='/cdn-cgi/challenge-platform/h/b/orchestrate'></script>",
    "waiting": "<script>fetch('/never').then(() => { document.getElementById('root').innerHTML = 'x' })</script>",
    "failing": "<script src='/app.js'></script><script>for (const n of [1, 2, 3, 4]) fetch('/broken?' + n)</script>",
    "busy": "<script defer src='/slow.js'></script>",
    "lying": "<script src='/missing.js'></script><script src='/app.js'></script><script>"
    "Object.defineProperty(document.documentElement, 'outerHTML', {get: () => ({length: 'x'})})</script>",
    "polling": "<script src='/missing.js'></script>"
    "<script src='/app.js'></script><script>setInterval(() => fetch('/poll'), 100)</script>",
}


SLOW = "const begun = Date.now(); while (Date.now() - begun < 1500);"
"""A bundle that works before it asks for anything."""
CLAIM = {**HTML, "X-Rendered-By": "Prerender/1"}
"""A header with which a site says what only the crawl may say."""


def stall(_, closing) -> None:
    """No answer in the time that a page has for it."""
    closing.wait(5)


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    """A crawl of pages whose scripts mean no good, with what two servers were asked for: the site, and another port."""
    stories, family, renderers = archive(len(SCRIPTS) + 3), Family(), []

    def count(handler, _):
        """How many processes of pages there are, when most pages have been rendered."""
        if len(renderers) < 3:
            renderers.append(len(family.processes("--type=renderer")))
        handler.send_response(404)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    plain, filled, nasty, *others = stories
    with Server() as server, Server() as other:
        serve_shells(server, [filled])
        server.answer("/robots.txt", "User-agent: *\nDisallow: /private/\n")
        server.answer(plain.path, plain.page(), headers=CLAIM)
        attack = HOSTILE % {"article": article_of(nasty), "other": other.url}
        server.answer(nasty.path, shell_of(nasty, attack), headers=HTML)
        for story, (name, script) in zip(others, SCRIPTS.items(), strict=True):
            story.slug = name
            server.answer(story.path, shell_of(story, script), headers=HTML)
            server.answer("/data" + story.path, article_of(story), headers=HTML)
        server.answer("/slow.js", SLOW + APP, headers={"Content-Type": "text/javascript"})
        server.answer("/broken", status=503, headers={"Retry-After": "0"})
        server.faults["/never"] = stall
        server.faults["/poll"] = count
        server.answer("/part", b"x" * (6 * MB), headers=HTML)
        server.answer("/iraq/large/", shell_of(plain) + " " * (20 * MB), headers=HTML)
        listed = [*(story.path for story in stories), "/iraq/large/"]
        serve_sitemap(server, dict.fromkeys(listed, plain.changed))
        scrapy = Scrapy(tmp_path_factory.mktemp("hostile") / "data")
        with pytest.MonkeyPatch.context() as environment:
            environment.setenv(*family.mark.split("="))
            crawl = scrapy("crawl", "iraqinews", "-a", f"base_url={server.url}", DOWNLOAD_TIMEOUT=9, MAX_REFUSALS=2)
        yield crawl, server.paths(), other.paths(), renderers


def test_an_empty_shell_is_rendered_and_a_page_with_its_story_is_not(hostile):
    crawl, _, _, _ = hostile
    plain, filled = crawl.by_id["iraqinews:1"], crawl.by_id["iraqinews:2"]

    assert "rendered" not in plain["provenance"]
    assert filled["provenance"]["rendered"].startswith(BROWSER)
    assert filled["headline"] == "Canal number 2 is opened in Basra"
    assert filled["body"].endswith("The provincial council says that the next one will be dug before the winter.")


def test_a_page_opens_nothing_loads_nothing_and_leads_nowhere(hostile):
    crawl, asked, asked_elsewhere, _ = hostile

    assert "It was read by newscrawl/" in crawl.by_id["iraqinews:3"]["body"]
    assert crawl.by_id["iraqinews:3"]["body"].endswith("All of that was done.")
    assert asked_elsewhere == []
    assert {path.partition("?")[0] for path in asked} & NOT_ASKED == set()


def test_a_page_is_asked_for_once_and_a_script_once_a_crawl(hostile):
    _, asked, _, _ = hostile

    assert asked.count("/iraq/story-2/") == 1
    assert asked.count("/app.js") == 1
    assert asked.count("/missing.js") == 1


def test_pages_are_closed_once_they_are_read(hostile):
    _, _, _, renderers = hostile

    # Two at once, those that the browser keeps for itself, and one that is about to end.
    assert len(renderers) == 3
    assert all(1 <= count <= 6 for count in renderers), renderers


@pytest.mark.parametrize(
    ("name", "status", "reason"),
    [
        ("endless", "failed", "not rendered: its scripts did not come to rest in time"),
        ("growing", "failed", "the answer is larger than DOWNLOAD_MAXSIZE"),
        ("fetching", "failed", "the answer is larger than DOWNLOAD_MAXSIZE"),
        ("large", "failed", "the answer is larger than DOWNLOAD_MAXSIZE"),
        ("waiting", "blocked", "an empty shell, which a script has to fill"),
        ("failing", "done", ""),
        ("busy", "done", ""),
        ("lying", "done", ""),
        ("challenge", "blocked", "blocked by a challenge page of Cloudflare (200)"),
        ("polling", "done", ""),
    ],
)
def test_a_page_without_end_or_measure_has_its_place_in_the_ledger(hostile, name, status, reason):
    crawl, asked, _, _ = hostile

    assert ended(crawl.data)[name] == (status, reason)
    assert "/cdn-cgi/challenge-platform/h/b/orchestrate" not in asked
    assert "Traceback" not in crawl.err


def test_a_browser_that_is_killed_ten_times_costs_no_page_and_leaves_no_process(tmp_path):
    family, stories, killed = Family(), archive(40), []
    program = dying_at_its_third_start(tmp_path)

    def killing(path, body, whom):
        """At the first request for this."""

        def answer(handler, _):
            if path not in killed:
                killed.append(path)
                for pid in whom():
                    os.kill(pid, signal.SIGKILL)
            handler.send_response(200)
            handler.send_header("Content-Type", HTML["Content-Type"])
            handler.send_header("Content-Length", str(len(body.encode())))
            handler.end_headers()
            handler.wfile.write(body.encode())

        return answer

    with Server() as server:
        serve_shells(server, stories)
        for story in stories[::2]:
            # Every other page has no need of a browser.
            server.answer(story.path, story.page(), headers=HTML)
        for story in stories[3::4]:
            # Now and then it is a page's own process that is killed, or Playwright's; or the browser when it has
            # nothing to do, or is about to close the page before.
            whom = {8: lambda: family.processes("--type=renderer"), 20: lambda: family.processes("run-driver")}
            path, body = "/data" + story.path, article_of(story)
            if story.number in {12, 24, 36}:
                path, body = story.path, shell_of(story)
            server.faults[path] = killing(path, body, whom.get(story.number, family.browsers))
        data = tmp_path / "data"
        crawl = start(
            server,
            data,
            wrapper=("env", family.mark),
            RETRY_TIMES=3,
            CONCURRENT_REQUESTS=2,
            PLAYWRIGHT_CHROMIUM=program,
        )
        try:
            _, said = crawl.communicate(timeout=300)
        finally:
            crawl.kill()

    assert len(killed) == 10
    assert list(ended(data).values()) == [("done", "")] * 40, said
    assert crawl.returncode == 0, said
    assert "Traceback" not in said
    assert "without its sandbox" not in said, "a browser that is killed is no browser that cannot have its sandbox"
    assert family.processes() == []


def dying_at_its_third_start(folder: Path) -> Path:
    program, starts = folder / "chromium", folder / "starts"
    # It is started as nobody, where root runs the crawl.
    folder.chmod(0o777)
    dying = f"echo >>{starts}; [ $(wc -l <{starts}) = 3 ] && kill -9 $$"
    program.write_text(f'#!/bin/sh\n{dying}\nexec {find_chromium()} "$@"\n')
    program.chmod(0o755)
    return program
