"""A news site on 127.0.0.1 that is faster than whoever crawls it: `python -m benchmarks.news_site COUNT SIZE [REST]`.

In: how many stories, and the bytes of a page. Out: a server in a process of its own, which writes its origin to
standard output as soon as it answers. All pages lie in memory as they are sent, gzipped; each has an ETag, and a
request that names it is answered by 304. There are robots.txt, a sitemap (and one with this server's own addresses, for
crawlers that know no mirrors), and with REST open the posts as WordPress gives them.

Stories are those of an outlet in WordPress, 500 words each, no two alike; what stands around them is one of 20 sets of
furniture. They are made from their numbers, so every run sends the same bytes.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import random
import struct
import subprocess
import sys
import zlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import cached_property
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from benchmarks.long_pages import Furniture, furniture

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

HOST = "https://www.iraqinews.com"
"""What the site calls itself; a crawl of it asks the server instead."""
NEWEST = datetime(2026, 5, 31, 12, tzinfo=UTC)
APART = timedelta(minutes=190)
SETS = 20
PAGES = 2_000
SIZES = (80_000, 330_000)
PARAGRAPHS, WORDS_EACH = 22, 23
POSTS = b"/wp-json/wp/v2/posts"
WORDS = """
the of and to in on for with that after before which were had their from near
ministry province council engineers river level farmers canal winter rain report water bridge market school harvest
minister village road library letter garden railway court doctor teacher election budget island border festival museum
painter fisherman harbour pipeline mountain archive kitchen bakery station ferry orchard newspaper victory concert
student airport hospital dam tunnel lantern weaver carpet copper glass stone timber wheat barley dates nets boat sail
anchor tide storm drought
""".split()

PAGE = """<!DOCTYPE html>
<html lang="en-US"><head><meta charset="UTF-8" /><meta name="viewport" content="width=device-width" />
<title>{headline} - Iraqi News</title>
<link rel="canonical" href="{url}" />
<meta property="og:type" content="article" /><meta property="og:title" content="{headline} - Iraqi News" />
<meta property="og:description" content="{standfirst}" /><meta property="og:url" content="{url}" />
<meta property="og:site_name" content="Iraqi News" />
<meta property="og:image" content="{host}/wp-content/uploads/2026/canal-{number}.jpg" />
<meta property="article:published_time" content="{published}" />
<meta name="author" content="Iraqi News desk" />
<script type="application/ld+json" class="yoast-schema-graph">{graph}</script>
<link rel="shortlink" href="{host}/?p={number}" />
"""
BODY = """</head><body class="wp-singular post-template-default single single-post postid-{number}">
<header class="site-header"><a href="{host}" rel="home">Iraqi News</a></header>
"""
STORY = """<main class="site-main">
<nav class="breadcrumbs"><a href="{host}/">Home</a> » <a href="{host}/iraq/">Iraq</a></nav>
<article id="post-{number}" class="post-{number} post type-post status-publish hentry category-iraq tag-canals">
<header class="entry-header"><a href="{host}/iraq/" rel="category tag">Iraq</a>
<h1 class="entry-title">{headline}</h1>
<div class="entry-meta">By <a href="{host}/author/desk/" rel="author">Iraqi News desk</a>
<time class="entry-date published" datetime="{published}">{day}</time></div></header>
<div class="entry-content">{paragraphs}</div>
<footer class="entry-footer"><a href="{host}/tag/canals/" rel="tag">canals</a></footer></article></main>
"""
END = "</body></html>\n"


@dataclass
class Story:
    number: int

    @property
    def path(self) -> str:
        return f"/iraq/canal-{self.number}-is-opened/"

    @property
    def published(self) -> datetime:
        return NEWEST - APART * self.number

    @property
    def headline(self) -> str:
        return f"Canal {self.number} is opened near {self.paragraphs[3].split()[3].title()}"

    @cached_property
    def paragraphs(self) -> list[str]:
        drawn = random.Random(self.number)
        found = []
        for _ in range(PARAGRAPHS):
            words = drawn.choices(WORDS, k=WORDS_EACH)
            words[5] = str(drawn.randrange(2, 9_000))
            found.append(" ".join(words).capitalize() + ".")
        found[0] = f"Baghdad (IraqiNews.com) – Engineers let water into canal {self.number}. {found[0]}"
        return found

    def content(self) -> str:
        return "\n".join(f"<p>{paragraph}</p>" for paragraph in self.paragraphs)

    def parts(self, around: Furniture) -> Iterator[bytes]:
        """The page, piece by piece; pieces of the furniture are the same objects each time."""
        told = {
            "host": HOST,
            "url": HOST + self.path,
            "number": self.number,
            "headline": self.headline,
            "standfirst": self.paragraphs[1],
            "published": self.published.isoformat(),
            "day": f"{self.published:%B %d, %Y}",
            "paragraphs": self.content(),
            "graph": json.dumps(self.graph(), ensure_ascii=False).replace("/", "\\/"),
        }
        for part in (PAGE, around.head, BODY, around.top, STORY, around.end, END):
            yield part.format(**told).encode() if isinstance(part, str) else part

    def graph(self) -> dict[str, object]:
        """As an SEO plugin of WordPress tells programs what the page is."""
        url, moment = HOST + self.path, self.published.isoformat()
        article = {
            "@type": "NewsArticle",
            "@id": f"{url}#article",
            "author": {"@id": f"{HOST}/#/schema/person/desk"},
            "headline": self.headline,
            "datePublished": moment,
            "dateModified": moment,
            "mainEntityOfPage": {"@id": url},
            "keywords": ["canals"],
            "articleSection": ["Iraq"],
            "inLanguage": "en-US",
        }
        page = {"@type": "WebPage", "@id": url, "url": url, "name": self.headline, "datePublished": moment}
        desk = {"@type": "Person", "@id": f"{HOST}/#/schema/person/desk", "name": "Iraqi News desk"}
        return {"@context": "https://schema.org", "@graph": [article, page, desk]}

    def post(self) -> dict[str, object]:
        """As REST gives it, with what plugins and themes add to it."""
        moment = f"{self.published:%Y-%m-%dT%H:%M:%S}"
        return {
            "id": self.number,
            "link": HOST + self.path,
            "slug": self.path.strip("/").rpartition("/")[2],
            "status": "publish",
            "type": "post",
            "date_gmt": moment,
            "modified_gmt": moment,
            "title": {"rendered": self.headline},
            "content": {"rendered": self.content(), "protected": False},
            "excerpt": {"rendered": f"<p>{self.paragraphs[1]}</p>", "protected": False},
        }


# --- bytes that are sent ---


def page_size(story: Story) -> int:
    return sum(map(len, story.parts(Furniture(b"", b"", b""))))


class Gzip:
    """Gzips pages of which most is the same: what they share is compressed once, and stands in each page as it is."""

    def __init__(self, shared: Iterable[bytes] = ()) -> None:
        self._shared = {part: _deflated(part) for part in shared}

    def __call__(self, *parts: bytes) -> bytes:
        found, crc, size = [b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03"], 0, 0
        for part in parts:
            found.append(self._shared.get(part) or _deflated(part))
            crc, size = zlib.crc32(part, crc), size + len(part)
        # An empty last block ends the stream (RFC 1951, 3.2.3).
        return b"".join([*found, b"\x03\x00", struct.pack("<II", crc, size)])


def _deflated(part: bytes) -> bytes:
    """A piece of a deflate stream that knows nothing of what stands before it."""
    compressor = zlib.compressobj(6, zlib.DEFLATED, -15)
    return compressor.compress(part) + compressor.flush(zlib.Z_FULL_FLUSH)


def answer(body: bytes, kind: str, *headers: str, status: str = "200 OK", tag: str = "") -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Type: {kind}", f"Content-Length: {len(body)}", *headers]
    lines += ["Date: Sun, 31 May 2026 12:00:00 GMT", "Server: local"] + ([f"ETag: {tag}"] if tag else [])
    return "\r\n".join([*lines, "", ""]).encode() + body


GONE = answer(b"not here", "text/plain", status="404 Not Found")
GZIPPED = "Content-Encoding: gzip"


class Site:
    """All answers, by path."""

    def __init__(self, count: int, size: int, rest: bool = False) -> None:
        self.stories = [Story(number) for number in range(1, count + 1)]
        self.answers: dict[bytes, tuple[bytes, bytes]] = {}
        """The answer and its ETag."""
        sets = [furniture(random.Random(number), size - page_size(Story(1))) for number in range(SETS)]
        gzip = Gzip(part for around in sets for part in around)
        for story in self.stories:
            page = gzip(*story.parts(sets[story.number % SETS]))
            self.put(story.path, page, "text/html; charset=UTF-8", GZIPPED)
        self.put_sitemap("/sitemap_index.xml", HOST)
        robots = f"User-agent: *\nDisallow: /wp-admin/\n\nSitemap: {HOST}/sitemap_index.xml\n"
        self.put("/robots.txt", robots.encode(), "text/plain")
        self.posts = [story.post() for story in self.stories] if rest else []

    def put_sitemap(self, path: str, host: str) -> None:
        listed = "".join(
            f"<url><loc>{host}{story.path}</loc><lastmod>{story.published.isoformat()}</lastmod></url>"
            for story in self.stories
        )
        sitemap = f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{listed}</urlset>'
        changed = f"Last-Modified: {format_datetime(NEWEST, usegmt=True)}"
        self.put(path, Gzip()(sitemap.encode()), "application/xml", GZIPPED, changed)

    def put(self, path: str, body: bytes, kind: str, *headers: str) -> None:
        tag = f'"{zlib.crc32(body):08x}"'
        self.answers[path.encode()] = answer(body, kind, *headers, tag=tag), tag.encode()

    def answer_to(self, head: bytes) -> bytes:
        path = head.split(b" ", 2)[1]
        known = self.answers.get(path)
        if known is None and self.posts and path.startswith(POSTS):
            known = self.posts_asked(path.decode())
        if known is None:
            return GONE
        whole, tag = known
        if tag and b"If-None-Match: " + tag in head:
            return b"HTTP/1.1 304 Not Modified\r\nETag: " + tag + b"\r\n\r\n"
        return whole

    def posts_asked(self, path: str) -> tuple[bytes, bytes]:
        """A page of posts. What was asked once is kept: to sort and to write them is the database's work, not ours."""
        asked = {name: values[-1] for name, values in parse_qs(path.partition("?")[2]).items()}
        posts = self.posts
        if after := asked.get("modified_after"):
            posts = [one for one in posts if f"{one['modified_gmt']}+00:00" > after]
        if include := asked.get("include"):
            posts = [one for one in posts if str(one["id"]) in include.split(",")]
        size, page = int(asked.get("per_page", 10)), int(asked.get("page", 1))
        pages = -(-len(posts) // size)
        fields = asked.get("_fields", "").split(",")
        shown = [
            {name: value for name, value in one.items() if name in fields or fields == [""]}
            for one in posts[(page - 1) * size : page * size]
        ]
        totals = f"X-WP-Total: {len(posts)}", f"X-WP-TotalPages: {pages}"
        if page > max(pages, 1):
            found = answer(b'{"code": "rest_post_invalid_page_number"}', "application/json", status="400 Bad Request")
        else:
            body = Gzip()(json.dumps(shown).encode())
            found = answer(body, "application/json; charset=UTF-8", GZIPPED, *totals)
        self.answers[path.encode()] = found, b""
        return self.answers[path.encode()]


class Connection(asyncio.Protocol):
    """HTTP/1.1 as far as a GET needs it: one request after the other, on a connection that stays open."""

    def __init__(self, site: Site, asked: list[int]) -> None:
        self.site, self.asked = site, asked
        self.rest = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        *heads, self.rest = (self.rest + data).split(b"\r\n\r\n")
        for head in heads:
            if head.startswith(b"GET /requests-so-far "):
                self.transport.write(answer(str(self.asked[0]).encode(), "text/plain"))
                continue
            self.asked[0] += 1
            self.transport.write(self.site.answer_to(head))


async def serve(site: Site) -> None:
    asked = [0]
    server = await asyncio.get_running_loop().create_server(lambda: Connection(site, asked), "127.0.0.1", 0)
    origin = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    site.put_sitemap("/here.xml", origin)
    print(origin, flush=True)
    # It ends with whoever started it, however that ended.
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    os._exit(0)


@contextlib.contextmanager
def running(count: int, size: int, *, rest: bool = False, core: Iterable[int] = ()) -> Iterator[str]:
    """The origin of such a site, in a process of its own on that core."""
    command = [sys.executable, "-m", "benchmarks.news_site", str(count), str(size), *(["REST"] if rest else [])]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        if core:
            os.sched_setaffinity(server.pid, core)
        assert server.stdout is not None
        assert server.stdin is not None
        yield server.stdout.readline().strip()
        server.stdin.close()


if __name__ == "__main__":
    given = sys.argv[1:]
    asyncio.run(serve(Site(int(given[0]), int(given[1]), rest="REST" in given)))
