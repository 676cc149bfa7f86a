"""What servers do wrong, one function each: it has the connection, and does with it what it likes.

What stalls does so until `until_closed` is set, when the server ends.
"""

from __future__ import annotations

import contextlib
import gzip
import socket
import struct
from typing import TYPE_CHECKING

import brotli

if TYPE_CHECKING:
    from collections.abc import Callable
    from http.server import BaseHTTPRequestHandler
    from threading import Event

BOMB = 200 * 1024 * 1024
"""Bytes that a bomb of some hundred kilobytes unfolds to."""
HTML = "text/html; charset=utf-8"


def answering(body: bytes = b"", status: int = 200, **headers: str) -> Callable[..., None]:
    """An answer that is well formed, whatever it says; `_` in a header's name stands for a hyphen."""

    def answer(handler: BaseHTTPRequestHandler, _: Event) -> None:
        handler.send_response(status)
        for name, value in {"Content-Type": HTML, **headers}.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return answer


def raw(*parts: bytes) -> Callable[..., None]:
    """Bytes as they are."""

    def answer(handler: BaseHTTPRequestHandler, _: Event) -> None:
        with contextlib.suppress(ConnectionError):
            for part in parts:
                handler.wfile.write(part)

    return answer


def reset(handler: BaseHTTPRequestHandler, _: Event) -> None:
    """Ends the connection with a RST instead of an answer."""
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    handler.connection.close()


def closed(handler: BaseHTTPRequestHandler, _: Event) -> None:
    """Closes the connection without a word."""
    handler.connection.shutdown(socket.SHUT_RDWR)


def silent(_: BaseHTTPRequestHandler, until_closed: Event) -> None:
    """Never answers."""
    until_closed.wait(60)


def silent_in_headers(handler: BaseHTTPRequestHandler, until_closed: Event) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Ty")
    until_closed.wait(60)


def silent_in_body(handler: BaseHTTPRequestHandler, until_closed: Event) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 90000\r\n\r\n<html><p>It began")
    until_closed.wait(60)


def drip(handler: BaseHTTPRequestHandler, until_closed: Event) -> None:
    """A byte now and then, so that the connection is never idle for long."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 90000\r\n\r\n")
    with contextlib.suppress(ConnectionError):
        while not until_closed.wait(0.1):
            handler.wfile.write(b"x")


def endless(handler: BaseHTTPRequestHandler, until_closed: Event) -> None:
    """A body that never ends, as fast as it is taken."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n")
    with contextlib.suppress(ConnectionError):
        while not until_closed.is_set():
            handler.wfile.write(b"10000\r\n" + b"<p>more</p>     " * 4096 + b"\r\n")


def endless_headers(handler: BaseHTTPRequestHandler, until_closed: Event) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
    with contextlib.suppress(ConnectionError):
        while not until_closed.is_set():
            handler.wfile.write(b"X-More: " + b"x" * 8000 + b"\r\n")


def gzip_bomb() -> Callable[..., None]:
    return answering(gzip.compress(bytes(BOMB), 1), Content_Encoding="gzip")


def brotli_bomb() -> Callable[..., None]:
    return answering(brotli.compress(bytes(BOMB), quality=1), Content_Encoding="br")
