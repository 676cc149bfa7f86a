"""Chooses one value for each field of an article.

In: what the layers of a page, or a source, say of it (`Found`), and the outlet. Out: the `Article`, with the layer of
each field in `provenance`.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import NamedTuple, Protocol
from urllib.parse import urljoin

from newscrawl.items import Article, Image, Kind, Layer
from newscrawl.pages.boilerplate import Boilerplate, without_boilerplate
from newscrawl.pages.outlet import Outlet
from newscrawl.pages.pictures import Caption, split_credit
from newscrawl.pages.prose import Paragraph, fragment, paragraphs
from newscrawl.text.bylines import names
from newscrawl.text.characters import plain_line
from newscrawl.text.dateline import split_dateline
from newscrawl.text.dates import DateError, parse_date
from newscrawl.text.hashing import address_hash, content_hash, folded
from newscrawl.text.language import detect_language
from newscrawl.text.markup import Entangled

_ORDER: dict[str, tuple[Layer, ...]] = {
    "headline": ("rest", "feed", "json-ld", "selector", "meta"),
    "description": ("rest", "feed", "selector", "json-ld", "meta"),
    "authors": ("rest", "feed", "json-ld", "selector", "meta"),
    "published_at": ("rest", "feed", "json-ld", "meta", "selector", "text"),
    "modified_at": ("rest", "feed", "json-ld", "meta", "selector"),
    "sections": ("rest", "feed", "json-ld", "selector", "meta", "url"),
    "topics": ("rest", "feed", "selector", "json-ld", "meta"),
    "image": ("rest", "feed", "json-ld", "meta", "selector"),
    "kind": ("json-ld", "url", "selector"),
    "id": ("rest", "feed", "meta", "selector"),
}
"""Which layer is asked first, by field."""

_CUT_OFF = re.compile(
    r"(?:\[\s*(?:…|\.{3})\s*\]|…|\.{3})(?:\s*(?:continue reading|read more|lire la suite)\b.*)?$", re.IGNORECASE
)
_OWN_DATELINE = 60
"""A dateline that is a paragraph of its own is no longer than this."""


class Account(Protocol):
    """What one layer says of an article: a `Draft`, or one that looks its fields up when asked."""

    layer: Layer

    @property
    def site_id(self) -> str | None: ...
    @property
    def kind(self) -> Kind | None: ...
    @property
    def headline(self) -> str | None: ...
    @property
    def description(self) -> str | None: ...
    @property
    def authors(self) -> list[str]: ...
    @property
    def sections(self) -> list[str]: ...
    @property
    def topics(self) -> list[str]: ...
    @property
    def published(self) -> str | None: ...
    @property
    def modified(self) -> str | None: ...
    @property
    def image_url(self) -> str | None: ...
    @property
    def image_caption(self) -> str | None: ...
    @property
    def image_credit(self) -> str | None: ...


class Habits(NamedTuple):
    """What a page class says of an outlet's texts."""

    boilerplate: Boilerplate
    brands: tuple[str, ...]
    has_site_ids: bool


@dataclass(slots=True, kw_only=True)
class Found:
    """All that was found of an article."""

    drafts: Mapping[Layer, Account]
    url: str
    """Canonical."""
    url_layer: Layer
    body: list[Paragraph]
    body_layer: Layer
    captions: list[str]
    caption_of: Callable[[str], Caption | None]
    """The caption that the page shows with a picture's address."""
    parent_id: str | None = None


def chosen(found: Found, outlet: Outlet, habits: Habits, date: datetime | None) -> Article:
    """The article. `date` is the response's Date, against which relative and future times are held."""
    return _Choice(found, outlet, habits, date or datetime.now(UTC)).article()


class _Choice:
    def __init__(self, found: Found, outlet: Outlet, habits: Habits, now: datetime) -> None:
        self._found = found
        self._outlet = outlet
        self._habits = habits
        self._now = now
        self._provenance: dict[str, str] = {"url": found.url_layer}

    def article(self) -> Article:
        headline = self._headline()
        image = self._image()
        dateline, texts = self._story(headline, image)
        body = "\n\n".join(texts)
        published_at = self._published_at()
        return Article.from_fields(
            {
                "id": self._id(),
                "url": self._found.url,
                "outlet": self._outlet.name,
                "outlet_name": self._outlet.title,
                "kind": self._kind(),
                "headline": headline,
                "description": self._description(headline, body),
                "body": body,
                "dateline": dateline,
                "authors": self._authors(),
                "sections": self._labels("sections"),
                "topics": self._labels("topics"),
                "published_at": published_at,
                "modified_at": self._modified_at(published_at),
                "language": self._language(body),
                "image": image,
                "parent_id": self._found.parent_id,
                "word_count": len(body.split()),
                "content_hash": content_hash(headline, body),
                "provenance": self._provenance,
            }
        )

    def _drafts(self, field: str) -> Iterator[Account]:
        """The layers' accounts in the field's order."""
        for layer in _ORDER[field]:
            draft = self._found.drafts.get(layer)
            if draft is not None:
                yield draft

    def _id(self) -> str:
        if self._habits.has_site_ids:
            for draft in self._drafts("id"):
                if draft.site_id:
                    self._provenance["id"] = draft.layer
                    return f"{self._outlet.name}:{draft.site_id}"
        self._provenance["id"] = "url"
        return f"{self._outlet.name}:{address_hash(self._found.url)}"

    def _kind(self) -> Kind:
        for draft in self._drafts("kind"):
            if draft.kind:
                self._provenance["kind"] = draft.layer
                return draft.kind
        self._provenance["kind"] = "url"
        return "article"

    def _headline(self) -> str:
        for draft in self._drafts("headline"):
            headline = without_suffix(plain_line(draft.headline or ""), self._outlet)
            if headline and headline.casefold() != self._outlet.title.casefold():
                self._provenance["headline"] = draft.layer
                return headline
        return ""

    def _description(self, headline: str, body: str) -> str | None:
        for draft in self._drafts("description"):
            raw = draft.description
            if not raw or _CUT_OFF.search(raw):
                continue
            description = self._plain_description(raw)
            bare = folded(split_dateline(description, brands=self._habits.brands)[1])
            # Folding may make a text longer ("…" is three dots), but never three times as long.
            opening = folded(body[: 3 * len(description)])
            if (
                not bare
                or bare == folded(headline)
                or _CUT_OFF.search(description)
                or opening.startswith(bare.rstrip(". "))
            ):
                continue
            self._provenance["description"] = draft.layer
            return description
        return None

    def _plain_description(self, raw: str) -> str:
        """A feed's description is markup; any has the same boilerplate as the text."""
        found = [Paragraph(plain_line(raw))]
        if re.search(r"<(?:p|br|div)\b", raw):
            try:
                root = fragment(raw)
                found = paragraphs(root) if root is not None else []
            except Entangled:
                found = []
        return " ".join(part.text for part in without_boilerplate(found, self._habits.boilerplate, headline=""))

    def _authors(self) -> list[str]:
        """People or agencies; the outlet itself only where no layer names any."""
        own: list[str] = []
        for draft in self._drafts("authors"):
            authors = names(draft.authors)
            others = [name for name in authors if not self._is_own_name(name)]
            if others:
                self._provenance["authors"] = draft.layer
                return others
            if authors and not own:
                own = authors
                self._provenance["authors"] = draft.layer
        return own

    def _is_own_name(self, name: str) -> bool:
        plain = re.sub(r"\W", "", name.casefold())
        title = re.sub(r"\W", "", self._outlet.title.casefold())
        host = re.sub(r"\W", "", self._outlet.site.host.removeprefix("www."))
        return plain in {title, host, "www" + host}

    def _labels(self, field: str) -> list[str]:
        """Sections or topics, each once."""
        for draft in self._drafts(field):
            labels: dict[str, str] = {}
            for label in map(plain_line, draft.sections if field == "sections" else draft.topics):
                if label:
                    labels.setdefault(label.casefold(), label)
            if labels:
                self._provenance[field] = draft.layer
                return list(labels.values())
        return []

    def _published_at(self) -> datetime | None:
        for draft in self._drafts("published_at"):
            raw = draft.published
            if not raw:
                continue
            try:
                moment = parse_date(raw, zone=self._outlet.zone, now=self._now)
            except DateError as error:
                self._provenance.setdefault("published_at_refused", str(error))
                continue
            self._provenance["published_at"] = draft.layer
            self._provenance["published_at_raw"] = plain_line(raw)
            return moment
        return None

    def _modified_at(self, published_at: datetime | None) -> datetime | None:
        """Told only where it is later than the publication: sites fill it in for every article."""
        for draft in self._drafts("modified_at"):
            try:
                moment = parse_date(draft.modified or "", zone=self._outlet.zone, now=self._now)
            except DateError:
                continue
            if published_at is None or moment <= published_at:
                return None
            self._provenance["modified_at"] = draft.layer
            return moment
        return None

    def _language(self, body: str) -> str:
        self._provenance["language"] = "text"
        return detect_language(body)

    def _image(self) -> Image | None:
        for draft in self._drafts("image"):
            address = _absolute(draft.image_url, self._found.url)
            if address is None:
                continue
            self._provenance["image"] = draft.layer
            shown = self._found.caption_of(address) or Caption(None, None)
            told = split_credit(draft.image_caption or "")
            return Image(
                url=address,
                caption=shown.text or told.text,
                credit=shown.credit or plain_line(draft.image_credit or "") or told.credit,
            )
        return None

    def _story(self, headline: str, image: Image | None) -> tuple[str | None, list[str]]:
        """The dateline's place and the story's paragraphs."""
        captions = [*self._found.captions, *([image.caption] if image and image.caption else [])]
        story = without_boilerplate(self._found.body, self._habits.boilerplate, headline=headline, captions=captions)
        texts = [paragraph.text for paragraph in story]
        if not texts:
            return None, []
        self._provenance["body"] = self._found.body_layer
        if story[0].sort != "paragraph":
            return None, texts
        place, rest = split_dateline(texts[0], brands=self._habits.brands)
        if rest == texts[0] and len(rest) <= _OWN_DATELINE and len(texts) > 1:
            place, both = split_dateline(f"{rest} {texts[1]}", brands=self._habits.brands)
            if both == texts[1]:
                texts = ["", *texts[1:]]
                rest = ""
        texts[0] = rest
        if place:
            self._provenance["dateline"] = "text"
        return place, [text for text in texts if text]


def without_suffix(headline: str, outlet: Outlet) -> str:
    return _suffix(outlet.title).sub("", headline)


@lru_cache(maxsize=64)
def _suffix(title: str) -> re.Pattern[str]:
    """What a page's title adds to the headline: " - Iraqi News", " | IraqiNews.com"."""
    words = r"\s?".join(map(re.escape, title.split()))
    return re.compile(rf"\s+(?:[-–—|»•·]|::)\s+{words}(?:\.com)?$", re.IGNORECASE)


def _absolute(address: str | None, base: str) -> str | None:
    try:
        whole = urljoin(base, (address or "").strip()) if address else ""
    except ValueError:
        return None
    return whole if whole.startswith(("http://", "https://")) else None
