"""Pages that are empty without their scripts, of the stories in `tests/crash/site.py`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tests.crash.site import serve_sitemap

if TYPE_CHECKING:
    from tests.crash.site import Story
    from tests.server import Server

HTML = {"Content-Type": "text/html; charset=utf-8"}
_ARTICLE = re.compile(r"<article .*</article>", re.DOTALL)
APP = """fetch('/data' + location.pathname).then(answer => answer.text()).then(article => {
    document.getElementById('root').innerHTML = article
})"""
"""What fills a shell."""


def shell_of(story: Story, script: str = '<script src="/app.js"></script>') -> str:
    """A story's page without its text."""
    return _ARTICLE.sub(lambda _: f'<div id="root"></div>{script}', story.page())


def article_of(story: Story) -> str:
    """What stands in its place once the script has run."""
    return _ARTICLE.search(story.page())[0]


def serve_shells(server: Server, stories: list[Story]) -> None:
    """A site of shells, and the sitemap that names them."""
    server.answer("/app.js", APP, headers={"Content-Type": "text/javascript"})
    for story in stories:
        server.answer(story.path, shell_of(story), headers=HTML)
        server.answer("/data" + story.path, article_of(story), headers=HTML)
    serve_sitemap(server, {story.path: story.changed for story in stories})
