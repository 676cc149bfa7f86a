"""docs/article.schema.json tells what a line of the record is."""

import json
from dataclasses import fields
from pathlib import Path

from newscrawl.items import Article
from newscrawl.schema import encoded

DOCS = Path(__file__).parent.parent / "docs"


def test_the_schema_in_the_docs_is_current():
    assert (DOCS / "article.schema.json").read_bytes() == encoded(), "run: make schema"


def test_the_schema_requires_every_field():
    definition = json.loads(encoded())["$defs"]["Article"]

    assert definition["required"] == [field.name for field in fields(Article)]


def test_every_field_is_explained_with_an_example():
    text = (DOCS / "article.md").read_text("utf-8")
    missing = [field.name for field in fields(Article) if f"| `{field.name}` |" not in text]

    assert missing == []
