"""What programs are told, as JSON that people can read too.

In: whatever msgspec encodes. Out: bytes, indented, with a line break at their end.
"""

from __future__ import annotations

import sys

import msgspec


def as_json(told: object) -> bytes:
    return msgspec.json.format(msgspec.json.encode(told), indent=2) + b"\n"


def write_json(told: object) -> None:
    """To standard output, which is JSON's alone then."""
    sys.stdout.buffer.write(as_json(told))
