"""A site from a folder, and a folder from a site.

`REPLAY_FROM=DIR` answers every request of a crawl from `DIR/<host>/…` and never touches the network; `RECORD_TO=DIR`
leaves such a folder behind. No spider knows of either: the one is a download handler, the other a downloader
middleware, and the `Replay` add-on puts them in place.

A page lies where its address says, so that a person can read and edit it:

    /feed/                 feed/index.xml           a path that ends in a slash is a folder's index
    /news                  news.html                the extension follows the content type
    /robots.txt            robots.txt
    /news?page=2           news@page=2.html         parameters sorted by name, after an @
    /?p=17 (a redirect)    index@p=17.html.headers  "HTTP 301", then headers; the body may be missing

A request is answered by the file of its exact parameters, else by the file with the most parameters that the request
also has (and at least one), so that `posts@page=1.json` answers `posts?page=1&per_page=100`.
"""

from __future__ import annotations

import asyncio
import glob
import hashlib
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote, unquote, urlsplit

from scrapy.core.downloader.handlers.base import BaseDownloadHandler
from scrapy.exceptions import CannotResolveHostError, IgnoreRequest, NotConfigured
from scrapy.http import Headers
from scrapy.responsetypes import responsetypes

from newscrawl.network.headers import headers_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from scrapy.settings import Settings

CONTENT_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".xml": "application/xml; charset=utf-8",
    ".json": "application/json; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
    ".gz": "application/gzip",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".bin": "application/octet-stream",
}
KEPT_HEADERS = [
    "Content-Encoding",
    "Content-Type",
    "Date",
    "ETag",
    "Last-Modified",
    "Link",
    "Location",
    "Retry-After",
    "X-Robots-Tag",
    "X-WP-Total",
    "X-WP-TotalPages",
]
NAME_LIMIT = 200
"""Bytes of one file name, below the 255 that most file systems take, with room for the endings."""
FOLDERS_LIMIT = 1000
"""Bytes of all folders between a host's and a file; most systems take paths of 4,096."""


class Address(NamedTuple):
    """Where a URL lies in its host's folder."""

    folder: tuple[str, ...]
    stem: str
    ending: str
    """".xml" where the URL itself has one, else empty: then the content type decides."""
    parameters: tuple[str, ...]

    @property
    def name(self) -> str:
        return self.stem + ("@" + "&".join(self.parameters) if self.parameters else "")


@dataclass(slots=True)
class Stored:
    """One stored answer."""

    status: int = 200
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes = b""


class SiteFolder:
    """The recorded sites under one folder, one sub-folder a host."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def find(self, url: str) -> Stored | None:
        """The stored answer to a URL; None where the folder has none."""
        address = _address(url)
        folder = self._host(url).joinpath(*address.folder)
        for name in _names(folder, address):
            for ending in [address.ending] if address.ending else CONTENT_TYPES:
                if stored := _load(folder / (name + ending), ending):
                    return stored
        return None

    def has_host(self, url: str) -> bool:
        return self._host(url).is_dir()

    def store(self, url: str, stored: Stored) -> Path:
        """Write an answer where `find` looks for it, whole or not at all."""
        address = _address(url)
        content_type = dict(stored.headers).get("Content-Type", "")
        ending = address.ending or _ending(content_type)
        headers = [(name, value) for name, value in stored.headers if _matters(name, value, ending)]
        file = self._host(url).joinpath(*address.folder, address.name + ending)
        file.parent.mkdir(parents=True, exist_ok=True)
        _replace(file, stored.body)
        lines = [f"HTTP {stored.status}"] * (stored.status != 200)
        lines += [f"{name}: {_BEYOND_ASCII.sub(_escaped, value)}" for name, value in headers]
        beside = _beside(file)
        if lines:
            _replace(beside, ("\n".join(lines) + "\n").encode())
        else:
            beside.unlink(missing_ok=True)
        return file

    def _host(self, url: str) -> Path:
        return self.root / _segment(urlsplit(url).netloc.rpartition("@")[2].lower())


class Replay:
    """Scrapy add-on: `REPLAY_FROM` and `RECORD_TO` at work."""

    def update_settings(self, settings: Settings) -> None:
        if settings["REPLAY_FROM"]:
            handlers = settings.getdict("DOWNLOAD_HANDLERS")
            handler = "newscrawl.replay.ReplayHandler"
            # Over all others, as the command line would set it.
            settings.set("DOWNLOAD_HANDLERS", {**handlers, "http": handler, "https": handler}, "cmdline")
            # A folder needs no politeness, and answers the same when it is asked again.
            settings.set("DOWNLOAD_DELAY", 0, "cmdline")
            settings.set("RETRY_ENABLED", False, "cmdline")
        if settings["RECORD_TO"]:
            # Below the redirect middleware (600), so that redirects are recorded too.
            settings["DOWNLOADER_MIDDLEWARES_BASE"]["newscrawl.replay.Recorder"] = 610
            # Readable files: ask for plain bodies.
            settings["DEFAULT_REQUEST_HEADERS"]["Accept-Encoding"] = "identity"


class NotRecorded(CannotResolveHostError, IgnoreRequest):  # noqa: N818 - says what is so
    """The folder has nothing of a host; the text says so, as of all that is an IgnoreRequest."""


class ReplayHandler(BaseDownloadHandler):
    """Answers http and https requests from `REPLAY_FROM`: an unknown host fails, an unknown page is a 404."""

    lazy = True

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self.sites = SiteFolder(Path(crawler.settings["REPLAY_FROM"]))

    async def download_request(self, request: Request) -> Response:
        if not self.sites.has_host(request.url):
            raise NotRecorded(f"nothing is recorded of {urlsplit(request.url).netloc} in REPLAY_FROM={self.sites.root}")
        stored = self.sites.find(request.url) or Stored(404, [("Content-Type", CONTENT_TYPES[".txt"])], b"Not recorded")
        headers = Headers()
        for name, value in stored.headers:
            headers.appendlist(name, value)
        response_class = responsetypes.from_args(headers=headers, url=request.url, body=stored.body)
        return response_class(url=request.url, status=stored.status, headers=headers, body=stored.body, request=request)


class Recorder:
    """Downloader middleware that keeps every answer under `RECORD_TO`."""

    def __init__(self, crawler: Crawler) -> None:
        if not crawler.settings["RECORD_TO"]:
            raise NotConfigured
        self.crawler = crawler
        self.sites = SiteFolder(Path(crawler.settings["RECORD_TO"]))
        self._stopping: asyncio.Future[None] | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Recorder:
        return cls(crawler)

    def process_response(self, request: Request, response: Response) -> Response:
        given = headers_of(response)
        headers = [(name, given[name.lower()]) for name in KEPT_HEADERS if name.lower() in given]
        try:
            self.sites.store(request.url, Stored(response.status, headers, response.body))
        except OSError as error:
            # Half a recording is none; the crawl itself did nothing wrong, so that no URL fails for it.
            reason = f"RECORD_TO={self.sites.root} cannot be written: {error.strerror}"
            self._stopping = asyncio.ensure_future(self.crawler.engine.close_spider_async(reason=reason))
        return response


def _address(url: str) -> Address:
    parts = urlsplit(url)
    *folder, last = [_segment(segment) for segment in parts.path.split("/")[1:]] or [""]
    # Parameter values with a slash or a percent sign stay as they were written.
    parameters = tuple(sorted(p.replace("/", "%2F") for p in parts.query.split("&") if p))
    stem, ending = _split_ending(last or "index")
    room = NAME_LIMIT - len(stem.encode())
    if len("&".join(parameters).encode()) > room:
        digest = hashlib.sha256("&".join(parameters).encode()).hexdigest()[:16]
        parameters = (f"sha256={digest}",)
    return Address(_folders([part for part in folder if part]), stem, ending, parameters)


def _folders(names: list[str]) -> tuple[str, ...]:
    """Folders never have a file's name (`/a.html` and `/a.html/b`), nor more names than a path takes."""
    names = [name + "~" if _split_ending(name)[1] else name for name in names]
    whole = "/".join(names).encode()
    return tuple(names) if len(whole) <= FOLDERS_LIMIT else (f"sha256={hashlib.sha256(whole).hexdigest()[:16]}",)


def _segment(raw: str) -> str:
    """A path segment as a file name: decoded where that is harmless, as written where it could leave the folder."""
    name = unquote(raw)
    if name in {".", ".."} or any(ch in "/\\\x00" or not ch.isprintable() for ch in name):
        name = quote(raw, safe="%").replace(".", "%2E")
    if len(name.encode()) > NAME_LIMIT:
        name = name.encode()[: NAME_LIMIT - 20].decode(errors="ignore") + hashlib.sha256(name.encode()).hexdigest()[:16]
    return name


def _split_ending(name: str) -> tuple[str, str]:
    for ending in (".xml.gz", ".txt.gz", *CONTENT_TYPES):
        if name.endswith(ending) and name != ending:
            return name.removesuffix(ending), ending
    return name, ""


def _names(folder: Path, address: Address) -> Iterator[str]:
    """File names without ending that answer an address, best first."""
    yield address.name
    if not address.parameters or not folder.is_dir():
        return
    asked = set(address.parameters)
    partial = set()
    for file in folder.glob(glob.escape(address.stem) + "@*"):
        name = _split_ending(file.name.removesuffix(".headers"))[0]
        if set(name.removeprefix(address.stem + "@").split("&")) <= asked:
            partial.add(name)
    yield from sorted(partial, key=lambda name: (-name.count("&"), name))


def _load(file: Path, ending: str) -> Stored | None:
    beside = _beside(file)
    if not file.is_file() and not beside.is_file():
        return None
    stored = Stored(body=file.read_bytes() if file.is_file() else b"")
    lines = beside.read_text("utf-8").splitlines() if beside.is_file() else []
    for line in lines:
        if line.startswith("HTTP "):
            stored.status = int(line.removeprefix("HTTP "))
        elif line.strip():
            name, _, value = line.partition(":")
            stored.headers.append((name.strip(), value.strip()))
    if "content-type" not in {name.lower() for name, _ in stored.headers}:
        stored.headers.append(("Content-Type", CONTENT_TYPES["." + ending.rpartition(".")[2]]))
    return stored


_BEYOND_ASCII = re.compile(r"[^\x20-\x7e]")
"""In a header, which is latin-1: bytes of another encoding, mostly an address's."""


def _escaped(char: re.Match[str]) -> str:
    return f"%{ord(char[0]):02X}"


def _beside(file: Path) -> Path:
    return file.with_name(file.name + ".headers")


def _ending(content_type: str) -> str:
    media_type = content_type.partition(";")[0].strip().lower()
    if media_type.endswith(("/xml", "+xml")) and media_type != "application/xhtml+xml":
        return ".xml"
    if media_type.endswith(("/json", "+json")):
        return ".json"
    known = {value.partition(";")[0]: ending for ending, value in CONTENT_TYPES.items()}
    return known.get(media_type, ".html" if "html" in media_type or not media_type else ".bin")


def _matters(name: str, value: str, ending: str) -> bool:
    if name != "Content-Type":
        return True
    return value.lower().replace(" ", "") != CONTENT_TYPES["." + ending.rpartition(".")[2]].replace(" ", "")


def _replace(file: Path, content: bytes) -> None:
    part = file.with_name(file.name + ".part")
    part.write_bytes(content)
    part.replace(file)
