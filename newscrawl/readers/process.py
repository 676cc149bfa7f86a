"""A reader: takes pages from the crawl that started it, gives back what it reads, and ends with it.

In: a socket and memory (`messages.py`), as the numbers of their descriptors. Out: an answer to each page, in order.
"""

from __future__ import annotations

import gc
import logging
import signal
import socket
import sys
from contextlib import suppress

from newscrawl.readers.messages import Memory, Page, Task, packed, take
from newscrawl.readers.plain import Plain, read_plain

RECEIVED_AT_ONCE = 64 * 1024
"""Bytes."""


def main(talk: int, pages: int) -> None:
    """`talk` and `pages`: descriptors, of the socket and of the memory."""
    for one in (signal.SIGINT, signal.SIGTERM):
        # What ends a crawl lets it finish the pages that it has.
        signal.signal(one, signal.SIG_IGN)
    # What is wrong with a page, the crawl says.
    logging.disable()
    memory, received, task = Memory(pages), bytearray(), None
    # A crawl that is gone, however it ended, wants no answer.
    with socket.socket(fileno=talk) as crawl, suppress(ConnectionError):
        while more := crawl.recv(RECEIVED_AT_ONCE):
            received += more
            for message in take(received):
                if task is None:
                    task = message
                    gc.freeze()
                else:
                    crawl.sendall(packed(_read(message, memory, task)))


def _read(page: Page, memory: Memory, task: Task) -> Plain | None:
    try:
        return read_plain(page.answered._replace(html=memory.get(page.place, page.length)).page(*task))
    except Exception:  # noqa: BLE001 (the crawl reads it itself, and meets it there)
        return None


if __name__ == "__main__":
    try:
        main(*map(int, sys.argv[1:]))
    except Exception as error:  # noqa: BLE001 (such as a page class that only the script has which runs the crawl)
        sys.exit(f"a reader cannot read: {error}")
