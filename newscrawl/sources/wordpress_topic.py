"""The posts of one topic by WordPress's REST: those with a tag or category of its name, and those whose text names it.

In: the JSON of `/wp-json/wp/v2/tags`, `categories` and `posts`. Out: what `WordPressRest` gives, of fewer posts.
"""

import html
from collections.abc import Mapping
from dataclasses import dataclass

import msgspec
from w3lib.url import add_or_replace_parameter, add_or_replace_parameters, url_query_cleaner, url_query_parameter

from newscrawl.items import Batch, Follow
from newscrawl.sources.form import instead
from newscrawl.sources.source import EVERYTHING, SourceError, Wanted, page_number
from newscrawl.sources.wordpress import FIELDS, WordPressRest
from newscrawl.text.topic import names_topic

TAXONOMIES = ("tags", "categories")
TERM = "id,name,slug,taxonomy"
POSTS = "/wp/v2/posts"


class _Term(msgspec.Struct):
    id: int
    name: str = ""
    slug: str = ""


_TERMS = msgspec.json.Decoder(list[_Term])


@dataclass(frozen=True)
class WordPressTopic(WordPressRest):
    """First the posts that WordPress's search finds, then those of each tag and category."""

    topic: str = ""

    @property
    def label(self) -> str:
        return f"{super().label} on {self.topic}"

    def first(self, root: str, wanted: Wanted = EVERYTHING) -> str:
        return add_or_replace_parameters(super().first(root, wanted), {"search": self.topic})

    def read(self, body: bytes, url: str, headers: Mapping[str, str] | None = None) -> Batch:
        for taxonomy in TAXONOMIES:
            if f"/wp/v2/{taxonomy}?" in url or f"/wp/v2/{taxonomy}&" in url:
                posts = url.replace(f"/wp/v2/{taxonomy}", POSTS, 1)
                return Batch(follow=[Follow(url=_of_term(posts, taxonomy, term)) for term in self._terms(body)])
        batch = super().read(body, url, headers)
        batch.total = None
        if page_number(url, "page") == 1 and url_query_parameter(url, "search"):
            batch.follow += [Follow(url=_terms_like(url, taxonomy)) for taxonomy in TAXONOMIES]
        return batch

    def _terms(self, body: bytes) -> list[int]:
        """The terms of this name; WordPress finds those that hold it anywhere. Raises SourceError."""
        try:
            terms = _TERMS.decode(body.removeprefix(b"\xef\xbb\xbf").lstrip())
        except ValueError as error:
            raise SourceError(f"not a list of tags: {instead(body, 'JSON')}") from error
        names = ((term.id, [html.unescape(term.name), term.slug]) for term in terms)
        return [number for number, texts in names if names_topic(self.topic, texts)]


def _terms_like(posts: str, taxonomy: str) -> str:
    """The terms that a search finds; what only posts are asked for is passed by."""
    return add_or_replace_parameter(posts.replace(POSTS, f"/wp/v2/{taxonomy}", 1), "_fields", TERM)


def _of_term(posts: str, taxonomy: str, term: int) -> str:
    asked = add_or_replace_parameters(posts, {"_fields": FIELDS, taxonomy: str(term)})
    return url_query_cleaner(asked, ["search"], remove=True)
