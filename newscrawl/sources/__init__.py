"""How sites list their articles: bytes in, leads out.

Everything here is pure: a source says which address to ask and reads what came back; it never asks itself.
"""

from newscrawl.sources.feed import Feed
from newscrawl.sources.listing import Listing
from newscrawl.sources.sitemap import Sitemap
from newscrawl.sources.source import Source, SourceError
from newscrawl.sources.wordpress import WordPressRest

__all__ = ["Feed", "Listing", "Sitemap", "Source", "SourceError", "WordPressRest"]
