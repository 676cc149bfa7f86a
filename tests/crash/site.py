"""A site of 300 stories that is small and fast: as Iraqi News-like pages that a sitemap names, or by WordPress REST.

Stories are numbered from 1, the newest; they are spread over three months, so that their record is three files.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from urllib.parse import parse_qs, urlsplit

from newscrawl.replay import Stored
from tests.server import Server

HOST = "https://www.iraqinews.com"
NEWEST = datetime(2025, 5, 31, 12, tzinfo=UTC)
APART = timedelta(hours=7)
POSTS = "/wp-json/wp/v2/posts"
REDIRECTED = 50
"""Every so many stories the sitemap still has the address from before the slug was changed."""

PAGE = """<!DOCTYPE html><html lang="en-US"><head><meta charset="UTF-8" /><title>{headline} - Iraqi News</title>
<link rel="canonical" href="{url}" /><link rel="shortlink" href="{host}/?p={number}" />
<meta property="article:published_time" content="{published}" />{modified}</head>
<body class="single single-post postid-{number}"><article id="post-{number}">
<a href="{host}/iraq/" rel="category tag">Iraq</a><h1 class="entry-title">{headline}</h1>
<div class="entry-content">{paragraphs}</div></article><aside class="related">{related}</aside></body></html>"""


@dataclass
class Story:
    """One post of the site; what the editors do to it is done to its fields."""

    number: int
    slug: str = ""
    headline: str = ""
    text: list[str] = field(default_factory=list)
    published: datetime = NEWEST
    modified: datetime | None = None

    def __post_init__(self) -> None:
        self.slug = self.slug or f"story-{self.number}"
        self.headline = self.headline or f"Canal number {self.number} is opened in Basra"
        self.text = self.text or [
            f"Baghdad (IraqiNews.com) – Engineers let the water into canal number {self.number} on Sunday morning.",
            f"It is {self.number * 7} metres long, and farmers of {self.number + 3} villages had waited for it.",
            "The provincial council says that the next one will be dug before the winter.",
        ]

    @property
    def path(self) -> str:
        return f"/iraq/{self.slug}/"

    @property
    def url(self) -> str:
        return HOST + self.path

    def page(self, related: str = "") -> str:
        changed = f'<meta property="article:modified_time" content="{self.changed.isoformat()}" />'
        return PAGE.format(
            host=HOST,
            url=self.url,
            number=self.number,
            headline=self.headline,
            published=self.published.isoformat(),
            modified=changed if self.modified else "",
            paragraphs="".join(f"<p>{paragraph}</p>" for paragraph in self.text),
            related=related,
        )

    def post(self) -> dict[str, object]:
        """As REST gives it."""
        return {
            "id": self.number,
            "link": self.url,
            "status": "publish",
            "date_gmt": f"{self.published:%Y-%m-%dT%H:%M:%S}",
            "modified_gmt": f"{self.changed:%Y-%m-%dT%H:%M:%S}",
            "title": {"rendered": self.headline},
            "content": {"rendered": "".join(f"<p>{paragraph}</p>" for paragraph in self.text), "protected": False},
            "excerpt": {"rendered": ""},
        }

    @property
    def changed(self) -> datetime:
        return self.modified or self.published


def archive(count: int = 300) -> list[Story]:
    return [Story(number, published=NEWEST - APART * number) for number in range(1, count + 1)]


def serve_pages(server: Server, stories: list[Story]) -> None:
    """The stories as pages, and the sitemap that names them; REST and feed are closed."""
    for story in stories:
        server.answer(story.path, story.page(), headers={"Content-Type": "text/html; charset=utf-8"})
    listed = {story.number: story.path for story in stories}
    for story in stories[REDIRECTED - 1 :: REDIRECTED]:
        listed[story.number] = f"/iraq/draft-of-{story.number}/"
        server.answer(listed[story.number], status=301, headers={"Location": story.path})
    serve_sitemap(server, {listed[story.number]: story.changed for story in stories})


def serve_sitemap(server: Server, listed: dict[str, datetime]) -> None:
    """A sitemap with a lastmod for each path, and validators of its own."""
    entries = "".join(
        f"<url><loc>{HOST}{path}</loc><lastmod>{changed.isoformat()}</lastmod></url>"
        for path, changed in listed.items()
    )
    sitemap = f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{entries}</urlset>'
    newest = max(listed.values(), default=NEWEST)
    headers = {
        "Content-Type": "application/xml",
        "Last-Modified": format_datetime(newest, usegmt=True),
        "ETag": f'"{newest.timestamp():.0f}-{len(listed)}"',
    }
    server.answer("/sitemap_index.xml", sitemap, headers=headers)


@dataclass
class WordPress(Server):
    """A site whose REST is open, and answers as WordPress does: a hundred posts a page, `modified_after`,
    `include`, `_fields` and all."""

    stories: list[Story] = field(default_factory=list)

    def answer_to(self, path: str) -> Stored:
        if urlsplit(path).path != POSTS:
            return super().answer_to(path)
        asked = {name: values[-1] for name, values in parse_qs(urlsplit(path).query).items()}
        stories = self.stories
        if after := asked.get("modified_after"):
            stories = [story for story in stories if story.changed > datetime.fromisoformat(after)]
        if include := asked.get("include"):
            stories = [story for story in stories if str(story.number) in include.split(",")]
        order = (lambda story: story.changed) if asked.get("orderby") == "modified" else (lambda story: story.published)
        stories = sorted(stories, key=order, reverse=True)
        size, page = int(asked["per_page"]), int(asked["page"])
        pages = -(-len(stories) // size)
        headers = [
            ("Content-Type", "application/json; charset=UTF-8"),
            ("X-WP-Total", str(len(stories))),
            ("X-WP-TotalPages", str(pages)),
        ]
        if page > max(pages, 1):
            refusal = {"code": "rest_post_invalid_page_number", "message": "The page number is too large."}
            return Stored(400, headers[:1], json.dumps(refusal).encode())
        posts = [story.post() for story in stories[(page - 1) * size : page * size]]
        if "content" not in (fields := asked.get("_fields", "content").split(",")):
            posts = [{name: value for name, value in post.items() if name in fields} for post in posts]
        return Stored(200, headers, json.dumps(posts).encode())
