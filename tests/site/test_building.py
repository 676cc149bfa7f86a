"""What a build writes, what it leaves, and what becomes of one that is cut off."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from urllib.parse import unquote

import pytest
from selectolax.lexbor import LexborHTMLParser

from newscrawl.site import addresses, listing, search, words
from newscrawl.site.chart import chart
from newscrawl.site.publishing import MANIFEST, Place, Shard, SiteError
from newscrawl.site.rendering import ASSETS, asset
from newscrawl.topics.catalogue import Day
from tests.conftest import ROOT
from tests.dataset import story
from tests.site.conftest import built
from tests.topics.record import append

TEXT = "Engineers opened the new lock on the river today.\n\nThe second paragraph belongs to the outlet."
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


def stories(begin, end):
    return [
        story("one", number, TEXT, days=number / 24, headline=f"Story {number}", topics=["Rivers", f"Lock {number}"])
        for number in range(begin, end)
    ]


def files(site):
    return {str(file.relative_to(site)): file.read_bytes() for file in site.rglob("*") if file.is_file()}


@pytest.fixture
def data(tmp_path):
    append(tmp_path / "data", *stories(0, 230))
    return tmp_path / "data"


@pytest.fixture
def out(tmp_path):
    return tmp_path / "site"


def test_a_second_build_makes_nothing_anew_and_a_new_story_little(data, out):
    first = built(data, out)
    before = files(out)
    assert (first.stories, first.made) == (230, first.files)
    assert built(data, out).made == 0
    assert files(out) == before

    append(data, *stories(230, 231))
    second = built(data, out)
    after = files(out)
    changed = {path for path in after if after[path] != before.get(path)} - {MANIFEST}
    # The newest page of each list that has it, and no older one.
    assert {path for path in changed if not path.startswith("search/")} == {
        "articles/one/230.html",
        "about.html",
        *(
            folder + name
            for folder in ("", "outlets/one/", "topics/rivers/")
            for name in ("index.html", *addresses.FEEDS)
        ),
        *("topics/lock-230/" + name for name in ("index.html", *addresses.FEEDS)),
        "topics/index.html",
    }
    assert second.made < first.made / 4

    revised = stories(7, 8)[0]
    revised.headline, revised.revision = "Story 7, told anew", 2
    append(data, revised)
    built(data, out)
    assert "Story 7, told anew" in (out / "articles/one/7.html").read_text()
    assert "Story 7, told anew" in (out / "topics/rivers/page-1.html").read_text()


def test_a_site_built_step_by_step_is_the_one_built_at_once(data, out, tmp_path):
    built(data, out)
    append(data, *stories(230, 300))
    built(data, out)
    built(data, tmp_path / "other")
    step, once = files(out), files(tmp_path / "other")
    # The search index has other parts.
    pages = {path for path in once if not path.startswith(("search/", MANIFEST))}
    assert {path for path in step if not path.startswith(("search/", MANIFEST))} == pages
    assert [path for path in pages if step[path] != once[path]] == []


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_killed_build_leaves_a_whole_site_and_the_next_goes_on(moment, data, out):
    built(data, out)
    before = files(out)
    append(data, *stories(230, 231))
    killed = subprocess.run([sys.executable, "-c", KILLED, data, out, moment], cwd=ROOT, check=False)
    assert killed.returncode == -signal.SIGKILL
    if moment == "before":
        assert files(out) == before
    else:
        assert (out / "articles/one/230.html").exists()

    built(data, out)
    built(data, out.with_name("other"))
    assert files(out)["index.html"] == files(out.with_name("other"))["index.html"]
    assert [path.name for path in out.with_name(".site.building").iterdir()] == ["lock"]


def test_without_an_exchange_of_folders_two_renames_do(data, out, monkeypatch):
    built(data, out)
    monkeypatch.setattr("newscrawl.site.publishing.exchanged", lambda *_: False)
    append(data, *stories(230, 231))
    built(data, out)
    assert (out / "articles/one/230.html").exists()
    assert [path.name for path in out.with_name(".site.building").iterdir()] == ["lock"]
    # Killed between the two renames.
    out.rename(out.with_name(".site.building") / "old")
    assert built(data, out).made == 0


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


def test_two_builds_of_one_site_do_not_meet(data, out):
    with Place(out), pytest.raises(SiteError, match="another process is building"):
        built(data, out)
    built(data, out)


def test_a_damaged_site_is_built_anew(data, out):
    built(data, out)
    whole = files(out)
    (out / MANIFEST).write_text("{")
    (out / "articles/one/3.html").write_text("changed by hand")
    (out / "search/engine.js").unlink()
    built(data, out)
    assert files(out) == whole
    (out / "articles/one/3.html").unlink()
    built(data, out)
    assert files(out) == whole


def test_every_link_leads_to_a_file_and_pages_are_well_formed(data, out):
    append(data, story("two", 1, TEXT, duplicate_of="one:3", days=3, topics=["Nul", "RIVERS", "نهر دجلة"]))
    built(data, out)
    pages = list(out.rglob("*.html"))
    paths = [str(file.relative_to(out)) for file in out.rglob("*")]
    assert len({path.casefold() for path in paths}) == len(paths)
    for file in pages:
        html = file.read_text()
        page = LexborHTMLParser(html)
        for node in page.css("a[href], link[href], script[src]"):
            target = unquote(node.attributes.get("href") or node.attributes["src"])
            if target.startswith("https://"):
                assert node.attributes.get("rel") == "noreferrer external"
            elif not target.startswith("#"):
                assert (file.parent / target).is_file(), (file, target)
        ids = [node.attributes["id"] for node in page.css("[id]")]
        assert len(ids) == len(set(ids))
        assert not page.css("[style], style, script:not([src]), [onclick], base")
        assert len(page.css("h1")) == 1
        assert "unsafe-inline" not in html
        # What was opened is closed.
        for name in ("div", "p", "section", "article", "nav", "ul", "li", "table", "tr", "td", "bdi", "a", "figure"):
            assert len(re.findall(rf"<{name}[\s>]", html)) == html.count(f"</{name}>"), (file, name)


def test_whole_texts_only_where_they_are_asked_for(data, out):
    built(data, out)
    assert [path for path, content in files(out).items() if b"belongs to the outlet." in content] == []
    whole = built(data, out, full_text=True)
    assert whole.made == whole.files
    assert b"belongs to the outlet." in files(out)["articles/one/3.html"]
    assert b"belongs to the outlet." in files(out)["topics/rivers/atom.xml"]


def test_style_and_script_of_our_own_are_small():
    assert sum(len(asset(name)) for name in ASSETS) < 50_000


def test_addresses_suit_every_disk_and_are_never_shared():
    names = [
        "a",
        "A",
        "á",
        "..",
        ".",
        "",
        "a/b",
        "a-b",
        "con",
        "CON",
        "نهر",
        "دجلة",
        "x" * 500,
        "x" * 501,
        "a_b",
        "%2e",
    ]
    made = [addresses.name(name) for name in names]
    assert len({name.casefold() for name in made}) == len(names)
    assert all(re.fullmatch("[a-z0-9_-]{1,80}", name) for name in made)
    assert addresses.article("iraqinews:209323") == "articles/iraqinews/209323.html"
    assert addresses.topic("CJTF–OIR") == addresses.topic("cjtf-oir") == "topics/cjtf-oir/index.html"


def test_full_pages_of_a_list_stay_as_they_are():
    def cut(count):
        ids = [str(number) for number in range(count, 0, -1)]
        return {page.path: page for page in listing.pages(ids, title="t", heading="t", folder="")}

    assert list(cut(0)) == list(cut(99)) == ["index.html"]
    pages = cut(149)
    assert list(pages) == ["index.html", "page-1.html"]
    assert (len(pages["index.html"].ids), pages["index.html"].older, pages["page-1.html"].newer) == (
        99,
        "page-1.html",
        "index.html",
    )
    more = cut(151)
    assert (len(more["index.html"].ids), more["index.html"].older) == (51, "page-2.html")
    assert more["page-1.html"].ids == pages["page-1.html"].ids == [str(number) for number in range(50, 0, -1)]
    assert more["page-1.html"].newer == "page-2.html"
    assert [id_ for page in more.values() for id_ in page.ids] == [str(number) for number in range(151, 0, -1)]


def test_a_few_new_stories_need_a_small_part_of_the_index_only():
    digests = {str(number): "a" for number in range(12_000)}
    kept, wanted = search.planned(digests, [])
    assert (kept, [len(ids) for ids in wanted]) == ([], [5000, 5000, 2000])
    shards = [Shard(str(number), dict.fromkeys(ids, "a")) for number, ids in enumerate(wanted)]

    # Ten new and one that changed: one small part more, and the large ones stay.
    digests |= {f"new {number}": "a" for number in range(10)} | {"3": "b"}
    kept, wanted = search.planned(digests, shards)
    assert kept == shards
    assert [sorted(ids) for ids in wanted] == [sorted(["3", *(f"new {number}" for number in range(10))])]
    script = search.shards_script(shards, digests)
    assert b"articles/3/" in script
    assert script.count(b"articles/") == 1

    # The next ones join the small part.
    shards.append(Shard("small", {id_: digests[id_] for id_ in wanted[0]}))
    digests["newer"] = "a"
    kept, wanted = search.planned(digests, shards)
    assert (kept, len(wanted[0])) == (shards[:3], 12)

    # A story that is gone is found no more.
    del digests["7"]
    kept, wanted = search.planned(digests, shards)
    assert shards[0] not in kept
    assert "7" not in [id_ for ids in wanted for id_ in ids]

    # Many small parts become one.
    shards = [Shard(str(number), {f"{number}": "a"}) for number in range(10)]
    digests = {str(number): "a" for number in range(11)}
    assert search.planned(digests, shards) == ([], [list(digests)])


def test_only_addresses_of_the_web_become_links():
    assert words.link("https://example.org/a") == "https://example.org/a"
    for other in ("javascript:alert(1)", " https://example.org", "data:text/html,x", "//example.org", "https:///x"):
        assert words.link(other) is None


def test_an_opening_is_a_paragraph_and_not_endless():
    assert words.opening("Key points\n\nThe river rose on Monday night.\n\nMore.") == "The river rose on Monday night."
    assert words.opening("Short.") == "Short."
    assert words.opening("word, " * 200) == "word, " * 115 + "word …"


def test_a_chart_takes_months_and_years_where_the_days_are_too_many():
    def days(*moments):
        return [Day(day=day, outlet=outlet, count=count) for day, outlet, count in moments]

    told = chart(days(("2025-07-01", "a", 2), ("2025-07-03", "a", 1), ("2025-07-03", "b", 3)), {"a": "Outlet A"})
    assert (told.unit, told.outlets, told.highest) == ("day", ["Outlet A", "b"], "4")
    assert [(row.when, row.counts) for row in told.rows] == [("2025-07-03", [1, 3]), ("2025-07-01", [2, 0])]
    assert [bar.height for bar in told.bars] == [60, 30, 90]
    assert told.bars[2].y == 0
    assert chart(days(("2025-01-01", "a", 1), ("2025-07-03", "a", 1)), {}).unit == "month"
    assert chart(days(("1990-01-01", "a", 1), ("2025-07-03", "a", 1)), {}).unit == "year"
    assert chart(days(("2025-01-01", "a", 1)), {}) is None
