"""What a crawl loads: only what it needs, so that it starts about as fast as Scrapy itself (benchmarks/start.py)."""

import re
import subprocess
import sys

from tests.conftest import ROOT
from tests.server import SITES

NEEDLESS = {
    "aiohttp": "Scrapy's remote control",
    "feedparser": "feeds",
    "jinja2": "`scrapy site`",
    "playwright": "pages that a browser renders",
    "sqlalchemy.dialects.postgresql": "a ledger on PostgreSQL",
    "tldextract": "Scrapy's cookies",
    "trafilatura": "pages of no known layout",
    "twisted.conch": "Scrapy's telnet console",
}
"""Modules, with what needs them."""
PAGE = "https://www.iraqinews.com/iraq-war/ied-explodes-in-baquba-2/"


def test_a_crawl_loads_nothing_that_it_does_not_need(tmp_path):
    crawl = ["-m", "scrapy", "crawl", "iraqinews", "-a", f"urls={PAGE}", "-s", f"REPLAY_FROM={SITES}"]
    command = [sys.executable, "-X", "importtime", *crawl, "-s", f"DATA_DIR={tmp_path}"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    loaded = set(re.findall(r"^import time:.*\| +(\S+)$", done.stderr, re.MULTILINE))
    assert {"scrapy", "sqlalchemy", "msgspec"} <= loaded
    assert {name: need for name, need in NEEDLESS.items() if name in loaded} == {}


ALONE = """
import importlib, pkgutil, sys
import newscrawl.jobs
for _, name, _ in pkgutil.iter_modules(newscrawl.jobs.__path__):
    for loaded in [module for module in sys.modules if module.partition(".")[0] == "newscrawl"]:
        del sys.modules[loaded]
    importlib.import_module(f"newscrawl.jobs.{name}")
    print(name)
"""


def test_each_command_finds_what_it_needs_without_another_one_before_it():
    loaded = subprocess.run([sys.executable, "-c", ALONE], cwd=ROOT, capture_output=True, text=True, check=True)
    assert {"crawl", "duplicates", "reparse", "site", "status", "topics"} <= set(loaded.stdout.split())
