"""The JSON Schema of a line of the record, made from `Article` itself: `python -m newscrawl.schema`."""

import sys
from dataclasses import fields
from typing import Any

import msgspec

from newscrawl.items import SCHEMA_VERSION, Article
from newscrawl.reporting.as_json import as_json


def article_schema() -> dict[str, Any]:
    """JSON Schema, draft 2020-12."""
    schema: dict[str, Any] = msgspec.json.schema(Article)
    definition = schema["$defs"]["Article"]
    definition["description"] = "One line of articles/<outlet>/<YYYY-MM>.jsonl: one revision of one article."
    # A line has every field, in the order of the class, with null where there is nothing to say.
    definition["required"] = [field.name for field in fields(Article)]
    definition["properties"] = {name: definition["properties"][name] for name in definition["required"]}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"newscrawl article, version {SCHEMA_VERSION}",
        **schema,
    }


def encoded() -> bytes:
    """The schema as docs/article.schema.json holds it."""
    return as_json(article_schema())


if __name__ == "__main__":
    sys.stdout.buffer.write(encoded())
