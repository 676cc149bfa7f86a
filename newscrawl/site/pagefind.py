"""Makes a search index with Pagefind.

In: records of pages. Out: the files that Pagefind's own script asks for, with that script and its WebAssembly.

Pagefind's program is spoken to directly, in the words of its Python package: that package takes in ten records a
second, because it looks for answers every 0.1 s; this way it is 2,000. What it writes by itself is a file a record,
which takes twice as long as the index.
"""

from __future__ import annotations

import subprocess
from base64 import b64decode, b64encode
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec
from pagefind_bin import get_executable

from newscrawl.site.publishing import SiteError

if TYPE_CHECKING:
    from collections.abc import Iterable

LANGUAGE = "en"
"""One index for all languages: a page asks that of its own only, and words of other scripts have no English stems."""
SCRIPT = "pagefind.js"
WEB_ASSEMBLY = f"wasm.{LANGUAGE}.pagefind"


class Record(NamedTuple):
    """A page as it can be found."""

    path: str
    content: str
    meta: dict[str, str]
    """Shown with what was found; the title is searched too."""


def pagefind_version() -> str:
    return version("pagefind")


def indexed(records: Iterable[Record]) -> dict[str, bytes]:
    """The files of an index, by their path; raises SiteError."""
    try:
        program = subprocess.Popen(  # noqa: S603 - the program that came with the package
            [get_executable(), "--service"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
    except OSError as error:
        raise SiteError(f"Pagefind cannot be run: {error.strerror or error}") from error
    with program:
        service = _Service(program)
        try:
            return _index(service, records)
        finally:
            program.kill()


def _index(service: _Service, records: Iterable[Record]) -> dict[str, bytes]:
    index = service.ask(type="NewIndex", config={"force_language": LANGUAGE})["index_id"]
    for record in records:
        service.ask(
            type="AddRecord",
            index_id=index,
            url=record.path,
            content=record.content,
            language=LANGUAGE,
            meta=record.meta,
            filters=None,
            sort=None,
        )
    files = service.ask(type="GetFiles", index_id=index)["files"]
    return {file["path"]: b64decode(file["content"]) for file in files}


class _Service:
    """Pagefind's program: messages go in and come out as JSON in Base64, with a comma after each."""

    def __init__(self, program: subprocess.Popen[bytes]) -> None:
        assert program.stdin is not None
        assert program.stdout is not None
        self._stdin = program.stdin
        self._stdout = program.stdout
        self._number = 0

    def ask(self, **payload: Any) -> dict[str, Any]:
        self._number += 1
        message = msgspec.json.encode({"message_id": self._number, "payload": payload})
        try:
            self._stdin.write(b64encode(message) + b",")
            self._stdin.flush()
            answer = self._answer()
        except OSError as error:
            raise SiteError(f"Pagefind broke off: {error.strerror or error}") from error
        if answer["type"] == "Error":
            raise SiteError(f"Pagefind says: {' '.join(str(answer.get('message')).split())}")
        return answer

    def _answer(self) -> dict[str, Any]:
        parts: list[bytes] = []
        while not parts or not parts[-1].endswith(b","):
            part = self._stdout.read1(1 << 20)  # type: ignore[attr-defined]
            if not part:
                raise OSError("its program ended")
            parts.append(part)
        told: dict[str, Any] = msgspec.json.decode(b64decode(b"".join(parts)[:-1]))["payload"]
        return told
