"""Feeds, RSS or Atom: the newest articles, often with their whole text.

In: a feed's bytes, however broken. Out: a lead for each entry; where the outlet's feed is known to hold whole texts,
with the article itself.
"""

import html
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar
from xml.sax import SAXException

from newscrawl.items import Batch, Draft, Follow, Lead
from newscrawl.sources.form import form_of, instead, xml_part
from newscrawl.sources.source import Source, SourceError, address, moment, page_number, plain, with_parameter
from newscrawl.sources.standfirst import standfirst

MOST_TAGS = 100_000
"""feedparser takes about 0.1 ms for each; a feed of a hundred whole articles has 30,000."""

_MANY_ATTRIBUTES = re.compile(rb"(?:\s[\w:.-]+=(?:\"[^\"<]*\"|'[^'<]*')){500}")
"""feedparser and expat compare each attribute of an element with all others: 40,000 take 40 s."""


@dataclass(frozen=True)
class Feed(Source):
    """An RSS or Atom feed."""

    path: str = "/feed/"
    whole_text: bool = False
    """The entries hold articles (WordPress's `content:encoded`), not excerpts or rendered teasers. Of an article on
    several pages they hold the first and do not say so: what they hold is written where the page cannot be had."""
    sections: int = 0
    """How many of an entry's first categories are the site's sections; the rest are topics."""
    paged: bool = False
    """Older entries stand at `?paged=2` and on, as WordPress has it; a 404 ends them."""

    kind: ClassVar[str] = "feed"
    newest_first: ClassVar[bool] = True
    past_end: ClassVar[frozenset[int]] = frozenset({404})

    @property
    def label(self) -> str:
        return f"feed {self.path}, all pages" if self.paged else super().label

    @property
    def is_whole(self) -> bool:
        return self.paged

    def read(self, body: bytes, url: str, headers: Mapping[str, str] | None = None) -> Batch:
        parsed = _parsed(xml_part(body), url, headers or {})
        batch = Batch()
        for entry in parsed.entries:
            lead = self._lead(entry, url, atom=parsed.version.startswith("atom"))
            if isinstance(lead, Lead):
                batch.leads.append(lead)
            else:
                batch.left_out[lead] = batch.left_out.get(lead, 0) + 1
        if self.paged and parsed.entries:
            following = (page_number(url, "paged") or 1) + 1
            batch.follow.append(Follow(url=with_parameter(url, "paged", following)))
        return batch

    def _lead(self, entry: Any, url: str, *, atom: bool) -> Lead | str:
        """The entry's lead, or why it gives none."""
        if _is_protected(entry):
            return "protected"
        link = address(_link(entry), url)
        if link is None:
            return "no address"
        published, modified = _dates(entry, atom=atom)
        lead = Lead(
            url=link,
            published_at=moment(published),
            modified_at=moment(modified),
            title=plain(entry.get("title")),
        )
        body = _content(entry)
        # An entry cut short has no text, a broken one no date: then the article's page is asked instead.
        if self.whole_text and plain(body) and published:
            lead.draft = self._draft(entry, link, body_html=body, published=published, modified=modified)
        return lead

    def _draft(
        self, entry: Any, link: str, *, body_html: str | None, published: str | None, modified: str | None
    ) -> Draft:
        names = _categories(entry)
        post = re.search(r"[?&;]p=(\d+)$", entry.get("id") or "")
        return Draft(
            layer="feed",
            url=link,
            site_id=post[1] if post else None,
            headline=entry.get("title") or None,
            description=standfirst(entry.get("summary"), body_html),
            body_html=body_html,
            authors=_authors(entry),
            sections=names[: self.sections],
            topics=names[self.sections :],
            published=published,
            modified=modified,
            image_url=_image(entry, link),
        )


def _parsed(body: bytes, url: str, headers: Mapping[str, str]) -> Any:
    """What feedparser reads in bytes that are a feed, raw: nothing sanitised, nothing fetched."""
    if form_of(body) in {"nothing", "JSON", "HTML"}:
        raise SourceError(f"not a feed: {instead(body, 'XML')}")
    if body.count(b"<") > MOST_TAGS:
        raise SourceError(f"not read: more than {MOST_TAGS:,} tags in one feed")
    if _MANY_ATTRIBUTES.search(body):
        raise SourceError("not read: an element of 500 attributes or more")
    import feedparser  # noqa: PLC0415 - it loads slowly, and not every crawl reads a feed

    known = {
        "content-location": url,  # what relative links are resolved against
        # Without a type feedparser takes ISO 8859-1 for granted, where XML says UTF-8.
        "content-type": headers.get("content-type", "application/xml"),
    }
    try:
        parsed = feedparser.parse(
            # A stream, because feedparser takes plain bytes for a file's name first.
            io.BytesIO(_with_real_characters(body)),
            response_headers=known,
            sanitize_html=False,
            resolve_relative_uris=False,
        )
    except Exception as error:  # feedparser lets out whatever its code stumbles over in markup of no sense
        raise SourceError(f"broken feed: feedparser gave up with {type(error).__name__}") from error
    if parsed.entries:
        return parsed
    if not parsed.get("version"):
        raise SourceError(f"not a feed: {instead(body, 'RSS or Atom')}")
    if isinstance(parsed.get("bozo_exception"), SAXException):
        raise SourceError("broken feed: no entry could be read")
    return parsed


_REFERENCES = re.compile(rb"(?:&#(?:\d+|[xX][0-9a-fA-F]+);)+")


def _with_real_characters(body: bytes) -> bytes:
    """The feed with every numeric reference naming a character, or gone.

    Sites write emoji as two halves of UTF-16 and leave control characters in; one of them costs the whole feed,
    because XML forbids it and feedparser's second reader raises on it.
    """
    return _REFERENCES.sub(_mended, body) if b"&#" in body else body


def _mended(references: re.Match[bytes]) -> bytes:
    numbers = [_number(digits) for digits in references[0][2:-1].split(b";&#")]
    if all(_is_character(number) for number in numbers):
        return references[0]
    halves = b"".join(chr(number).encode("utf-16-le", "surrogatepass") for number in numbers if number < 0x110000)
    text = halves.decode("utf-16-le", "ignore")
    return "".join(f"&#{ord(char)};" for char in text if _is_character(ord(char))).encode()


def _number(digits: bytes) -> int:
    if len(digits) > 9:
        return 0
    return int(digits[1:], 16) if digits[:1] in b"xX" else int(digits)


def _is_character(number: int) -> bool:
    """Whether XML 1.0 allows the character (its production 2)."""
    return (
        number in {0x9, 0xA, 0xD} or 0x20 <= number < 0xD800 or 0xE000 <= number < 0xFFFE or 0xFFFF < number < 0x110000
    )


def _link(entry: Any) -> str | None:
    """The entry's address: its link, else a guid that is one.

    feedparser itself lets a permalink guid stand for a missing link, not for an empty one.
    """
    if entry.get("link"):
        return str(entry["link"])
    return str(entry.get("id", "")) if "link" in entry else None


def _content(entry: Any) -> str | None:
    """The whole text: the longest content, because captions of media elements come as content too."""
    texts = [part.get("value") or "" for part in entry.get("content") or []]
    return max(texts, key=len, default="") or None


def _dates(entry: Any, *, atom: bool) -> tuple[str | None, str | None]:
    """Publication and last change, as written. RSS's `dc:date` is the publication, Atom's `updated` never is."""
    # Asked for by `in` first, because feedparser answers `updated` with `published` where there is none.
    updated = (entry["updated"] or None) if "updated" in entry else None
    published = entry.get("published") or entry.get("created") or None
    return (published, updated) if published or atom else (updated, None)


def _authors(entry: Any) -> list[str]:
    names = [str(author.get("name") or "").strip() for author in entry.get("authors") or []]
    return [name for name in dict.fromkeys(names) if name]


def _categories(entry: Any) -> list[str]:
    terms = [tag.get("label") or tag.get("term") or "" for tag in entry.get("tags") or []]
    names = [" ".join(html.unescape(term).split()) for term in terms]
    return [name for name in dict.fromkeys(names) if name]


def _image(entry: Any, link: str) -> str | None:
    """The entry's picture: the media element's own before its thumbnail, which is small."""
    media = [part for part in entry.get("media_content") or [] if _is_picture(part)]
    enclosed = [part for part in entry.get("enclosures") or [] if _is_picture(part)]
    for part in (*media, *enclosed, *(entry.get("media_thumbnail") or [])):
        found = address(part.get("url") or part.get("href"), link)
        if found:
            return found
    return None


def _is_picture(part: Any) -> bool:
    return part.get("medium") == "image" or str(part.get("type", "")).startswith("image/")


def _is_protected(entry: Any) -> bool:
    """Whether the entry is a WordPress post behind a password, whose text is a form or nothing.

    The title alone does not tell: "Protected: …" is also how an article on nature reserves may begin.
    """
    body = _content(entry) or entry.get("summary") or ""
    if "post-password-form" in body or "action=postpass" in body:
        return True
    text = plain(body) or "because this is a protected post"
    return (entry.get("title") or "").startswith("Protected: ") and "because this is a protected post" in text
