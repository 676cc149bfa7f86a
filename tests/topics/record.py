"""Files of a record, written as a crawl leaves them, without a crawl."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from pathlib import Path

    from newscrawl.items import Article


def line(item: Article) -> bytes:
    return msgspec.json.encode(item) + b"\n"


def file_of(directory: Path, item: Article) -> Path:
    return directory / "articles" / item.outlet / f"{item.published_at:%Y-%m}.jsonl"


def append(directory: Path, *items: Article) -> None:
    for item in items:
        file = file_of(directory, item)
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("ab") as record:
            record.write(line(item))
