"""Sitemaps and sitemap indexes: every address that a site wants found, with its last change.

In: XML, packed or not, or plain text with one URL a line. Out: a lead for each article's URL, or the index's children
to follow. Nothing is fetched, no entity is expanded and no tree is held, however large the file.
"""

import gzip
import io
import re
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import ClassVar
from urllib.parse import urlsplit

from lxml import etree

from newscrawl.items import Batch, Follow, Lead
from newscrawl.sources.form import form_of, instead, xml_part
from newscrawl.sources.source import Source, SourceError, address, moment, plain

NO_ARTICLES = r"^(wp-sitemap-(users|taxonomies|posts-page)-|(author|category|post_tag|post_format|page)-sitemap)"
"""The children of WordPress's sitemap indexes that list authors, categories, tags and pages: those of its core, then
those of the SEO plugins."""

NEWS = timedelta(days=7)
"""What a news sitemap spans at most: two days by the rules, more where nobody keeps to them."""

MOST_ENTRIES = 500_000
"""Ten times what sitemaps.org allows a file."""

MOST_MENDED = 16 * 1024 * 1024
"""Mending may make bytes five times as many."""


@dataclass(frozen=True)
class Sitemap(Source):
    """A sitemap, or an index of them."""

    path: str = "/sitemap.xml"
    pattern: str | None = None
    """Keeps only the article URLs whose path it is found in."""
    skip: str | None = NO_ARTICLES
    """Leaves out an index's children by their file name."""
    most_bytes: int = 64 * 1024 * 1024
    """How large a packed sitemap may become: sitemaps.org allows 50 MB."""

    kind: ClassVar[str] = "sitemap"

    def read(self, body: bytes, url: str, headers: Mapping[str, str] | None = None) -> Batch:  # noqa: ARG002
        body = xml_part(_unpacked(body, self.most_bytes))
        entries = _plain_entries(body) if form_of(body) == "text" else _xml_entries(body)
        batch = Batch()
        children: list[Follow] = []
        for entry in entries.found:
            place = address(entry.get("loc"), url)
            if place is None:
                reason = "no address"
            elif entries.root == "urlset" and self._is_article(place):
                batch.leads.append(_lead(entry, place))
                continue
            elif entries.root == "sitemapindex" and self._is_wanted(place, url):
                children.append(Follow(url=place, modified_at=_lastmod(entry.get("lastmod"))))
                continue
            else:
                reason = "not articles"
            batch.left_out[reason] = batch.left_out.get(reason, 0) + 1
        batch.follow = _newest_first(children)
        return batch

    def names_older(self, leads: Sequence[Lead]) -> bool:
        """A news sitemap, which tells of all its articles when they were published, has the last days' only."""
        published = [lead.published_at for lead in leads if lead.published_at]
        if not published or len(published) < len(leads):
            return True
        return max(published) - min(published) >= NEWS

    def _is_article(self, place: str) -> bool:
        return self.pattern is None or re.search(self.pattern, urlsplit(place).path) is not None

    def _is_wanted(self, child: str, index: str) -> bool:
        name = urlsplit(child).path.rpartition("/")[2]
        return child != index and (self.skip is None or re.search(self.skip, name) is None)


class _Entries:
    """What lxml's parser calls as it reads: the wanted text of each entry, without ever holding a tree."""

    def __init__(self, root: str = "") -> None:
        self.root = root
        self.found: list[dict[str, str]] = []
        self._path: list[str] = []
        self._text: list[str] = []
        self._entry: dict[str, str] = {}

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:  # noqa: ARG002
        # Sitemaps come with every spelling of the namespaces, and without any.
        name = tag.rpartition("}")[2].lower()
        self._path.append(name)
        self._text = []
        if len(self._path) == 1:
            self.root = name
        elif len(self._path) == 2:
            self._entry = {}

    def data(self, text: str) -> None:
        self._text.append(text)

    def end(self, tag: str) -> None:  # noqa: ARG002
        if len(self._path) == 2:
            self.add(self._entry)
        elif len(self._path) in {3, 4}:
            # image:image and video:video hold a loc and a title of their own, one level down.
            name = "/".join(self._path[2:])
            if name in {"loc", "lastmod", "news/publication_date", "news/title"}:
                self._entry.setdefault(name, "".join(self._text))
        self._path.pop()
        self._text = []

    def add(self, entry: dict[str, str]) -> None:
        self.found.append(entry)
        if len(self.found) > MOST_ENTRIES:
            raise SourceError(f"not read: more than {MOST_ENTRIES:,} entries in one sitemap")

    def close(self) -> "_Entries":
        return self


def _unpacked(body: bytes, most_bytes: int) -> bytes:
    """The file itself, told packed from not by its first bytes: names and headers are often wrong."""
    if not body.startswith(b"\x1f\x8b"):
        return body
    try:
        inflated = gzip.GzipFile(fileobj=io.BytesIO(body)).read(most_bytes + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise SourceError(f"broken gzip: {error}") from error
    if len(inflated) > most_bytes:
        raise SourceError(f"not read: unpacked it is larger than {most_bytes:,} bytes")
    return inflated


def _plain_entries(body: bytes) -> _Entries:
    lines = body.decode("utf-8", "replace").split()
    if not lines or not lines[0].startswith(("http://", "https://")):
        raise SourceError(f"not a sitemap: {instead(body, 'XML')}")
    entries = _Entries("urlset")
    for line in lines:
        entries.add({"loc": line})
    return entries


def _xml_entries(body: bytes) -> _Entries:
    if form_of(body) != "XML":
        raise SourceError(f"not a sitemap: {instead(body, 'XML')}")
    try:
        entries = _parsed(body)
    except etree.XMLSyntaxError:
        # Captions bring in control characters and bytes of another encoding, links bare ampersands.
        try:
            entries = _parsed(_mended(body))
        except etree.XMLSyntaxError as error:
            raise SourceError(f"broken XML: {' '.join(error.msg.split())}") from error
    if entries.root not in {"urlset", "sitemapindex"}:
        raise SourceError(f"not a sitemap: <{entries.root}> where <urlset> or <sitemapindex> was promised")
    return entries


def _parsed(body: bytes) -> _Entries:
    entries = _Entries()
    etree.fromstring(
        body,
        etree.XMLParser(
            target=entries,  # type: ignore[arg-type]  # the stubs ask for more than lxml calls
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            dtd_validation=False,
            huge_tree=False,
        ),
    )
    return entries


def _mended(body: bytes) -> bytes:
    """The XML without what makes it no XML, as far as that changes no address."""
    if len(body) > MOST_MENDED:
        return body
    if b"encoding=" not in body[:100] or b"utf-8" in body[:100].lower():
        body = body.decode("utf-8", "replace").encode()
    body = re.sub(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]", b"", body)
    return re.sub(rb"&(?!(?:amp|lt|gt|quot|apos|#\d+|#x[0-9a-fA-F]+);)", b"&amp;", body)


def _lead(entry: Mapping[str, str], place: str) -> Lead:
    return Lead(
        url=place,
        published_at=moment(entry.get("news/publication_date")),
        modified_at=_lastmod(entry.get("lastmod")),
        title=plain(entry.get("news/title")),
    )


def _lastmod(raw: str | None) -> datetime | None:
    """A last change, as aware UTC. One that tells only the day, or no zone, is taken for UTC: it is a hint."""
    told = moment(raw)
    if told is not None:
        return told
    try:
        when = datetime.fromisoformat((raw or "").strip())
    except ValueError:
        return None
    return when.replace(tzinfo=UTC) if when.tzinfo is None and when.year >= 1990 else None


def _newest_first(children: list[Follow]) -> list[Follow]:
    """By last change; without one the last in the file first, because WordPress's core lists its newest last."""
    oldest = datetime.min.replace(tzinfo=UTC)
    return sorted(children, key=lambda child: child.modified_at or oldest)[::-1]
