"""The project's settings with the recorded sites in place of the network: `SCRAPY_PROJECT=replay scrapy crawl …`."""

from pathlib import Path

from newscrawl.settings import *  # noqa: F403

REPLAY_FROM = str(Path(__file__).parent.parent / "fixtures" / "sites")
DATA_DIR = "data/demo"
