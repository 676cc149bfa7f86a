"""A process without rights, for what must be tried without them: root may read and write everywhere."""

from __future__ import annotations

import os
import sys
import tempfile
import traceback
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

NOBODY = 65534


def as_nobody(check: Callable[[], None]) -> bool:
    """Whether a check holds in such a process; what failed there goes to its standard error."""
    child = os.fork()
    if child == 0:
        holds = False
        try:
            if os.geteuid() == 0:
                os.setuid(NOBODY)
            check()
            holds = True
        except BaseException:  # noqa: BLE001 - it is not to go on as a second pytest
            traceback.print_exc(file=sys.__stderr__)
        finally:
            os._exit(0 if holds else 1)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


@contextmanager
def folder_for_all() -> Iterator[Path]:
    """A folder that everybody may reach, unlike those of pytest."""
    with tempfile.TemporaryDirectory(dir="/tmp") as name:
        Path(name).chmod(0o755)
        yield Path(name)


@contextmanager
def shut(path: Path) -> Iterator[None]:
    """A file or folder that nobody but root may use meanwhile."""
    mode = path.stat().st_mode
    path.chmod(0)
    try:
        yield
    finally:
        path.chmod(mode)
