"""docs/articles.sql gives DuckDB the record, whatever its first files hold."""

from datetime import UTC, datetime
from pathlib import Path

import duckdb
import msgspec
import pytest

from newscrawl.items import Article, Image
from newscrawl.months import file_of
from newscrawl.views import views
from tests.articles import article

DOCS = Path(__file__).parent.parent / "docs"
FILES_LOOKED_AT = 32
"""By DuckDB, where it guesses."""


@pytest.fixture
def duck(tmp_path, monkeypatch):
    """DuckDB, started in DATA_DIR."""
    monkeypatch.chdir(tmp_path)
    with duckdb.connect() as connection:
        connection.sql("SET TimeZone = 'UTC'")
        yield connection


def write(*articles: Article) -> None:
    for one in articles:
        file = Path(file_of(one.outlet, one.published_at))
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("ab") as lines:
            lines.write(msgspec.json.encode(one) + b"\n")


def bare(number: int) -> Article:
    """One with nothing in any field that may be empty, in a month of its own."""
    published = datetime(2008 + number // 12, 1 + number % 12, 1, tzinfo=UTC)
    raw = {"published_at_raw": f"{published:%Y-%m-%dT%H:%M:%SZ}"}
    return article(number, outlet="first", published_at=published, provenance=raw)


FULL = article(
    1000,
    outlet="later",
    description="A standfirst.",
    dateline="Baghdad",
    authors=["Salim Jabbar"],
    sections=["Iraq"],
    topics=["Dams", "Water"],
    modified_at=datetime(2025, 7, 21, 13, tzinfo=UTC),
    image=Image(url="https://example.org/a.jpg", caption="A dam.", credit="AFP"),
    parent_id="later:7",
    revision=2,
    previous_hash="0" * 64,
    duplicate_of="first:1",
    similarity=0.9,
    provenance={"body": "selector", "published_at_raw": "21 July 2025 12:00 GMT"},
)


def test_the_views_in_the_docs_are_current():
    assert (DOCS / "articles.sql").read_text("utf-8") == views(), "run: make schema"


def test_what_later_files_alone_hold_is_read(duck):
    write(*map(bare, range(FILES_LOOKED_AT + 4)), FULL)

    duck.execute(views())
    duck.execute("SELECT * FROM articles WHERE outlet = 'later'")
    names = [column[0] for column in duck.description]
    found = dict(zip(names, duck.fetchone(), strict=True))

    assert found == msgspec.to_builtins(FULL, builtin_types=(datetime,))


def test_each_article_comes_once_as_it_now_stands(duck):
    write(article(1), article(2), article(1, revision=2, headline="Another headline"))

    duck.execute(views())

    assert duck.sql("SELECT id, headline FROM latest ORDER BY id").fetchall() == [
        ("outlet:1", "Another headline"),
        ("outlet:2", "A headline"),
    ]


def test_what_every_article_has_needs_no_types(duck):
    write(*map(bare, range(FILES_LOOKED_AT + 4)), FULL)

    found = duck.sql("SELECT outlet, published_at, headline FROM 'articles/*/*.jsonl' ORDER BY ALL DESC LIMIT 1")

    assert found.fetchall() == [("later", FULL.published_at, FULL.headline)]
