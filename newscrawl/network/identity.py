"""Who we say we are, to every site."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newscrawl import __version__

if TYPE_CHECKING:
    from scrapy.settings import Settings


class Identity:
    """Scrapy add-on: the user agent names the program, its version and `PROJECT_URL`, where its owner can be met."""

    def update_settings(self, settings: Settings) -> None:
        settings.set("USER_AGENT", f"newscrawl/{__version__} (+{settings['PROJECT_URL']})", "addon")
