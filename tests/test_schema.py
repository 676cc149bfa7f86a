"""docs/article.schema.json tells what a line of the record is."""

import json
import re
from dataclasses import fields
from datetime import datetime
from pathlib import Path
from typing import get_args, get_type_hints

from newscrawl.items import Article, Image
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


def test_duckdb_is_told_the_type_of_every_field():
    types = {int: "BIGINT", float: "DOUBLE", datetime: "TIMESTAMPTZ", list[str]: "VARCHAR[]"}
    types |= {dict[str, str]: "MAP(VARCHAR, VARCHAR)", Image: _struct(Image)}
    told = re.search(r"columns = \{(.*?)\}", (DOCS / "article.md").read_text("utf-8"), re.DOTALL)

    columns = [(name, types.get(_without_null(hint), "VARCHAR")) for name, hint in get_type_hints(Article).items()]

    assert re.findall(r"(\w+): '([^']+)'", told[1]) == columns


def _struct(of: type) -> str:
    return f"STRUCT({', '.join(f'{field.name} VARCHAR' for field in fields(of))})"


def _without_null(hint: object) -> object:
    """A hint's own type: that of `datetime | None` is datetime."""
    return get_args(hint)[0] if type(None) in get_args(hint) else hint
