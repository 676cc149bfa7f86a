"""Which files make up the record: one for each outlet and month of publication.

In: an outlet and a time; or DATA_DIR. Out: the file's name below DATA_DIR; or the names of all. A folder that cannot be
listed is an error: no outlet is left out unseen.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date, datetime
    from pathlib import Path


def month_of(moment: date) -> str:
    """Of a day, or a time, in UTC."""
    return f"{moment.year:04}-{moment.month:02}"


def file_of(outlet: str, published_at: datetime) -> str:
    """The file of an article; `published_at` in UTC."""
    return f"articles/{outlet}/{month_of(published_at)}.jsonl"


def month_files(directory: Path) -> list[str]:
    """The oldest month first; none where nothing was written yet. Raises OSError."""
    articles = directory / "articles"
    try:
        outlets = [folder.name for folder in articles.iterdir()]
    except FileNotFoundError:
        if articles.is_symlink():
            raise
        return []
    names = [f"articles/{outlet}/{name}" for outlet in outlets for name in _listed(articles / outlet)]
    return sorted((name for name in names if name.endswith(".jsonl")), key=in_order)


def in_order(name: str) -> tuple[str, str]:
    """What puts a file in its place among the others."""
    return name[-len("YYYY-MM.jsonl") :], name


def _listed(folder: Path) -> list[str]:
    try:
        return [file.name for file in folder.iterdir()]
    except NotADirectoryError:
        # A file that somebody left there.
        return []
