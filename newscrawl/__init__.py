"""newscrawl: news outlets as a dataset."""

__version__ = "0.1.0"
