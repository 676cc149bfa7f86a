"""How a new site takes the place of the one before, and what becomes of a build that is cut off."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
from pathlib import Path

import feedparser
import pytest

from newscrawl.site import publishing
from newscrawl.site.publishing import MANIFEST, Place, SiteError
from tests.conftest import ROOT
from tests.dataset import story
from tests.site.conftest import built
from tests.site.made import TEXT, files, found, pages, stories
from tests.topics.record import append

KILLED = """
import os, signal, sys
from pathlib import Path
from newscrawl.site import publishing
from tests.site.conftest import built
if sys.argv[3] == "before":
    publishing.exchanged = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
else:
    exchanged = publishing.exchanged
    publishing.exchanged = lambda *paths: exchanged(*paths) and os.kill(os.getpid(), signal.SIGKILL)
built(Path(sys.argv[1]), Path(sys.argv[2]))
"""


@pytest.fixture
def data(tmp_path):
    append(tmp_path / "data", *stories(0, 60))
    return tmp_path / "data"


@pytest.fixture
def out(tmp_path):
    return tmp_path / "site"


def feed_id(pages):
    return feedparser.parse(pages["atom.xml"]).feed.id


def beside(out):
    return sorted(path.name for path in out.with_name(".site.building").iterdir())


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_killed_build_leaves_a_whole_site_and_the_next_goes_on(moment, data, out):
    built(data, out)
    before = files(out)
    append(data, *stories(60, 61))
    killed = subprocess.run([sys.executable, "-c", KILLED, data, out, moment], cwd=ROOT, check=False)
    assert killed.returncode == -signal.SIGKILL
    if moment == "before":
        assert files(out) == before
    else:
        assert (out / "articles/one/60.html").exists()

    built(data, out)
    built(data, out.with_name("other"))
    assert files(out)["index.html"] == files(out.with_name("other"))["index.html"]
    assert beside(out) == ["last", "lock"]


def test_who_reads_while_builds_go_on_always_sees_a_whole_site(data, out):
    built(data, out)
    over, seen, wrong = threading.Event(), set(), []

    def read():
        while not over.is_set():
            try:
                front, page = ((out / path).read_text() for path in ("index.html", "outlets/one/index.html"))
                article = (out / "articles/one/0.html").read_text()
            except OSError as error:
                wrong.append(str(error))
                continue
            seen.add(front.partition('<h2 lang="en" dir="ltr">')[2].partition("</a>")[0].rpartition(">")[2])
            wrong.extend("half a page" for html in (front, page, article) if not html.endswith("</html>"))

    reading = threading.Thread(target=read)
    reading.start()
    for number in range(60, 63):
        append(data, *stories(number, number + 1))
        built(data, out)
    over.set()
    reading.join()
    assert wrong == []
    assert seen <= {"Story 59", "Story 60", "Story 61", "Story 62"}
    assert len(seen) > 1


def test_the_site_before_is_never_written_into(data, out):
    """The new one is built in the one before that, of which the files are the site's own under second names."""
    shown = []
    for number in range(60, 64):
        append(data, *stories(number, number + 1))
        built(data, out)
        shown.append(pages(out))
        last = pages(out.with_name(".site.building") / "last")
        assert last == shown[-2 if number > 60 else -1]
    same = out / "articles/one/3.html"
    assert same.samefile(out.with_name(".site.building") / "last/articles/one/3.html")

    # A story that is gone is in none of both after two builds, nor is its folder.
    append(data, story("two", 0, TEXT))
    built(data, out)
    assert (out / "articles/two/0.html").exists()
    (data / "articles/two/2025-07.jsonl").unlink()
    for _ in range(2):
        built(data, out)
        assert not (out / "articles/two").exists()
        assert not (out / "outlets/two").exists()


def test_without_an_exchange_of_folders_two_renames_do(data, out, monkeypatch):
    built(data, out)
    monkeypatch.setattr(publishing, "exchanged", lambda *_: False)
    append(data, *stories(60, 61))
    built(data, out)
    assert (out / "articles/one/60.html").exists()
    assert beside(out) == ["last", "lock"]
    # Killed between the two renames.
    out.rename(out.with_name(".site.building") / "old")
    assert built(data, out).made == 0

    # The second of them fails.
    before = files(out)
    append(data, *stories(61, 62))
    monkeypatch.setattr(publishing, "exchanged", lambda new, _: shutil.rmtree(new))
    with pytest.raises(FileNotFoundError):
        built(data, out)
    assert files(out) == before
    assert beside(out) == ["lock"]


def test_without_links_files_are_copied(data, out, monkeypatch):
    def link(*_):
        raise PermissionError(1, "Operation not permitted")

    built(data, out)
    monkeypatch.setattr(os, "link", link)
    append(data, *stories(60, 61))
    for _ in range(2):
        built(data, out)
        built(data, out.with_name("other"))
        assert (out / "index.html").read_bytes() == (out.with_name("other") / "index.html").read_bytes()


def test_the_manifest_comes_to_the_disk_after_what_it_vouches_for(data, out, monkeypatch):
    events = []
    synced = os.fsync
    staging = Path(out.with_name(".site.building") / "site")
    monkeypatch.setattr(os, "sync", lambda: events.append(("sync", (staging / MANIFEST).exists())))
    monkeypatch.setattr(os, "fsync", lambda descriptor: (events.append("fsync"), synced(descriptor)))
    built(data, out)
    assert events == [("sync", False), "fsync", "fsync"]


def test_a_folder_of_somebody_else_is_left_alone(data, out):
    out.mkdir()
    built(data, out)
    for path in ("documents", "file"):
        other = out.with_name(path)
        if path == "file":
            other.write_text("mine")
        else:
            other.mkdir()
            (other / "letter.txt").write_text("mine")
        with pytest.raises(SiteError, match="is no site that scrapy site built"):
            built(data, other)
    assert (out.with_name("documents") / "letter.txt").read_text() == "mine"
    assert out.with_name("file").read_text() == "mine"
    for mount in ("/", "/proc"):
        with pytest.raises(SiteError, match=f"^{mount} cannot be exchanged for a new folder: name one within it$"):
            built(data, Path(mount))


@pytest.mark.parametrize("has_links", [True, False])
def test_what_somebody_put_beside_the_pages_stays(data, out, monkeypatch, has_links):
    def link(*_, **__):
        raise PermissionError(1, "Operation not permitted")

    built(data, out)
    if not has_links:
        monkeypatch.setattr(os, "link", link)
    (out / "CNAME").write_text("news.example.org")
    (out / ".well-known/keys").mkdir(parents=True)
    (out / ".well-known/keys/mine").write_text("a key")
    (out / "logo").symlink_to("nowhere")
    (out / "articles/one/mine.html").write_text("gone")
    for number in range(60, 64):
        append(data, *stories(number, number + 1))
        if number == 62:
            (out / MANIFEST).write_text("{")
        built(data, out)
        assert (out / "CNAME").read_text() == "news.example.org"
        assert (out / ".well-known/keys/mine").read_text() == "a key"
        assert (out / "logo").readlink() == Path("nowhere")
        assert not (out / "articles/one/mine.html").exists()
    (out / "CNAME").unlink()
    for _ in range(2):
        built(data, out)
        assert not (out / "CNAME").exists()


def test_two_builds_of_one_site_do_not_meet(data, out):
    with Place(out), pytest.raises(SiteError, match="another process is building"):
        built(data, out)
    built(data, out)


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"\xff\xfe no text", b'{"pages":{"\xe9":""}}', b'{"pages":[]}', b'{"else":' + b"[" * 100_000],
    ids=["empty", "half", "binary", "latin", "other", "deep"],
)
@pytest.mark.parametrize("folder", ["site", ".site.building/last"])
def test_a_manifest_that_cannot_be_read_is_made_anew(data, out, folder, content):
    built(data, out)
    whole = pages(out)
    (out.parent / folder / MANIFEST).write_bytes(content)
    append(data, *stories(60, 61))
    built(data, out)
    assert pages(out).keys() == whole.keys() | {"articles/one/60.html"}
    assert feed_id(pages(out)) == feed_id(whole)
    assert built(data, out).made == 0


def test_a_damaged_site_is_built_anew(data, out):
    built(data, out)
    whole = pages(out)
    (out / MANIFEST).write_text("{")
    (out / "articles/one/3.html").write_text("changed by hand")
    (out / "search/engine.js").unlink()
    built(data, out)
    assert pages(out).keys() == whole.keys()
    assert TEXT.partition("\n")[0] in (out / "articles/one/3.html").read_text()
    assert (out / "search/engine.js").exists()
    for number, path in enumerate((out, out.with_name(".site.building") / "last")):
        whole = files(out)
        (path / f"articles/one/{number}.html").unlink()
        built(data, out)
        assert files(out) == whole


@pytest.mark.parametrize("lost", ["engine.js", "shards.js", "*/entry.js", "*/found-*.js"])
def test_a_search_index_of_which_a_part_is_lost_is_made_anew(data, out, lost):
    built(data, out)
    whole = found(out)
    for folder in (out, out.with_name(".site.building") / "last"):
        for path in (folder / "search").glob(lost):
            path.unlink()
    built(data, out)
    assert list((out / "search").glob(lost))
    assert found(out) == whole
    assert built(data, out).made == 0
