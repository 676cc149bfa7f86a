"""Articles for tests of what comes after reading."""

from datetime import UTC, datetime

from newscrawl.items import Article

NOW = datetime(2025, 7, 22, 12, tzinfo=UTC)


def article(number: int = 1, **changes) -> Article:
    """A whole article; each number is another one."""
    fields = {
        "id": f"outlet:{number}",
        "url": f"https://example.org/{number}",
        "outlet": "outlet",
        "outlet_name": "Outlet",
        "kind": "article",
        "headline": "A headline",
        "description": None,
        "body": "A body.",
        "dateline": None,
        "authors": [],
        "sections": [],
        "topics": [],
        "published_at": datetime(2025, 7, 21, 12, tzinfo=UTC),
        "modified_at": None,
        "language": "en",
        "image": None,
        "parent_id": None,
        "word_count": 2,
        "content_hash": f"{number:064x}",
        "first_seen_at": NOW,
        "crawled_at": NOW,
        "provenance": {},
    }
    return Article(**{**fields, **changes})
