"""The views by which DuckDB reads the record, made from `Article` itself: `python -m newscrawl.views`.

DuckDB guesses the type of a column from the first lines of the first 32 files. Where those hold nothing yet, it reads
the column as empty in all files, and where they hold strings that look like times, it refuses all others. Hence types.
"""

import sys
from dataclasses import fields, is_dataclass
from datetime import datetime
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from newscrawl.items import Article

_TYPES = {str: "VARCHAR", int: "BIGINT", float: "DOUBLE", datetime: "TIMESTAMPTZ"}
_SQL = """\
-- For DuckDB, started in DATA_DIR: cd data && duckdb -init ../docs/articles.sql
-- Made from the class Article in newscrawl/items.py: make schema

-- Every line of the record: one revision of one article.
CREATE OR REPLACE VIEW articles AS
SELECT * FROM read_json('articles/*/*.jsonl', format = 'newline_delimited', columns = {{
{columns}
}});

-- Each article once, as it now stands.
CREATE OR REPLACE VIEW latest AS
SELECT * FROM articles QUALIFY row_number() OVER (PARTITION BY id ORDER BY revision DESC) = 1;
"""


def views() -> str:
    """The statements as docs/articles.sql holds them."""
    hints = get_type_hints(Article)
    return _SQL.format(columns=",\n".join(f"  {field.name}: '{_type(hints[field.name])}'" for field in fields(Article)))


def _type(hint: Any) -> str:
    """DuckDB's name of the type that a field's hint tells."""
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in {Union, UnionType}:
        return _type(next(one for one in arguments if one is not type(None)))
    if origin is Literal:
        return _type(type(arguments[0]))
    if origin is list:
        return f"{_type(arguments[0])}[]"
    if origin is dict:
        return f"MAP({', '.join(map(_type, arguments))})"
    if is_dataclass(hint):
        inner = get_type_hints(hint)
        return f"STRUCT({', '.join(f'{field.name} {_type(inner[field.name])}' for field in fields(hint))})"
    return _TYPES[hint]


if __name__ == "__main__":
    sys.stdout.write(views())
