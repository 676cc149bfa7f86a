"""Builds the site that a project's settings ask for.

In: settings and a folder. Out: the site there, and what was built.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from newscrawl.site.about import coverage_of, fields
from newscrawl.site.build import About, Built, build
from newscrawl.site.publishing import SiteError
from newscrawl.topics.opening import opened

if TYPE_CHECKING:
    from pathlib import Path

    from scrapy.settings import BaseSettings


def make_site(settings: BaseSettings, directory: Path, *, full_text: bool = False, url: str | None = None) -> Built:
    """Raises DatasetError, NothingCrawledError where there is no record, and SiteError."""
    with opened(settings) as catalogue:
        about = About(coverage=coverage_of(settings), fields=fields())
        try:
            return build(catalogue, directory, about, full_text=full_text, url=url)
        except OSError as error:
            reason = f"{error.filename}: {error.strerror}" if error.filename else error.strerror or error
            raise SiteError(f"{directory} stays as it was: {reason}") from error
