"""What a build writes, what it makes anew, and what it leaves as it was."""

from __future__ import annotations

import json
import random
import re
import shutil
from dataclasses import replace
from importlib.metadata import version
from urllib.parse import unquote

import feedparser
import msgspec
import pytest
from selectolax.lexbor import LexborHTMLParser

from newscrawl.site import addresses, listing, rendering, search, topic_list, words
from newscrawl.site.publishing import MANIFEST, Shard
from newscrawl.site.rendering import ASSETS, asset
from newscrawl.topics.names import Topic
from tests.conftest import ROOT
from tests.dataset import story
from tests.site.conftest import built
from tests.site.made import TEXT, files, found, pages, stories
from tests.topics.formats import check_atom, check_json_feed, check_rss
from tests.topics.record import append


@pytest.fixture
def data(tmp_path):
    append(tmp_path / "data", *stories(0, 230))
    return tmp_path / "data"


@pytest.fixture
def out(tmp_path):
    return tmp_path / "site"


def changed(site, before):
    after = pages(site)
    return {path for path in after.keys() | before.keys() if after.get(path) != before.get(path)}


def test_a_build_makes_anew_what_changed_and_no_more(data, out):
    first = built(data, out)
    before = files(out)
    assert (first.stories, first.made) == (230, first.files)
    assert built(data, out).made == 0
    assert files(out) == before
    # A topic of one story has no page; the story's own names it.
    assert sorted(path.name for path in (out / "topics").iterdir()) == ["index.html", "rivers"]
    page = LexborHTMLParser((out / "articles/one/3.html").read_text())
    (names,) = [told.next for told in page.css("dt") if told.text() == "Topics"]
    assert [(node.tag, node.text()) for node in names.iter()] == [("bdi", "Lock 3"), ("a", "Rivers")]

    before = pages(out)
    append(data, *stories(230, 231))
    second = built(data, out)
    # The first page of each list that has it, and where its year tells how many.
    lists_of_it = ("outlets/one/", "topics/rivers/")
    feeds = {folder + name for folder in ("", *lists_of_it) for name in addresses.FEEDS}
    firsts = {folder + "index.html" for folder in ("", *lists_of_it, "topics/")} | {"about.html"}
    years = {folder + "2025.html" for folder in lists_of_it}
    assert changed(out, before) == {"articles/one/230.html", *firsts, *feeds, *years}
    assert second.made < first.made / 4

    before = pages(out)
    revised = replace(stories(7, 8)[0], headline="Story 7, told anew", revision=2)
    append(data, revised)
    built(data, out)
    assert changed(out, before) == {"articles/one/7.html", *(folder + "2025-07.html" for folder in lists_of_it)}
    assert "Story 7, told anew" in (out / "topics/rivers/2025-07.html").read_text()


@pytest.mark.parametrize(
    "part",
    [
        "site/templates/card.html",
        "site/assets/site.css",
        "site/words.py",
        "text/direction.py",
        "text/links.py",
        "text/opening.py",
        "text/topic.py",
        "topics/card.py",
        "topics/catalogue.py",
        "topics/feeds.py",
        "topics/overview.py",
        "reporting/as_json.py",
    ],
)
def test_a_change_of_what_pages_are_made_with_makes_them_anew(part, tmp_path, monkeypatch):
    package = shutil.copytree(ROOT / "newscrawl", tmp_path / "newscrawl")
    monkeypatch.setattr(rendering, "files", lambda _: package)
    before = rendering.made_with()
    assert rendering.made_with() == before
    with (package / part).open("a") as file:
        file.write("\n")
    assert rendering.made_with() != before


def test_another_version_of_a_library_that_writes_pages_makes_them_anew(data, out, monkeypatch):
    built(data, out)
    monkeypatch.setattr(rendering, "version", lambda name: "0" if name == "MarkupSafe" else version(name))
    second = built(data, out)
    assert second.made == second.files
    assert built(data, out).made == 0


def test_code_that_writes_no_page_makes_none_anew(tmp_path, monkeypatch):
    package = shutil.copytree(ROOT / "newscrawl", tmp_path / "newscrawl")
    monkeypatch.setattr(rendering, "files", lambda _: package)
    before = rendering.made_with()
    for part in ("text/characters.py", "topics/terminal.py", "spiders/iraqinews.py"):
        with (package / part).open("a") as file:
            file.write("\n")
    assert rendering.made_with() == before


def test_an_older_story_changes_the_pages_of_its_own_time_only(data, out):
    append(
        data,
        *(story("one", number, TEXT, days=-40 - number % 90, headline=f"Old {number}") for number in range(900, 1200)),
    )
    built(data, out)
    before = pages(out)
    append(data, story("one", 2000, TEXT, days=-100, headline="Found late"))
    built(data, out)
    told = changed(out, before)
    assert {path for path in told if not path.startswith("outlets/")} == {
        "articles/one/2000.html",
        "index.html",
        "about.html",
    }
    # Charts and counts, and the page of its month.
    assert told - {"articles/one/2000.html", "index.html", "about.html"} == {
        "outlets/one/index.html",
        "outlets/one/2025.html",
        "outlets/one/2025-03.html",
    }
    assert "Found late" in (out / "outlets/one/2025-03.html").read_text()


def test_a_site_built_step_by_step_is_the_one_built_at_once(data, out, tmp_path):
    known = Topic("Rivers", ("rivers",)), Topic("Locks", ("lock 3",))
    renamed = Topic("RIVERS", ("rivers",)), Topic("Locks", ("lock 3", "lock 4")), Topic("Works", ("engineers",))
    built(data, out, known)
    # A copy of a story that is listed, whose time is another; a story that becomes a copy; one that is changed.
    append(data, *stories(230, 300), story("two", 1, TEXT, days=12, duplicate_of="one:3", topics=["Copies"]))
    append(data, replace(stories(7, 8)[0], duplicate_of="one:6", revision=2, headline="Now a copy"))
    append(data, replace(stories(9, 10)[0], revision=2, headline="Told anew", topics=["Rivers", "Lock 10"]))
    built(data, out, known)
    built(data, out, renamed)
    is_as_built_at_once(data, out, tmp_path / "other", renamed)
    assert len(found(out)) == 299
    assert "Works" in found(out)["articles/one/3.html"]["content"]


def is_as_built_at_once(data, out, other, topics=()):
    """`other`: a new folder, for a site of the same id."""
    other.mkdir()
    (other / MANIFEST).write_bytes(msgspec.json.encode({"id": json.loads((out / MANIFEST).read_bytes())["id"]}))
    # Nor does a catalogue that followed the files from the first on differ from one that was made now.
    shutil.copytree(data / "articles", other.with_suffix(".data") / "articles")
    built(other.with_suffix(".data"), other, topics)
    step, once = pages(out), pages(other)
    assert step.keys() == once.keys()
    assert [path for path in once if step[path] != once[path]] == []
    assert found(out) == found(other)


@pytest.mark.parametrize("seed", range(3))
def test_whatever_becomes_of_stories_the_site_is_the_one_built_at_once(tmp_path, monkeypatch, seed):
    monkeypatch.setattr(listing, "PER_PAGE", 6)
    monkeypatch.setattr(listing, "NEWEST", 3)
    chance = random.Random(seed)
    data, out = tmp_path / "data", tmp_path / "site"
    topics = ["Rivers", "Locks", "Engineers", "Élections", "ELECTIONS", "Paragraph"]
    now, days = {}, {}

    def told(number):
        """A new story, or a revision of one, which may be a copy or an update of another, or not be it any more."""
        before = now.get(number)
        others = [f"one:{other}" for other in now if other != number]
        if before is None or chance.random() < 0.2:
            days[number] = chance.choice([0, 20, 40]) + number / 24
        now[number] = story(
            "one",
            number,
            f"{TEXT} {chance.choice(topics)} {chance.randrange(9)}.",
            days=days[number],
            headline=f"Story {number}, {chance.randrange(9)}",
            topics=chance.sample([*topics, f"Only {number}"], chance.randrange(4)),
            revision=before.revision + 1 if before else 1,
            duplicate_of=chance.choice(others) if others and chance.random() < 0.3 else None,
            parent_id=chance.choice(others) if others and chance.random() < 0.1 else None,
        )
        return now[number]

    append(data, *(told(number) for number in range(30)))
    for step in range(4):
        built(data, out)
        append(data, *(told(chance.choice([*now, len(now), len(now) + 1])) for _ in range(chance.randrange(1, 7))))
        if step == 2:
            # A month that somebody took away.
            chance.choice(sorted(data.glob("articles/*/*.jsonl"))).unlink()
        built(data, out)
        is_as_built_at_once(data, out, tmp_path / f"at-once-{step}")


def test_a_part_of_the_index_that_is_gone_is_there_for_one_build_more(data, out):
    built(data, out)
    parts = [path.name for path in (out / "search").iterdir() if path.is_dir()]
    append(data, *stories(230, 231))
    built(data, out)
    after = [path.name for path in (out / "search").iterdir() if path.is_dir()]
    assert set(parts) < set(after)
    assert len(after) == 2
    assert len(found(out)) == 231
    built(data, out)
    assert len([path for path in (out / "search").iterdir() if path.is_dir()]) == 1


def test_what_stands_on_a_storys_page_is_found(tmp_path, out):
    data = tmp_path / "data"
    blog = story("one", 1, TEXT, kind="live_blog", headline="The flood as it happens")
    append(data, blog, story("two", 2, TEXT, days=1, duplicate_of="one:1", headline="Deluge"))
    append(
        data, story("one", 3, "Okapis swim.\n\nZebras too.", headline="Herds", kind="live_update", parent_id=blog.id)
    )
    built(data, out)
    (content,) = [told["content"] for told in found(out).values()]
    for words_of_it in ("Engineers", "Deluge", "Herds", "Okapis swim."):
        assert words_of_it in content
    assert "Zebras" not in content
    built(data, out, full_text=True)
    (content,) = [told["content"] for told in found(out).values()]
    assert "Zebras too." in content


def test_a_story_without_words_is_found_by_its_headline(tmp_path, out):
    data = tmp_path / "data"
    append(data, story("one", 1, "—", headline="A video", kind="video"), story("one", 2, "", headline="…", days=1))
    built(data, out)
    assert {path: told["content"] for path, told in found(out).items()} == {
        "articles/one/1.html": "A video",
        "articles/one/2.html": "one:2",
    }


def test_every_link_leads_to_a_file_and_pages_are_well_formed(data, out, monkeypatch):
    monkeypatch.setattr(topic_list, "AT_ONCE", 3)
    append(data, story("two", 1, TEXT, duplicate_of="one:3", days=3, topics=["Nul", "RIVERS", "نهر دجلة", "Élan"]))
    append(
        data, *(story("two", 2 + n, TEXT, days=-30 * n, topics=["NUL", "نهر دجلة", "elan", "2003"]) for n in range(101))
    )
    built(data, out)
    assert {"0-9", "e", "n", "r"} < {path.stem for path in (out / "topics").glob("*.html")} | {"0-9"}
    # The years of an outlet that tells little, 2025 among them.
    assert [path.stem for path in sorted((out / "outlets/two").glob("20*.html"))][:3] == ["2017", "2018", "2019"]
    paths = [str(file.relative_to(out)) for file in out.rglob("*")]
    assert len({path.casefold() for path in paths}) == len(paths)
    for file in out.rglob("*.html"):
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


def test_stories_of_odd_ids_have_a_page_each(tmp_path, out):
    odd = ("", ":", "one", "one:", ":one", "one:one", "one::one", "one:ONE", "one:..", "one:_")
    append(tmp_path / "data", *(story("one", number, TEXT, id=id_) for number, id_ in enumerate(odd)))
    built(tmp_path / "data", out)
    paths = {str(path).casefold() for path in (out / "articles").rglob("*.html")}
    assert len(paths) == len(odd)
    assert len(found(out)) == len(odd)


def test_whole_texts_only_where_they_are_asked_for(data, out):
    append(data, story("one", 900, "word " * 900 + "at last", headline="One long paragraph"))
    built(data, out)
    for words_of_the_outlet in (b"belongs to the outlet.", b"at last"):
        assert [path for path, content in files(out).items() if words_of_the_outlet in content] == []
    assert not any("at last" in told["content"] for told in found(out).values())
    whole = built(data, out, full_text=True)
    assert whole.made == whole.files
    assert b"belongs to the outlet." in files(out)["articles/one/3.html"]
    assert b"belongs to the outlet." in files(out)["topics/rivers/atom.xml"]


@pytest.mark.parametrize("url", [None, "https://example.org/news/"])
def test_every_feed_keeps_the_rules_of_its_format(data, out, url):
    built(data, out, url=url)
    feeds = {path: content for path, content in files(out).items() if path.endswith(addresses.FEEDS)}
    assert len(feeds) == 3 * len(("", "topics/rivers/", "outlets/one/"))
    for path, content in feeds.items():
        check = {"atom.xml": check_atom, "rss.xml": check_rss, "feed.json": check_json_feed}[path.rpartition("/")[2]]
        check(content)


def test_feeds_and_pages_say_where_they_are_and_which_they_are(data, out):
    def feed(path):
        return feedparser.parse((out / path).read_bytes()).feed

    built(data, out)
    ids = {path: feed(f"{path}atom.xml").id for path in ("", "topics/rivers/", "outlets/one/")}
    assert len(set(ids.values())) == 3
    assert "canonical" not in (out / "articles/one/3.html").read_text()

    # The topic's name is written otherwise, and the site gets an address.
    append(data, *(replace(one, topics=["RIVERS"]) for one in stories(230, 500)))
    built(data, out, url="https://example.org/news/")
    told = feed("topics/rivers/atom.xml")
    assert told.title == "Latest news with #RIVERS"
    assert told.id == ids["topics/rivers/"]
    assert {(link.rel, link.href) for link in told.links} == {
        ("self", "https://example.org/news/topics/rivers/atom.xml"),
        ("alternate", "https://example.org/news/topics/rivers/index.html"),
    }
    assert feed("rss.xml").link == "https://example.org/news/index.html"
    as_json = json.loads((out / "feed.json").read_bytes())
    assert as_json["feed_url"] == "https://example.org/news/feed.json"
    page = LexborHTMLParser((out / "articles/one/3.html").read_text())
    assert page.css_first("link[rel=canonical]").attributes["href"] == "https://example.org/news/articles/one/3.html"
    # Another site of the same stories is another one.
    built(data, out.with_name("other"))
    assert feedparser.parse((out.with_name("other") / "atom.xml").read_bytes()).feed.id != ids[""]


def test_a_tag_that_sites_write_with_a_hash_mark_has_one_in_headings(data, out):
    append(data, *(story("two", number, TEXT, days=number, topics=["#Basra"]) for number in range(2)))
    built(data, out)
    assert LexborHTMLParser((out / "topics/basra/index.html").read_text()).css_first("h1").text() == (
        "Latest news with #Basra"
    )
    feed = feedparser.parse((out / "topics/basra/atom.xml").read_bytes()).feed
    assert feed.title == "Latest news with #Basra"


def test_style_and_script_of_our_own_are_small():
    assert sum(len(asset(name)) for name in ASSETS) < 50_000


def test_a_few_new_stories_need_a_small_part_of_the_index_only():
    told = {str(number): "a" for number in range(12_000)}
    kept, wanted = search.planned(told, [])
    assert (kept, [len(ids) for ids in wanted]) == ([], [5000, 5000, 2000])
    shards = [
        Shard(str(number), dict.fromkeys(ids, "a"), {id_: f"en_{id_}" for id_ in ids})
        for number, ids in enumerate(wanted)
    ]

    # Ten new, one that changed and one that is gone: one small part more, and the large ones stay.
    told |= {f"new {number}": "a" for number in range(10)} | {"3": "b"}
    del told["7"]
    kept, wanted = search.planned(told, shards)
    assert kept == shards
    assert [sorted(ids) for ids in wanted] == [sorted(["3", *(f"new {number}" for number in range(10))])]
    assert search.shards_script(shards, told).endswith(b',["en_3","en_7"]);\n')
    # One that is called as an outdated one is counts.
    other = Shard("other", {"x": "a"}, {"x": "en_3"})
    assert search.shards_script([*shards, other], told | {"x": "a"}).endswith(b',["en_7"]);\n')

    # The next ones join the small part.
    shards.append(Shard("small", {id_: told[id_] for id_ in wanted[0]}))
    told["newer"] = "a"
    kept, wanted = search.planned(told, shards)
    assert (kept, len(wanted[0])) == (shards[:3], 12)

    # A large part of which a fifth is outdated is made anew.
    for number in range(1001):
        told[str(number)] = "c"
    kept, wanted = search.planned(told, shards)
    assert shards[0] not in kept
    assert "7" in [id_ for ids in wanted for id_ in ids]

    # Many small parts become one.
    shards = [Shard(str(number), {f"{number}": "a"}) for number in range(10)]
    told = {str(number): "a" for number in range(11)}
    assert search.planned(told, shards) == ([], [list(told)])


def test_only_addresses_of_the_web_become_links():
    assert words.link("https://example.org/a") == "https://example.org/a"
    for other in ("javascript:alert(1)", " https://example.org", "data:text/html,x", "//example.org", "https:///x"):
        assert words.link(other) is None
