"""The search index of the site, in parts, so that a few new stories need no new index of all.

In: the digest of each card, and the parts that the site has. Out: which parts stay, and which stories want a new one;
and the files of a part, as scripts: a page that was opened from a disk may load scripts beside it, and nothing else.

A story that changed stands in a newer part too; `shadowed` says which of both counts.
"""

from __future__ import annotations

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
VERSION_LENGTH = 8


def planned(digests: Mapping[str, str], before: Iterable[Shard]) -> tuple[list[Shard], list[list[str]]]:
    """The parts that stay, and the ids of the stories for each new one. `digests`: of the cards, newest first."""
    kept: list[Shard] = []
    for shard in before:
        valid = sum(digests.get(id_) == digest for id_, digest in shard.stories.items())
        is_whole = valid == len(shard.stories)
        is_known = all(id_ in digests for id_ in shard.stories)
        if is_whole or (is_known and len(shard.stories) > SMALL and valid >= (1 - _OUTDATED) * len(shard.stories)):
            kept.append(shard)
    wanted = _unindexed(digests, kept)
    small = sorted((shard for shard in kept if len(shard.stories) <= SMALL), key=lambda shard: len(shard.stories))
    if wanted and small:
        # Into the smallest; with too many of them, all small ones become one.
        room = small if len(small) >= MOST_SMALL else small[:1]
        if len(small) >= MOST_SMALL or len(room[0].stories) + len(wanted) <= SMALL:
            kept = [shard for shard in kept if shard not in room]
            wanted = _unindexed(digests, kept)
    return kept, [wanted[start : start + LARGE] for start in range(0, len(wanted), LARGE)]


def _unindexed(digests: Mapping[str, str], kept: Iterable[Shard]) -> list[str]:
    there = {id_ for shard in kept for id_, digest in shard.stories.items() if digests.get(id_) == digest}
    return [id_ for id_ in digests if id_ not in there]


def named(stories: dict[str, str]) -> Shard:
    """A part for these stories: its name follows from them."""
    name = hashlib.sha256(msgspec.json.encode(sorted(stories.items())) + pagefind_version().encode()).hexdigest()[:16]
    return Shard(name, stories)


def record(card: Card, digest: str, topics: Iterable[str], *, full_text: bool) -> Record:
    """What of a card can be found, and is shown where it is."""
    story = card.story
    text = story.body if full_text else words.opening(story.body)
    if story.dateline:
        text = f"{story.dateline} – {text}"
    content = " · ".join(filter(None, (story.description, text, *topics, *story.authors)))
    meta = {
        "title": story.headline,
        "source": story.outlet_name,
        "published": words.machine(story.published_at),
        "told": words.absolute(story.published_at),
        "language": story.language,
        "direction": direction(story.language),
        "version": digest[:VERSION_LENGTH],
    }
    shown = {name: words.harmless(value) for name, value in meta.items()}
    return Record(addresses.article(story.id), words.harmless(content), shown)


def shards_script(shards: Iterable[Shard], digests: Mapping[str, str]) -> bytes:
    """The names of the parts, newest first, and of which stories only the newest version counts."""
    shards = list(shards)
    shadowed = {
        addresses.article(id_): digests[id_][:VERSION_LENGTH]
        for shard in shards
        for id_, digest in shard.stories.items()
        if id_ in digests and digests[id_] != digest
    }
    return _call("newscrawlShards", {shard.name: _digits(shard) for shard in shards}, shadowed)


def part_scripts(shard: Shard, files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The files of a part as scripts. What is found lies in some files together, by the first digits of its hash."""
    name, digits = shard.name, _digits(shard)
    scripts: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for path, content in files.items():
        encoded = b64encode(content).decode()
        if path.startswith("fragment/"):
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


def key(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:24]


def _call(function: str, *values: object) -> bytes:
    given = b",".join(msgspec.json.encode(value) for value in values)
    return function.encode() + b"(" + given + b");\n"
