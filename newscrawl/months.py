"""Which files make up the record: one for each outlet and month of publication.

In: DATA_DIR. Out: their names below it. A folder that cannot be listed is an error: no outlet is left out unseen.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


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
