"""`scrapy read URL-or-file [--outlet NAME] [--url URL]`: one article as JSON, and why each of its fields says that.

In: an address, which is asked for with robots.txt and delays as in a crawl, or a stored page. Out: the article, for
each field the layer that gave it and what the other layers say; nothing is written. Exit status: 0 read, 1 there is no
article, or none that a crawl would write, 2 wrong usage.
"""

from __future__ import annotations

import re
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import urljoin, urlsplit

import msgspec
from scrapy.commands import ScrapyCommand

from newscrawl.commands.crawl import check_settings
from newscrawl.commands.refusal import hint, refusing
from newscrawl.pages.article_page import NotAnArticle
from newscrawl.pages.metadata import read_head
from newscrawl.pipelines.validate import fault_of
from newscrawl.spiders.arguments import ArgumentError, origin
from newscrawl.spiders.one_page import OnePageSpider
from newscrawl.spiders.outlet import OutletSpider
from newscrawl.text.markup import Entangled, parsed

if TYPE_CHECKING:
    import argparse

    from newscrawl.pages.article_page import ArticlePage, Outlet

FORM = "scrapy read URL-or-FILE [--outlet NAME] [--url URL]"
_ADDRESS = re.compile(r"https?://", re.IGNORECASE)


class Unreadable(Exception):  # noqa: N818 (it says what is so)
    """There is no article to be had; the text says why."""


class Command(ScrapyCommand):
    requires_project = True
    default_settings: ClassVar[dict[str, Any]] = {"LOG_ENABLED": False}

    def syntax(self) -> str:
        return "URL-or-FILE [--outlet NAME] [--url URL]"

    def short_desc(self) -> str:
        return "Show one article as JSON, and what gave each of its fields: scrapy read URL-or-FILE"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--outlet", metavar="NAME", help="whose page it is, where its address does not tell")
        parser.add_argument("--url", metavar="URL", help="the address of a stored page, where that does not tell")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        with refusing(self):
            if len(args) != 1 or args[0].startswith("--"):
                raise ArgumentError(f"name one address or file: {FORM}")
            try:
                if _ADDRESS.match(args[0]):
                    page = self._fetched(args[0], opts)
                    unread = []
                else:
                    page = self._stored(Path(args[0]), opts)
                    unread = page.further_pages()
                self._show(page, unread)
            except (Unreadable, NotAnArticle) as reason:
                sys.stderr.write(f"error: {args[0]}: {reason}\n")
                self.exitcode = 1

    def _fetched(self, url: str, opts: argparse.Namespace) -> ArticlePage:
        """Raises ArgumentError and Unreadable."""
        assert self.crawler_process is not None
        if opts.url:
            raise ArgumentError(f"--url is for files: {FORM}")
        assert self.settings is not None
        spider_class, outlet = self._outlet(url, opts.outlet)
        check_settings(self.settings)
        crawler = self.crawler_process.create_crawler(OnePageSpider)
        self.crawler_process.crawl(crawler, url=url, outlet=outlet, page_class=spider_class.page)
        self.crawler_process.start()
        spider = crawler.spider
        assert isinstance(spider, OnePageSpider)
        if spider.page is None:
            raise Unreadable(spider.failure)
        return spider.page

    def _stored(self, file: Path, opts: argparse.Namespace) -> ArticlePage:
        """Raises ArgumentError and Unreadable."""
        assert self.settings is not None
        try:
            html = file.read_bytes()
        except OSError as error:
            raise Unreadable(f"it cannot be read: {error.strerror}") from error
        spider_class, outlet = self._outlet(opts.url or _own_address(html), opts.outlet)
        root = f"{outlet.site.scheme}://{outlet.site.host}/"
        url = opts.url or urljoin(root, _own_address(html))
        least = self.settings.getint("LEAST_FALLBACK_TEXT")
        return spider_class.page(html, outlet.site.canonical(url) or url, outlet=outlet, least=least)

    def _outlet(self, url: str, name: str | None) -> tuple[type[OutletSpider], Outlet]:
        """The outlet of that name, or the one whose address it is; raises ArgumentError."""
        assert self.crawler_process is not None
        loader = self.crawler_process.spider_loader
        loaded = {known: loader.load(known) for known in loader.list()}
        outlets = {known: spider for known, spider in loaded.items() if issubclass(spider, OutletSpider)}
        if name:
            if name not in outlets:
                raise ArgumentError(f"there is no outlet {name!r}; {hint(name, sorted(outlets))}")
            return outlets[name], _named(outlets[name], url)
        for spider in outlets.values():
            outlet = getattr(spider.page, "outlet", None)
            if outlet and outlet.site.canonical(url):
                return spider, outlet
        if not url:
            raise ArgumentError(f"the page does not tell its address; give it: {FORM}")
        names = ", ".join(sorted(outlets))
        raise ArgumentError(f"no outlet is at {urlsplit(url).netloc or url}; name one with --outlet: {names}")

    def _show(self, page: ArticlePage, unread: list[str]) -> None:
        """Print the article; on stderr, why a crawl would not write it."""
        article = page.read()
        article.crawled_at = article.first_seen_at = datetime.now(UTC)
        account: dict[str, Any] = {
            "article": article,
            "layout": article.provenance.get("layout"),
            "fields": _fields(page, article.provenance),
            "disagreements": page.disagreements,
        }
        if unread:
            account["not_read"] = unread
        sys.stdout.buffer.write(msgspec.json.format(msgspec.json.encode(account), indent=2) + b"\n")
        if fault := fault_of(article):
            raise Unreadable(f"a crawl would refuse it: {fault}")


def _named(spider: type[OutletSpider], url: str) -> Outlet:
    """The outlet of a spider, at whose mirror an address may be; raises ArgumentError."""
    parts = urlsplit(url)
    root = origin("url", f"{parts.scheme}://{parts.netloc}") if parts.netloc else None
    outlet = spider.outlet_of({"site": root} if root and "site" in spider.own_arguments else {})
    if root is None or outlet.site.canonical(url):
        return outlet
    return spider.check({"base_url": root})[0]


def _own_address(html: bytes) -> str:
    """What a page says its address is: rel=canonical, or else og:url."""
    try:
        head = read_head(parsed(html))
    except Entangled:
        return ""
    return head.links.get("canonical") or head.first("og:url") or ""


def _fields(page: ArticlePage, provenance: dict[str, str]) -> dict[str, dict[str, Any]]:
    """For each field the layer that gave it, and what the other layers say, raw."""
    told = page.told
    names = dict.fromkeys([*told, *(name for name in provenance if name in {"dateline", "language"})])
    return {
        name: {
            "from": provenance.get(name),
            "others": {layer: said for layer, said in told.get(name, {}).items() if layer != provenance.get(name)},
        }
        for name in names
    }
