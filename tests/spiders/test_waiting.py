"""A crawl by REST that is asked to stop while an article is being written comes to its end."""

import json

from tests.crash.site import WordPress, archive
from tests.crash.terminated import PIPELINES


def test_a_crawl_that_is_stopped_within_an_article_ends_and_goes_on_from_there(scrapy):
    with WordPress(stories=archive(30)) as server:
        at = ["-a", f"base_url={server.url}"]
        stopped = scrapy("crawl", "iraqinews", *at, ITEM_PIPELINES=json.dumps(PIPELINES), STOP_AT=10)
        written = len(stopped.articles)
        finished = scrapy("crawl", "iraqinews", *at)

    assert stopped.status == 1
    assert "stopped before its end" in stopped.err
    assert 10 <= written < 30
    assert finished.status == 0
    assert len(finished.by_id) == len(finished.articles) == 30
