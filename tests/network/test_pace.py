"""How often a host is asked, by the server's own log."""

import signal
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

import pytest

from newscrawl.replay import Stored
from tests.crash.killing import start
from tests.crash.site import archive, serve_pages
from tests.server import Server

STORIES = 8
IDS = {f"iraqinews:{number}" for number in range(1, STORIES + 1)}
REFUSED = "/iraq/story-3/"


@dataclass
class Refusing(Server):
    """Answers as it is told to before it answers as a site."""

    refuse: Callable[[str], Stored | None] = lambda _: None

    def answer_to(self, path):
        return self.refuse(path) or super().answer_to(path)

    def gaps(self) -> list[float]:
        """Seconds between two requests, as they came."""
        return [later.at - earlier.at for earlier, later in pairwise(self.asked)]


@pytest.fixture
def server():
    with Refusing() as server:
        serve_pages(server, archive(STORIES))
        yield server


def once(path: str, stored: Stored) -> Callable[[str], Stored | None]:
    """Refuses a path the first time only."""
    told: list[str] = []

    def refuse(asked: str) -> Stored | None:
        if asked != path or told:
            return None
        told.append(asked)
        return stored

    return refuse


def crawl(scrapy, server, **settings):
    return scrapy("crawl", "iraqinews", "-a", f"base_url={server.url}", **settings)


def test_robots_sources_redirects_and_articles_keep_one_delay(scrapy, server):
    server.answer(REFUSED, status=301, headers={"Location": "/iraq/story-2/"})

    assert crawl(scrapy, server, DOWNLOAD_DELAY=0.2, CONCURRENT_REQUESTS=8, ROBOTSTXT_REFETCH=1).status == 0

    assert len(server.asked) > STORIES + 2
    assert server.paths().count("/robots.txt") > 1, "after its time it is asked for anew"
    assert {"/robots.txt", "/sitemap_index.xml", REFUSED, "/iraq/story-1/"} <= set(server.paths())
    # As the server notes them: what one request is late on its way, the next one is nearer.
    assert median(server.gaps()) > 0.19
    assert sum(server.gaps()) > 0.2 * len(server.gaps()) - 0.1


@pytest.mark.parametrize(("longest", "gap"), [(30, 0.4), (0.3, 0.3)])
def test_crawl_delay_is_kept_up_to_a_bound(scrapy, server, longest, gap):
    server.answer("/robots.txt", "User-agent: *\nCrawl-delay: 0.4\n")

    done = crawl(scrapy, server, DOWNLOAD_DELAY=0.05, MAX_CRAWL_DELAY=longest)

    assert set(done.by_id) == IDS
    assert gap - 0.03 < median(server.gaps()[1:]) < gap + 0.1


@pytest.mark.parametrize(
    ("settings", "gap"),
    [
        ({"DOWNLOAD_SLOTS": '{"127.0.0.1": {"delay": 0.5}}'}, 0.5),
        ({"AUTOTHROTTLE_ENABLED": True, "AUTOTHROTTLE_START_DELAY": 0.05}, 0.4),
    ],
)
def test_no_other_setting_makes_a_crawl_delay_shorter_and_it_makes_none_shorter(scrapy, server, settings, gap):
    server.answer("/robots.txt", "User-agent: *\nCrawl-delay: 0.4\n")

    done = crawl(scrapy, server, DOWNLOAD_DELAY=0.05, **settings)

    assert set(done.by_id) == IDS
    assert gap - 0.03 < median(server.gaps()[1:]) < gap + 0.1
    assert min(server.gaps()[1:]) > gap - 0.1


@pytest.mark.parametrize("status", [429, 503])
def test_retry_after_pauses_the_whole_host_and_nothing_is_lost(scrapy, server, status):
    server.refuse = once(REFUSED, Stored(status, [("Retry-After", "2")], b""))

    done = crawl(scrapy, server, RETRY_TIMES=2, CONCURRENT_REQUESTS=8, DOWNLOAD_DELAY=0.02)

    assert (done.status, set(done.by_id)) == (0, IDS)
    place = server.paths().index(REFUSED)
    assert server.gaps()[place] > 1.9
    assert server.paths()[place + 1] != REFUSED, "the others wait with it, and are asked first"
    assert "127.0.0.1 asked us to wait" in done.err


def test_a_site_that_keeps_refusing_is_left_alone(scrapy, server):
    server.refuse = lambda path: Stored(429, [], b"") if path.startswith("/iraq/") else None

    done = crawl(scrapy, server, RETRY_TIMES=2)

    assert done.status == 1
    assert "ended early: 127.0.0.1 asked us to wait (429), 6 times in a row; run the crawl again later" in done.err
    assert done.report["finish_reason"].startswith("127.0.0.1 asked us to wait (429), 6 times")
    assert sum(path.startswith("/iraq/") for path in server.paths()) == 6

    server.refuse = lambda _: None
    assert set(crawl(scrapy, server, RETRY_TIMES=2).by_id) | {"iraqinews:1", "iraqinews:2"} == IDS


@pytest.mark.parametrize("status", [502, 504, 521])
def test_a_gateway_with_nobody_behind_it_is_not_asked_for_every_page(scrapy, server, status):
    server.refuse = lambda path: Stored(status, [], b"") if path.startswith("/iraq/") else None

    done = crawl(scrapy, server)

    assert done.status == 1
    assert f"ended early: 127.0.0.1 answered {status}, 6 times in a row; run the crawl again later" in done.err
    assert sum(path.startswith("/iraq/") for path in server.paths()) == 6


def test_a_site_that_wants_to_be_left_alone_for_long_is_not_waited_for(scrapy, server):
    server.refuse = once(REFUSED, Stored(503, [("Retry-After", "7300")], b""))

    done = crawl(scrapy, server, RETRY_TIMES=2)

    assert done.status == 1
    assert "127.0.0.1 asks us to stay away for 2 h; run the crawl again then" in done.err
    assert set(crawl(scrapy, server).by_id) == IDS, "what was not asked for was due"


def test_a_pause_does_not_hold_up_ctrl_c(scrapy, server, tmp_path):
    server.refuse = once(REFUSED, Stored(429, [("Retry-After", "600")], b""))
    process = start(server, tmp_path / "data", RETRY_TIMES=2)
    server.wait_for(REFUSED)

    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=30)

    assert process.returncode == 1
    assert "stopped before its end; run it again and it goes on from here" in said
    assert set(crawl(scrapy, server).by_id) == IDS


def test_challenges_end_a_crawl_instead_of_a_knock_on_every_door(scrapy, server):
    headers = [("cf-mitigated", "challenge"), ("Content-Type", "text/html")]
    server.refuse = lambda path: Stored(403, headers, b"<title>Just a moment...</title>") if "/story" in path else None

    done = crawl(scrapy, server)

    assert done.status == 1
    assert done.report["endings"] == {"blocked": 6}
    assert "127.0.0.1 blocked by a challenge page of Cloudflare (403), 6 times in a row" in done.err
    assert sum("/story" in path for path in server.paths()) == 6
