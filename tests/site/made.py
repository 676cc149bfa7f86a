"""A made-up record for sites, and what lies in one."""

from __future__ import annotations

import gzip
import json
from base64 import b64decode
from typing import TYPE_CHECKING

import msgspec

from newscrawl.site.publishing import MANIFEST, Manifest
from tests.dataset import story

if TYPE_CHECKING:
    from pathlib import Path

TEXT = "Engineers opened the new lock on the river today.\n\nThe second paragraph belongs to the outlet."


def stories(begin: int, end: int) -> list:
    """One an hour from 1 July 2025 on, all of them on Rivers, and each on a topic of its own."""
    return [
        story("one", number, TEXT, days=number / 24, headline=f"Story {number}", topics=["Rivers", f"Lock {number}"])
        for number in range(begin, end)
    ]


def files(site: Path) -> dict[str, bytes]:
    return {str(file.relative_to(site)): file.read_bytes() for file in site.rglob("*") if file.is_file()}


def pages(site: Path) -> dict[str, bytes]:
    """All but the manifest and the search index, which has other parts after each build."""
    return {path: content for path, content in files(site).items() if not path.startswith(("search/", MANIFEST))}


def found(site: Path) -> dict[str, dict]:
    """What the search would find of each story, by its address: no outdated version, and nothing twice."""
    manifest = msgspec.json.decode((site / MANIFEST).read_bytes(), type=Manifest)
    parts, outdated = _called(site / "search/shards.js")
    records = {}
    for part in parts:
        assert part in {shard.name for shard in manifest.shards}
        for file in (site / "search" / part).glob("found-*.js"):
            for path, encoded in _called(file)[1].items():
                if path.partition("/")[2].partition(".")[0] not in outdated:
                    told = json.loads(gzip.decompress(b64decode(encoded)).removeprefix(b"pagefind_dcd"))
                    assert told["url"] not in records, "it would be found twice"
                    records[told["url"]] = {name: told[name] for name in ("content", "meta")}
    return records


def _called(script: Path) -> list:
    """What a script calls its function with."""
    return json.loads("[" + script.read_text("utf-8").partition("(")[2].rpartition(")")[0] + "]")
