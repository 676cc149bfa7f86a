"""Puts pages into the site.

In: where a page lies, its template and what it shows. Out: the file, if it is not as it was.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from newscrawl.site.rendering import placed, rendered
from newscrawl.site.stories import key_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from newscrawl.site.files import Files


class Pages:
    def __init__(self, files: Files, url: str | None) -> None:
        """`url`: where the site will be found, with a slash at its end, if that is known."""
        self.files = files
        self._url = url

    def address(self, path: str) -> str | None:
        """Where a file of the site will be found on the web."""
        return None if self._url is None else self._url + path

    def html(self, path: str, template: str, **values: object) -> bytes:
        return placed(rendered(template, canonical=self.address(path), **values), path)

    def add(self, path: str, template: str, **values: object) -> None:
        """A page that is rendered each time, to see whether it differs."""
        html = self.html(path, template, **values)
        self.files.add(path, key_of(html), lambda: html)

    def add_if(self, path: str, key: str, template: str, values: Callable[[], dict[str, object]]) -> None:
        """A page that is rendered if its key is another one than before."""
        self.files.add(path, key, lambda: self.html(path, template, **values()))
