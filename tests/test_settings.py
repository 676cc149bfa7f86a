"""What a user's own setting changes, and what it leaves as it is."""

import re

import pytest
from scrapy.settings import Settings
from scrapy.utils.conf import build_component_list

from newscrawl.commands.ledger import Command as LedgerCommand
from newscrawl.dataset import Dataset
from newscrawl.setting_values import SettingError, check
from tests.commands import in_process
from tests.conftest import ROOT
from tests.dataset import story
from tests.topics.record import append

NEEDED = {
    "DOWNLOADER_MIDDLEWARES": {
        "newscrawl.network.borders.BordersMiddleware",
        "newscrawl.network.decoding.Decoding",
        "newscrawl.network.robots.RobotsMiddleware",
        "scrapy.downloadermiddlewares.retry.RetryMiddleware",
    },
    "EXTENSIONS": {"newscrawl.dataset.Dataset", "newscrawl.reporting.reporter.Reporter"},
    "SPIDER_MIDDLEWARES": {"scrapy.spidermiddlewares.start.StartSpiderMiddleware"},
}
"""Without these a crawl is not polite, or loses something."""


WRONG = {
    "KEEP_PAGES=yes": "KEEP_PAGES=yes is neither True nor False",
    "PROGRESS=": "PROGRESS= is neither True nor False",
    "ROBOTSTXT_OBEY=no": "ROBOTSTXT_OBEY=no is neither True nor False",
    "DOWNLOAD_MAXSIZE=10MB": "DOWNLOAD_MAXSIZE=10MB is no number of bytes, such as 10485760",
    "DOWNLOAD_MAXSIZE=1.5": "DOWNLOAD_MAXSIZE=1.5 is no number of bytes, such as 10485760",
    "CONCURRENT_REQUESTS_PER_DOMAIN=0": "CONCURRENT_REQUESTS_PER_DOMAIN=0 is no number of requests, such as 1",
    "DOWNLOAD_DELAY=-1": "DOWNLOAD_DELAY=-1 is no number of seconds, such as 1.0",
    "MAX_PAUSE=15m": "MAX_PAUSE=15m is no number of seconds, such as 900.0",
    "MAX_CRAWL_DELAY=nan": "MAX_CRAWL_DELAY=nan is no number of seconds, such as 30.0",
    "MAX_DUE=inf": "MAX_DUE=inf is no number of URLs, such as 1000000",
    "MAX_DUE=": "MAX_DUE= is no number of URLs, such as 1000000",
    "MAX_SOURCE_PAGES=1e300": "MAX_SOURCE_PAGES=1e300 is no number of pages, such as 20000",
    "MAX_REFUSALS=x": "MAX_REFUSALS=x is no number of refusals, such as 6",
    "BROWSER_PAGES=x": "BROWSER_PAGES=x is no number of pages, such as 200",
    "LEAST_FALLBACK_TEXT=some": "LEAST_FALLBACK_TEXT=some is no number of characters, such as 200",
    "MAX_REFUSED_SHARE=20%": "MAX_REFUSED_SHARE=20% is no share, such as 0.2",
    "READERS=65": "READERS=65 is no number of processes, 64 at most, such as 1",
    "RETRY_TIMES=x": "RETRY_TIMES=x is no number of further tries, such as 2",
    "NEAR_DUPLICATES=Off": "NEAR_DUPLICATES=Off is none of label, drop, off",
    "DUPLICATE_WINDOW=x": "DUPLICATE_WINDOW=x is no number of days, such as 30",
    "SECOND_LOOKS=abc": "SECOND_LOOKS=abc is no list of hours, such as 6,24,72,168",
    "SECOND_LOOKS=6,1e300": "SECOND_LOOKS=6,1e300 is no list of hours, such as 6,24,72,168",
    "SECOND_LOOKS=-6": "SECOND_LOOKS=-6 is no list of hours, such as 6,24,72,168",
}


def settings_with(*given):
    settings = Settings()
    settings.setmodule("newscrawl.settings", "project")
    for setting in given:
        settings.set(*setting.split("=", 1), "cmdline")
    return settings


@pytest.mark.parametrize("given", WRONG)
def test_a_wrong_value_is_told_with_a_right_one(given):
    with pytest.raises(SettingError, match=f"^{re.escape(WRONG[given])}$"):
        check(settings_with(given))


def test_every_bound_in_the_documents_is_checked():
    bounds = re.findall(r"^\| `([A-Z_]+)` \|", (ROOT / "docs" / "reliability.md").read_text("utf-8"), re.MULTILINE)
    assert len(bounds) == 8
    for name in bounds:
        with pytest.raises(SettingError, match=f"^{name}=x is no number of "):
            check(settings_with(f"{name}=x"))


@pytest.mark.parametrize(
    "given", ["KEEP_PAGES=1", "PROGRESS=false", "MAX_DUE=1e6", "DOWNLOAD_DELAY=0", "SECOND_LOOKS="]
)
def test_other_ways_to_write_a_right_value_are_taken(given):
    check(settings_with())
    check(settings_with(given))


@pytest.mark.parametrize(
    ("written", "hours"), [("6,24", [6, 24]), ("[24, 6.5]", [6.5, 24]), ("", []), ("[]", []), ([1, "2"], [1, 2])]
)
def test_second_looks_are_hours_in_their_order(written, hours):
    settings = Settings({"SECOND_LOOKS": written})
    assert [look.total_seconds() / 3600 for look in Dataset.looks(settings)] == hours


@pytest.mark.parametrize(
    "words", [["crawl", "iraqinews"], ["demo"], ["reparse", "iraqinews"], ["read", "https://www.iraqinews.com/iraq/x/"]]
)
def test_a_command_that_crawls_says_so_in_one_line_before_it_begins(scrapy, words):
    told = scrapy(*words, project="replay", KEEP_PAGES="yes")

    assert (told.status, told.out, told.err) == (2, "", "error: KEEP_PAGES=yes is neither True nor False\n")
    assert not scrapy.data.exists()


@pytest.mark.parametrize(
    "words",
    [
        *(["crawl", "iraqinews"], ["demo"], ["reparse", "iraqinews"], ["retry", "iraqinews"], ["ledger", "rebuild"]),
        *(["status"], ["duplicates"], ["topics"], ["site", "--out", "no-site"]),
    ],
)
def test_an_empty_data_dir_is_not_the_folder_where_one_stands(scrapy, words):
    told = scrapy(*words, project="replay", DATA_DIR="")

    assert (told.status, told.out, told.err) == (2, "", "error: DATA_DIR is empty; write DATA_DIR=data\n")
    assert not (ROOT / "articles").exists()


def test_reading_a_stored_page_says_so_too(scrapy):
    told = scrapy("read", "README.md", LEAST_FALLBACK_TEXT="some")

    assert (told.status, told.out, told.err) == (2, "", f"error: {WRONG['LEAST_FALLBACK_TEXT=some']}\n")


@pytest.mark.parametrize("given", ["SECOND_LOOKS=abc", "DUPLICATE_WINDOW=x", "NEAR_DUPLICATES=Off"])
def test_a_rebuild_says_so_and_leaves_the_ledger_as_it_is(capsys, tmp_path, given):
    append(tmp_path, story("one", 1, "Text."))
    name, value = given.split("=")

    told = in_process.run(LedgerCommand(), ["rebuild"], capsys, {"DATA_DIR": str(tmp_path), name: value})

    assert (told.status, told.out, told.err) == (2, "", f"error: {WRONG[given]}\n")
    assert [path.name for path in tmp_path.iterdir()] == ["articles"]


@pytest.mark.parametrize("name", NEEDED)
@pytest.mark.parametrize("priority", ["spider", "cmdline"])
def test_a_further_component_comes_to_those_that_are_there(name, priority):
    settings = Settings()
    settings.setmodule("newscrawl.settings", "project")
    settings.set(name, {"scrapy.extensions.memdebug.MemoryDebugger": 543}, priority)
    components = build_component_list(settings.get_component_priority_dict_with_base(name))
    assert "scrapy.extensions.memdebug.MemoryDebugger" in components
    assert NEEDED[name] <= set(components)


def test_a_file_can_be_fetched_as_in_any_project(tmp_path, scrapy):
    page = tmp_path / "page.html"
    page.write_text("<h1>Kept</h1>")
    fetched = scrapy("fetch", "--nolog", page.as_uri())
    assert (fetched.status, fetched.out.strip()) == (0, "<h1>Kept</h1>")
