"""The names of topics and their spellings, as a person keeps them in `topics.toml`.

In: that file, a line a topic: `"CJTF-OIR" = ["Operation Inherent Resolve", "CJTFOIR"]`. Out: topics, or a
`TopicsFileError` that names file and line. A topic that the file does not have works by its own name.
"""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING, NamedTuple

from newscrawl.text.topic import words

if TYPE_CHECKING:
    from pathlib import Path

FORM = '"NAME" = ["ANOTHER SPELLING", …]'
_PLACE = re.compile(r"(.*) \(at (?:line (\d+), column \d+|end of document)\)", re.DOTALL)


class TopicsFileError(ValueError):
    """The file cannot be used; the text says where and why, in one line."""


class Topic(NamedTuple):
    """A topic that people gave a name."""

    name: str
    spellings: tuple[str, ...]
    """Its words as they are compared (`newscrawl.text.topic.words`), those of the name first."""


def read_names(file: Path) -> list[Topic]:
    """The topics of a file, in its order; raises TopicsFileError."""
    try:
        text = file.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not a UTF-8 text file"
        raise TopicsFileError(f"{file} cannot be read: {reason}") from error
    try:
        named = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise TopicsFileError(_broken(file, text, str(error))) from error
    topics: list[Topic] = []
    taken: dict[str, str] = {}
    for name, others in named.items():
        if not isinstance(others, list) or not all(isinstance(other, str) for other in others):
            raise TopicsFileError(f"{_place(file, text, name)}: write a topic as {FORM}")
        spellings = [words(spelling) for spelling in (name, *others)]
        for written, spelling in zip((name, *others), spellings, strict=True):
            if not spelling:
                raise TopicsFileError(f"{_place(file, text, written or name)}: {written!r} has no word in it")
            if taken.setdefault(spelling, name) != name:
                other = taken[spelling]
                raise TopicsFileError(f"{_place(file, text, name)}: {written!r} is a spelling of {other!r} already")
        topics.append(Topic(name, tuple(dict.fromkeys(spellings))))
    return topics


def _broken(file: Path, text: str, error: str) -> str:
    reason, line = error, len(text.splitlines())
    if found := _PLACE.fullmatch(error):
        reason, line = found[1], int(found[2] or line)
    return f"{file}, line {max(line, 1)}: {reason}; write a topic as {FORM}"


def _place(file: Path, text: str, written: str) -> str:
    """The file, and the first line that holds what was written, as far as it stands there as it is."""
    for number, line in enumerate(text.splitlines(), 1):
        if written in line and not line.lstrip().startswith("#"):
            return f"{file}, line {number}"
    return str(file)
