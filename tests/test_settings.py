"""What a user's own setting changes, and what it leaves as it is."""

import pytest
from scrapy.settings import Settings
from scrapy.utils.conf import build_component_list

NEEDED = {
    "DOWNLOADER_MIDDLEWARES": {
        "newscrawl.network.borders.BordersMiddleware",
        "newscrawl.network.decoding.Decoding",
        "newscrawl.network.robots.RobotsMiddleware",
        "scrapy.downloadermiddlewares.retry.RetryMiddleware",
    },
    "EXTENSIONS": {"newscrawl.dataset.Dataset", "newscrawl.reporting.report.Reporter"},
    "SPIDER_MIDDLEWARES": {"scrapy.spidermiddlewares.start.StartSpiderMiddleware"},
}
"""Without these a crawl is not polite, or loses something."""


@pytest.mark.parametrize("name", NEEDED)
@pytest.mark.parametrize("priority", ["spider", "cmdline"])
def test_a_further_component_comes_to_those_that_are_there(name, priority):
    settings = Settings()
    settings.setmodule("newscrawl.settings", "project")
    settings.set(name, {"scrapy.extensions.memdebug.MemoryDebugger": 543}, priority)
    components = build_component_list(settings.get_component_priority_dict_with_base(name))
    assert "scrapy.extensions.memdebug.MemoryDebugger" in components
    assert NEEDED[name] <= set(components)


def test_a_file_can_be_fetched_as_in_any_project(tmp_path, scrapy):
    page = tmp_path / "page.html"
    page.write_text("<h1>Kept</h1>")
    fetched = scrapy("fetch", "--nolog", page.as_uri())
    assert (fetched.status, fetched.out.strip()) == (0, "<h1>Kept</h1>")
