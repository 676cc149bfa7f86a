"""Turns what is known into HTML.

In: the name of a template and its values. Out: a page. Whatever stands in the values is text: Jinja2 escapes it, and
what no page may hold is left out at the end. Pages link to each other from `ROOT`, which is replaced by the way up to
the site's folder when it is known where a page lies, so that what is rendered once can stand on several pages.
"""

from __future__ import annotations

from functools import cache
from importlib.metadata import version
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from newscrawl.site import addresses, words
from newscrawl.text.direction import direction
from newscrawl.text.opening import opening, paragraphs

ROOT = Markup("\ufdd0")
"""No character, so that no text should hold it; in one that does, "../" is all that comes of it."""
_RENDERING = (
    "reporting/as_json.py",
    "text/direction.py",
    "text/links.py",
    "text/opening.py",
    "text/topic.py",
    "topics/card.py",
    "topics/catalogue.py",
    "topics/feeds.py",
    "topics/overview.py",
)
"""What pages are made with in other rooms."""
_LIBRARIES = ("Jinja2", "MarkupSafe", "lxml", "msgspec")
"""What writes pages and feeds."""
ASSETS = ("site.css", "site.js", "search.js")


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("newscrawl.site"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
        auto_reload=False,
    )
    environment.globals.update(root=ROOT, addresses=addresses)
    environment.filters.update(
        {name: getattr(words, name) for name in "absolute time heading link label sections".split()},
        opening=opening,
        paragraphs=paragraphs,
        direction=direction,
        number="{:,}".format,
    )
    return environment


def rendered(template: str, **values: Any) -> str:
    """The template with its values; links begin at ROOT."""
    return _environment().get_template(template).render(values)


def placed(html: str, path: str) -> bytes:
    """The page as it is written to `path` below the site's folder."""
    return words.harmless(html.replace(str(ROOT), "../" * path.count("/"))).encode()


@cache
def asset(name: str) -> bytes:
    """A style sheet or script of the site."""
    return files("newscrawl.site").joinpath("assets", name).read_bytes()


def made_with() -> list[bytes]:
    """All that decides what a page looks like, to notice that some of it was changed: the version alone would not."""
    package = files("newscrawl")
    site = package.joinpath("site")
    parts = [file for folder in ("templates", "assets") for file in site.joinpath(folder).iterdir()]
    parts += [file for file in site.iterdir() if file.name.endswith(".py")]
    parts += [package.joinpath(file) for file in _RENDERING]
    code = [file.read_bytes() for file in sorted(parts, key=lambda file: file.name)]
    return code + [version(library).encode() for library in _LIBRARIES]
