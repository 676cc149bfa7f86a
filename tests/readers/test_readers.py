"""Pages read beside the crawl: the same articles, and nothing that depends on the processes that read them."""

import asyncio
import json
import os
import re
import select
import signal
import sqlite3
import sys
import threading
from contextlib import closing
from pathlib import Path

import pytest

from newscrawl.pages.answered import Answered
from newscrawl.pages.iraqinews import IraqiNewsPage
from newscrawl.readers import readers
from newscrawl.readers.messages import LARGEST, Task, packed
from newscrawl.settings import ITEM_PIPELINES
from newscrawl.similarity import signature
from tests.crash.killing import endings, finish, lines, start
from tests.crash.site import NEWEST, Story, archive, serve_pages
from tests.server import SITES, Server

READ_BY_READERS = re.compile(r"(\d) readers? read (\d+) pages?")
WHEN_CRAWLED = {"crawled_at", "first_seen_at"}


def read_beside(said: str) -> int:
    found = READ_BY_READERS.search(said)
    return int(found[2]) if found else 0


def by_url(articles) -> dict[str, dict]:
    return {one["url"]: {name: one[name] for name in one if name not in WHEN_CRAWLED} for one in articles}


def readers_of(process_id: int) -> list[int]:
    children = [int(child) for child in Path(f"/proc/{process_id}/task/{process_id}/children").read_text().split()]
    return [child for child in children if b"newscrawl.readers.process" in Path(f"/proc/{child}/cmdline").read_bytes()]


# With REST and feed closed, all is read from pages: split ones, live blogs, such as need a browser, and no articles.
@pytest.mark.parametrize(
    ("site", "outlet", "closed"),
    [
        ("www.iraqinews.com", "iraqinews", ["/wp-json/wp/v2/posts", "/feed/"]),
        ("www.middleeasteye.net", "middleeasteye", ["/rss"]),
    ],
)
def test_the_record_is_the_same_with_readers_and_without(scrapy, tmp_path, site, outlet, closed):
    crawls = []
    for number in (0, 1):
        with Server(SITES / site) as server:
            for path in closed:
                server.answer(path, status=404)
            scrapy.data = tmp_path / f"{number}"
            # One page after the other: of two copies the one that is read first is the article.
            given = {"READERS": number, "LOG_LEVEL": "INFO", "CONCURRENT_REQUESTS": 1}
            crawls.append(scrapy("crawl", outlet, "-a", f"base_url={server.url}", **given))
    without, beside = crawls

    assert (without.status, read_beside(without.err)) == (beside.status, 0)
    assert 10 < read_beside(beside.err) < beside.report["completeness"]["articles"], "some pages are the crawl's own"
    assert by_url(beside.articles) == by_url(without.articles)
    assert endings(beside.data) == endings(without.data)
    assert beside.report["completeness"] == without.report["completeness"]


def test_a_reader_that_is_killed_costs_nothing_but_its_help(tmp_path):
    server = Server()
    with server:
        serve_pages(server, archive(60))
        process = start(server, tmp_path, READERS=2)
        said = threading.Thread(target=lambda: said_by.append(process.communicate()[1]), daemon=True)
        said_by: list[str] = []
        said.start()
        server.wait_for("/iraq/", times=30)
        killed = readers_of(process.pid)
        for reader in killed:
            os.kill(reader, signal.SIGKILL)
        said.join(60)

    assert len(killed) == 2
    assert process.returncode == 0
    assert said_by[0].count("WARNING: a reader ended (Killed); the crawl reads its pages itself") == 2
    assert sorted(line["id"] for line in lines(tmp_path)) == sorted(f"iraqinews:{n}" for n in range(1, 61))


TASK = packed(Task(IraqiNewsPage, IraqiNewsPage.outlet, 200))
ANSWERED = Answered(Story(1).page().encode(), Story(1).url, NEWEST, None, None)


def test_a_reader_that_does_not_answer_is_ended(monkeypatch):
    monkeypatch.setattr(readers, "PATIENCE", 0.1)

    async def read_by_one_that_is_stopped():
        reader = await readers._Reader.started(TASK)
        os.kill(reader.process.pid, signal.SIGSTOP)
        async with asyncio.timeout(30):
            return await reader.read(ANSWERED), reader

    read, reader = asyncio.run(read_by_one_that_is_stopped())

    assert read is None
    assert reader.process.poll() == -signal.SIGKILL
    assert not reader.free
    assert "memfd:pages" not in Path("/proc/self/maps").read_text()


def test_a_reader_that_answered_while_the_crawl_was_stopped_is_kept(monkeypatch):
    async def read_twice():
        reader = await readers._Reader.started(TASK)
        with monkeypatch.context() as patience:
            patience.setattr(readers, "PATIENCE", 0.01)
            first = reader.read(ANSWERED)
            # Nothing else is done meanwhile, as in a crawl that Ctrl-Z stopped.
            select.select([reader._transport.get_extra_info("socket")], [], [], 30)
        both = await first, await reader.read(ANSWERED)
        reader.close()
        return both

    first, second = asyncio.run(read_twice())

    assert first == second
    assert first.article.id == "iraqinews:1"


@pytest.mark.parametrize("by", [signal.SIGKILL, signal.SIGINT])
def test_no_reader_outlives_its_crawl(tmp_path, by):
    server = Server()
    with server:
        serve_pages(server, archive(60))
        process = start(server, tmp_path, READERS=2)
        server.wait_for("/iraq/", times=30)
        handles = [os.pidfd_open(reader) for reader in readers_of(process.pid)]
        process.send_signal(by)
        _, said = process.communicate(timeout=60)

    assert "Traceback" not in said
    assert len(handles) == 2
    for handle in handles:
        ended, _, _ = select.select([handle], [], [], 30)
        assert ended, "it is there still"
        os.close(handle)


class Rewording:
    """Pipeline of a user's own."""

    def process_item(self, item):
        item.body = item.body.replace("Engineers let the water", "On a cold day the ministry's engineers let the water")
        return item


def test_an_article_that_was_changed_since_it_was_read_is_compared_as_it_is(tmp_path):
    pipelines = json.dumps(ITEM_PIPELINES | {"tests.readers.test_readers.Rewording": 220})
    with Server() as server:
        serve_pages(server, archive(3))
        status, said = finish(server, tmp_path, READERS=1, ITEM_PIPELINES=pipelines)
    with closing(sqlite3.connect(tmp_path / "ledger.db")) as ledger:
        signatures = dict(ledger.execute("SELECT article_id, signature FROM fingerprints"))

    assert (status, read_beside(said)) == (0, 3), said
    assert signatures == {line["id"]: signature(line["body"]) for line in lines(tmp_path)}


def test_a_page_that_is_too_large_for_a_reader_is_read_by_the_crawl(tmp_path):
    stories = archive(3)
    with Server() as server:
        serve_pages(server, stories)
        large = stories[1].page().replace("</head>", f"<style>{'p{}' * (LARGEST // 3)}</style></head>")
        server.answer(stories[1].path, large, headers={"Content-Type": "text/html; charset=utf-8"})
        status, said = finish(server, tmp_path, READERS=1)

    assert status == 0, said
    assert {line["id"] for line in lines(tmp_path)} == {"iraqinews:1", "iraqinews:2", "iraqinews:3"}
    assert read_beside(said) == 2


BEGIN = "import sys; sys.argv = sys.argv[3:]; from newscrawl.spiders.iraqinews import IraqiNewsSpider as Spider; "
CRAWL = "; from scrapy.cmdline import execute; execute()"


@pytest.mark.parametrize(
    ("before", "why"),
    [
        ("sys.executable = '/nowhere/python'", "READERS=1: No such file or directory; the crawl reads pages itself"),
        (
            "from pathlib import Path; sys.path.append(Path('/nowhere'))",
            "READERS=1: sequence item .*; the crawl reads pages itself",
        ),
        (
            "Spider.page = type('NamedNowhere', (Spider.page,), {})",
            "READERS=1: .*NamedNowhere.*; the crawl reads pages itself",
        ),
        (
            "OfTheScript = Spider.page = type('OfTheScript', (Spider.page,), {})",
            r"a reader ended \(exit status 1\); the crawl reads its pages itself",
        ),
    ],
    ids=["no-python", "odd-path", "page-class-without-a-name", "page-class-of-a-script"],
)
def test_readers_that_cannot_be_started_are_done_without(tmp_path, before, why):
    with Server() as server:
        serve_pages(server, archive(3))
        process = start(server, tmp_path, wrapper=(sys.executable, "-c", BEGIN + before + CRAWL), READERS=1)
        _, said = process.communicate(timeout=60)

    assert process.returncode == 0, said
    assert len(list(lines(tmp_path))) == 3
    assert len(re.findall(f"WARNING: {why}$", said, re.MULTILINE)) == 1, said
    assert "Traceback" not in said
