"""Every fault of a server ends in the ledger with its reason, and the rest of the crawl goes on."""

from __future__ import annotations

import gzip
import sqlite3
import ssl
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from tests.conftest import Scrapy
from tests.crash.site import NEWEST, archive, serve_pages, serve_sitemap
from tests.network import faults
from tests.network.faults import answering, raw
from tests.server import Server

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.conftest import Crawl

STORIES = 3
PAGE = archive(1)[0].page().encode()
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n"
NO_ANSWER = "no answer in time"
CUT = "the answer was cut short"
TOO_LARGE = "the answer is larger than DOWNLOAD_MAXSIZE"
OFF = "leads off the outlet, to "
NO_GZIP = "its gzip cannot be read: Error -4 Invalid gzip/zlib wrapper found"
WALL = "blocked by a page that"
NO_HTTP = "no answer in HTTP: "
CLOSED = "the connection was closed before the answer was whole"
ERROR_PAGE = b"<html><title>Error</title><body><h1>Fatal error</h1><p>Allowed memory size exhausted.</p></body></html>"


class Fault(NamedTuple):
    name: str
    behaves: Callable[..., None]
    status: str
    """In the ledger."""
    reason: str


def to(address: str) -> Callable[..., None]:
    return answering(status=302, Location=address)


FAULTS = (
    # The connection.
    Fault("reset", faults.reset, "failed", "the connection was reset"),
    Fault("closed", faults.closed, "failed", CLOSED),
    Fault("silent", faults.silent, "failed", NO_ANSWER),
    Fault("silent-in-headers", faults.silent_in_headers, "failed", NO_ANSWER),
    Fault("silent-in-body", faults.silent_in_body, "failed", NO_ANSWER),
    Fault("drip", faults.drip, "failed", NO_ANSWER),
    # What is no HTTP.
    Fault("no-http", raw(b"SSH-2.0-Server_9.6\r\n"), "failed", NO_HTTP),
    Fault(
        "two-lengths", raw(HEAD + b"Content-Length: 5\r\nContent-Length: 7\r\n\r\nabc"), "failed", "no answer in HTTP: "
    ),
    Fault("less-than-nothing", raw(HEAD + b"Content-Length: -5\r\n\r\nabc"), "failed", NO_HTTP),
    Fault("endless-headers", faults.endless_headers, "failed", NO_HTTP + "its headers have more than 1,048,576 bytes"),
    Fault("long-header", raw(HEAD + b"X-Long: " + b"x" * 3_000_000 + b"\r\n\r\n"), "failed", CLOSED),
    Fault("nul-in-header", raw(HEAD + b"X-Nul: a\0b\r\nContent-Length: 90\r\n\r\nabc"), "failed", CUT),
    # A body that is not whole, or too much of one.
    Fault("cut", raw(HEAD + b"Content-Length: 90000\r\n\r\n" + PAGE), "failed", CUT),
    Fault("cut-chunk", raw(HEAD + b"Transfer-Encoding: chunked\r\n\r\nffff\r\n" + PAGE), "failed", CUT),
    Fault("bad-chunk", raw(HEAD + b"Transfer-Encoding: chunked\r\n\r\nZZ\r\n" + PAGE), "failed", CUT),
    Fault("endless", faults.endless, "failed", TOO_LARGE),
    Fault("large", answering(PAGE + bytes(3_000_000)), "failed", TOO_LARGE),
    Fault("empty", answering(b""), "failed", "an empty answer"),
    # Encodings.
    Fault("no-gzip", answering(PAGE, Content_Encoding="gzip"), "failed", NO_GZIP),
    Fault(
        "cut-gzip",
        answering(gzip.compress(PAGE)[:-30], Content_Encoding="gzip"),
        "failed",
        CUT + ": its gzip does not end",
    ),
    Fault("gzip-told-twice", answering(gzip.compress(PAGE), Content_Encoding="gzip, gzip"), "failed", NO_GZIP),
    Fault("gzip-bomb", faults.gzip_bomb(), "failed", "its gzip unfolds to more than 2,000,000 bytes"),
    Fault("brotli-bomb", faults.brotli_bomb(), "failed", "its br unfolds to more than 2,000,000 bytes"),
    # Redirects.
    Fault("to-itself", to("/iraq/to-itself/"), "failed", "max redirections reached"),
    Fault("to-nothing", to(""), "failed", "max redirections reached"),
    Fault("to-another-site", to("https://www.example.org/x"), "offsite", OFF + "https://www.example.org/x"),
    Fault("to-link-local", to("http://169.254.169.254/latest/"), "offsite", OFF + "http://169.254.169.254/latest/"),
    Fault("to-loopback", to("http://localhost:22/"), "offsite", OFF + "http://localhost:22/"),
    Fault("to-private", to("http://192.168.0.1/admin"), "offsite", OFF + "http://192.168.0.1/admin"),
    Fault("to-file", to("file:///etc/passwd"), "offsite", OFF + "file:///etc/passwd"),
    Fault("to-ftp", to("ftp://127.0.0.1/x"), "offsite", OFF + "ftp://127.0.0.1/x"),
    Fault("to-data", to("data:text/html,<p>x"), "offsite", OFF + "data:text/html,<p>x"),
    Fault("to-script", to("javascript:alert(1)"), "failed", "it leads to what is no address: "),
    Fault("to-no-address", to("http://[::1/x"), "failed", "it leads to what is no address: "),
    Fault("to-nowhere", answering(status=302), "failed", "the site answers 302"),
    # What stands in front of a page.
    Fault(
        "consent",
        answering(b"<title>Before you continue</title><p>We value it."),
        "blocked",
        f"{WALL} asks for consent",
    ),
    Fault("script", answering(b"<p>Please enable JavaScript."), "blocked", f"{WALL} asks for JavaScript"),
    Fault("login", answering(b"<title>Log in</title><form><input></form>"), "blocked", f"{WALL} asks for a login"),
    Fault("shell", answering(b"<div id=root></div><script src=a.js></script>"), "blocked", "an empty shell"),
    # Answers that are none.
    Fault("error-as-page", answering(ERROR_PAGE), "not_article", "neither a date nor a text"),
    Fault(
        "json", answering(b'{"a": 1}', Content_Type="application/json"), "not_article", "no page, but application/json"
    ),
    Fault(
        "picture", answering(b"\x89PNG\r\n\x1a\n", Content_Type="image/png"), "not_article", "no page, but image/png"
    ),
    Fault("no-content", answering(status=204), "failed", "the site answers 204"),
    Fault("partial", answering(PAGE[:500], 206), "failed", "the site answers 206"),
    Fault("error", answering(PAGE, 500), "failed", "the site answers 500"),
    Fault("unheard-of", answering(PAGE, 999), "failed", "the site answers 999"),
    Fault("no-more", answering(PAGE, 410), "gone", "the site answers 410"),
    Fault("not-for-us", answering(PAGE, 451), "forbidden", "the site answers 451"),
)
HARMLESS = {
    "gzip-twice": lambda page: answering(gzip.compress(gzip.compress(page)), Content_Encoding="gzip, gzip"),
    "unknown-encoding": lambda page: answering(page, Content_Encoding="utf-8"),
    "with-bom": lambda page: answering(b"\xef\xbb\xbf" + page),
    "with-nul": lambda page: answering(page.replace(b"villages", b"vil\0lages")),
    "declared-wrongly": lambda page: answering(page, Content_Type="text/html; charset=iso-8859-1"),
    "many-headers": lambda page: raw(
        HEAD, *(b"X-%d: %d\r\n" % (n, n) for n in range(20_000)), b"Content-Length: %d\r\n\r\n" % len(page), page
    ),
}
"""What is odd, and holds a whole story."""


@pytest.fixture(scope="module")
def crawl(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawl]:
    """One crawl of a site of which most pages are broken."""
    stories = archive(STORIES + len(HARMLESS))
    with Server() as server:
        serve_pages(server, stories)
        listed = {story.path: story.changed for story in stories}
        for story, wrapped in zip(stories[STORIES:], HARMLESS.values(), strict=True):
            server.faults[story.path] = wrapped(story.page().encode())
        for fault in FAULTS:
            server.faults[f"/iraq/{fault.name}/"] = fault.behaves
            listed[f"/iraq/{fault.name}/"] = NEWEST
        serve_sitemap(server, listed)
        settings = {"DOWNLOAD_TIMEOUT": 1, "DOWNLOAD_MAXSIZE": 2_000_000, "MAX_REFUSALS": 99}
        scrapy = Scrapy(tmp_path_factory.mktemp("faults") / "data")
        # What a browser makes of shells is tried in test_browser.py.
        yield scrapy("crawl", "iraqinews", "-a", f"base_url={server.url}", "-a", "render=never", **settings)


def test_the_rest_of_the_crawl_goes_on_and_its_stories_are_whole(crawl):
    numbers = range(1, STORIES + len(HARMLESS) + 1)
    assert {article["id"] for article in crawl.articles} == {f"iraqinews:{number}" for number in numbers}
    for article in crawl.articles:
        _, measures, ending = article["body"].split("\n\n")
        assert measures.endswith("villages had waited for it.")
        assert ending == "The provincial council says that the next one will be dug before the winter."


def test_it_has_not_done_its_job_and_says_so(crawl):
    failed = sum(fault.status == "failed" for fault in FAULTS)

    assert crawl.status == 1
    assert crawl.report["endings"]["failed"] == failed
    assert f"error: {failed} pages could not be fetched, more than 20%; they are tried again later" in crawl.err
    assert "Traceback" not in crawl.err


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_fault_has_its_place_in_the_ledger_and_in_the_report(crawl, fault):
    url = f"https://www.iraqinews.com/iraq/{fault.name}/"
    (told,) = (end for end in crawl.report["ended"] if end["url"] == url)

    with closing(sqlite3.connect(crawl.data / "ledger.db")) as ledger:
        row = ledger.execute("SELECT status, reason, due_at FROM urls WHERE url = ?", [url]).fetchone()
    status, reason, again = row

    assert (status, reason) == (told["status"], told["reason"])
    assert (status, reason[: len(fault.reason)]) == (fault.status, fault.reason)
    assert (again is not None) == (
        fault.status in {"failed", "blocked", "offsite", "forbidden"} or fault.name == "error-as-page"
    )


@pytest.mark.parametrize(
    ("host", "days"),
    [("127.0.0.1", 30), ("other.example.org", 30), ("127.0.0.1", -1)],
    ids=["self-signed", "host", "old"],
)
def test_a_certificate_that_is_not_valid_ends_it_with_the_reason(scrapy, tmp_path, host, days):
    with Server(tls=self_signed(tmp_path, host, days)) as server:
        serve_pages(server, archive(2))
        done = scrapy("crawl", "iraqinews", "-a", f"base_url={server.url}")

    assert (done.status, server.asked) == (1, [])
    assert f"{server.url}/robots.txt: its certificate is not valid" in done.err
    assert "Traceback" not in done.err


def self_signed(folder: Path, host: str, days: int) -> ssl.SSLContext:
    """A certificate that nobody vouches for, until so many days from now."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=60))
        .not_valid_after(now + timedelta(days=days))
        .sign(key, hashes.SHA256())
    )
    file = folder / "certificate.pem"
    file.write_bytes(
        certificate.public_bytes(Encoding.PEM) + key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context
