"""Middle East Eye end to end: `scrapy crawl middleeasteye` on the recorded site, from replay and from a real server."""

import pytest

from tests.server import SITES, Server

SITE = SITES / "www.middleeasteye.net"
NAJAF = "najaf-airport-suspends-arrivals-and-departures"
STORIES = {
    "big-story/tigris-dams-water-who-decides",
    "discover/basra-dates-harvest-palm-varieties",
    "features/jordan-stone-masons-salt-old-houses",
    "fr/actu-et-enquetes/algiers-kasbah-restoration-volunteers",
    "fr/actu-et-enquetes/maroc-al-haouz-reconstruction-ecoles-montagne",
    "fr/opinionfr/tunisie-ecole-langues-dialecte-arabe",
    "fr/reportages/algerie-ghardaia-oasis-foggaras-eau",
    "gallery/kites-over-erbil-citadel",
    "in-depth/features/egypt-nubian-villages-lake-nasser-return-1204718653",
    "in-depth/features/libya-ghadames-old-town-roofs-66480213",
    "live/iraq-dust-storm-closes-airports-and-schools",
    "news/iraq-marshes-buffalo-herders-return-after-wet-winter",
    "news/lebanon-ferry-tripoli-larnaca-trial-crossing",
    "news/morocco-argan-cooperatives-price-floor",
    "news/tunisia-sponge-divers-kerkennah-heat",
    "news/turkey-izmir-olive-growers-early-frost",
    "news/us-investigate-army-vehicle-displaying-word-kafir-northeast-syria",
    "news/yemen-honey-traders-hadramawt-roads-598201774",
    "opinion/gulf-football-women-leagues-paid-contracts",
    "opinion/museums-must-say-how-mesopotamian-treasures-left-iraq",
    "opinion/school-buses-would-do-more-cairo-new-ring-road",
    "opinion/syria-seed-bank-and-its-heirs-1930457",
    "video/baghdad-mutanabbi-street-booksellers-friday",
}
UPDATES = {
    "basra-airport-halts-flights-visibility-drops",
    "evening-recap-120",
    "forecasters-expect-north-wind-until-wednesday",
    "hospitals-muthanna-open-extra-wards",
    "morning-update-104",
    "schools-stay-shut-tuesday-five-provinces",
}
LIVE_UPDATE = "live-blog/live-blog-update/"


def paths(crawl) -> set[str]:
    return {article["url"].removeprefix("https://www.middleeasteye.net/") for article in crawl.by_id.values()}


@pytest.fixture
def server():
    with Server(SITE) as server:
        yield server


def test_every_article_and_every_live_update_is_written_once(scrapy):
    crawl = scrapy("crawl", "middleeasteye", project="replay")

    assert crawl.status == 0, crawl.err
    # One story stands at /news/ and, with the same text, as a live update: whichever was read first is the article.
    assert paths(crawl) - {f"news/{NAJAF}", f"{LIVE_UPDATE}{NAJAF}"} == STORIES | {LIVE_UPDATE + u for u in UPDATES}
    assert len(paths(crawl) & {f"news/{NAJAF}", f"{LIVE_UPDATE}{NAJAF}"}) == 1
    assert crawl.report["duplicates"] == 1
    assert crawl.report["endings"] == {"not_article": 3}


def test_updates_belong_to_their_live_blog(scrapy):
    articles = scrapy("crawl", "middleeasteye", project="replay").articles
    (blog,) = [article for article in articles if article["kind"] == "live_blog"]
    updates = [article for article in articles if LIVE_UPDATE in article["url"]]

    assert {article["parent_id"] for article in updates} == {blog["id"]}
    assert {article["kind"] for article in updates} == {"live_update"}


def test_a_second_crawl_writes_nothing_and_asks_for_no_article(scrapy, server):
    scrapy("crawl", "middleeasteye", "-a", f"base_url={server.url}")
    server.asked.clear()

    crawl = scrapy("crawl", "middleeasteye", "-a", f"base_url={server.url}")

    assert crawl.status == 0, crawl.err
    assert (crawl.report["new"], crawl.report["revised"], crawl.report["fetched"]) == (0, 0, 0)
    assert not [path for path in server.paths() if "kafir" in path]


def test_replay_and_a_real_server_give_the_same_record(scrapy, server, tmp_path):
    replayed = scrapy("crawl", "middleeasteye", project="replay").by_id
    served = type(scrapy)(tmp_path / "served")("crawl", "middleeasteye", "-a", f"base_url={server.url}").by_id
    varying = ("first_seen_at", "crawled_at")

    for articles in (replayed, served):
        for article in articles.values():
            for name in varying:
                del article[name]
    assert replayed == served


def test_a_recorded_site_replays_to_the_same_record(scrapy, server, tmp_path):
    recording = tmp_path / "recording"
    first = scrapy("crawl", "middleeasteye", "-a", f"base_url={server.url}", RECORD_TO=recording)

    again = type(scrapy)(tmp_path / "again")(
        "crawl", "middleeasteye", "-a", f"base_url={server.url}", REPLAY_FROM=recording
    )

    assert again.status == 0, again.err
    assert {key: a["content_hash"] for key, a in again.by_id.items()} == {
        key: a["content_hash"] for key, a in first.by_id.items()
    }
    host = recording / server.url.removeprefix("http://")
    assert (host / "robots.txt").is_file()
    assert (host / "news@page=1.html").is_file()


def test_the_story_of_the_aggregator_page_is_found_by_its_topic(scrapy):
    crawl = scrapy("crawl", "middleeasteye", "-a", "topic=CJTF-OIR", project="replay")

    assert crawl.status == 0, crawl.err
    (story,) = crawl.articles
    assert "kafir" in story["url"]
    assert story["published_at"] == "2025-06-06T10:33:00Z"
    assert "newsletter" not in story["body"].lower()


def test_a_part_that_cannot_be_had_leaves_the_live_blog_for_later(scrapy, server):
    server.answer("/live/iraq-dust-storm-closes-airports-and-schools?page=1", status=500)

    crawl = scrapy("crawl", "middleeasteye", "-a", f"base_url={server.url}")

    assert "live/iraq-dust-storm-closes-airports-and-schools" not in paths(crawl)
    assert crawl.report["endings"]["failed"] == 1
    assert "a part of it: the site answers 500" in crawl.report["ended"][0]["reason"]
