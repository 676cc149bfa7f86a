"""The posts of one topic by WordPress's REST: those with a tag or category of its name, and those whose text names it.

In: the JSON of `/wp-json/wp/v2/tags`, `categories` and `posts`. Out: what `WordPressRest` gives, of fewer posts.
"""

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote

import msgspec

from newscrawl.items import Batch, Follow, Lead
from newscrawl.sources.form import instead, json_part
from newscrawl.sources.source import EVERYTHING, SourceError, Wanted, page_number, plain, with_parameter
from newscrawl.sources.wordpress import FIELDS, WordPressRest
from newscrawl.text.topic import names_topic, slug

TAXONOMIES = ("tags", "categories")
TERM = "id,name,slug,taxonomy"
POSTS = "/wp/v2/posts"
OFF_TOPIC = "not on the topic"
"""Why posts are left out that WordPress's search finds: it finds letters anywhere, "IS" in "this"."""


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
        # Word by word, because the text may write a space where the topic has a hyphen.
        words = " ".join(re.findall(r"\w+", self.topic))
        return f"{super().first(root, wanted)}&search={quote(words)}"

    def read(self, body: bytes, url: str, headers: Mapping[str, str] | None = None) -> Batch:
        for taxonomy in TAXONOMIES:
            if re.search(rf"/wp/v2/{taxonomy}[?&]", url):
                posts = url.replace(f"/wp/v2/{taxonomy}", POSTS, 1)
                return Batch(follow=[Follow(url=_of_term(posts, taxonomy, term)) for term in self._terms(body)])
        batch = super().read(body, url, headers)
        batch.total = None
        if "&search=" not in url:
            return batch
        named = [lead for lead in batch.leads if self._is_named(lead)]
        if others := len(batch.leads) - len(named):
            batch.leads, batch.left_out = named, batch.left_out | {OFF_TOPIC: others}
        if page_number(url, "page") == 1:
            batch.follow += [Follow(url=_terms_like(url, kind, name)) for kind in TAXONOMIES for name in self._names()]
        return batch

    def _is_named(self, lead: Lead) -> bool:
        draft = lead.draft
        if draft is None:
            return names_topic(self.topic, [lead.title or ""])
        markup = (draft.headline, draft.description, draft.body_html)
        return names_topic(self.topic, [*draft.topics, *draft.sections, *(plain(text) or "" for text in markup)])

    def _names(self) -> list[str]:
        """How WordPress may have stored the name: with `&amp;`; and as its slug, where it is written otherwise."""
        name = html.escape(self.topic, quote=False)
        return list(dict.fromkeys([name.casefold(), slug(self.topic)]))

    def _terms(self, body: bytes) -> list[int]:
        """The terms of this name; WordPress finds those that hold it anywhere. Raises SourceError."""
        try:
            terms = _TERMS.decode(json_part(body))
        except ValueError as error:
            raise SourceError(f"not a list of tags: {instead(body, 'JSON')}") from error
        names = ((term.id, [html.unescape(term.name), term.slug]) for term in terms)
        return [number for number, texts in names if names_topic(self.topic, texts)]


def _terms_like(posts: str, taxonomy: str, name: str) -> str:
    """The terms that a search finds; what only posts are asked for is passed by."""
    terms = posts.replace(POSTS, f"/wp/v2/{taxonomy}", 1)
    return with_parameter(with_parameter(terms, "_fields", TERM), "search", quote(name))


def _of_term(posts: str, taxonomy: str, term: int) -> str:
    return f"{with_parameter(re.sub(r'&search=[^&#]*', '', posts), '_fields', FIELDS)}&{taxonomy}={term}"
