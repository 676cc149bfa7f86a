"""What `scrapy site` builds, tells and refuses, run in this process; how people see the site is tried in tests/site."""

from __future__ import annotations

import resource

import pytest

from newscrawl.commands.site import Command
from tests.commands import in_process
from tests.commands.in_process import Done
from tests.dataset import Data, story
from tests.similarity.texts import BACKGROUND, BLAST, BRIDGE
from tests.topics.record import append

WIRE = f"{BRIDGE}\n\n{BACKGROUND}"
SECOND = BACKGROUND.partition("\n\n")[0]
REPORT = '{"finished_at": "2025-07-01T12:00:00Z", "finish_reason": "finished", "arguments": {}, "sources": []}'
FORM = "write scrapy site --out DIR [--full-text] [--url https://example.org/news/]\n"


@pytest.fixture
def site(tmp_path, capsys, monkeypatch):
    """Runs the command on a data directory of its own."""
    monkeypatch.chdir(tmp_path)

    def run(*words):
        settings = {"DATA_DIR": str(tmp_path / "data"), "TOPICS_FILE": str(tmp_path / "topics.toml")}
        return in_process.run(Command(), words, capsys, settings)

    (tmp_path / "topics.toml").write_text('"Blasts" = ["bomb"]\n')
    return run


@pytest.fixture
def crawled(site, tmp_path):
    """Two outlets, whose ledger knows that two of the stories are one."""
    data = Data(tmp_path / "data")
    data.write(
        story("one", 1, WIRE, headline="A bridge", topics=["Baquba"]),
        story("two", 2, WIRE.replace("opened to traffic", "inaugurated"), headline="It opens", outlet_name="Two"),
        story("one", 3, BLAST, headline="Blast in Baquba", days=1),
    )
    data.close()
    return site


def test_a_site_is_built_and_brought_up_to_date(crawled, tmp_path):
    first = crawled("--out", "site")
    stories, files = first.out.splitlines()
    assert (first.status, first.err, files) == (0, "", "site/index.html")
    assert stories.startswith("2 stories, ")
    article = (tmp_path / "site/articles/one/1.html").read_text()
    assert "Also in" in article
    assert SECOND not in article
    # A topic of the file has a page, however few stories are on it.
    assert (tmp_path / "site/topics/blasts/index.html").exists()
    about = (tmp_path / "site/about.html").read_text()
    assert "Their article is here" in about
    assert "1 more article tells the text of one of them" in about

    assert crawled("--out", "site").out.startswith("2 stories, 0 of ")
    append(tmp_path / "data", story("two", 4, "A new story, which the ledger does not know yet.", days=2))
    assert crawled("--out", "site").out.startswith("3 stories, ")

    done = crawled("--out", str(tmp_path / "site"), "--full-text", "--url", "https://example.org/a")
    assert done.status == 0
    article = (tmp_path / "site/articles/one/1.html").read_text()
    assert SECOND in article
    assert 'rel="canonical" href="https://example.org/a/articles/one/1.html"' in article


def test_wrong_usage_is_one_clear_line_and_exit_status_2(crawled, tmp_path):
    (tmp_path / "file").write_text("mine")
    (tmp_path / "full").mkdir()
    (tmp_path / "full/letter").write_text("mine")
    refused = "is no site that scrapy site built, and it stays as it is: name a new folder\n"
    folder = "is no address of a folder on the web; write --url https://example.org/news/\n"
    for words, said in (
        ([], FORM),
        (["site"], FORM),
        (["--out", ""], FORM),
        (["--out", "site", "other"], FORM),
        (["--out", "/"], "/ cannot be exchanged for a new folder: name one within it\n"),
        (["--out", "file"], f"{tmp_path}/file {refused}"),
        (["--out", "full"], f"{tmp_path}/full {refused}"),
        (["--out", "file/site"], f"{tmp_path}/file/.site.building: Not a directory; the site is built there, so name"),
        (["--out", "site", "--url", "example.org"], f"'example.org' {folder}"),
        (["--out", "site", "--url", "https://example.org/?q=1"], f"'https://example.org/?q=1' {folder}"),
        (["--out", "site", "--url", "javascript:alert(1)"], f"'javascript:alert(1)' {folder}"),
    ):
        done = crawled(*words)
        assert (done.status, done.out, done.err.count("\n")) == (2, "", 1), words
        assert done.err.startswith(f"error: {said}")
    assert sorted(path.name for path in tmp_path.iterdir() if not path.name.startswith(".")) == [
        "data",
        "file",
        "full",
        "topics.toml",
    ]


def test_where_nothing_was_crawled_there_is_no_site_and_it_says_so(site, tmp_path):
    assert site("--out", "site") == Done(2, "", f"error: nothing was crawled into {tmp_path}/data yet\n")
    (tmp_path / "data").touch()
    said = f"error: DATA_DIR={tmp_path}/data cannot be read: {tmp_path}/data/articles: Not a directory\n"
    assert site("--out", "site") == Done(2, "", said)
    assert not (tmp_path / "site").exists()


def test_an_outlet_that_cannot_be_read_is_not_left_out_unseen(crawled, tmp_path):
    folder = tmp_path / "data" / "articles" / "two"
    folder.rename(tmp_path / "elsewhere")
    folder.symlink_to(tmp_path / "unmounted")

    said = f"error: DATA_DIR={tmp_path}/data cannot be read: {folder}: No such file or directory\n"
    assert crawled("--out", "site") == Done(2, "", said)
    assert not (tmp_path / "site").exists()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe no text",
        b'{"finish_reason": "\xe9teint"}',
        b'{"arguments":{"a":' + b"[" * 100_000,
        REPORT.encode("utf-16"),
        REPORT.replace("01T12:00:00Z", "02T12:00:00").encode(),
    ],
    ids=["empty", "binary", "latin", "deep", "utf-16", "in no zone"],
)
def test_a_report_that_cannot_be_read_is_left_out(crawled, tmp_path, content):
    reports = tmp_path / "data/reports"
    (reports / "one-20250702T120000Z.json").write_bytes(content)
    (reports / "one-20250701T120000Z.json").write_text(REPORT)
    done = crawled("--out", "site")
    assert (done.status, done.err) == (0, "")
    assert "1 July 2025, 12:00 UTC" in (tmp_path / "site/about.html").read_text().partition("Last crawl")[2]


def test_a_build_that_the_disk_does_not_take_leaves_the_site_as_it_was(crawled, tmp_path):
    crawled("--out", "site")
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "site").rglob("*")}
    # The system refuses what is longer, as a disk does that is full: in the midst of the search index.
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, limits[1]))
    try:
        done = crawled("--out", "site", "--full-text")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert done == Done(2, "", "error: site stays as it was: File too large\n")
    assert {path: path.stat().st_mtime_ns for path in (tmp_path / "site").rglob("*")} == before
    assert [path.name for path in (tmp_path / ".site.building").iterdir()] == ["lock"]
    assert crawled("--out", "site", "--full-text").status == 0
