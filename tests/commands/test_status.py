"""`scrapy status`: what is known, as a table and as JSON, without leaving a trace."""

import hashlib
import json
import os
import signal
import subprocess
import sys
from collections import Counter

import pytest
from sqlalchemy import create_engine, text

from newscrawl.commands.duplicates import Command as DuplicatesCommand
from newscrawl.commands.status import Command as StatusCommand
from newscrawl.commands.topics import Command as TopicsCommand
from newscrawl.jobs import job_of
from tests.commands import in_process
from tests.commands.sites import ENDED, HTML, PUBLISHED, running_crawl, site_of_all_ends, story
from tests.conftest import ROOT
from tests.nobody import as_nobody, folder_for_all, shut


@pytest.fixture
def server():
    with site_of_all_ends() as server:
        yield server


def crawl(scrapy, server, *arguments, **settings):
    return scrapy("crawl", "iraqinews", "-a", f"base_url={server.url}", *arguments, **settings)


def status(scrapy, *words, **settings):
    done = scrapy("status", *words, "--json", **settings)
    assert (done.status, done.err) == (0, "")
    return json.loads(done.out)


def files(folder):
    """Every file with its time of change and what it holds, and every folder."""
    return {
        path: path.is_file() and (path.stat().st_mtime_ns, hashlib.sha256(path.read_bytes()).digest())
        for path in folder.rglob("*")
        # Memory that the connections to a ledger share, readers too.
        if not path.name.endswith("-shm")
    }


def test_an_outlet_is_held_against_what_its_site_counts(scrapy):
    scrapy("crawl", "iraqinews", project="replay")

    (outlet,) = status(scrapy)

    # 24 posts: a protected one, a repost of another, and 22 articles.
    assert (outlet["found"], outlet["done"], outlet["duplicates"], outlet["articles"]) == (23, 22, 1, 22)
    assert outlet["site"] == [{"source": "REST /wp-json/wp/v2/posts", "count": 24, "protected": 1, "missing": 0}]
    assert outlet["newest"] == {
        "headline": "Dollar exchange rate in Baghdad, January 17, 2026",
        "published_at": "2026-01-17T07:30:05Z",
    }
    assert outlet["years"][:3] == [
        {"year": 2026, "known": 3, "done": 2, "due": 0},
        {"year": 2025, "known": 8, "done": 8, "due": 0},
        {"year": 2019, "known": 1, "done": 1, "due": 0},
    ]
    assert outlet["last_crawl"] == scrapy_report(scrapy)["finished_at"]


def scrapy_report(scrapy):
    (file,) = (scrapy.data / "reports").glob("iraqinews-*.json")
    return json.loads(file.read_bytes())


def test_all_outlets_are_told_and_their_years_are_those_of_the_record(scrapy):
    for name in ("iraqinews", "middleeasteye"):
        done = scrapy("crawl", name, project="replay")

    iraqinews, middleeasteye = status(scrapy)

    assert (iraqinews["outlet"], middleeasteye["outlet"]) == ("iraqinews", "middleeasteye")
    written = [article for article in done.articles if article["outlet"] == "middleeasteye"]
    assert middleeasteye["done"] == middleeasteye["articles"] == len(written) > 0
    years = Counter(int(article["published_at"][:4]) for article in written)
    assert {year["year"]: year["done"] for year in middleeasteye["years"] if year["done"]} == years
    assert middleeasteye["years"][-1] == {"year": None, "known": 3, "done": 0, "due": 0}, (
        "the pages that are no articles"
    )
    sitemap = {"source": "sitemap /sitemap.xml", "count": 20, "protected": None, "missing": None}
    assert middleeasteye["site"] == [sitemap]


def test_people_get_a_table(scrapy):
    scrapy("crawl", "iraqinews", project="replay")

    told = scrapy("status", "iraqinews").out

    lines = [line.split() for line in told.splitlines()]
    assert ["iraqinews", "23", "22", "0", "0", "0", "0", "1", "0", "0"] in lines
    assert "UTC, Dollar exchange rate in Baghdad, January 17, 2026" in told
    assert "REST /wp-json/wp/v2/posts counts 24 articles, 1 of them protected; none is missing here" in told
    assert ["2026", "3", "2", "0", "1"] in lines


def test_every_url_stands_in_one_status(scrapy, server):
    crawl(scrapy, server)

    (outlet,) = status(scrapy, "iraqinews")

    assert outlet["found"] == len(PUBLISHED) + len(ENDED)
    assert {name: outlet[name] for name in ("done", "due", *ENDED)} == {"done": 3, "due": 0, **dict.fromkeys(ENDED, 1)}
    assert outlet["years"] == [
        {"year": 2025, "known": 2, "done": 2, "due": 0},
        {"year": 2024, "known": 1, "done": 1, "due": 0},
        {"year": None, "known": 4, "done": 0, "due": 0},
    ]
    assert outlet["site"] == [{"source": "sitemap /sitemap_index.xml", "count": 7, "protected": None, "missing": None}]


def test_what_failed_is_listed_with_its_reason(scrapy, server):
    crawl(scrapy, server)

    lines = scrapy("status", "--failed").out.splitlines()
    ends = status(scrapy, "--failed")

    address = "https://www.iraqinews.com/iraq/{}/"
    assert [line.split(maxsplit=2) for line in lines] == [[end, address.format(end), ENDED[end]] for end in ENDED]
    assert ends == [
        {"outlet": "iraqinews", "status": end, "url": address.format(end), "reason": ENDED[end]} for end in ENDED
    ]


def test_pages_that_are_no_articles_are_listed_last(scrapy, server):
    server.answer("/iraq/failed/", "<title>Iraq</title><p>Stories.</p>", headers={"Content-Type": "text/html"})
    crawl(scrapy, server)

    *_, last = scrapy("status", "--failed").out.splitlines()

    assert last.startswith("not_article  https://www.iraqinews.com/iraq/failed/  ")
    assert scrapy("retry", "iraqinews").out == f"iraqinews: {len(ENDED)} URLs are due again\n"


def test_nothing_failed_is_said(scrapy):
    scrapy("crawl", "iraqinews", project="replay")

    assert scrapy("status", "--failed").out == "iraqinews: no URL failed\n"
    assert status(scrapy, "--failed") == []


def test_posts_that_the_site_counts_and_does_not_show_are_missing(scrapy, server):
    post = {
        "id": 1,
        "link": "https://www.iraqinews.com/iraq/story-1/",
        "date_gmt": "2025-05-01T09:00:00",
        "title": {"rendered": "Story"},
        "content": {"rendered": "<p>Text of the story, in a sentence or two.</p>"},
    }
    protected = {**post, "id": 2, "content": {"rendered": "", "protected": True}}
    body, headers = json.dumps([post, protected]), {"Content-Type": "application/json", "X-WP-Total": "2"}
    server.answer("/wp-json/wp/v2/posts", body, headers=headers)
    crawl(scrapy, server)
    first = status(scrapy)[0]["site"]
    # Counted, but left out of the list.
    server.answer("/wp-json/wp/v2/posts", body, headers={**headers, "X-WP-Total": "5"})
    other = type(scrapy)(scrapy.data.parent / "other")
    crawl(other, server)

    assert first == [{"source": "REST /wp-json/wp/v2/posts", "count": 2, "protected": 1, "missing": 0}]
    assert status(other)[0]["site"][0]["count"] == 5
    assert "not known here" in other("status").out


def test_what_an_unfinished_crawl_left_is_told(scrapy, server):
    with running_crawl(scrapy, server) as process:
        (running,) = status(scrapy)
        process.send_signal(signal.SIGKILL)
        process.wait()
    before = files(scrapy.data)

    (killed,) = status(scrapy)

    for told in (running, killed):
        assert told["found"] == 7
        assert told["due"] >= 3
        assert told["last_crawl"], "no report yet, but its sources were read"
    assert files(scrapy.data) == before, "not even the log of the killed crawl's ledger is folded in"


def test_the_data_are_left_as_they_are(scrapy, server):
    crawl(scrapy, server)
    before = files(scrapy.data)

    scrapy("status")
    scrapy("status", "--failed")

    assert files(scrapy.data) == before


@pytest.mark.parametrize("words", [(), ("iraqinews",), ("--failed",)])
def test_nothing_crawled_yet_is_one_line(scrapy, words):
    missing = scrapy("status", *words)
    assert not scrapy.data.exists(), "no directory is made"
    scrapy.data.mkdir()
    empty = scrapy("status", *words)

    for told in (missing, empty):
        assert (told.status, told.err) == (0, "")
        assert told.out == f"nothing was crawled into {scrapy.data} yet\n"
    assert list(scrapy.data.iterdir()) == []


def test_nothing_crawled_yet_is_an_empty_list_for_programs(scrapy):
    told = scrapy("status", "--json")

    assert (told.status, json.loads(told.out)) == (0, [])
    assert told.err == f"nothing was crawled into {scrapy.data} yet\n"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["iraqinew"], "error: nothing is known of 'iraqinew'; did you mean iraqinews?\n"),
        (["nosuch"], "error: nothing is known of 'nosuch'; there are: iraqinews\n"),
        (
            ["iraqinews", "nosuch"],
            "error: name one outlet, or none for all: scrapy status [OUTLET] [--failed] [--json]\n",
        ),
    ],
)
def test_wrong_usage_is_one_clear_line_and_exit_status_2(scrapy, server, words, said):
    crawl(scrapy, server, "-a", "limit=1")

    told = scrapy("status", *words)

    assert (told.status, told.out, told.err) == (2, "", said)


def test_a_ledger_that_is_gone_is_not_an_empty_data_dir(scrapy, server):
    crawl(scrapy, server)
    for file in scrapy.data.glob("ledger.db*"):
        file.unlink()

    told = scrapy("status")

    assert told.status == 2
    assert told.err.startswith("error: there is no ledger at ")
    assert told.err.endswith("; the next crawl makes it from the files, or: scrapy ledger rebuild\n")


@pytest.mark.parametrize("words", [["status"], ["duplicates"], ["retry", "iraqinews"], ["crawl", "iraqinews"]])
def test_a_broken_ledger_is_told_with_what_to_do(scrapy, words):
    scrapy("crawl", "iraqinews", "-a", "limit=1", project="replay")
    for file in scrapy.data.glob("ledger.db-*"):
        file.unlink()
    (ledger := scrapy.data / "ledger.db").write_bytes(b"no database" * 1000)

    told = scrapy(*words, project="replay")

    assert (told.status, told.out) == (2, "")
    assert told.err == (
        f"error: the ledger sqlite:///{ledger}: file is not a database; move it away, and scrapy ledger rebuild makes "
        "it anew from the files\n"
    )
    ledger.rename(scrapy.data / "broken")
    assert scrapy("ledger", "rebuild").out == "iraqinews: 1 article\n"


@pytest.mark.parametrize("words", [["retry", "iraqinews"], ["crawl", "iraqinews"], ["ledger", "rebuild"]])
def test_a_ledger_that_is_no_file_is_told_so(scrapy, words):
    scrapy("crawl", "iraqinews", "-a", "limit=1", project="replay")
    for file in scrapy.data.glob("ledger.db*"):
        file.unlink()
    (scrapy.data / "ledger.db").mkdir()

    told = scrapy(*words, project="replay")

    assert (told.status, told.out, told.err.count("\n")) == (2, "", 1)
    assert ("there is no ledger at " if words[0] == "retry" else "that you may read and write") in told.err


def test_an_older_ledger_is_left_to_the_next_crawl(scrapy, server):
    crawl(scrapy, server)
    engine = create_engine(f"sqlite:///{scrapy.data / 'ledger.db'}")
    with engine.begin() as db:
        db.execute(text("UPDATE meta SET version = 1"))
    engine.dispose()
    before = files(scrapy.data)

    told = scrapy("status")

    assert told.status == 2
    assert "is of version 1; the next crawl brings it to version" in told.err
    assert files(scrapy.data) == before


def test_a_data_dir_that_may_not_be_read_is_one_line(capsys):
    commands = StatusCommand(), DuplicatesCommand(), TopicsCommand()
    for command in commands:
        job_of(command)

    def check():
        for command in commands:
            done = in_process.run(command, [], capsys, {"DATA_DIR": str(data), "TOPICS_FILE": ""})
            assert (done.status, done.out) == (2, ""), command
            assert done.err.startswith(f"error: DATA_DIR={data} cannot be read: {data}/")
            assert done.err.endswith(": Permission denied\n")

    with folder_for_all() as folder:
        data = folder / "data"
        data.mkdir()
        with shut(data):
            assert as_nobody(check)


def test_letters_that_the_screen_does_not_have_are_written_out(scrapy, server):
    headline = "Baghdad’s \N{ARABIC LETTER BEH}ridge"
    server.answer("/iraq/story-3/", story(3).replace("Story number 3", headline), headers=HTML)
    crawl(scrapy, server)

    for encoding, told in (("utf-8", headline), ("latin-1", r"Baghdad\u2019s \u0628ridge")):
        status = subprocess.run(
            [sys.executable, "-m", "scrapy", "status", "-s", f"DATA_DIR={scrapy.data}"],
            cwd=ROOT,
            env={**os.environ, "PYTHONIOENCODING": encoding},
            capture_output=True,
            check=False,
        )
        assert (status.returncode, status.stderr) == (0, b"")
        assert told in status.stdout.decode(encoding)
