"""`scrapy ledger rebuild`: the ledger made anew from the files of the record."""

import json
import shutil

import pytest

from newscrawl.lock import OutletLock


def crawl_both(scrapy):
    for name in ("iraqinews", "middleeasteye"):
        done = scrapy("crawl", name, project="replay")
        assert done.status == 0, done.err
    return done


def articles(scrapy):
    return {outlet["outlet"]: outlet["articles"] for outlet in json.loads(scrapy("status", "--json").out)}


def test_a_ledger_that_is_gone_is_made_anew(scrapy):
    crawl_both(scrapy)
    before = articles(scrapy)
    for file in scrapy.data.glob("ledger.db*"):
        file.unlink()

    rebuilt = scrapy("ledger", "rebuild")

    assert (rebuilt.status, rebuilt.err) == (0, "")
    told = [f"{outlet}: {count} articles" for outlet, count in before.items()]
    assert rebuilt.out.splitlines() == told
    assert articles(scrapy) == before
    again = crawl_both(scrapy)
    assert (again.report["new"], again.report["revised"]) == (0, 0)


def test_only_the_outlet_that_is_named_is_rebuilt(scrapy):
    crawl_both(scrapy)

    rebuilt = scrapy("ledger", "rebuild", "iraqinews")

    assert (rebuilt.status, rebuilt.out) == (0, "iraqinews: 22 articles\n")


def test_a_file_that_was_edited_by_hand_is_taken_as_it_is(scrapy):
    done = crawl_both(scrapy)
    file = max((scrapy.data / "articles" / "middleeasteye").iterdir(), key=lambda file: file.stat().st_size)
    lines = file.read_bytes().splitlines(keepends=True)
    file.write_bytes(b"".join(lines[1:]))
    refused = scrapy("crawl", "middleeasteye", project="replay")
    before = articles(scrapy)["middleeasteye"]

    rebuilt = scrapy("ledger", "rebuild", "middleeasteye")

    assert refused.status == 2
    assert "scrapy ledger rebuild middleeasteye" in refused.err
    assert rebuilt.status == 0, rebuilt.err
    assert articles(scrapy)["middleeasteye"] == before - 1
    assert scrapy("crawl", "middleeasteye", project="replay").status == done.status == 0


def test_a_broken_end_is_told(scrapy):
    crawl_both(scrapy)
    file = max((scrapy.data / "articles" / "iraqinews").iterdir())
    with file.open("ab") as stream:
        stream.write(b'{"id": "iraqinews:1", "url": "https://www.iraq')

    rebuilt = scrapy("ledger", "rebuild", "iraqinews")

    assert rebuilt.out == "iraqinews: 22 articles; broken ends set aside in *.torn: 1\n"
    assert file.with_name(file.name + ".torn").read_bytes().startswith(b'{"id": "iraqinews:1"')


def test_an_outlet_whose_files_are_gone_can_still_be_named(scrapy):
    crawl_both(scrapy)
    shutil.rmtree(scrapy.data / "articles" / "iraqinews")

    rebuilt = scrapy("ledger", "rebuild", "iraqinews")

    assert (rebuilt.status, rebuilt.out) == (0, "iraqinews: 0 articles\n")


def test_a_running_crawl_is_left_alone_and_the_other_outlets_are_rebuilt(scrapy):
    crawl_both(scrapy)
    lock = OutletLock(scrapy.data / "locks", "iraqinews")
    lock.take()
    try:
        rebuilt = scrapy("ledger", "rebuild")
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


def test_no_directory_is_made_where_nothing_was_crawled(scrapy):
    told = scrapy("ledger", "rebuild")

    assert (told.status, told.err) == (2, f"error: nothing was crawled into {scrapy.data} yet\n")
    assert not scrapy.data.exists()
