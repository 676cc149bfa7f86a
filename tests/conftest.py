"""What the tests share: a crawl as a user runs it, in a process of its own, and the record that it leaves."""

from __future__ import annotations

import json
import os
import signal
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests import warm

ROOT = Path(__file__).parent.parent

# Each command is a process of its own: what it loads is compiled for the first of them, not for every one anew.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
# A script that starts the tests in its background has Ctrl-C ignored, and so would all that the tests start.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@dataclass
class Crawl:
    """A finished `scrapy …` command."""

    status: int
    out: str
    err: str
    data: Path

    @property
    def articles(self) -> list[dict[str, Any]]:
        """Every line of the record, file by file."""
        files = sorted((self.data / "articles").glob("*/*.jsonl"))
        return [json.loads(line) for file in files for line in file.read_bytes().splitlines()]

    @property
    def by_id(self) -> dict[str, dict[str, Any]]:
        articles = self.articles
        assert len({(a["id"], a["revision"]) for a in articles}) == len(articles), "an article stands there twice"
        return {article["id"]: article for article in articles}

    @property
    def report(self) -> dict[str, Any]:
        """The newest report."""
        files = sorted((self.data / "reports").glob("*.json"), key=lambda file: file.stat().st_mtime_ns)
        return json.loads(files[-1].read_bytes())


class Scrapy:
    """Runs `scrapy` commands on one data directory."""

    def __init__(self, data: Path) -> None:
        self.data = data

    def __call__(self, *words: str, project: str = "default", **settings: Any) -> Crawl:
        settings = {"DATA_DIR": self.data, "DOWNLOAD_DELAY": 0, "RETRY_TIMES": 0, "REFUSAL_PAUSE": 0.01, **settings}
        options = [option for name, value in settings.items() for option in ("-s", f"{name}={value}")]
        done = warm.run([*words, *options], {**os.environ, "SCRAPY_PROJECT": project, "COLUMNS": "200"})
        return Crawl(done.status, done.out, done.err, self.data)


@pytest.fixture
def scrapy(tmp_path: Path) -> Scrapy:
    return Scrapy(tmp_path / "data")
