"""A real HTTP server on 127.0.0.1 for the tests: it serves a site's folder, counts, and misbehaves on demand.

As servers do, it answers 304 where a request's validators say that nothing has changed.

with Server(FIXTURES / "sites" / "www.iraqinews.com") as server:
    server.answer("/feed/", status=404)
    ...  # crawl server.url
    assert server.paths() == [...]
"""

from __future__ import annotations

import ssl
import sys
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Self

from newscrawl.replay import SiteFolder, Stored

if TYPE_CHECKING:
    from collections.abc import Callable

FIXTURES = Path(__file__).parent.parent / "fixtures"
SITES = FIXTURES / "sites"
KEPT_BY_304 = {"ETag", "Last-Modified"}


@dataclass
class Asked:
    """A request that the server saw."""

    path: str
    headers: dict[str, str]
    status: int = 0
    """Of the answer."""
    sent: int = 0
    """Bytes of the answer's body."""
    at: float = field(default_factory=monotonic)
    """When it came, in seconds."""

    @property
    def validators(self) -> dict[str, str]:
        """The headers that make it conditional."""
        return {name: value for name, value in self.headers.items() if name in {"If-None-Match", "If-Modified-Since"}}


Fault = "Callable[[BaseHTTPRequestHandler, threading.Event], None]"


class _Http(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        # A crawl that is killed leaves its connections in the middle of an answer.
        if not isinstance(sys.exception(), (ConnectionError, ssl.SSLError)):
            super().handle_error(request, client_address)


@dataclass
class Server:
    """Serves `folder` (one host's folder of a recording), or only what `answer` says."""

    folder: Path | None = None
    answers: dict[str, Stored] = field(default_factory=dict)
    faults: dict[str, Fault] = field(default_factory=dict)
    """What takes the place of an answer, by path: it has the connection, and may do with it what it likes."""
    asked: list[Asked] = field(default_factory=list)
    tls: ssl.SSLContext | None = None
    """With what it speaks https; it speaks http without."""
    closing: threading.Event = field(default_factory=threading.Event)
    """Set when the server is to end: what stalls a connection waits for it."""
    _change: threading.Condition = field(default_factory=threading.Condition)

    def answer(
        self, path: str, body: bytes | str = b"", status: int = 200, headers: dict[str, str] | None = None
    ) -> None:
        """From now on, answer this path (with its query, or any query where it has none) so."""
        body = body.encode() if isinstance(body, str) else body
        self.answers[path] = Stored(status, list((headers or {}).items()), body)

    def wait_for(self, part: str, times: int = 1, seconds: float = 60) -> None:
        """Wait until paths with this part have been asked for so many times."""

        def asked() -> bool:
            return sum(part in path for path in self.paths()) >= times

        assert self.wait_until(asked, seconds), f"{part} was not asked for {times} times"

    def wait_until(self, so: Callable[[], bool], seconds: float = 60) -> bool:
        """Wait until something is so; looked at with each request, and when `look` says that it may have changed."""
        with self._change:
            return self._change.wait_for(so, seconds)

    def note(self, asked: Asked) -> None:
        with self._change:
            self.asked.append(asked)
            self._change.notify_all()

    def look(self) -> None:
        with self._change:
            self._change.notify_all()

    def paths(self) -> list[str]:
        """The paths asked for, in order."""
        return [asked.path for asked in self.asked]

    def answer_to(self, path: str) -> Stored:
        if given := self.answers.get(path) or self.answers.get(path.partition("?")[0]):
            return given
        if self.folder:
            stored = SiteFolder(self.folder.parent).find(f"http://{self.folder.name}{path}")
            if stored:
                return stored
        return Stored(404, [("Content-Type", "text/plain")], b"not here")

    @property
    def url(self) -> str:
        return f"{'https' if self.tls else 'http'}://127.0.0.1:{self._http.server_address[1]}"

    def __enter__(self) -> Self:
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            # Headers and body leave in two writes; the second must not wait for the first one's acknowledgement.
            disable_nagle_algorithm = True

            def do_GET(self) -> None:
                asked = Asked(self.path, dict(self.headers.items()))
                if fault := server.faults.get(self.path):
                    server.note(asked)
                    self.close_connection = True
                    fault(self, server.closing)
                    return
                stored = server.answer_to(self.path)
                if _is_unchanged(asked.validators, dict(stored.headers)):
                    stored = Stored(304, [(name, value) for name, value in stored.headers if name in KEPT_BY_304])
                asked.status, asked.sent = stored.status, len(stored.body)
                server.note(asked)
                self.send_response(stored.status)
                for name, value in stored.headers:
                    # A recorded site redirects to its own host: keep such redirects on this server.
                    here = value.replace(f"https://{server.folder.name}", server.url) if server.folder else value
                    self.send_header(name, here if name == "Location" else value)
                if stored.status != 304:
                    self.send_header("Content-Length", str(len(stored.body)))
                self.end_headers()
                self.wfile.write(stored.body)

            def log_message(self, *_: object) -> None:
                pass

        self._http = _Http(("127.0.0.1", 0), Handler)
        if self.tls:
            # In each connection's own thread: a client that hangs up at the certificate holds nobody up.
            self._http.socket = self.tls.wrap_socket(self._http.socket, server_side=True, do_handshake_on_connect=False)
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.closing.set()
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()


def _is_unchanged(asked: dict[str, str], has: dict[str, str]) -> bool:
    """By RFC 9110, 13.2.2: where an ETag is asked for, the date does not count."""
    if "If-None-Match" in asked:
        return asked["If-None-Match"] == has.get("ETag")
    return "If-Modified-Since" in asked and asked["If-Modified-Since"] == has.get("Last-Modified")
