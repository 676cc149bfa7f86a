"""WordPress's own interface, REST: whole articles, a hundred a request.

In: the JSON of `/wp-json/wp/v2/posts`. Out: a lead with the article itself for each published post, and the next page.
"""

import html
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

import msgspec

from newscrawl.items import Batch, Draft, Follow, Lead
from newscrawl.sources.form import form_of, instead, json_part
from newscrawl.sources.source import (
    EVERYTHING,
    NotOfferedError,
    Source,
    SourceError,
    Wanted,
    address,
    moment,
    page_number,
    plain,
    with_parameter,
)
from newscrawl.sources.standfirst import standfirst

EMBEDDED = "author,wp:featuredmedia,wp:term"
"""What an article needs beside the post itself: names of people, its picture, categories and tags."""
FIELDS = "id,status,link,date,date_gmt,modified,modified_gmt,title,content,excerpt,_links,_embedded"
"""What an article needs of a post. Without `_links` WordPress embeds nothing."""
CENSUS = "id,status,link,date_gmt,modified_gmt,content.protected"
"""What tells that a post is there: a tenth of the bytes, and no text to render that could fail."""
PAST_END = "rest_post_invalid_page_number"
"""WordPress's code for a page after the last one."""
SMALLER = {100: 10, 10: 1}
"""How many posts a page has when one of so many fails: a broken post then costs twenty requests, and one post."""


@dataclass(frozen=True)
class WordPressRest(Source):
    """The posts of a WordPress site, newest first. 100 a page is the most that WordPress gives."""

    path: str = "/wp-json/wp/v2/posts"
    """Sites that hide /wp-json/ answer at /?rest_route=/wp/v2/posts."""
    per_page: int = 100

    kind: ClassVar[str] = "REST"
    past_end: ClassVar[frozenset[int]] = frozenset({400})

    def is_past_end(self, page: Follow, status: int, body: bytes) -> bool:
        # Of a page that the site counts only WordPress itself says so, as posts were deleted since; no firewall does.
        return status in self.past_end and (not page.is_told or PAST_END.encode() in body)

    @property
    def holds_text(self) -> bool:
        return True

    def first(self, root: str, wanted: Wanted = EVERYTHING) -> str:
        return self._asking(super().first(root), wanted)

    def census(self, root: str, per_page: int = 100) -> str:
        """The first page of a listing of all posts without their texts, newest first."""
        return _with(super().first(root), f"per_page={per_page}&page=1&_fields={CENSUS}")

    def these(self, root: str, ids: Sequence[str]) -> str:
        """The posts of these ids, at most a page of them."""
        return f"{self.first(root)}&include={','.join(ids)}"

    def parts(self, url: str) -> list[str]:
        size = page_number(url, "per_page") or self.per_page
        smaller = SMALLER.get(size, 0)
        if not smaller:
            return []
        many = size // smaller
        first = ((page_number(url, "page") or 1) - 1) * many + 1
        return [with_parameter(with_parameter(url, "per_page", smaller), "page", first + part) for part in range(many)]

    def after(self, url: str) -> str | None:
        return with_parameter(url, "page", (page_number(url, "page") or 1) + 1)

    def _asking(self, posts: str, wanted: Wanted = EVERYTHING) -> str:
        """The address of posts with all that an article needs."""
        asked = _with(posts, f"per_page={self.per_page}&page=1&_embed={EMBEDDED}&_fields={FIELDS}")
        if wanted.changed_since:
            # A WordPress before 5.7 does not know the parameter, and gives all posts.
            asked += f"&orderby=modified&modified_after={_utc(wanted.changed_since)}"
        if wanted.since:
            # The bound itself is left out.
            asked += f"&after={_utc(wanted.since - timedelta(seconds=1))}"
        if wanted.until:
            asked += f"&before={_utc(wanted.until)}"
        return asked

    def read(self, body: bytes, url: str, headers: Mapping[str, str] | None = None) -> Batch:
        headers = headers or {}
        posts = _posts(json_part(body))
        batch = Batch(total=_whole(headers.get("x-wp-total")))
        for raw in posts:
            lead, number = _lead(raw, url)
            if number is not None:
                batch.ids.append(number)
            if isinstance(lead, Lead):
                batch.leads.append(lead)
            else:
                batch.left_out[lead] = batch.left_out.get(lead, 0) + 1
        page = page_number(url, "page") or 1
        is_told = self._tells_of_more(page, batch.total, url, headers)
        if is_told or (is_told is None and posts):
            # Not the Link header's own address: a site behind a proxy names the wrong host or port.
            batch.follow.append(Follow(url=with_parameter(url, "page", page + 1), is_told=bool(is_told)))
        return batch

    def _tells_of_more(self, page: int, total: int | None, url: str, headers: Mapping[str, str]) -> bool | None:
        """Whether there is a next page; None where the site does not say, because proxies strip headers they do not
        know. Then a page without all its posts is no end, for WordPress leaves out those that it does not show.
        """
        pages = _whole(headers.get("x-wp-totalpages"))
        if pages is not None or total is not None:
            of_total = -(-(total or 0) // (page_number(url, "per_page") or self.per_page))
            return page < max(pages or 0, of_total)
        beside = set(re.findall(r'\brel="?(next|prev)\b', headers.get("link", "")))
        return "next" in beside if beside else None


class _Rendered(msgspec.Struct, frozen=True):
    rendered: str | None = None
    protected: bool = False


class _Post(msgspec.Struct):
    """What makes a post a post; the rest is read as far as it has the shape it should."""

    id: int
    title: _Rendered = _Rendered()
    content: _Rendered = _Rendered()
    link: str | None = None
    status: str = "publish"
    date: str | None = None
    date_gmt: str | None = None
    modified: str | None = None
    modified_gmt: str | None = None
    excerpt: Any = None
    embedded: Any = msgspec.field(default=None, name="_embedded")


_POSTS = msgspec.json.Decoder(list[msgspec.Raw])
_POST = msgspec.json.Decoder(_Post)


def _posts(body: bytes) -> list[msgspec.Raw]:
    """Each post's own JSON, still unread, so that one broken post costs one post."""
    form = form_of(body)
    if form != "JSON":
        raise NotOfferedError(f"not a list of posts: {instead(body, 'JSON')}")
    try:
        if body.startswith(b"{"):
            return _no_posts(msgspec.json.decode(body))
        return _POSTS.decode(body)
    except RecursionError as error:
        raise SourceError("broken JSON: nested too deep") from error
    except ValueError as error:
        if isinstance(error, SourceError):
            raise
        raise SourceError(f"broken JSON: {error}") from error


def _no_posts(answer: dict[str, Any]) -> list[msgspec.Raw]:
    """WordPress's error object: the end of the pages, or a refusal in the site's own words."""
    code = str(answer.get("code") or "no code")
    if code == PAST_END:
        return []
    words = plain(str(answer.get("message") or "")) or "no message"
    raise NotOfferedError(f"no posts: the site answers “{words[:200]}” ({code[:100]})")


def _lead(raw: msgspec.Raw, url: str) -> tuple[Lead | str, int | None]:
    """The post's lead, or why it gives none; and its id, where it has one."""
    try:
        post = _POST.decode(raw)
    except (ValueError, RecursionError):
        return "broken", None
    number = post.id
    if post.content.protected:
        return "protected", number
    if post.status != "publish":
        return "not published", number
    link = address(post.link, url)
    if link is None:
        return "no address", number
    published, modified = _date(post.date_gmt, post.date), _date(post.modified_gmt, post.modified)
    lead = Lead(
        url=link,
        published_at=moment(published),
        modified_at=moment(modified),
        title=plain(post.title.rendered),
        site_id=str(number),
    )
    # A post built of other fields than its content has no text here: then its page is asked instead.
    if plain(post.content.rendered) and published:
        lead.draft = _draft(post, link, published=published, modified=modified)
    return lead, number


def _draft(post: _Post, link: str, *, published: str, modified: str | None) -> Draft:
    picture = next(iter(_embedded(post, "wp:featuredmedia")), {})
    return Draft(
        layer="rest",
        url=link,
        site_id=str(post.id),
        headline=post.title.rendered or None,
        description=standfirst(_rendered(post.excerpt), post.content.rendered),
        body_html=post.content.rendered,
        authors=[name for author in _embedded(post, "author") if (name := _text(author.get("name")))],
        sections=_terms(post, "category"),
        topics=_terms(post, "post_tag"),
        published=published,
        modified=modified,
        image_url=address(_text(picture.get("source_url")), link),
        image_caption=_rendered(picture.get("caption")),
    )


def _date(gmt: str | None, local: str | None) -> str | None:
    """The date in UTC and saying so; else the site's own time, without a zone, as WordPress writes it."""
    # A post that was never published before has zeros, or what PHP makes of them ("-0001-11-30").
    if gmt and not gmt.startswith(("0000", "-")):
        return gmt if gmt.endswith("Z") else f"{gmt}Z"
    return local if local and not local.startswith(("0000", "-")) else None


def _embedded(post: _Post, relation: str) -> list[dict[str, Any]]:
    """The embedded objects of one relation: people, pictures, or the terms of all taxonomies in one row.

    What a site does not let out stands there as an error object, and reads as one without names.
    """
    found = post.embedded.get(relation) if isinstance(post.embedded, dict) else None
    rows = found if isinstance(found, list) else []
    flat = [part for row in rows for part in (row if isinstance(row, list) else [row])]
    return [part for part in flat if isinstance(part, dict)]


def _terms(post: _Post, taxonomy: str) -> list[str]:
    terms = [term for term in _embedded(post, "wp:term") if term.get("taxonomy") == taxonomy]
    names = [html.unescape(_text(term.get("name")) or "").strip() for term in terms]
    return [name for name in dict.fromkeys(names) if name]


def _rendered(value: Any) -> str | None:
    return _text(value.get("rendered")) if isinstance(value, dict) else None


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value.strip() else None


def _with(url: str, query: str) -> str:
    return f"{url}{'&' if '?' in url else '?'}{query}"


def _utc(when: datetime) -> str:
    return f"{when.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _whole(value: str | None) -> int | None:
    return int(value) if value and re.fullmatch(r"\s*\d{1,9}\s*", value) else None
