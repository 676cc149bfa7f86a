"""What spiders yield: the leads that sources give and the articles that are written.

In: nothing. Out: `Lead`, `Draft`, `Batch` (from sources) and `Article` (the record), whose JSON Schema is made from the
class itself. Field names follow schema.org's NewsArticle in snake case.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any, Literal

from msgspec import Meta

SCHEMA_VERSION = 1

Kind = Literal["article", "opinion", "live_blog", "live_update", "video", "gallery"]
Layer = Literal["rest", "feed", "json-ld", "meta", "selector", "url", "text", "fallback"]
"""Where a field's value was read: a source that holds the whole text (rest, feed), a layer of the page, its address,
the text itself, or the general reader that stands in when an outlet's layouts find nothing."""

Text = Annotated[str, Meta(min_length=1, pattern=r"\S")]
Utc = Annotated[datetime, Meta(tz=True)]
Share = Annotated[float, Meta(ge=0, le=1)]


@dataclass(slots=True, kw_only=True)
class Image:
    """The article's main picture."""

    url: Annotated[str, Meta(pattern="^https?://", description="Absolute address, as the site gives it.")]
    caption: Annotated[str | None, Meta(description="The caption without its credit.")] = None
    credit: Annotated[str | None, Meta(description="Photographer or agency, without brackets.")] = None


@dataclass(slots=True, kw_only=True)
class Draft:
    """One layer's account of an article, raw: as the site wrote it, nothing cleaned.

    A source that holds whole texts gives one with each lead; a page gives one a layer. `None` and empty lists mean
    that the layer does not say.
    """

    layer: Layer
    url: str | None = None
    """The address that this layer gives as the article's own (canonical, permalink)."""
    site_id: str | None = None
    """The site's own number for the article: a WordPress post id, a Drupal node id."""
    kind: Kind | None = None
    headline: str | None = None
    """May hold markup and character references, as titles in feeds and REST do."""
    description: str | None = None
    body_html: str | None = None
    """The article's markup, from the site's own content field or element."""
    authors: list[str] = field(default_factory=list)
    sections: list[str] = field(default_factory=list)
    topics: list[str] = field(default_factory=list)
    published: str | None = None
    """A date as written; one without a zone is in the outlet's."""
    modified: str | None = None
    image_url: str | None = None
    image_caption: str | None = None
    image_credit: str | None = None


@dataclass(slots=True, kw_only=True)
class Lead:
    """An address where an article may be, as one source gives it."""

    url: str
    """Absolute; as the source wrote it, not yet canonical."""
    published_at: datetime | None = None
    """Aware UTC, where the source tells: what `since` and `until` can decide without a request."""
    modified_at: datetime | None = None
    """Aware UTC: the source's last change (lastmod, modified, updated)."""
    title: str | None = None
    site_id: str | None = None
    """The site's own number for the article, where the source tells."""
    parent_id: str | None = None
    """The `Article.id` of the live blog that lists this update."""
    is_part: bool = False
    """Whether it belongs to an article that is yet to be read and will name itself as its parent."""
    draft: Draft | None = None
    """The article itself, where the source holds its whole text: it then needs no request of its own."""
    read_at: datetime | None = None
    """When the answer came that held it, where that is kept (KEEP_PAGES)."""


@dataclass(slots=True, kw_only=True)
class Follow:
    """A further part of the same source: the next page, or a sitemap that an index names."""

    url: str
    modified_at: datetime | None = None
    is_told: bool = False
    """Whether the site itself counts it among its pages, so that it is not past their end."""


@dataclass(slots=True, kw_only=True)
class Batch:
    """What one response of a source gives."""

    leads: list[Lead] = field(default_factory=list)
    follow: list[Follow] = field(default_factory=list)
    """In the order in which they are worth reading: newest first where that is known."""
    sources: list[Any] = field(default_factory=list)
    """Further sources (`newscrawl.sources`) that a page names which lists no article itself, such as robots.txt."""
    left_out: dict[str, int] = field(default_factory=dict)
    """Entries that are no leads, by reason ("protected", "no address"), with their number: nothing is lost silently."""
    ids: list[int] = field(default_factory=list)
    """The site's own numbers of all entries, those left out among them, where the source tells: what shows whether a
    listing was read whole."""
    total: int | None = None
    """How many articles the site says that this source has, where it says so."""


@dataclass(slots=True, kw_only=True)
class Article:
    """One article, whole: a line of the record.

    Built unchecked (`from_fields`), because pages are broken and a missing field must be told, not raised on the way;
    the validate pipeline holds it against the types below before anything is written.
    """

    id: Annotated[
        str,
        Meta(
            pattern="^[^:]+:.+$",
            description="Stable through changes of the address: the outlet and the site's own id, or 16 hex digits of "
            "the canonical URL's SHA-256.",
            examples=["iraqinews:209323"],
        ),
    ]
    url: Annotated[str, Meta(pattern="^https?://", description="Canonical URL.")]
    outlet: Annotated[Text, Meta(description="The spider's name.", examples=["middleeasteye"])]
    outlet_name: Annotated[Text, Meta(description="The outlet's name for people.", examples=["Middle East Eye"])]
    kind: Annotated[Kind, Meta(description="What sort of story it is.")]
    headline: Annotated[Text, Meta(description="Without the outlet's suffix.")]
    description: Annotated[
        str | None, Meta(description="The standfirst, where the editors wrote one; never an excerpt of the body.")
    ]
    body: Annotated[
        Text,
        Meta(
            description="Paragraphs joined by a blank line, Unicode NFC, without boilerplate, captions and repeated "
            "pull quotes."
        ),
    ]
    dateline: Annotated[
        str | None,
        Meta(description="Place taken from the opening; the body then starts after it.", examples=["Baghdad"]),
    ]
    authors: Annotated[list[str], Meta(description="People or agencies, in the order of the byline.")]
    sections: Annotated[list[str], Meta(description="The site's sections.", examples=[["Iraq"]])]
    topics: Annotated[list[str], Meta(description="The site's tags.", examples=[["CJTF-OIR", "ISIS"]])]
    published_at: Annotated[Utc, Meta(description="First publication, UTC, ISO 8601 with offset.")]
    modified_at: Annotated[Utc | None, Meta(description="Last change that the site tells, UTC.")]
    language: Annotated[
        str,
        Meta(
            pattern="^[a-z]{2,3}(-[A-Za-z0-9]+)*$",
            description="BCP 47, from the text, not from the path; `und` where the text is too short to tell.",
            examples=["en", "fr", "ar"],
        ),
    ]
    image: Annotated[Image | None, Meta(description="The main picture.")]
    parent_id: Annotated[str | None, Meta(description="The live blog that an update belongs to.")]
    word_count: Annotated[int, Meta(ge=1, description="Words of the body, split at white space.")]
    content_hash: Annotated[
        str,
        Meta(pattern="^[0-9a-f]{64}$", description="SHA-256 of the normalised headline and body."),
    ]
    revision: Annotated[int, Meta(ge=1, description="1, then one more each time that the text changed.")] = 1
    previous_hash: Annotated[str | None, Meta(description="`content_hash` of the revision before this one.")] = None
    duplicate_of: Annotated[str | None, Meta(description="The first article that tells the same text.")] = None
    similarity: Annotated[Share | None, Meta(description="How near to it, as Jaccard similarity.")] = None
    first_seen_at: Annotated[Utc, Meta(description="When a source first named it, UTC.")]
    crawled_at: Annotated[Utc, Meta(description="When this revision was read from the site, UTC.")]
    provenance: Annotated[
        dict[str, str],
        Meta(
            description="For each field the layer that gave it: rest, feed, json-ld, meta, selector, url, text or "
            "fallback; `published_at_raw`, the date as the site wrote it; `published_at_precision`, `day` where no "
            "layer tells the time of that day; `layout`, which of the outlet's layouts the page has; `rendered`, the "
            "browser that ran the page's scripts, where one did; `unrendered`, why none did, where one should have; "
            "and `shortened`, why the text is not whole, where it is not (a paywall, a teaser)."
        ),
    ]
    schema_version: Annotated[int, Meta(ge=1, description="Version of this description.")] = SCHEMA_VERSION

    @classmethod
    def from_fields(cls, fields: dict[str, Any]) -> "Article":
        """An article of the fields given, unchecked: what is missing is None until the validate pipeline says so."""
        return cls(**{"first_seen_at": None, "crawled_at": None, **fields})
