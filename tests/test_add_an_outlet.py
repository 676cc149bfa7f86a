"""docs/add-an-outlet.md is true: a copy of the project follows its commands and files, on sites made up for it.

Of the doc each `sh` block is run, a `text` block is what the command before it prints, and any other block is a file:
one "as made" is held against what lies there, every other is written.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass, field, fields
from pathlib import Path

import pytest

from newscrawl.items import Article
from newscrawl.replay import CONTENT_TYPES, SiteFolder, Stored
from tests.conftest import ROOT
from tests.server import Server

DOC = (ROOT / "docs" / "add-an-outlet.md").read_text("utf-8")
WORDPRESS, OTHER = DOC.split("\n## A site that is no WordPress\n")
BLOCK = re.compile(r"(?:^(?P<lead>[^\n]+)\n\n)?^```(?P<sort>\w+)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
HTML, XML, TEXT = (CONTENT_TYPES[ending] for ending in (".html", ".xml", ".txt"))


@dataclass
class Walk:
    """A copy of the project in which a part of the doc was followed, with a site in place of the real one."""

    project: Path
    sites: Path
    server: Server
    done: list[subprocess.CompletedProcess[str]] = field(default_factory=list)
    found: list[list[dict]] = field(default_factory=list)
    """What the record held after each command."""
    told: list[tuple[str, str]] = field(default_factory=list)
    """What the doc says and what is so."""

    def follow(self, part: str) -> Walk:
        for block in BLOCK.finditer(part):
            text = block["text"]
            if block["sort"] == "sh":
                for line in text.replace("\\\n", " ").splitlines():
                    self.run(line)
            elif block["sort"] == "text":
                self.told.append((text, self.done[-1].stdout))
            else:
                file = self.project / re.match(r"`([^`]+)`", block["lead"])[1]
                if "as made" in block["lead"]:
                    self.told.append((text, file.read_text("utf-8")))
                else:
                    file.write_text(text, "utf-8")
        return self

    def run(self, line: str) -> None:
        if "RECORD_TO" in line:
            line += f" -s REPLAY_FROM={self.sites}"
        elif "scrapy crawl" in line and "SCRAPY_PROJECT=replay" not in line:
            line += f" -a base_url={self.server.url} -s DOWNLOAD_DELAY=0"
        done = subprocess.run(
            ["sh", "-c", line],
            cwd=self.project,
            env={**os.environ, "PYTHONPATH": str(self.project), "COLUMNS": "200"},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
            stdin=subprocess.DEVNULL,
        )
        self.done.append(done)
        self.found.append(self.articles("data"))

    def articles(self, data: str) -> list[dict]:
        files = sorted((self.project / data / "articles").glob("*/*.jsonl"))
        return [json.loads(line) for file in files for line in file.read_bytes().splitlines()]

    def found_after(self, command: str) -> list[dict]:
        """The record as the last run of this command left it."""
        return [found for done, found in zip(self.done, self.found, strict=True) if command in done.args[-1]][-1]


def walk_in(folder: Path, site: dict[str, tuple[str, str]], host: str, part: str) -> Walk:
    """`site`: by address the content type and the text."""
    project, sites = folder / "project", folder / "sites"
    project.mkdir()
    for name in ("newscrawl", "scrapy.cfg", "pyproject.toml", "tests/pages/test_fixtures.py"):
        (project / name).parent.mkdir(parents=True, exist_ok=True)
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, project / name)
    (project / ".venv").mkdir()
    (project / ".venv" / "bin").symlink_to(Path(sys.executable).parent)
    for path, (content_type, text) in site.items():
        stored = Stored(200, [("Content-Type", content_type), ("X-WP-Total", "2")], text.encode())
        SiteFolder(sites).store(f"https://{host}{path}", stored)
    with Server(sites / host) as server:
        return Walk(project, sites, server).follow(part)


# --- Syria Direct, as far as its site is known; the stories are made up ---

PICTURE = "https://syriadirect.org/wp-content/uploads/2025/10/idlib.jpg"
CAPTION = "A street in Idlib in autumn (Maya Karam)"
STORIES = {
    41207: {
        "slug": "olive-presses-reopen-in-idlib",
        "headline": "Olive presses reopen in Idlib",
        "standfirst": "The harvest is small, and the queues are long.",
        "author": "Maya Karam",
        "published": "2025-10-20T08:15:00",
        "modified": "2025-10-21T07:30:00",
        "tags": ["Idlib", "Agriculture"],
        "text": """
<p>IDLIB — Three olive presses in the hills west of the city began to turn again this week, for the first time in six
years.</p>
<p>Their owners had brought the millstones back on lorries, one at a time.</p>
<p>“We press at night, when there is power,” said one of them.</p>
""",
    },
    41233: {
        "slug": "evening-buses-return-to-aleppo",
        "headline": "Evening buses return to Aleppo",
        "standfirst": "For the first time in years the city is awake after dark.",
        "author": "Sami Odeh",
        "published": "2025-10-22T15:00:00",
        "modified": "2025-10-22T15:00:00",
        "tags": ["Aleppo"],
        "text": """
<p>ALEPPO — The last bus to the eastern districts now leaves at eleven in the evening, four hours later than before.</p>
<p>Nurses and bakers were the first to take it, the driver said.</p>
""",
    },
}


def post(number: int, story: dict) -> dict:
    return {
        "id": number,
        "status": "publish",
        "link": f"https://syriadirect.org/{story['slug']}/",
        "date_gmt": story["published"],
        "modified_gmt": story["modified"],
        "title": {"rendered": story["headline"]},
        "content": {"rendered": story["text"], "protected": False},
        "excerpt": {"rendered": f"<p>{story['standfirst']}</p>", "protected": False},
        "_embedded": {
            "author": [{"name": story["author"]}],
            "wp:featuredmedia": [{"source_url": PICTURE, "caption": {"rendered": f"<p>{CAPTION}</p>"}}],
            "wp:term": [
                [{"taxonomy": "category", "name": "Economy"}],
                [{"taxonomy": "post_tag", "name": name} for name in story["tags"]],
            ],
        },
    }


def page(number: int, story: dict) -> str:
    tags = " ".join(f'<a href="/tag/{name.lower()}/" rel="tag">{name}</a>' for name in story["tags"])
    return f"""<!DOCTYPE html>
<html lang="en-US"><head><meta charset="utf-8"><title>{story["headline"]} - Syria Direct</title>
<link rel="canonical" href="https://syriadirect.org/{story["slug"]}/">
<meta name="description" content="{story["standfirst"]}"><meta property="og:type" content="article">
<meta property="og:image" content="{PICTURE}">
<meta property="article:published_time" content="{story["published"]}+00:00"></head>
<body class="single single-post postid-{number} fusion-body"><header><h1>Syria Direct</h1></header>
<main id="main"><article id="post-{number}" class="post post-{number}">
<h1 class="entry-title">{story["headline"]}</h1>
<div class="fusion-meta-info">By <span class="fn"><a href="/author/x/" rel="author">{story["author"]}</a></span> |
<span class="updated rich-snippet-hidden">{story["modified"]}+00:00</span> |
<a href="/category/economy/" rel="category tag">Economy</a></div>
<figure><img src="{PICTURE}" alt=""><figcaption>{CAPTION}</figcaption></figure>
<div class="sd_article_body"><p>3 min read</p>
{story["text"]}</div>
<div class="post-content"><p>More from Syria Direct: the week in pictures.</p></div>
<footer>{tags}</footer></article></main></body></html>
"""


def feed() -> str:
    items = "".join(
        f"<item><title>{story['headline']}</title><link>https://syriadirect.org/{story['slug']}/</link></item>"
        for story in STORIES.values()
    )
    return f'<rss version="2.0"><channel><title>Syria Direct</title>{items}</channel></rss>'


SYRIA_DIRECT = {
    "/robots.txt": (TEXT, "User-agent: *\nDisallow: /wp-admin/\n"),
    "/feed/": (XML, feed()),
    "/wp-json/wp/v2/posts?page=1": (
        CONTENT_TYPES[".json"],
        json.dumps([post(number, story) for number, story in reversed(STORIES.items())]),
    ),
    **{f"/{story['slug']}/": (HTML, page(number, story)) for number, story in STORIES.items()},
}


@pytest.fixture(scope="module")
def syria_direct(tmp_path_factory):
    return walk_in(tmp_path_factory.mktemp("wordpress"), SYRIA_DIRECT, "syriadirect.org", WORDPRESS)


def test_every_command_of_the_walk_does_its_job(syria_direct):
    assert len(syria_direct.done) == 8
    assert [done.args[-1] + done.stdout + done.stderr for done in syria_direct.done if done.returncode] == []


def test_the_files_are_made_as_the_walk_shows_them(syria_direct):
    assert len(syria_direct.told) == 2
    for said, so in syria_direct.told:
        assert so == said


def test_its_crawl_finds_the_articles_with_every_field(syria_direct):
    articles = {article["id"]: article for article in syria_direct.found_after("scrapy crawl syriadirect -a limit=5")}

    assert set(articles) == {"syriadirect:41207", "syriadirect:41233"}
    article = articles["syriadirect:41207"]
    assert list(article) == [field.name for field in fields(Article)]
    told = {name: article[name] for name in article if not name.endswith("_hash")}
    assert re.fullmatch("[0-9a-f]{64}", article["content_hash"])
    assert told.pop("crawled_at") >= told.pop("first_seen_at") > "2025"
    assert told.pop("provenance")["body"] == "rest"
    assert told == {
        "id": "syriadirect:41207",
        "url": "https://syriadirect.org/olive-presses-reopen-in-idlib/",
        "outlet": "syriadirect",
        "outlet_name": "Syria Direct",
        "kind": "article",
        "headline": "Olive presses reopen in Idlib",
        "description": "The harvest is small, and the queues are long.",
        "body": "Three olive presses in the hills west of the city began to turn again this week, for the first time "
        "in six years.\n\nTheir owners had brought the millstones back on lorries, one at a time.\n\n“We press at "
        "night, when there is power,” said one of them.",
        "dateline": "IDLIB",
        "authors": ["Maya Karam"],
        "sections": ["Economy"],
        "topics": ["Idlib", "Agriculture"],
        "published_at": "2025-10-20T08:15:00Z",
        "modified_at": "2025-10-21T07:30:00Z",
        "language": "en",
        "image": {"url": PICTURE, "caption": "A street in Idlib in autumn", "credit": "Maya Karam"},
        "parent_id": None,
        "word_count": 48,
        "revision": 1,
        "duplicate_of": None,
        "similarity": None,
        "schema_version": 1,
    }


def test_its_recorded_site_gives_the_same_articles(syria_direct):
    live = syria_direct.found_after("scrapy crawl syriadirect -a limit=5")
    replayed = syria_direct.articles("data/demo")

    hashes = [{article["id"]: article["content_hash"] for article in articles} for articles in (live, replayed)]
    assert hashes[0] == hashes[1]
    assert len(hashes[0]) == 2


@pytest.mark.parametrize(("walk", "name"), [("syria_direct", "syriadirect"), ("example", "example")])
def test_its_files_pass_what_all_code_passes(request, walk, name):
    project = request.getfixturevalue(walk).project
    made = [f"newscrawl/{room}/{name}.py" for room in ("spiders", "pages")]
    for words in (["ruff", "check"], ["ruff", "format", "--check"], ["mypy"]):
        done = subprocess.run(
            [sys.executable, "-m", *words, *made], cwd=project, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr


# --- a site of another software, which tells what the web's standards ask for, and one page that tells hardly any ---

FERRY = {
    "@context": "https://schema.org",
    "@type": "NewsArticle",
    "headline": "Ferry returns to the river after two years",
    "description": "The crossing had been shut since the flood.",
    "datePublished": "2025-05-06T11:00:00+03:00",
    "dateModified": "2025-05-06T12:30:00+03:00",
    "author": {"@type": "Person", "name": "Rana Odeh"},
    "articleSection": "Local",
    "keywords": ["ferries", "rivers"],
    "image": "https://www.example.org/img/ferry.jpg",
}
SITEMAP = """<urlset>
<url><loc>https://www.example.org/news/ferry-returns</loc></url>
<url><loc>https://www.example.org/news/library-opens</loc></url>
<url><loc>https://www.example.org/news/wells-run-dry</loc></url>
<url><loc>https://www.example.org/news</loc></url>
<url><loc>https://www.example.org/about</loc></url>
</urlset>"""
RSS = """<rss version="2.0"><channel><title>Example</title><item><title>Ferry returns</title>
<link>https://www.example.org/news/ferry-returns</link></item></channel></rss>"""
BY_JSON_LD = f"""<html><head><script type="application/ld+json">{json.dumps(FERRY)}</script></head>
<body><header><h1>Example</h1></header><main><article>
<header><h1>Ferry returns to the river after two years</h1><p class="byline">By Rana Odeh</p></header>
<p>The old ferry crossed the river again on Tuesday morning, with forty people on board.</p>
<p>Its owner had waited two years for a new engine.</p>
<aside>Read also: the flood, day by day</aside></article></main></body></html>"""
BY_META = """<html><head><meta property="og:type" content="article"><meta name="author" content="Sami Haddad">
<meta property="article:published_time" content="2025-04-02T07:15:00Z">
<meta property="article:section" content="Culture"></head>
<body><main><h1>Library opens in a former mill</h1><div itemprop="articleBody">
<p>The town library moved into the mill that had stood empty for a decade.</p>
<p>Readers carried the first thousand books there by hand.</p></div></main></body></html>"""
BY_ELEMENTS = """<html><head><title>Wells</title></head><body><article><h1>Wells run dry in three villages</h1>
<time datetime="2025-03-01T09:00:00+00:00">1 March</time> <a rel="author" href="/lina">Lina Saad</a>
<p>Three villages in the hills have had no water since the middle of February.</p>
<p>Lorries bring a tank every second day, the mayor said.</p></article></body></html>"""
SECTION = """<html><body><h1>News</h1><article><h2><a href="/news/ferry-returns">Ferry returns</a></h2>
<p>The old ferry crossed the river again.</p></article></body></html>"""
CULTURE = """<html><body><h1>Culture</h1><article><h2><a href="/culture/potters">Potters</a></h2>
<time datetime="2025-05-07T10:00:00+03:00">7 May</time></article></body></html>"""
POTTERS = """<html><body><article><h1>Potters fire a kiln that had been cold since spring</h1>
<time datetime="2025-05-07T10:00:00+03:00">7 May</time>
<p>Two brothers lit the old kiln on Wednesday and will open it on Saturday.</p></article></body></html>"""
EXAMPLE = {
    "/robots.txt": (TEXT, "User-agent: *\nAllow: /\nSitemap: https://www.example.org/sitemap-news.xml\n"),
    "/rss.xml": (XML, RSS),
    "/sitemap-news.xml": (XML, SITEMAP),
    "/news/ferry-returns": (HTML, BY_JSON_LD),
    "/news/library-opens": (HTML, BY_META),
    "/news/wells-run-dry": (HTML, BY_ELEMENTS),
    "/news": (HTML, SECTION),
    "/culture": (HTML, CULTURE),
    "/culture/potters": (HTML, POTTERS),
    "/about": (HTML, "<html><body><h1>About us</h1><p>A small newsroom in a small town.</p></body></html>"),
}


@pytest.fixture(scope="module")
def example(tmp_path_factory):
    return walk_in(tmp_path_factory.mktemp("other"), EXAMPLE, "www.example.org", OTHER)


def test_each_command_for_other_software_does_its_job(example):
    assert [done.returncode for done in example.done] == [0, 0, 0], [done.stderr for done in example.done]


def test_the_files_for_other_software_are_made_as_shown(example):
    assert len(example.told) == 2
    for said, so in example.told:
        assert so == said


def test_what_is_made_reads_a_site_by_the_webs_standards(example):
    articles = {article["url"].rpartition("/")[2]: article for article in example.found[1]}

    assert set(articles) == {"ferry-returns", "library-opens", "wells-run-dry"}, (
        "the section and /about are no articles"
    )
    names = ("headline", "description", "authors", "sections", "topics", "published_at", "modified_at")
    assert [articles["ferry-returns"][name] for name in names] == [
        "Ferry returns to the river after two years",
        "The crossing had been shut since the flood.",
        ["Rana Odeh"],
        ["Local"],
        ["ferries", "rivers"],
        "2025-05-06T08:00:00Z",
        "2025-05-06T09:30:00Z",
    ]
    assert articles["ferry-returns"]["image"]["url"] == "https://www.example.org/img/ferry.jpg"
    assert [articles["library-opens"][name] for name in names] == [
        "Library opens in a former mill",
        None,
        ["Sami Haddad"],
        ["Culture"],
        [],
        "2025-04-02T07:15:00Z",
        None,
    ]
    assert [articles["wells-run-dry"][name] for name in names] == [
        "Wells run dry in three villages",
        None,
        ["Lina Saad"],
        [],
        [],
        "2025-03-01T09:00:00Z",
        None,
    ]
    assert {name: article["body"] for name, article in articles.items()} == {
        "ferry-returns": "The old ferry crossed the river again on Tuesday morning, with forty people on board.\n\n"
        "Its owner had waited two years for a new engine.",
        "library-opens": "The town library moved into the mill that had stood empty for a decade.\n\n"
        "Readers carried the first thousand books there by hand.",
        "wells-run-dry": "Three villages in the hills have had no water since the middle of February.\n\n"
        "Lorries bring a tank every second day, the mayor said.",
    }


def test_its_sections_bring_what_the_sitemap_leaves_out(example):
    before, after = ({article["url"] for article in found} for found in example.found[1:])

    assert after - before == {"https://www.example.org/culture/potters"}
