"""`scrapy ledger rebuild`: the ledger made anew from the files of the record."""

import json
import os
import shutil
import signal
import subprocess
import sys

import pytest

from newscrawl.ledger import Ledger
from newscrawl.lock import OutletLock
from tests.conftest import ROOT, Scrapy

UNBUFFERED = {**os.environ, "PYTHONUNBUFFERED": "1"}


@pytest.fixture(scope="module")
def crawled_once(tmp_path_factory):
    """DATA_DIR after a crawl of both outlets, to be copied."""
    scrapy = Scrapy(tmp_path_factory.mktemp("crawled") / "data")
    for name in ("iraqinews", "middleeasteye"):
        done = scrapy("crawl", name, project="replay")
        assert done.status == 0, done.err
    return scrapy.data


@pytest.fixture
def crawled(scrapy, crawled_once):
    """The command on data of its own, both outlets of which were crawled."""
    shutil.copytree(crawled_once, scrapy.data)
    return scrapy


def articles(scrapy):
    return {outlet["outlet"]: outlet["articles"] for outlet in json.loads(scrapy("status", "--json").out)}


def nothing_is_new(scrapy, outlet):
    done = scrapy("crawl", outlet, project="replay")
    return (done.status, done.report["new"], done.report["revised"]) == (0, 0, 0)


def test_a_ledger_that_is_gone_is_made_anew(crawled):
    before = articles(crawled)
    for file in crawled.data.glob("ledger.db*"):
        file.unlink()

    rebuilt = crawled("ledger", "rebuild")

    assert (rebuilt.status, rebuilt.err) == (0, "")
    told = [f"{outlet}: {count} articles" for outlet, count in before.items()]
    assert rebuilt.out.splitlines() == told
    assert articles(crawled) == before
    assert nothing_is_new(crawled, "iraqinews")
    assert nothing_is_new(crawled, "middleeasteye")


def test_only_the_outlet_that_is_named_is_rebuilt(crawled):
    rebuilt = crawled("ledger", "rebuild", "iraqinews")

    assert (rebuilt.status, rebuilt.out) == (0, "iraqinews: 22 articles\n")


def test_a_file_that_was_edited_by_hand_is_taken_as_it_is(crawled):
    file = max((crawled.data / "articles" / "middleeasteye").iterdir(), key=lambda file: file.stat().st_size)
    lines = file.read_bytes().splitlines(keepends=True)
    file.write_bytes(b"".join(lines[1:]))
    refused = crawled("crawl", "middleeasteye", project="replay")
    before = articles(crawled)["middleeasteye"]

    rebuilt = crawled("ledger", "rebuild", "middleeasteye")

    assert refused.status == 2
    assert "scrapy ledger rebuild middleeasteye" in refused.err
    assert rebuilt.status == 0, rebuilt.err
    assert articles(crawled)["middleeasteye"] == before - 1
    assert crawled("crawl", "middleeasteye", project="replay").status == 0


def test_an_incomplete_end_is_told(crawled):
    file = max((crawled.data / "articles" / "iraqinews").iterdir())
    with file.open("ab") as stream:
        stream.write(b'{"id": "iraqinews:1", "url": "https://www.iraq')

    rebuilt = crawled("ledger", "rebuild", "iraqinews")

    assert rebuilt.out == "iraqinews: 22 articles; broken lines set aside in *.torn: 1\n"
    assert file.with_name(file.name + ".torn").read_bytes().startswith(b'{"id": "iraqinews:1"')


def test_a_broken_line_is_set_aside_alone_and_its_article_fetched_again(crawled):
    file = max((crawled.data / "articles" / "iraqinews").iterdir(), key=lambda file: file.read_bytes().count(b"\n"))
    first, *rest = file.read_bytes().splitlines(keepends=True)
    file.write_bytes(first[:99] + b"\n" + b"".join(rest))
    for part in crawled.data.glob("ledger.db*"):
        part.unlink()
    refused = crawled("crawl", "iraqinews", project="replay")
    as_it_was = file.read_bytes()

    rebuilt = crawled("ledger", "rebuild", "iraqinews")
    done = crawled("crawl", "iraqinews", project="replay")

    assert (refused.status, refused.out) == (2, "")
    assert refused.err.endswith(
        f"error: {file}, line 1: no article of iraqinews. Put it right, or set it aside with: "
        "scrapy ledger rebuild iraqinews\n"
    )
    assert as_it_was == first[:99] + b"\n" + b"".join(rest)
    assert (rebuilt.status, rebuilt.out) == (0, "iraqinews: 21 articles; broken lines set aside in *.torn: 1\n")
    assert file.with_name(file.name + ".torn").read_bytes() == first[:99] + b"\n"
    assert (done.status, done.report["new"], done.report["revised"]) == (0, 1, 0)
    assert json.loads(first)["id"] in done.by_id
    assert file.read_bytes().startswith(b"".join(rest))


@pytest.mark.parametrize(
    ("asked", "again"), [(signal.SIGINT, ["ledger", "rebuild"]), (signal.SIGTERM, []), (signal.SIGKILL, [])]
)
def test_stopped_in_its_middle_it_is_made_good_by_the_next_run(crawled, asked, again):
    before = articles(crawled)
    # Whoever opens it waits for somebody who writes to it: of these files some are read by then, and others not.
    dam = crawled.data / "articles" / "middleeasteye" / "2020-06.jsonl"
    os.mkfifo(dam)
    command = [sys.executable, "-m", "scrapy", "ledger", "rebuild", "-s", f"DATA_DIR={crawled.data}"]
    process = subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=UNBUFFERED
    )
    assert process.stdout.readline() == f"iraqinews: {before['iraqinews']} articles\n"
    process.send_signal(asked)
    out, err = process.communicate(timeout=60)
    dam.unlink()

    assert (process.returncode, out) == (1 if asked == signal.SIGINT else -asked, "")
    assert err == ("error: stopped before its end; run it again\n" if asked == signal.SIGINT else "")
    if again:
        rebuilt = crawled(*again)
        assert (rebuilt.status, rebuilt.err) == (0, "")
    assert nothing_is_new(crawled, "middleeasteye")
    assert articles(crawled) == before


def test_an_outlet_whose_files_are_gone_can_still_be_named(crawled):
    shutil.rmtree(crawled.data / "articles" / "iraqinews")

    rebuilt = crawled("ledger", "rebuild", "iraqinews")

    assert (rebuilt.status, rebuilt.out) == (0, "iraqinews: 0 articles\n")


def test_a_running_crawl_is_left_alone_and_the_other_outlets_are_rebuilt(crawled):
    lock = OutletLock(crawled.data / "locks", "iraqinews")
    lock.take()
    try:
        rebuilt = crawled("ledger", "rebuild")
    finally:
        lock.release()

    assert rebuilt.status == 2
    assert rebuilt.err.startswith("error: another crawl of iraqinews is running here: process ")
    assert rebuilt.out.startswith("middleeasteye: ")


@pytest.mark.parametrize("words", [[], ["mend"], ["rebuild", "iraqinews", "middleeasteye"]])
def test_other_words_are_told_the_right_ones(scrapy, words):
    told = scrapy("ledger", *words)

    assert (told.status, told.out, told.err) == (2, "", "error: write scrapy ledger rebuild [OUTLET]\n")


def test_an_outlet_without_articles_is_unknown(scrapy):
    scrapy("crawl", "iraqinews", project="replay")

    told = scrapy("ledger", "rebuild", "iraqinew")

    articles = scrapy.data / "articles"
    said = f"error: there are no articles of 'iraqinew' in {articles}; did you mean iraqinews?\n"
    assert (told.status, told.err) == (2, said)


def test_a_mistyped_outlet_leaves_no_empty_ledger(scrapy):
    scrapy("crawl", "iraqinews", "-a", "limit=1", project="replay")
    for file in scrapy.data.glob("ledger.db*"):
        file.unlink()

    told = scrapy("ledger", "rebuild", "iraqinew")

    assert told.status == 2
    assert told.err.endswith("; did you mean iraqinews?\n")
    assert not list(scrapy.data.glob("ledger.db*"))


def test_an_empty_ledger_beside_a_record_is_not_called_an_empty_record(scrapy):
    scrapy("crawl", "iraqinews", "-a", "limit=1", project="replay")
    for file in scrapy.data.glob("ledger.db*"):
        file.unlink()
    Ledger(f"sqlite:///{scrapy.data}/ledger.db").close()
    said = f"error: the ledger knows nothing of the files in {scrapy.data / 'articles'}; read them with: "

    for words in (["status"], ["status", "--failed"], ["duplicates"]):
        told = scrapy(*words)
        assert (told.status, told.out, told.err) == (2, "", f"{said}scrapy ledger rebuild\n")

    assert scrapy("ledger", "rebuild").out == "iraqinews: 1 article\n"


def test_no_directory_is_made_where_nothing_was_crawled(scrapy):
    told = scrapy("ledger", "rebuild")

    assert (told.status, told.err) == (2, f"error: nothing was crawled into {scrapy.data} yet\n")
    assert not scrapy.data.exists()


def test_all_outlets_are_rebuilt_though_nobody_reads_along_any_more(crawled):
    before = articles(crawled)
    for file in crawled.data.glob("ledger.db*"):
        file.unlink()
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, "-m", "scrapy", "ledger", "rebuild", "-s", f"DATA_DIR={crawled.data}"]

    rebuilt = subprocess.run(command, cwd=ROOT, stdout=writing, stderr=subprocess.PIPE, text=True, check=False)
    os.close(writing)

    assert (rebuilt.returncode, rebuilt.stderr) == (0, "")
    assert articles(crawled) == before
