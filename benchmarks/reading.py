"""Time to read a page of 100 kB into an article, beside bare parsing and beside other readers of news.

    python -m benchmarks.reading [--peers]

The pages are those of fixtures/pages that are articles, grown to what news sites send: the story to some 600 words in
25 paragraphs, and around it inline styles and scripts, a large menu, tiles of other stories and readers' comments, to
100,000 bytes; some 900 elements each. Everything is made from a seed, so every run reads the same bytes.

All readers of this project's environment take turns on each page in one process, RUNS times over. Times are of the CPU,
as others may use the machine; each figure is the median of a run's pages, and the table tells the median run and the
spread. With --peers, Fundus, trafilatura, newspaper4k and news-please are installed into benchmarks/.peers and read the
same pages in processes of their own, each run after one of ours. A ratio is taken page by page to bare selectolax in
the same run.

The bare parse keeps nothing: it is the parser's own work on the bytes, and the freeing of the tree. Ours is all that
makes an article. Of what is added, the look at the markup before it is parsed takes a twelfth, meta and JSON-LD a
tenth, the search for the story and what stands around it a tenth, its paragraphs a seventh, their boilerplate and
repetitions a seventh, and the fields the rest: pictures, labels, names, language, dates, hashes. All of it is Python
that runs once a page, in caches that the parser has just filled.
"""

# ruff: noqa: PLC0415 - each reader is imported only in the environment that has it
from __future__ import annotations

import json
import os
import platform
import random
import re
import statistics
import subprocess
import sys
import tempfile
import warnings
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path
from time import process_time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

HERE = Path(__file__).parent
FIXTURES = HERE.parent / "fixtures" / "pages"
PEERS = HERE / ".peers"
REQUIREMENTS = ("fundus==0.5.7", "curl_cffi<0.16", "trafilatura", "newspaper4k", "news-please", "lxml_html_clean")
RUNS = 5
SIZE = 100_000
STORY = 25
MOST_MS = 1.0
MOST_TIMES = 2.0

Readers = dict[str, "Callable[[bytes, str], Any]"]


# --- the pages ---


def pages() -> list[tuple[str, bytes]]:
    """Address and bytes of each page."""
    found = []
    for case in sorted(FIXTURES.glob("*/*/article.json")):
        told = json.loads(case.read_text(encoding="utf-8"))
        html = (case.parent / "page.html").read_bytes()
        if "_not_an_article" not in told and _STORY.search(html):
            found.append((told.get("_fetched_from", told["url"]), grown(html)))
    return found


_STORY = re.compile(rb"<[a-z]+ [^>]*\b(?:entry-content|field-body)\b[^>]*>\s*<p>.*?</p>", re.DOTALL)
_WORDS = (
    "the water ministry said on Monday that province council had not yet seen report of engineers who measured river "
    "and its level in south while farmers near old canal waited for second winter of rain after three dry years"
).split()


def grown(html: bytes) -> bytes:
    """A fixture page with a longer story and what stands around one on a real page."""
    seed = random.Random(len(html))
    story = _STORY.search(html)
    assert story is not None
    html = html[: story.end()] + _paragraphs(seed) + html[story.end() :]
    room = SIZE - len(html)
    head = html.lower().find(b"</head>")
    body = re.search(rb"<body[^>]*>", html, re.IGNORECASE)
    end = html.lower().rfind(b"</body>")
    assert body is not None
    inside = html[head : body.end()] + _menu(seed, room * 14 // 100) + html[body.end() : end]
    furniture = _tiles(seed, room * 26 // 100) + _comments(seed, room * 10 // 100) + _script(seed, room * 14 // 100)
    return (
        html[:head] + _style(seed, room * 18 // 100) + _script(seed, room * 18 // 100) + inside + furniture + html[end:]
    )


def _filled(seed: random.Random, size: int, start: str, one: Callable[[int], str], end: str) -> bytes:
    parts, length = [start], 0
    while length < size:
        parts.append(one(seed.randrange(10_000, 100_000)))
        length += len(parts[-1])
    return "".join([*parts, end, "\n"]).encode()


def _paragraphs(seed: random.Random) -> bytes:
    found = []
    for number in range(STORY):
        words = [seed.choice(_WORDS) for _ in range(24)]
        words[5] = f"{words[5]} {seed.randrange(100, 999)}"
        if number % 3 == 0:
            words[9] = f'<a href="/topics/{words[9]}">{words[9]}</a>'
        if number % 4 == 0:
            words[2] = f"<strong>{words[2]}</strong>"
        found.append(f"\n<p>{' '.join(words).capitalize()}.</p>\n")
    return "".join(found).encode()


def _style(seed: random.Random, size: int) -> bytes:
    return _filled(
        seed,
        size,
        "<style>",
        lambda n: (
            f".c{n} .item-{n % 90}>a:hover{{color:#{n};padding:{n % 30}px {n % 12}px}}@media(max-width:{n % 999}px)"
            f"{{.c{n}{{display:none}}}}"
        ),
        "</style>",
    )


def _script(seed: random.Random, size: int) -> bytes:
    return _filled(
        seed,
        size,
        "<script>(function(w,d){var q=w.q||[];",
        lambda n: (
            f"if(d.getElementById('s{n}')&&w.innerWidth<{n % 1400})q.push({{id:{n},slot:'/1{n}/a',sizes:"
            f"[[300,250],[728,90]],on:function(e){{return e.data>{n % 99}?'<'+'div>':null}}}});"
        ),
        "})(window,document);</script>",
    )


def _menu(seed: random.Random, size: int) -> bytes:
    return _filled(
        seed,
        size,
        '<nav class="menu-all"><ul class="menu">',
        lambda n: (
            f'<li id="menu-item-{n}" class="menu-item menu-item-type-taxonomy menu-item-{n}">'
            f'<a href="https://www.example.org/section-{n % 50}/topic-{n}/" class="menu-link">Section {n}</a></li>\n'
        ),
        "</ul></nav>",
    )


def _tiles(seed: random.Random, size: int) -> bytes:
    return _filled(
        seed,
        size,
        '<div class="recirculation"><h2>More to read</h2>',
        lambda n: (
            f'<div class="tile tile-story tile-{n}"><div class="tile-image"><a href="/news/story-{n}" tabindex="-1">'
            f'<img loading="lazy" src="/files/styles/tile/{n}.jpg?itok=Q{n}" srcset="/files/{n}-300x200.jpg 300w, '
            f'/files/{n}-768x512.jpg 768w" alt="" width="370" height="208"></a></div><div class="tile-main"><span '
            f'class="topic"><a href="/topics/{n % 90}">Topic {n % 90}</a></span><h3><a href="/news/story-{n}">The '
            f'headline of another story, number {n}</a></h3><time datetime="2025-03-08T21:26:30+03:00">March 8'
            "</time></div></div>\n"
        ),
        "</div>",
    )


def _comments(seed: random.Random, size: int) -> bytes:
    return _filled(
        seed,
        size,
        '<section id="comments" class="comments-area"><ol class="comment-list">',
        lambda n: (
            f'<li id="comment-{n}" class="comment depth-1"><div class="comment-body"><b class="fn">Reader {n}</b>'
            f'<div class="comment-text"><p>I have read this and think that number {n} is right, and more will come.</p>'
            f'</div><a rel="nofollow" class="comment-reply-link" href="#c{n}">Reply</a></div></li>\n'
        ),
        "</ol></section>",
    )


# --- the readers ---


def own() -> Readers:
    """The readers of this project's environment: bare parsers, and ours."""
    from lxml import html as lxml_html
    from parsel import Selector
    from selectolax.lexbor import LexborHTMLParser

    from newscrawl.pages.iraqinews import IraqiNewsPage
    from newscrawl.pages.middleeasteye import MiddleEastEyePage

    def newscrawl(html: bytes, url: str) -> Any:
        page = MiddleEastEyePage if "middleeasteye" in url else IraqiNewsPage
        article = page(html, url).read()
        assert article.word_count > 500, url
        return article

    return {
        "selectolax, parse alone": lambda html, _: LexborHTMLParser(html),
        "newscrawl": newscrawl,
        "lxml, parse alone": lambda html, _: lxml_html.document_fromstring(html),
        "parsel, parse alone": lambda html, _: Selector(body=html, type="html").root,
    }


def peer(name: str) -> Callable[[bytes, str], Any]:
    """One of the readers of the peers' environment, at its own best: fast options, no network, text as it wants it."""
    if name == "trafilatura":
        import trafilatura

        return lambda html, url: trafilatura.bare_extraction(html, url=url, with_metadata=True, fast=True)
    if name == "newspaper4k":
        import newspaper

        def newspaper4k(html: bytes, url: str) -> Any:
            article = newspaper.Article(url, fetch_images=False)
            article.download(input_html=html.decode("utf-8", "replace"))
            article.parse()
            return article.text

        return newspaper4k
    if name == "news-please":
        from newsplease import NewsPlease

        return lambda html, url: NewsPlease.from_html(html.decode("utf-8", "replace"), url=url, fetch_images=False)
    if name == "Fundus":
        return _fundus()
    raise ValueError(name)


def _fundus() -> Callable[[bytes, str], Any]:
    """Fundus reads only outlets that somebody described to it: this is how one would describe these two."""
    from datetime import datetime

    from fundus.parser import ArticleBody, BaseParser, attribute
    from fundus.parser.utility import extract_article_body_with_selector, generic_author_parsing, generic_date_parsing
    from lxml.cssselect import CSSSelector

    class Described(BaseParser):
        _paragraphs = CSSSelector("div.entry-content > p, div.field-body > p")

        @attribute
        def body(self) -> ArticleBody | None:
            return extract_article_body_with_selector(self.precomputed.doc, paragraph_selector=self._paragraphs)

        @attribute
        def title(self) -> str | None:
            return self.precomputed.meta.get("og:title")

        @attribute
        def authors(self) -> list[str]:
            return generic_author_parsing(self.precomputed.ld.bf_search("author"))

        @attribute
        def publishing_date(self) -> datetime | None:
            return generic_date_parsing(self.precomputed.ld.bf_search("datePublished"))

    # It makes an empty value of what each attribute says that it returns.
    kinds = {"body": ArticleBody | None, "title": str | None, "authors": list[str], "publishing_date": datetime | None}
    for attribute_name, returned in kinds.items():
        getattr(Described, attribute_name).__annotations__["return"] = returned
    parser = Described()
    return lambda html, _: parser.parse(html.decode("utf-8", "replace"), "suppress")


PEER_PACKAGES = {
    "Fundus": "fundus",
    "trafilatura": "trafilatura",
    "newspaper4k": "newspaper4k",
    "news-please": "news-please",
}


# --- measuring ---


def timed(readers: Readers, given: list[tuple[str, bytes]]) -> dict[str, list[float]]:
    """Milliseconds of each reader for each page; they take turns page by page."""
    times: dict[str, list[float]] = {name: [] for name in readers}
    for url, html in given:
        for name, read in readers.items():
            start = process_time()
            read(html, url)
            times[name].append((process_time() - start) * 1000)
    return times


def measure(given: list[tuple[str, bytes]], with_peers: bool) -> dict[str, list[list[float]]]:
    """By reader and run the milliseconds of each page."""
    readers = own()
    # A block that large, freed once, keeps the allocator from giving each page's memory back to the system: what a
    # crawl that has been running for a while has long done.
    block = bytearray(24 << 20)
    del block
    timed(readers, given)
    runs: dict[str, list[list[float]]] = {}
    with tempfile.TemporaryDirectory() as folder:
        for number, (url, html) in enumerate(given):
            (Path(folder) / f"{number:03}.html").write_bytes(html)
            (Path(folder) / f"{number:03}.url").write_text(url, encoding="utf-8")
        for _ in range(RUNS):
            for name, times in timed(readers, given).items():
                runs.setdefault(name, []).append(times)
            for name in PEER_PACKAGES if with_peers else ():
                command = [PEERS / "bin" / "python", __file__, "--one", name, folder]
                done = subprocess.run(
                    command, capture_output=True, text=True, check=True, env={**os.environ, "LC_ALL": "C"}
                )
                runs.setdefault(name, []).append(json.loads(done.stdout.splitlines()[-1])["times"])
    return runs


def one(name: str, folder: str) -> None:
    """A peer's run, in its own environment: once over the first pages to warm up, then all of them."""
    warnings.simplefilter("ignore")
    given = [
        (path.with_suffix(".url").read_text(encoding="utf-8"), path.read_bytes())
        for path in sorted(Path(folder).glob("*.html"))
    ]
    read = peer(name)

    def tried(html: bytes, url: str) -> None:
        with suppress(Exception):  # what a reader cannot read still took its time
            read(html, url)

    readers: Readers = {name: tried}
    timed(readers, given[:3])
    print()
    print(json.dumps({"times": timed(readers, given)[name]}))


def install() -> None:
    if not (PEERS / "bin" / "python").exists():
        subprocess.run([sys.executable, "-m", "venv", PEERS], check=True)
        (PEERS / ".gitignore").write_text("*\n", encoding="utf-8")
        subprocess.run([PEERS / "bin" / "python", "-m", "pip", "install", "-q", "-U", "pip"], check=True)
        subprocess.run([PEERS / "bin" / "python", "-m", "pip", "install", "-q", *REQUIREMENTS], check=True)


def peer_versions() -> dict[str, str]:
    asked = (
        "import json, sys; from importlib.metadata import version; "
        "print(json.dumps({name: version(name) for name in sys.argv[1:]}))"
    )
    command = [PEERS / "bin" / "python", "-c", asked, *PEER_PACKAGES.values()]
    found: dict[str, str] = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    return found


def summary(runs: dict[str, list[list[float]]]) -> dict[str, dict[str, Any]]:
    bare = runs["selectolax, parse alone"]
    found = {}
    for name, times in runs.items():
        medians = sorted(statistics.median(run) for run in times)
        ratios = sorted(
            statistics.median(mine / base for mine, base in zip(run, parse, strict=True))
            for run, parse in zip(times, bare, strict=True)
        )
        found[name] = {
            "ms": round(statistics.median(medians), 3),
            "ms_spread": [round(medians[0], 3), round(medians[-1], 3)],
            "times_bare_parse": round(statistics.median(ratios), 2),
            "times_spread": [round(ratios[0], 2), round(ratios[-1], 2)],
        }
    return found


def main() -> int:
    if sys.argv[1:2] == ["--one"]:
        one(*sys.argv[2:])
        return 0
    with_peers = "--peers" in sys.argv
    if with_peers:
        install()
    given = pages()
    found = summary(measure(given, with_peers))
    print(f"{len(given)} pages of {SIZE:,} bytes, {RUNS} runs, median of the pages\n")
    print(f"{'reader':<26}{'ms':>9}{'spread':>18}{'times bare parse':>18}{'spread':>20}")
    for name, row in found.items():
        (low, high), (least, most) = row["ms_spread"], row["times_spread"]
        print(
            f"{name:<26}{row['ms']:>9.2f}{f'{low:.2f} to {high:.2f}':>18}{row['times_bare_parse']:>18.2f}"
            f"{f'{least:.2f} to {most:.2f}':>20}"
        )
    result = {
        "readers": found,
        "pages": len(given),
        "bytes": SIZE,
        "runs": RUNS,
        "goal": {"ms": MOST_MS, "times_bare_parse": MOST_TIMES},
        "versions": {
            "python": platform.python_version(),
            **{name: version(name) for name in ("selectolax", "lxml", "parsel")},
            **(peer_versions() if with_peers else {}),
        },
        "machine": f"{os.cpu_count()} cores, {platform.machine()}, {platform.system()}",
    }
    path = HERE / "results" / "reading.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    reached = found["newscrawl"]["ms"] <= MOST_MS and found["newscrawl"]["times_bare_parse"] <= MOST_TIMES
    print(
        f"\ngoal: at most {MOST_MS} ms and {MOST_TIMES} times the bare parse: {'reached' if reached else 'not reached'}"
    )
    return 0 if reached else 1


if __name__ == "__main__":
    raise SystemExit(main())
