"""The search index of the site, in parts, so that a few new stories need no new index of all.

In: what each story is told from, and the parts that the site has. Out: which parts stay, which stories want a new one,
and the files of a part, as scripts: a page that was opened from a disk may load scripts beside it, and nothing else.

A part stays though some of its stories changed or are gone: they stand in a newer part too, or in none, and
`shards_script` says which are not to be shown.
"""

from __future__ import annotations

import gzip
import hashlib
import re
from base64 import b64encode
from collections import defaultdict
from typing import TYPE_CHECKING

import msgspec

from newscrawl.site import addresses, words
from newscrawl.site.pagefind import SCRIPT, WEB_ASSEMBLY, Record, pagefind_version
from newscrawl.site.publishing import Shard, SiteError
from newscrawl.text.direction import direction
from newscrawl.text.opening import opening
from newscrawl.text.topic import is_topic as has_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from newscrawl.topics.card import Card

FOLDER = "search/"
ENGINE = FOLDER + "engine.js"
SHARDS = FOLDER + "shards.js"
LARGE = 5000
"""Stories in a part: ten parts for 50,000, of which a search looks into each."""
SMALL = 500
"""Up to so many a part is made anew when stories come or change; 0.5 s."""
MOST_SMALL = 10
_OUTDATED = 0.2
"""Above this share of changed stories a part is made anew."""
_FRAGMENT = "fragment/"
_MAGIC = b"pagefind_dcd"
"""What each of Pagefind's files begins with."""


class _Fragment(msgspec.Struct):
    url: str


_ADDRESS = msgspec.json.Decoder(_Fragment)


def planned(told: Mapping[str, str], before: Iterable[Shard]) -> tuple[list[Shard], list[list[str]]]:
    """The parts that stay, and the ids of the stories for each new one. `told`: for each story, newest first, what
    differs as soon as it would be found or shown otherwise.
    """
    kept: list[Shard] = []
    for shard in before:
        valid = sum(told.get(id_) == of_part for id_, of_part in shard.stories.items())
        is_whole = valid == len(shard.stories)
        if is_whole or (len(shard.stories) > SMALL and valid >= (1 - _OUTDATED) * len(shard.stories)):
            kept.append(shard)
    wanted = _unindexed(told, kept)
    small = sorted((shard for shard in kept if len(shard.stories) <= SMALL), key=lambda shard: len(shard.stories))
    if wanted and small:
        # Into the smallest; with too many of them, all small ones become one.
        room = small if len(small) >= MOST_SMALL else small[:1]
        if len(small) >= MOST_SMALL or len(room[0].stories) + len(wanted) <= SMALL:
            kept = [shard for shard in kept if shard not in room]
            wanted = _unindexed(told, kept)
    return kept, [wanted[start : start + LARGE] for start in range(0, len(wanted), LARGE)]


def _unindexed(told: Mapping[str, str], kept: Iterable[Shard]) -> list[str]:
    there = {id_ for shard in kept for id_, of_part in shard.stories.items() if told.get(id_) == of_part}
    return [id_ for id_ in told if id_ not in there]


def named(stories: dict[str, str]) -> Shard:
    """A part for these stories: its name follows from them."""
    name = hashlib.sha256(msgspec.json.encode(sorted(stories.items())) + pagefind_version().encode()).hexdigest()[:16]
    return Shard(name, stories)


def record(card: Card, version: str, topics: Iterable[str], *, full_text: bool) -> Record:
    """What of a card can be found, and is shown where it is. With another `version` Pagefind calls it otherwise, though
    all else is the same, so that both are never taken for one.
    """
    story = card.story
    text = story.body if full_text else opening(story.body)
    if story.dateline:
        text = f"{story.dateline} – {text}"
    others = [copy.headline for copy in card.also_in if copy.headline != story.headline]
    for update in card.updates:
        others += update.headline, update.body if full_text else opening(update.body)
    content = " · ".join(filter(None, (story.description, text, *topics, *story.authors, *others)))
    # Of what has no word Pagefind makes nothing, nor takes it into an index.
    content = next((told for told in (content, story.headline) if has_words(told)), story.id)
    meta = {
        "title": story.headline,
        "source": story.outlet_name,
        "published": words.machine(story.published_at),
        "told": words.absolute(story.published_at),
        "language": story.language,
        "direction": direction(story.language),
        "version": version,
    }
    shown = {name: words.harmless(value) for name, value in meta.items()}
    return Record(addresses.article(story.id), words.harmless(content), shown)


def shards_script(shards: Iterable[Shard], told: Mapping[str, str]) -> bytes:
    """The names of the parts, newest first, and what is found in them and does not count: a story as it was before it
    changed, or one that is gone.
    """
    valid, outdated = set[str](), set[str]()
    for shard in shards:
        for id_, found in shard.found.items():
            (valid if told.get(id_) == shard.stories[id_] else outdated).add(found)
    # The names are short, so that a story may be called as an outdated one of another part is.
    return _call("newscrawlShards", {shard.name: _digits(shard) for shard in shards}, sorted(outdated - valid))


def found_in(shard: Shard, files: Mapping[str, bytes]) -> dict[str, str]:
    """Pagefind's own name for each story of a part, by id."""
    ids = {addresses.article(id_): id_ for id_ in shard.stories}
    found = {}
    for path, content in files.items():
        if path.startswith(_FRAGMENT):
            told = gzip.decompress(content).removeprefix(_MAGIC)
            found[ids[_ADDRESS.decode(told).url]] = path.removeprefix(_FRAGMENT).partition(".")[0]
    return found


def part_scripts(shard: Shard, files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The files of a part as scripts. What is found lies in some files together, by the first digits of its hash."""
    name, digits = shard.name, _digits(shard)
    scripts: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for path, content in files.items():
        encoded = b64encode(content).decode()
        if path.startswith(_FRAGMENT):
            scripts["found-" + path.partition("_")[2][:digits]][path] = encoded
        elif path.startswith("index/"):
            scripts[path.partition("_")[2].partition(".")[0]][path] = encoded
        elif path == "pagefind-entry.json" or path.endswith(".pf_meta"):
            scripts["entry"][path] = encoded
    return {f"{FOLDER}{name}/{script}.js": _call("newscrawlFiles", name, of) for script, of in scripts.items()}


def engine_script(files: Mapping[str, bytes]) -> bytes:
    """Pagefind's own script and WebAssembly, as a script that is no module and asks us for files."""
    script = files[SCRIPT].decode()
    script = script.replace("import.meta.url", '"/pagefind.js"')
    script, exports = re.subn(r"export\s*\{([\w$, ]+)\}\s*;?\s*$", r"return{\1};", script)
    if exports != 1 or re.search(r"\bimport\s*[.({*'\"]|\bexport\s*[{*]", script):
        raise SiteError(f"Pagefind {pagefind_version()} is of another form than this version of newscrawl knows")
    head = f"/* Pagefind {pagefind_version()}, https://pagefind.app, MIT licence */\n"
    encoded = b64encode(files[WEB_ASSEMBLY]).decode()
    return f'{head}newscrawlEngine("{encoded}",(fetch)=>{{"use strict";{script}\n}});\n'.encode()


def _digits(shard: Shard) -> int:
    return 2 if len(shard.stories) > SMALL else 1


def _call(function: str, *values: object) -> bytes:
    given = b",".join(msgspec.json.encode(value) for value in values)
    return function.encode() + b"(" + given + b");\n"
