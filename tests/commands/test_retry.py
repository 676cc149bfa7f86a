"""`scrapy retry`: what ended without an article is asked for again by the next crawl."""

import pytest

from tests.commands.sites import ENDED, HTML, STORY, running_crawl, site_of_all_ends


@pytest.fixture
def server():
    with site_of_all_ends() as server:
        yield server


def crawl(scrapy, server):
    return scrapy("crawl", "iraqinews", "-a", f"base_url={server.url}")


def test_the_next_crawl_asks_again_for_what_is_due_again(scrapy, server):
    crawl(scrapy, server)
    for number, name in enumerate(ENDED, 4):
        page = STORY.format(n=number, published=f"2025-05-0{number}T10:00:00+03:00")
        server.answer(f"/iraq/{name}/", page.replace(f"/iraq/story-{number}/", f"/iraq/{name}/"), headers=HTML)
    server.answer("/robots.txt", "")
    assert crawl(scrapy, server).report["fetched"] == 0, "by itself they are not due yet"
    server.asked.clear()

    retried = scrapy("retry", "iraqinews")
    done = crawl(scrapy, server)

    assert (retried.status, retried.out, retried.err) == (0, "iraqinews: 4 URLs are due again\n", "")
    assert done.status == 0, done.err
    assert done.report["new"] == 4
    asked_for = {path for path in server.paths() if path.startswith("/iraq/")}
    assert asked_for == {f"/iraq/{name}/" for name in ENDED}, "and nothing that is done"


def test_nothing_to_retry_is_said(scrapy):
    scrapy("crawl", "iraqinews", project="replay")

    retried = scrapy("retry", "iraqinews")

    assert (retried.status, retried.out) == (0, "iraqinews: 0 URLs are due again\n")


def test_a_running_crawl_is_left_alone(scrapy, server):
    with running_crawl(scrapy, server) as process:
        retried = scrapy("retry", "iraqinews")

    assert (retried.status, retried.out) == (2, "")
    assert retried.err.startswith("error: another crawl of iraqinews is running here: ")
    assert f"process {process.pid}, since " in retried.err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "error: name one outlet: scrapy retry OUTLET\n"),
        (["iraqinews", "middleeasteye"], "error: name one outlet: scrapy retry OUTLET\n"),
        (["iraqinew"], "error: nothing is known of 'iraqinew'; did you mean iraqinews?\n"),
    ],
)
def test_wrong_usage_is_one_clear_line_and_exit_status_2(scrapy, words, said):
    scrapy("crawl", "iraqinews", "-a", "limit=1", project="replay")

    retried = scrapy("retry", *words)

    assert (retried.status, retried.out, retried.err) == (2, "", said)


def test_no_directory_is_made_where_nothing_was_crawled(scrapy):
    retried = scrapy("retry", "iraqinews")

    assert (retried.status, retried.err) == (2, f"error: nothing was crawled into {scrapy.data} yet\n")
    assert not scrapy.data.exists()


def test_a_ledger_that_is_gone_is_not_made_empty(scrapy):
    scrapy("crawl", "iraqinews", "-a", "limit=1", project="replay")
    for file in scrapy.data.glob("ledger.db*"):
        file.unlink()
    there = sorted(scrapy.data.rglob("*"))

    retried = scrapy("retry", "iraqinews")

    assert (retried.status, retried.out) == (2, "")
    assert retried.err == scrapy("status").err
    assert retried.err.startswith("error: there is no ledger at ")
    assert sorted(scrapy.data.rglob("*")) == there
