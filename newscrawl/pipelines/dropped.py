"""Why an article gets no line in the record; each is counted and stands in the ledger."""

from scrapy.exceptions import DropItem


class Refused(DropItem):
    """The article is not whole, or not what it should be; the text names the field and the URL."""


class Unchanged(DropItem):
    """The record holds this very text of this very article."""


class Duplicate(DropItem):
    """The record holds this text: the very same from another URL of the outlet, or a near-duplicate to be dropped."""


class Unwritten(DropItem):
    """The line could not be written, or not whole; the crawl ends."""


unwritable = object()
"""Scrapy signal, with the `reason`: nothing can be written any more, and the crawl ends. Sent once."""
