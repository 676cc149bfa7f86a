"""`scrapy genspider`: writes a new outlet's spider and page class from a template.

In: the outlet's name and its domain. Out: files beside the project's own spiders, or none where it cannot be done.
"""

from __future__ import annotations

import keyword
import re
from importlib import import_module
from importlib.resources import files
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING

from scrapy.spiderloader import get_spider_loader
from scrapy.utils.conf import closest_scrapy_cfg

from newscrawl.jobs.refusal import hint, refusing
from newscrawl.reporting.screen import tell
from newscrawl.spiders.arguments import ArgumentError

if TYPE_CHECKING:
    import argparse

    from scrapy.commands import ScrapyCommand
    from scrapy.settings import BaseSettings

_NAME = re.compile(r"[a-z][a-z0-9_]{0,49}")
_DOMAIN = re.compile(r"(?=.{4,253}\Z)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+(?:[a-z]{2,63}|xn--[a-z0-9-]{2,59})")
TEMPLATES = files("newscrawl") / "templates"


def run(command: ScrapyCommand, args: list[str], opts: argparse.Namespace) -> None:
    assert command.settings is not None
    with refusing(command):
        if len(args) != 2:
            raise ArgumentError("name the outlet and its domain: scrapy genspider [-t TEMPLATE] NAME DOMAIN")
        if opts.template not in templates():
            raise ArgumentError(f"there is no template {opts.template!r}; {hint(opts.template, templates())}")
        name, domain = args[0], args[1].lower()
        _check(name, domain, command.settings)
        outlet = NewOutlet(name, domain, command.settings["NEWSPIDER_MODULE"])
        outlet.make(opts.template)
        tell(outlet.account())


class NewOutlet:
    """The files of a new outlet."""

    def __init__(self, name: str, domain: str, spiders_module: str) -> None:
        package = spiders_module.rpartition(".")[0]
        spiders = Path(next(iter(import_module(spiders_module).__path__)))
        self._root = Path(closest_scrapy_cfg()).parent
        fixtures = self._root / "fixtures"
        self._name = name
        self._files = {"spider": spiders / f"{name}.py", "page": spiders.parent / "pages" / f"{name}.py"}
        self._folders = [fixtures / "sites" / domain, fixtures / "pages" / name]
        words = name.split("_")
        self._words = {
            "name": name,
            "domain": domain,
            "twin": domain.removeprefix("www.") if domain.startswith("www.") else f"www.{domain}",
            "title": " ".join(word.capitalize() for word in words),
            "classname": "".join(word.capitalize() for word in words),
            "package": package,
        }

    def make(self, template: str) -> None:
        """Raises ArgumentError where a file is there already, or cannot be written."""
        for file in self._files.values():
            if file.exists():
                raise ArgumentError(f"{self._shown(file)} is there already; take another name")
        written = []
        try:
            for part, file in self._files.items():
                text = (TEMPLATES / template / f"{part}.py.tmpl").read_text("utf-8")
                file.parent.mkdir(parents=True, exist_ok=True)
                written.append(file)
                file.write_text(Template(text).substitute(self._words), "utf-8")
            for folder in self._folders:
                folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            for file in written:
                file.unlink(missing_ok=True)
            raise ArgumentError(f"{error.filename} cannot be written: {error.strerror}") from error

    def account(self) -> str:
        """What was made, and what to do next."""
        spider, page = (self._shown(file) for file in self._files.values())
        site, pages = (f"{self._shown(folder)}/" for folder in self._folders)
        return "\n".join(
            [
                "made:",
                f"  {spider}: where its articles are listed",
                f"  {page}: how they are read",
                f"  {site}: for its recorded site",
                f"  {pages}: for single pages, and the articles that must come of them",
                "next:",
                f"  set title and zone in {page}",
                f"  scrapy crawl {self._name} -a limit=5",
                "  docs/add-an-outlet.md tells the rest",
            ]
        )

    def _shown(self, path: Path) -> str:
        root = self._root.resolve()
        return str(path.resolve().relative_to(root) if path.resolve().is_relative_to(root) else path)


def is_name(text: str) -> bool:
    """Whether an outlet can be called so: in ids, as a Python module and in commands."""
    return _NAME.fullmatch(text) is not None and not keyword.iskeyword(text)


def is_domain(text: str) -> bool:
    """Whether it is a public host's name in small letters, without anything else of an address."""
    return _DOMAIN.fullmatch(text) is not None


def templates() -> list[str]:
    return sorted(folder.name for folder in TEMPLATES.iterdir() if folder.is_dir())


def _check(name: str, domain: str, settings: BaseSettings) -> None:
    """Raises ArgumentError for a name or a domain that is none, or taken."""
    if not is_name(name):
        raise ArgumentError(f"{name!r} cannot name an outlet; use small letters, digits and _, as in example_news")
    if not is_domain(domain):
        raise ArgumentError(f"{domain!r} is no domain; write it as www.example.org")
    loader = get_spider_loader(settings)
    for known in loader.list():
        spider = loader.load(known)
        if known == name:
            raise ArgumentError(f"there is a spider {name!r} already, in {spider.__module__}")
        outlet = getattr(getattr(spider, "page", None), "outlet", None)
        if outlet and outlet.site.canonical(f"https://{domain}/"):
            raise ArgumentError(f"{domain} is crawled by {known!r} already")
