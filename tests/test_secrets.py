"""Names and passwords reach the site or the proxy that they are for, and nothing that a crawl writes or says."""

from __future__ import annotations

import gzip
from base64 import b64encode
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from newscrawl.spiders.arguments import Arguments, credentials
from tests.crash.site import Story, archive, serve_pages
from tests.ledger.conftest import postgresql, postgresql_url  # noqa: F401 - fixtures
from tests.server import Server

if TYPE_CHECKING:
    from pathlib import Path

SECRET, PROXY_SECRET, LEDGER_SECRET = "s3cret-0f-the-site", "s3cret-0f-the-proxy", "s3cret-0f-the-ledger"
SECRETS = [SECRET, PROXY_SECRET, LEDGER_SECRET]
CODED = [b64encode(f"{name}:{secret}".encode()).decode() for name, secret in zip("npl", SECRETS, strict=True)]


@dataclass
class Proxy(Server):
    """Answers for a site as a proxy does: it is asked for whole addresses."""

    def answer_to(self, path):
        parts = urlsplit(path)
        return super().answer_to(parts.path + (f"?{parts.query}" if parts.query else ""))


def written(folder: Path) -> str:
    """All that lies in a folder, its names too, unpacked."""
    texts = []
    for file in folder.rglob("*"):
        texts.append(str(file))
        if file.is_file():
            body = file.read_bytes()
            texts.append((gzip.decompress(body) if file.suffix == ".gz" else body).decode("latin-1"))
    return "\n".join(texts)


def leaked(text: str) -> list[str]:
    return [secret for secret in (*SECRETS, *CODED) if secret in text]


def test_the_passwords_of_a_site_its_proxy_and_the_ledger_are_written_nowhere(
    scrapy,
    tmp_path,
    monkeypatch,
    postgresql_url,  # noqa: F811
):
    for name in ("no_proxy", "NO_PROXY", "HTTP_PROXY"):
        monkeypatch.delenv(name, raising=False)
    with Proxy() as server:
        stories = [*archive(3), Story(9, slug="off")]
        serve_pages(server, stories)
        server.answer("/iraq/off/", status=302, headers={"Location": "http://other.example/iraq/off/"})
        server.answer("/iraq/story-2/", status=500)
        monkeypatch.setenv("http_proxy", f"http://p:{PROXY_SECRET}@{server.url[7:]}")
        ledger = postgresql_url.replace("//postgres:@", f"//postgres:{LEDGER_SECRET}@")
        assert LEDGER_SECRET in ledger

        done = scrapy(
            "crawl",
            *("iraqinews", "-L", "DEBUG", "-a", f"base_url=http://n:{SECRET}@staging.example:8081/"),
            LEDGER_URL=ledger,
            KEEP_PAGES=True,
            RECORD_TO=tmp_path / "data" / "recorded",
        )

        assert set(done.by_id) == {"iraqinews:1", "iraqinews:3"}
        assert all(asked.path.startswith("http://staging.example:8081/") for asked in server.asked)
        assert {asked.headers.get("Authorization") for asked in server.asked} == {f"Basic {CODED[0]}"}
        assert {asked.headers.get("Proxy-Authorization") for asked in server.asked} == {f"Basic {CODED[1]}"}
    assert "Crawled (200)" in done.err
    assert (leaked(done.err), leaked(done.out)) == ([], [])
    everything = written(tmp_path)
    assert "staging.example" in everything
    assert leaked(everything) == []
    assert done.report["arguments"] == {"base_url": "http://staging.example:8081"}
    told = scrapy("status", "--failed", "-L", "DEBUG", LEDGER_URL=ledger)
    assert "story-2" in told.out
    assert leaked(told.out + told.err) == []


@pytest.mark.parametrize(
    "ledger",
    [
        f"postgresql://l:{LEDGER_SECRET}@127.0.0.1:9/none",
        f"nonsense://l:{LEDGER_SECRET}@127.0.0.1/none",
        f"postgresql://l:{LEDGER_SECRET}@127.0.0.1:port/none",
    ],
)
def test_a_ledger_that_cannot_be_had_is_told_without_its_password(scrapy, ledger):
    done = scrapy("crawl", "iraqinews", "-L", "DEBUG", LEDGER_URL=ledger)

    assert done.status == 2
    assert "error: " in done.err
    assert "Traceback" not in done.err
    assert leaked(done.err + done.out) == []


@pytest.mark.parametrize(
    "words",
    [
        ("base_url", f"ftp://n:{SECRET}@staging.example/"),
        ("urls", f"https://n:{SECRET}@www.example.org/x"),
        ("base_url", f"http://n:{SECRET}@staging.example:99999/"),
    ],
)
def test_a_refused_argument_is_told_without_its_password(scrapy, words):
    done = scrapy("crawl", "iraqinews", "-a", "=".join(words))

    assert done.status == 2
    assert f"{words[0]}=" in done.err
    assert leaked(done.err) == []


def test_a_password_with_signs_is_told_as_it_is():
    told = credentials({"base_url": "https://n%40me:p%3Aa%2Fss@staging.example/"})

    assert told.site == "https://staging.example"
    assert told.authorization == b"Basic " + b64encode(b"n@me:p:a/ss")
    assert Arguments.parse({"base_url": "https://n%40me:p%3Aa%2Fss@staging.example/"}).base_url == (
        "https://staging.example"
    )
    assert credentials({"base_url": "https://staging.example/@home"}) is None
