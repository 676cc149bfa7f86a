"""`scrapy read`: reads one article as a crawl would, and tells why each of its fields says what it does.

In: an address, which is asked for with robots.txt and delays as in a crawl, or a stored page. Out: the article, for
each field the layer that gave it and what the other layers say, as JSON; nothing is written.
"""

from __future__ import annotations

import re
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

from newscrawl import setting_values
from newscrawl.jobs.crawl import check_settings
from newscrawl.jobs.outlets import outlet_named, outlets_of
from newscrawl.jobs.refusal import refusing
from newscrawl.network.blocked import SHELL
from newscrawl.pages.article_page import NotAnArticle, NothingFound
from newscrawl.pages.metadata import read_head
from newscrawl.pipelines.validate import fault_of
from newscrawl.reporting.as_json import write_json
from newscrawl.spiders.arguments import ArgumentError, origin
from newscrawl.spiders.one_page import OnePageSpider
from newscrawl.text.markup import Entangled, parsed

if TYPE_CHECKING:
    import argparse

    from scrapy.commands import ScrapyCommand

    from newscrawl.pages.article_page import ArticlePage, Outlet
    from newscrawl.spiders.outlet import OutletSpider

FORM = "scrapy read URL-or-FILE [--outlet NAME] [--url URL]"
_ADDRESS = re.compile(r"https?://", re.IGNORECASE)
_BARE_ADDRESS = re.compile(r"[\w-]+(\.[\w-]+)+/")


class Unreadable(Exception):  # noqa: N818 (it says what is so)
    """There is no article to be had; the text says why."""


def run(command: ScrapyCommand, args: list[str], opts: argparse.Namespace) -> None:
    with refusing(command):
        if len(args) != 1 or args[0].startswith("--"):
            raise ArgumentError(f"name one address or file: {FORM}")
        try:
            if _ADDRESS.match(args[0]):
                page = _fetched(command, args[0], opts)
                unread = []
            else:
                page = _stored(command, Path(args[0]), opts)
                unread = page.further_pages()
            _show(page, unread)
        except NothingFound as reason:
            # The page is there: nothing else says that nothing is found.
            shell = f"; it is {SHELL}: `scrapy crawl` renders it, `scrapy read` does not" if page.is_shell() else ""
            sys.stderr.write(f"error: {args[0]}: {reason}{shell}\n")
            command.exitcode = 1
        except (Unreadable, NotAnArticle) as reason:
            sys.stderr.write(f"error: {args[0]}: {reason}\n")
            command.exitcode = 1


def _fetched(command: ScrapyCommand, url: str, opts: argparse.Namespace) -> ArticlePage:
    """Raises ArgumentError and Unreadable."""
    assert command.crawler_process is not None
    if opts.url:
        raise ArgumentError(f"--url is for files: {FORM}")
    if not _is_address(url):
        raise ArgumentError(f"{url} is no address; write https://www.example.org/news/some-story")
    assert command.settings is not None
    spider_class, outlet = _outlet(command, url, opts.outlet)
    check_settings(command.settings)
    crawler = command.crawler_process.create_crawler(OnePageSpider)
    command.crawler_process.crawl(crawler, url=url, outlet=outlet, page_class=spider_class.page)
    command.crawler_process.start()
    spider = crawler.spider
    assert isinstance(spider, OnePageSpider)
    if spider.page is None:
        raise Unreadable(spider.failure)
    return spider.page


def _stored(command: ScrapyCommand, file: Path, opts: argparse.Namespace) -> ArticlePage:
    """Raises ArgumentError, SettingError and Unreadable."""
    assert command.settings is not None
    setting_values.check(command.settings)
    if opts.url is not None and not _is_address(opts.url):
        raise ArgumentError(f"--url {opts.url} is no address; write --url https://www.example.org/news/some-story")
    try:
        html = file.read_bytes()
    except OSError as error:
        if isinstance(error, FileNotFoundError) and _BARE_ADDRESS.match(str(file)):
            raise Unreadable("there is no such file; an address begins with https://") from error
        raise Unreadable(f"it cannot be read: {error.strerror}") from error
    spider_class, outlet = _outlet(command, opts.url or _own_address(html), opts.outlet)
    root = f"{outlet.site.scheme}://{outlet.site.host}/"
    url = opts.url or urljoin(root, _own_address(html))
    least = command.settings.getint("LEAST_FALLBACK_TEXT")
    return spider_class.page(html, outlet.site.canonical(url) or url, outlet=outlet, least=least)


def _is_address(url: str) -> bool:
    try:
        return bool(_ADDRESS.match(url) and urlsplit(url).hostname)
    except ValueError:
        return False


def _outlet(command: ScrapyCommand, url: str, name: str | None) -> tuple[type[OutletSpider], Outlet]:
    """The outlet of that name, or the one whose address it is; raises ArgumentError."""
    outlets = outlets_of(command)
    if name:
        spider = outlet_named(name, outlets)
        return spider, _named(spider, url)
    for spider in outlets.values():
        outlet = getattr(spider.page, "outlet", None)
        if outlet and outlet.site.canonical(url):
            return spider, outlet
    if not url:
        raise ArgumentError(f"the page does not tell its address; give it: {FORM}")
    names = ", ".join(sorted(outlets))
    raise ArgumentError(f"no outlet is at {urlsplit(url).netloc or url}; name one with --outlet: {names}")


def _show(page: ArticlePage, unread: list[str]) -> None:
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
    write_json(account)
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
    """What a page says its address is: rel=canonical, or else og:url; empty where that is none, such as `https://[`."""
    try:
        head = read_head(parsed(html))
    except Entangled:
        return ""
    address = head.links.get("canonical") or head.first("og:url") or ""
    try:
        urlsplit(address)
    except ValueError:
        return ""
    return address


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
