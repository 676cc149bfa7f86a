"""DATA_DIR as crawls open it: once each, whoever begins them, and let go of when they end."""

import errno
import json
import os
import subprocess
import sys
from contextlib import closing

import pytest
from scrapy import Spider
from scrapy.crawler import Crawler
from scrapy.settings import Settings

from newscrawl.dataset import Dataset, DatasetError
from newscrawl.lock import Held, OutletLock
from tests.conftest import ROOT

SCRIPT = """
import json, sys
from scrapy.crawler import AsyncCrawlerRunner
from scrapy.utils.defer import deferred_f_from_coro_f
from scrapy.utils.project import get_project_settings
from scrapy.utils.reactor import install_reactor
from newscrawl.reporting.reporter import Reporter

settings = get_project_settings()
settings.update({"DATA_DIR": sys.argv[1], "PROGRESS": False}, priority="cmdline")

@deferred_f_from_coro_f
async def crawl(_):
    runner = AsyncCrawlerRunner(settings)
    for names in (["iraqinews"], ["iraqinews"], ["iraqinews", "middleeasteye"]):
        crawlers = [runner.create_crawler(name) for name in names]
        for running in [runner.crawl(crawler) for crawler in crawlers]:
            await running
        reports = [crawler.get_extension(Reporter).report for crawler in crawlers]
        print(json.dumps([[report.exit_status, report.new] for report in reports]))

install_reactor("twisted.internet.asyncioreactor.AsyncioSelectorReactor")
from twisted.internet.task import react
react(crawl)
"""
"""Crawls one after another and two at a time, in one process and without our commands."""


@pytest.fixture
def settings(tmp_path):
    return Settings({"DATA_DIR": tmp_path, "LEDGER_URL": "", "SECOND_LOOKS": [6]})


def test_a_crawl_works_with_the_dataset_that_was_claimed_for_it(settings, tmp_path):
    with closing(Dataset.claimed(settings, "outlet")) as dataset:
        crawler, other = Crawler(Spider, settings), Crawler(Spider, settings)
        dataset.hand_over(crawler)

        assert Dataset.from_crawler(crawler) is dataset
        with closing(Dataset.from_crawler(other)) as own:
            assert own is not dataset, "nothing is left over for the next crawl"
        with pytest.raises(Held):
            OutletLock(tmp_path / "locks", "outlet").take()
    OutletLock(tmp_path / "locks", "outlet").take()


def test_a_script_can_crawl_outlets_one_after_another_and_two_at_a_time(scrapy):
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, scrapy.data],
        cwd=ROOT,
        env={"SCRAPY_PROJECT": "replay", "PYTHONPATH": "."},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )

    assert done.returncode == 0, done.stderr
    first, again, (third, other) = map(json.loads, done.stdout.splitlines())
    assert (first, again, third) == ([[0, 22]], [[0, 0]], [0, 0])
    assert other[0] == 0
    assert other[1] > 0


def test_scrapy_runspider_claims_the_dataset_too(scrapy):
    done = scrapy("runspider", "newscrawl/spiders/iraqinews.py", project="replay")

    assert done.status == 0, done.err
    assert done.report["new"] == 22
    OutletLock(scrapy.data / "locks", "iraqinews").take()


def test_what_cannot_be_claimed_is_let_go_of(settings, tmp_path):
    file = tmp_path / "articles" / "outlet" / "2025-07.jsonl"
    file.parent.mkdir(parents=True)
    file.write_bytes(b"no article\n")

    with pytest.raises(DatasetError, match="line 1: no article of outlet"):
        Dataset.claimed(settings, "outlet")

    file.unlink()
    Dataset.claimed(settings, "outlet").close()


def test_the_demo_leaves_a_running_crawl_alone(scrapy):
    lock = OutletLock(scrapy.data / "locks", "middleeasteye")
    lock.take()
    try:
        done = scrapy("demo", project="replay")
    finally:
        lock.release()

    assert (done.status, done.out) == (2, "")
    assert done.err.startswith("error: another crawl of middleeasteye is running here: process ")
    assert done.articles == []


def test_who_holds_an_outlet_is_no_matter_where_that_cannot_be_read(tmp_path):
    lock = OutletLock(tmp_path, "outlet")
    lock.take()
    (tmp_path / "outlet.json").write_bytes(b'{"pid": "\xff"}')

    with pytest.raises(Held, match=r"^another crawl of outlet is running here: it has just begun$"):
        OutletLock(tmp_path, "outlet").take()
    lock.release()


def test_a_data_dir_has_one_name_whether_its_file_system_knows_links_or_not(tmp_path, monkeypatch):
    def no_links(*_):
        raise PermissionError(errno.EPERM, os.strerror(errno.EPERM))

    with monkeypatch.context() as patch:
        patch.setattr(os, "link", no_links)
        with closing(Dataset(tmp_path)) as first:
            named = first.holder
    with closing(Dataset(tmp_path)) as second:
        assert second.holder == named
    assert [file.name for file in tmp_path.glob("holder*")] == ["holder"]
