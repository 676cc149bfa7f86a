"""What `scrapy topics` tells, writes and refuses; over a crawl's own files in `test_crawl.py`, with the demo."""

from __future__ import annotations

import hashlib
import json
import os
import re
import signal
from base64 import b64encode
from datetime import timedelta

import feedparser
import pytest
from lxml import html

from newscrawl.commands.topics import Command
from newscrawl.items import Image
from newscrawl.topics.catalogue import Catalogue
from tests.commands import in_process
from tests.commands.in_process import Done
from tests.dataset import BEGIN, Data, story
from tests.similarity.texts import BACKGROUND, BLAST, BRIDGE
from tests.topics.formats import A, check_atom, check_json_feed, check_rss
from tests.topics.record import append

WIRE = f"{BRIDGE}\n\n{BACKGROUND}"


@pytest.fixture
def topics(tmp_path, capsys, monkeypatch):
    """Runs the command in this process, on a data directory of its own."""
    monkeypatch.chdir(tmp_path)
    before = signal.getsignal(signal.SIGPIPE)

    def run(*words, **changes):
        return in_process.run(Command(), words, capsys, {"DATA_DIR": str(tmp_path / "data"), **changes})

    run.data = tmp_path / "data"
    yield run
    signal.signal(signal.SIGPIPE, before)


@pytest.fixture
def news(topics):
    """Two outlets, whose ledger knows that two of the stories are one."""
    data = Data(topics.data)
    copy = WIRE.replace("opened to traffic", "inaugurated")
    data.write(
        story("one", 1, WIRE, headline="A bridge", topics=["Baquba"], sections=["Iraq"], dateline="Baquba"),
        story("two", 2, copy, headline="A bridge opens", days=0.1, outlet_name="Two", topics=["Diyala"]),
        story("one", 3, BLAST, headline="Blast\x1b[2J in Baquba", description="Five are hurt", days=1),
        story("two", 4, "قال مصدر في الشرطة.", headline="انفجار في بعقوبة", language="ar", days=2, topics=["بعقوبة"]),
    )
    data.close()
    changed = story("one", 3, BLAST, headline="Blast\x1b[2J in Baquba", revision=2, days=1)
    changed.modified_at = BEGIN + timedelta(days=1.5)
    append(topics.data, changed)
    return topics


def test_topics_are_listed_the_largest_first(news):
    lines = [line.split() for line in news().out.splitlines()]

    assert lines == [
        ["topic", "stories", "newest", "(UTC)", "outlets"],
        ["Baquba", "2", "2025-07-02", "12:00", "one,", "two"],
        ["Diyala", "1", "2025-07-01", "12:00", "one,", "two"],
        ["بعقوبة", "1", "2025-07-03", "12:00", "two"],
    ]
    assert json.loads(news("--json", "--limit", "1").out) == [
        {"name": "Baquba", "count": 2, "outlets": ["one", "two"], "newest": "2025-07-02T12:00:00Z"}
    ]


def test_a_topics_page_is_readable_in_80_columns(news):
    done = news("baquba")

    assert (done.status, done.err) == (0, "")
    lines = done.out.splitlines()
    assert max(len(line) for line in lines if "https://" not in line) <= 80
    assert lines[:8] == [
        "Latest news with #Baquba",
        "",
        "Outlet",
        "2025-07-02 12:00 UTC, updated 2025-07-03 00:00 UTC",
        "Blast[2J in Baquba",
        "",
        "A bomb exploded beside a bakery in Baquba on Friday, wounding 5 people, a police",
        "source said.",
    ]
    second = lines.index("A bridge")
    assert lines[second - 3 : second] == ["Outlet", "2025-07-01 12:00 UTC", "Iraq"]
    assert lines[second + 2].startswith("Baquba – A bridge over the Diyala river")
    assert lines[-2:] == [
        "https://one.example.org/1",
        "also in Two, 2025-07-01 14:24 UTC: https://two.example.org/2",
    ]
    assert "\x1b" not in done.out


def test_what_is_written_from_right_to_left_stands_at_the_right(news):
    lines = news("بعقوبة").out.splitlines()

    assert [line for line in lines if "انفجار" in line] == [" " * 64 + "انفجار في بعقوبة"]
    assert [line for line in lines if "قال" in line] == [" " * 61 + "قال مصدر في الشرطة."]


def test_json_tells_all_of_each_card(news):
    newest, oldest = json.loads(news("baquba", "--json").out)

    assert (newest["story"]["id"], newest["updated_at"]) == ("one:3", "2025-07-03T00:00:00Z")
    assert (oldest["story"]["headline"], oldest["updated_at"], oldest["updates"]) == ("A bridge", None, [])
    assert [(copy["id"], copy["outlet_name"]) for copy in oldest["also_in"]] == [("two:2", "Two")]


def test_period_outlet_and_limit_choose(news):
    def chosen(*words):
        return [card["story"]["id"] for card in json.loads(news("baquba", "--json", *words).out)]

    assert chosen("--since", "2025-07-02") == ["one:3"]
    assert chosen("--until", "2025-07-01") == ["one:1"]
    assert chosen("--outlet", "two") == ["one:1"], "it is told there too"
    assert chosen("--outlet", "two", "--outlet", "one", "--limit", "1") == ["one:3"]
    assert "No story of that time or outlet." in news("baquba", "--since", "2026-01-01").out


def test_without_a_ledger_the_lines_tell_what_is_a_copy(news):
    (news.data / "ledger.db").unlink()

    (card,) = json.loads(news("diyala", "--json").out)
    assert (card["story"]["id"], [copy["id"] for copy in card["also_in"]]) == ("one:1", ["two:2"])


def test_files_are_written_whole_beside_each_other(news, tmp_path):
    names = {name: str(tmp_path / f"page.{name}") for name in ("html", "atom", "rss", "jsonfeed")}
    (tmp_path / "page.atom").write_text("of yesterday")
    done = news("baquba", *(word for name, file in names.items() for word in (f"--{name}", file)))

    assert (done.status, done.err) == (0, "")
    assert done.out.splitlines() == [f"2 stories: {file}" for file in names.values()]
    left = sorted(file.name for file in tmp_path.iterdir())
    assert left == ["data", "page.atom", "page.html", "page.jsonfeed", "page.rss"]
    for name in ("atom", "rss"):
        read = feedparser.parse((tmp_path / f"page.{name}").read_bytes())
        assert (read.feed.title, [entry.link[-2:] for entry in read.entries]) == (
            "Latest news with #Baquba",
            ["/3", "/1"],
        )
    assert len(json.loads((tmp_path / "page.jsonfeed").read_bytes())["items"]) == 2
    page = html.fromstring((tmp_path / "page.html").read_bytes())
    assert page.xpath("string(//title)") == page.xpath("string(//h1)") == "Latest news with #Baquba"
    assert page.xpath("//article//h2/a/@href") == ["https://one.example.org/3", "https://one.example.org/1"]
    assert page.xpath("//article//time/@datetime")[:2] == ["2025-07-02T12:00:00Z", "2025-07-03T00:00:00Z"]
    assert page.xpath("//article[2]//a[@rel]/@href") == ["https://two.example.org/2"]
    assert (tmp_path / "page.html").stat().st_mode & 0o777 == 0o666 & ~_umask()


def test_feeds_and_page_show_markup_as_text_and_the_page_loads_nothing(topics, tmp_path):
    nasty = "<script>alert('1')</script><img src=x onerror=alert(1)> & \"]]> \x1b[2J"
    fields = ("id", "headline", "description", "dateline", "outlet_name")
    lists = {name: ["A " + nasty] for name in ("authors", "topics", "sections")}
    tag = 'en" onload="alert(1)'
    url = 'https://one.example.org/"><script>alert(1)</script>\x1b[2J'
    hostile = {**dict.fromkeys(fields, nasty), **lists, "url": url, "language": tag}
    outlet = "on<script>\x1b[2J"
    first = story(outlet, 1, nasty, **{**hostile, "image": Image(url=url)})
    copy = {**hostile, "id": "copy", "duplicate_of": nasty}
    scripts = [
        story(outlet, 4, "alert", url="javascript:alert(1)"),
        story(outlet, 5, "alert", image=Image(url="javascript:alert(1)")),
    ]
    append(topics.data, first, story("two", 2, nasty, days=1, **copy), *scripts)
    names = {name: tmp_path / f"page.{name}" for name in ("html", "atom", "rss", "jsonfeed")}
    done = topics("alert", *(word for name, file in names.items() for word in (f"--{name}", str(file))))

    assert (done.status, done.err) == (0, "note: 2 lines of the record could not be read\n")
    check_atom(names["atom"].read_bytes())
    check_rss(names["rss"].read_bytes())
    image = check_json_feed(names["jsonfeed"].read_bytes())["items"][0]["image"]
    assert image == "https://one.example.org/%22%3E%3Cscript%3Ealert(1)%3C/script%3E%5B2J"

    text = names["html"].read_text("utf-8")
    page = html.fromstring(text)
    (ours,) = page.xpath("//script")
    policy = page.xpath("string(//meta[@http-equiv='Content-Security-Policy']/@content)")
    digest = b64encode(hashlib.sha256(ours.text.encode()).digest()).decode()
    assert "default-src 'none'; style-src 'sha256-" in policy
    assert f"script-src 'sha256-{digest}'" in policy
    assert page.xpath("//@src | //link | //img | //iframe | //@*[starts-with(name(), 'on')]") == []
    assert re.findall(r"url\(|@import", text) == []
    assert all(address.startswith("https://") for address in page.xpath("//a/@href"))
    assert page.xpath("count(//article)") == 1
    shown = " ".join(page.xpath("//article")[0].text_content().split())
    for name in ("source", "section", "standfirst", "opening", "dateline", "more"):
        (element,) = page.xpath(f"//*[@class='{name}']")
        assert "<script>alert('1')</script><img src=x onerror=alert(1)>" in element.text_content()
    assert shown.count("<script>alert('1')</script>") >= 6
    assert page.xpath("//h2/@lang") == [tag]

    for words in (["alert"], ["alert", "--json"], [], ["alret"]):
        done = topics(*words)
        assert "\x1b" not in done.out + done.err


def test_a_feed_is_the_same_whichever_name_it_is_asked_for_by(news, tmp_path):
    names = tmp_path / "names.toml"
    names.write_text('"Baquba" = ["Baqubah"]\n')

    def id_(*words):
        return check_atom(news(*words, "--atom", "-", TOPICS_FILE=str(names)).out.encode()).findtext(f"{A}id")

    same = {id_("Baquba"), id_("#BAQUBA"), id_("Baqubah", "--limit", "1"), id_("baquba", "--since", "2025-01-01")}
    assert len(same) == 1
    assert len({*same, id_("Diyala"), id_("Baquba", "--outlet", "two"), id_("Baquba", "--outlet", "one")}) == 4
    append(news.data, story("one", 5, "A road, Baquba Two, was closed."))
    assert id_("Baquba two") != id_("Baquba", "--outlet", "two")


def test_a_feed_goes_to_standard_output_and_into_a_pipe(news, tmp_path):
    assert len(feedparser.parse(news("baquba", "--atom", "-").out.encode()).entries) == 2
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reading = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    done = news("diyala", "--jsonfeed", str(pipe))

    assert (done.status, done.out) == (0, f"1 story: {pipe}\n")
    assert len(json.loads(os.read(reading, 1 << 16))["items"]) == 1
    assert pipe.is_fifo(), "nothing took its place"
    os.close(reading)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["Baqubah"], "no story is on 'Baqubah'; the nearest topics are: Baquba\n"),
        (["zzz"], "no story is on 'zzz'; scrapy topics lists what there is\n"),
        (["#—"], "'#—' has no word in it; write scrapy topics CJTF-OIR\n"),
        (["a", "b"], "write scrapy topics [--json] [--limit N], or scrapy topics TOPIC"),
        (["--since", "2025-01-01"], "write scrapy topics [--json] [--limit N], or scrapy topics TOPIC"),
        (["--atom", "x.atom"], "write scrapy topics [--json] [--limit N], or scrapy topics TOPIC"),
        (["Baquba", "--atom", ""], "write scrapy topics [--json] [--limit N], or scrapy topics TOPIC"),
        (["Baquba", "--since", "May"], "--since May is not a date; write YYYY-MM-DD, such as --since 2025-12-31\n"),
        (
            ["Baquba", "--since", "2025-02-01", "--until", "2025-01-01"],
            "--since 2025-02-01 is not before --until 2025-01-01\n",
        ),
        (
            ["Baquba", "--limit", "0"],
            "--limit 0 is not a number of articles; write a whole number from 1, such as --limit 100\n",
        ),
        (["--limit", ""], "--limit has no value; write --limit 100: at most this many"),
        (["Baquba", "--outlet", "on"], "nothing is known of 'on'; did you mean one?\n"),
        (["Baquba", "--atom", "-", "--json"], "only one thing can be written to standard output\n"),
        (["Baquba", "--atom", "no/x.atom"], "no/x.atom cannot be written: No such file or directory\n"),
        (["Baquba", "--rss", "."], ". cannot be written: Is a directory\n"),
    ],
)
def test_wrong_usage_is_one_clear_line_and_exit_status_2(news, words, said):
    done = news(*words)

    assert (done.status, done.out, done.err.count("\n")) == (2, "", 1)
    assert done.err.startswith(f"error: {said}")


def test_the_file_of_names_lies_where_the_setting_says(news, tmp_path):
    file = tmp_path / "names.toml"
    file.write_text('"Towns" = ["Baquba", "بعقوبة"]\n')

    listed = json.loads(news("--json", TOPICS_FILE=str(file)).out)
    assert [(topic["name"], topic["count"]) for topic in listed] == [("Towns", 3), ("Diyala", 1)]
    assert news("baquba", TOPICS_FILE=str(file)).out.startswith("Latest news with #Towns\n")
    assert len(json.loads(news("--json", TOPICS_FILE="").out)) == 3, "none"

    for content, said in (('"A" = [\n', "names.toml, line 1: "), (None, "names.toml cannot be read: No such file")):
        file.unlink() if content is None else file.write_text(content)
        done = news(TOPICS_FILE=str(file))
        assert (done.status, done.out, done.err.count("\n")) == (2, "", 1)
        assert done.err.startswith(f"error: {tmp_path}/{said}")


def test_where_nothing_was_crawled_it_says_so(topics):
    nothing = f"nothing was crawled into {topics.data} yet\n"

    assert topics() == Done(0, nothing, "")
    assert topics("--json") == Done(0, "[]\n", nothing)
    assert topics("Baquba", "--atom", "x") == Done(2, "", f"error: {nothing}")
    assert not topics.data.exists()


def test_what_cannot_be_read_is_told(news):
    file = next(news.data.glob("articles/one/*.jsonl"))
    with file.open("ab") as record:
        record.write(b"{}\n")
    done = news("diyala")
    assert (done.status, done.err) == (0, "note: 1 line of the record could not be read\n")

    with Catalogue.open(news.data):
        (news.data / "ledger.db").write_bytes(b"no database" * 1000)
        done = news("diyala")
    assert (done.status, done.out, done.err.count("\n")) == (2, "", 1)
    assert "ledger.db: file is not a database" in done.err


@pytest.mark.parametrize("name", ["articles", "articles/one"])
def test_an_outlet_that_cannot_be_read_is_not_left_out_unseen(news, name):
    folder = news.data / name
    folder.rename(news.data / "elsewhere")
    folder.symlink_to(news.data / "unmounted")

    said = f"error: DATA_DIR={news.data} cannot be read: {folder}: No such file or directory\n"
    for words in ([], ["--json"], ["Diyala"]):
        assert news(*words) == Done(2, "", said)


def _umask():
    mask = os.umask(0)
    os.umask(mask)
    return mask
