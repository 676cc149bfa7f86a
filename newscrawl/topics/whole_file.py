"""Writes a file that is there whole or not at all.

In: a path and what the file is to hold. Out: the file, in the place of an earlier one; raises OSError.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path


def write_whole(file: Path, content: bytes) -> None:
    if file.exists() and not file.is_file():
        # A pipe or device is written into; taking its place would be the end of it.
        file.write_bytes(content)
    else:
        _replace(file.resolve(), content)


def _replace(path: Path, content: bytes) -> None:
    descriptor, part = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with open(descriptor, "wb") as writing:  # noqa: PTH123 (an open file)
            writing.write(content)
            mask = os.umask(0)
            os.umask(mask)
            os.fchmod(descriptor, 0o666 & ~mask)
        Path(part).replace(path)
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            Path(part).unlink()
        raise
