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
from urllib.parse import quote, urljoin

from newscrawl.items import Article, Image, Kind, Layer
from newscrawl.pages.boilerplate import Boilerplate, folded_story, without_boilerplate
from newscrawl.pages.outlet import Outlet
from newscrawl.pages.pictures import Caption, split_credit
from newscrawl.pages.prose import Paragraph, fragment, paragraphs
from newscrawl.pages.shortened import shortened
from newscrawl.text.bylines import names
from newscrawl.text.characters import clean_line, plain_line
from newscrawl.text.dateline import split_dateline
from newscrawl.text.dates import DateError, is_day_alone, parse_date
from newscrawl.text.hashing import address_hash, folded, hash_of_folded, joined
from newscrawl.text.language import detect_language
from newscrawl.text.markup import Entangled
from newscrawl.text.urls import LONGEST

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
_SAID_AS = {"id": "site_id", "published_at": "published", "modified_at": "modified", "image": "image_url"}
"""What a layer calls a field, where that is not the field's name."""

_CUT_OFF = re.compile(
    r"(?:\[\s*(?:…|\.{3})\s*\]|…|\.{3})(?:\s*(?:continue reading|read more|lire la suite)\b.*)?$", re.IGNORECASE
)
_NO_LETTER = re.compile(r"\W")
_MARKUP = re.compile(r"<(?:p|br|div)\b")
_WHOLE_ADDRESS = re.compile(r"https?://[\w.-]+/[\w./%~-]*", re.ASCII)
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
    """The outlet's name in its datelines, where that is not its title."""
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
    is_locked: bool = False
    """Whether the site says that the text is not free."""


def chosen(found: Found, outlet: Outlet, habits: Habits, date: datetime | None) -> Article:
    """The article. `date` is the response's Date, against which relative and future times are held."""
    return _Choice(found, outlet, habits, date or datetime.now(UTC)).article()


def told(drafts: Mapping[Layer, Account]) -> dict[str, dict[Layer, object]]:
    """By field what each layer says of it, raw, in the order in which they are asked."""
    return {
        field: {
            layer: said
            for layer in order
            if layer in drafts and (said := getattr(drafts[layer], _SAID_AS.get(field, field)))
        }
        for field, order in _ORDER.items()
    }


class _Choice:
    def __init__(self, found: Found, outlet: Outlet, habits: Habits, now: datetime) -> None:
        self._found = found
        self._outlet = outlet
        self._habits = habits
        self._brands = _brands(habits.brands, outlet.title)
        self._now = now
        self._provenance: dict[str, str] = {"url": found.url_layer}

    def article(self) -> Article:
        headline = self._headline()
        image = self._image()
        dateline, texts, words = self._story(headline, image)
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
                "description": self._description(headline, words),
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
                "word_count": words.count(" ") + 1 if words else 0,
                "content_hash": hash_of_folded(folded(headline), words),
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

    def _description(self, headline: str, words: str) -> str | None:
        """The standfirst, where it is no beginning of the text, of which `words` are the folded words."""
        for draft in self._drafts("description"):
            raw = draft.description
            if not raw or _is_cut_off(raw):
                continue
            description = self._plain_description(raw)
            bare = folded(split_dateline(description, brands=self._brands)[1])
            if not bare or bare == folded(headline) or _is_cut_off(description) or words.startswith(bare.rstrip(". ")):
                continue
            self._provenance["description"] = draft.layer
            return description
        return None

    def _plain_description(self, raw: str) -> str:
        """A feed's description is markup; any has the same boilerplate as the text."""
        found = [Paragraph(plain_line(raw))]
        if _MARKUP.search(raw):
            try:
                root = fragment(raw)
                found = paragraphs(root) if root is not None else []
            except Entangled:
                found = []
        kept = without_boilerplate(found, self._habits.boilerplate, headline="")
        return " ".join(part.text for part in kept).replace("\n", " ")

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
        return _bare(name) in _own_names(self._outlet.title, self._outlet.site.host)

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
        """The first layer's date; one that is a day alone gets its time from the next layer that tells one of that day.

        Where none does it is the day's midnight in the outlet's zone, and `provenance` tells that it is but a day.
        """
        day: tuple[datetime, str, Layer] | None = None
        for draft in self._drafts("published_at"):
            raw = draft.published
            if not raw:
                continue
            try:
                moment = parse_date(raw, zone=self._outlet.zone, now=self._now)
            except DateError as error:
                self._provenance.setdefault("published_at_refused", plain_line(str(error)))
                continue
            if is_day_alone(raw):
                day = day or (moment, raw, draft.layer)
            elif day is None or self._is_on(moment, day[0]):
                return self._published(moment, raw, draft.layer)
        if day is None:
            return None
        self._provenance["published_at_precision"] = "day"
        return self._published(*day)

    def _published(self, moment: datetime, raw: str, layer: Layer) -> datetime:
        self._provenance["published_at"] = layer
        self._provenance["published_at_raw"] = plain_line(raw)
        return moment

    def _is_on(self, moment: datetime, day: datetime) -> bool:
        """Whether a moment is on the day of another one, for the outlet's readers or by UTC, as programs write days."""
        wanted = day.astimezone(self._outlet.zone).date()
        return wanted in {moment.astimezone(self._outlet.zone).date(), moment.date()}

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
                url=_UNSAFE.sub(lambda found: quote(found[0], errors="replace"), clean_line(address)),
                caption=shown.text or told.text,
                credit=shown.credit or plain_line(draft.image_credit or "") or told.credit,
            )
        return None

    def _story(self, headline: str, image: Image | None) -> tuple[str | None, list[str], str]:
        """The dateline's place, the story's paragraphs, and their words folded for comparison."""
        captions = [*self._found.captions, *([image.caption] if image and image.caption else [])]
        story = folded_story(self._found.body, self._habits.boilerplate, headline=headline, captions=captions)
        if not story:
            return None, [], ""
        texts = [paragraph.text for paragraph, _ in story]
        plain = [words for _, words in story]
        self._provenance["body"] = self._found.body_layer
        if told := shortened(texts[-1], is_locked=self._found.is_locked):
            self._provenance["shortened"] = told
        place = None
        if story[0][0].sort == "paragraph":
            place, rest = self._without_dateline(texts)
            if rest != texts[0]:
                texts[0], plain[0] = rest, folded(rest)
        if place:
            self._provenance["dateline"] = "text"
        return place, [text for text in texts if text], joined(plain)

    def _without_dateline(self, texts: list[str]) -> tuple[str | None, str]:
        """The place that opens a story and the rest of its first paragraph, which may be nothing but a dateline."""
        place, rest = split_dateline(texts[0], brands=self._brands)
        if rest == texts[0] and len(rest) <= _OWN_DATELINE and len(texts) > 1:
            place, both = split_dateline(f"{rest} {texts[1]}", brands=self._brands)
            if both == texts[1]:
                rest = ""
        return place, rest


def _is_cut_off(text: str) -> bool:
    # To look for dots first takes a tenth of the time, and hardly a description has any.
    return ("…" in text or "..." in text) and _CUT_OFF.search(text) is not None


def without_suffix(headline: str, outlet: Outlet) -> str:
    return _suffix(outlet.title).sub("", headline)


@lru_cache(maxsize=64)
def _own_names(title: str, host: str) -> frozenset[str]:
    """An outlet's own name, as it stands in the place of an author."""
    address = _bare(host.removeprefix("www."))
    return frozenset({_bare(title), address, "www" + address})


@lru_cache(maxsize=64)
def _brands(brands: tuple[str, ...], title: str) -> tuple[str, ...]:
    """What an outlet is called in its datelines, as regular expressions."""
    is_known = any(re.fullmatch(brand, title, re.IGNORECASE) for brand in brands)
    return brands if is_known else (*brands, _spaced(title))


def _spaced(title: str) -> str:
    """A regular expression for a title, with its words apart or together."""
    return r"\s?".join(map(re.escape, title.split()))


def _bare(name: str) -> str:
    return _NO_LETTER.sub("", name.casefold())


@lru_cache(maxsize=64)
def _suffix(title: str) -> re.Pattern[str]:
    """What a page's title adds to the headline: " - Iraqi News", " | IraqiNews.com"."""
    return re.compile(rf"\s+(?:[-–—|»•·]|::)\s+{_spaced(title)}(?:\.com)?$", re.IGNORECASE)


_UNSAFE = re.compile('[\x00-\x20"<>\x7f-\x9f\ud800-\udfff]')
"""What no address holds (RFC 3986, 2): it would end the attribute of a page that shows the picture."""


def _absolute(address: str | None, base: str) -> str | None:
    if address and len(address) <= LONGEST and _WHOLE_ADDRESS.fullmatch(address):
        return address  # there is nothing to be resolved
    try:
        whole = urljoin(base, (address or "").strip()) if address else ""
    except ValueError:
        return None
    return whole if whole.startswith(("http://", "https://")) and len(whole) <= LONGEST else None
