"""`scrapy crawl` as a user meets it: clear lines, the right exit status, never a traceback."""

import json
import signal
import subprocess
import sys

import pytest

from tests.conftest import ROOT, Crawl
from tests.server import SITES, Server

STORY = """<html><head><title>Story {n}</title><link rel="canonical" href="/iraq/story-{n}/"></head>
<body class="single single-post postid-{n}"><article id="post-{n}"><h1 class="entry-title">Story number {n}</h1>
{date}<div class="entry-content"><p>Baghdad (IraqiNews.com) – Text of story number {n}, in a sentence or two.</p>
</div></article></body></html>"""
DATE = '<time class="entry-date published" datetime="2025-05-0{n}T10:00:00+03:00">May</time>'


def sitemap_of(numbers) -> str:
    locs = "".join(f"<url><loc>https://www.iraqinews.com/iraq/story-{n}/</loc></url>" for n in numbers)
    return f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{locs}</urlset>'


@pytest.fixture
def server():
    """A site of five stories that only a sitemap lists."""
    with Server() as server:
        server.answer("/sitemap_index.xml", sitemap_of(range(1, 6)), headers={"Content-Type": "application/xml"})
        for n in range(1, 6):
            page = STORY.format(n=n, date=DATE.format(n=n))
            server.answer(f"/iraq/story-{n}/", page, headers={"Content-Type": "text/html; charset=utf-8"})
        yield server


def crawl(scrapy, server, **settings):
    return scrapy("crawl", "iraqinews", "-a", f"base_url={server.url}", **settings)


def no_traceback(crawl) -> bool:
    return "Traceback" not in crawl.err + crawl.out


def test_whoever_names_no_outlet_is_told_which_there_are(scrapy):
    names = scrapy("list").out.split()
    unnamed, unknown = scrapy("crawl"), scrapy("crawl", "nosuch")

    assert {"iraqinews", "middleeasteye", "wordpress"} <= set(names)
    assert (unnamed.status, unknown.status) == (2, 2)
    assert unnamed.err == f"error: name one outlet: scrapy crawl {' | '.join(names)}\n"
    assert unknown.err == f"error: there is no spider 'nosuch'; there are: {', '.join(names)}\n"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["crawl", "iraqinew"], "error: there is no spider 'iraqinew'; did you mean iraqinews?"),
        (["crawl", "iraqinews", "-a", "since=yesterday"], "error: since=yesterday is not a date; write YYYY-MM-DD"),
        (["crawl", "iraqinews", "-a", "since=31/12/2025"], "error: since=31/12/2025 is not a date"),
        (["crawl", "iraqinews", "-a", "limit=x"], "error: limit=x is not a number of articles"),
        (["crawl", "iraqinews", "-a", "urls=https://example.com/1"], "which is not on Iraqi News"),
        (["crawl", "wordpress"], "error: no site given; write -a site=https://www.example.org"),
        (
            ["crawl", "wordpress", "-a", "site=https://example.org", "-a", "name=iraqinews"],
            "error: name=iraqinews is the name of an outlet with a spider of its own: take another, or: scrapy crawl ",
        ),
        (["crawl", "wordpress", "-a", "site=example"], "error: site=example is not the address of a site"),
        (["demo"], "the demo runs on recorded sites"),
    ],
)
def test_wrong_usage_is_one_clear_line_and_exit_status_2(scrapy, words, said):
    crawl = scrapy(*words)

    assert crawl.status == 2
    assert said in crawl.err
    assert no_traceback(crawl)


def test_a_data_dir_that_cannot_be_written_is_told_before_the_first_request(scrapy, server, tmp_path):
    (tmp_path / "a-file").write_text("")

    done = crawl(scrapy, server, DATA_DIR=tmp_path / "a-file")

    assert done.status == 2
    assert "a-file cannot be written" in done.err
    assert no_traceback(done)
    assert server.paths() == []


def test_a_data_dir_on_a_disk_that_is_not_there_is_told(scrapy, server, tmp_path):
    (tmp_path / "data").symlink_to("/no/such/disk")

    done = crawl(scrapy, server)

    where = f"{tmp_path}/data"
    assert (done.status, done.err) == (
        2,
        f"error: DATA_DIR={where} cannot be written: {where} links to /no/such/disk, which is not there\n",
    )


def test_a_ledger_that_cannot_be_opened_is_told_without_its_password(scrapy):
    done = scrapy("crawl", "iraqinews", LEDGER_URL="nosuch://user:secret@127.0.0.1/x")

    assert done.status == 2
    assert "LEDGER_URL is no database" in done.err
    assert "secret" not in done.err


def test_help_names_every_argument(scrapy):
    done = scrapy("crawl", "--help")

    assert done.status == 0
    assert all(f"-a {name}=" in done.out for name in ("since", "until", "topic", "limit", "urls", "base_url", "site"))


def test_a_site_where_nothing_listens_is_one_clear_error(scrapy):
    done = scrapy("crawl", "iraqinews", "-a", "base_url=http://127.0.0.1:9")

    assert done.status == 1
    assert "error: the site cannot be reached: http://127.0.0.1:9/robots.txt: connection refused" in done.err
    assert no_traceback(done)


def test_a_site_that_offers_no_source_did_not_do(scrapy):
    with Server() as empty:
        done = crawl(scrapy, empty)

    assert done.status == 1
    assert "error: the site offers none of its sources: REST /wp-json/wp/v2/posts: the site answers 404" in done.err


def test_html_where_a_sitemap_was_promised_is_an_error(scrapy, server):
    server.answer("/wp-sitemap.xml", "<!doctype html><html><title>Oops</title><body>Oops</body></html>")

    done = crawl(scrapy, server)

    assert done.status == 1
    assert len(done.articles) == 5
    assert "error: sitemap /wp-sitemap.xml could not be read: " in done.err


def test_a_refused_article_is_listed_with_its_field_and_url(scrapy, server):
    server.answer("/iraq/story-1/", STORY.format(n=1, date=""), headers={"Content-Type": "text/html; charset=utf-8"})

    done = crawl(scrapy, server)

    assert done.status == 0, "one of five is not more than 20 %"
    assert done.report["refusals"] == ["published_at: missing (https://www.iraqinews.com/iraq/story-1/)"]
    assert len(done.articles) == 4


def test_more_than_a_fifth_refused_is_exit_status_1(scrapy, server):
    for n in (1, 2):
        server.answer(f"/iraq/story-{n}/", STORY.format(n=n, date=""), headers={"Content-Type": "text/html"})

    done = crawl(scrapy, server)

    assert done.status == 1
    assert "2 of 5 articles were refused, more than 20%" in done.err


def test_a_block_is_told_and_never_stored(scrapy, server):
    challenge = "<html><head><title>Just a moment...</title></head><body>Checking</body></html>"
    server.answer("/iraq/story-1/", challenge, status=403)

    done = crawl(scrapy, server)

    assert done.status == 1
    assert len(done.articles) == 4
    assert done.report["ended"] == [
        {
            "status": "blocked",
            "url": "https://www.iraqinews.com/iraq/story-1/",
            "reason": "blocked by a challenge page (403)",
        }
    ]


def test_every_url_without_an_article_ends_with_its_reason(scrapy, server):
    locs = ["story-1", "gone", "offsite", "forbidden", "failed", "moved"]
    sitemap = "".join(f"<url><loc>https://www.iraqinews.com/iraq/{name}/</loc></url>" for name in locs)
    server.answer("/sitemap_index.xml", f"<urlset>{sitemap}</urlset>")
    server.answer("/robots.txt", "User-agent: newscrawl\nDisallow: /iraq/forbidden/\n")
    server.answer("/iraq/offsite/", status=302, headers={"Location": "https://shop.example.com/"})
    server.answer("/iraq/moved/", status=301, headers={"Location": "/iraq/story-1/"})
    server.answer("/iraq/failed/", status=502)

    done = crawl(scrapy, server, MAX_REFUSED_SHARE=0.5)

    assert done.status == 0, done.err
    assert {end["url"].split("/")[-2]: end["status"] for end in done.report["ended"]} == {
        "gone": "gone",
        "offsite": "offsite",
        "forbidden": "forbidden",
        "failed": "failed",
    }
    assert "/iraq/forbidden/" not in server.paths()
    assert len(done.articles) == 1


def test_an_error_in_our_own_code_is_counted_and_shown_in_one_line(scrapy, server):
    done = scrapy("crawl", "faulty", "-a", f"base_url={server.url}", SPIDER_MODULES="tests.spiders.faulty")

    assert done.status == 1
    assert "1 unexpected error: " in done.err
    assert "ZeroDivisionError" in done.err
    assert no_traceback(done)
    assert len(done.articles) == 4


def test_ctrl_c_ends_with_a_report_and_the_next_crawl_goes_on(scrapy, server):
    command = [sys.executable, "-m", "scrapy", "crawl", "iraqinews", "-a", f"base_url={server.url}"]
    command += ["-s", f"DATA_DIR={scrapy.data}", "-s", "DOWNLOAD_DELAY=0.4"]
    process = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True)
    server.wait_for("/iraq/story-", times=2)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)

    assert process.returncode == 1
    assert "error: stopped before its end; run it again and it goes on from here" in err
    before = Crawl(1, "", err, scrapy.data).by_id
    assert 0 < len(before) < 5

    done = crawl(scrapy, server)

    assert done.status == 0, done.err
    assert len(done.by_id) == 5
    assert done.report["new"] == 5 - len(before)


def test_the_demo_runs_twice_and_finds_nothing_new(scrapy):
    first = scrapy("demo", project="replay")
    second = scrapy("demo", project="replay")

    assert (first.status, second.status) == (0, 0), first.err
    assert "One of the articles:" in first.out
    assert "iraqinews/*.jsonl" in first.out.replace("\n", "")
    assert "Nothing is new" in second.out

    # The page that this project started from, without its faults.
    page = scrapy("topics", "CJTF-OIR", project="replay")
    assert (page.status, page.err) == (0, "")
    lines = page.out.splitlines()
    heads = [number for number, line in enumerate(lines) if line in {"Iraqi News", "Middle East Eye"}]
    assert [lines[number : number + 4] for number in heads] == [
        [
            "Iraqi News",
            "2025-07-22 05:04 UTC",
            "Iraq",
            "Baghdad, US Central Command review security cooperation",
        ],
        [
            "Iraqi News",
            "2025-07-20 16:20 UTC",
            "Iraq",
            "Estonia to withdraw its troops from in US-led coalitionin Iraq",
        ],
        [
            "Middle East Eye",
            "2025-06-06 10:33 UTC",
            "News",
            "US to investigate army vehicle displaying word 'kafir' in northeast Syria",
        ],
        ["Iraqi News", "2025-01-26 17:40 UTC", "Iraq", "Iraq continues to eliminate terrorist groups"],
    ]
    assert "Baghdad ( –" not in page.out
    assert page.out.count("\n\nBaghdad – ") == 3, "datelines are whole"
    assert "newsletter" not in page.out.lower()
    assert "Sign up" not in page.out


def post_of(server, number: int, **changes) -> dict:
    post = {
        "id": number,
        "link": f"{server.url}/news/post-{number}/",
        "status": "publish",
        "date": f"2025-05-0{number}T12:00:00",
        "date_gmt": f"2025-05-0{number}T09:00:00",
        "modified_gmt": f"2025-05-0{number}T09:00:00",
        "title": {"rendered": f"Post &#8211; number {number}"},
        "content": {"rendered": f"<p>Text of post {number}.</p><p>Its end.</p>", "protected": False},
        "excerpt": {"rendered": ""},
    }
    return {**post, **changes}


def test_any_wordpress_site_can_be_crawled(scrapy):
    with Server() as server:
        posts = [
            post_of(server, 1),
            post_of(server, 2),
            post_of(server, 3, content={"rendered": "", "protected": True}),
        ]
        server.answer("/wp-json/wp/v2/posts", json.dumps(posts), headers={"Content-Type": "application/json"})

        done = scrapy("crawl", "wordpress", "-a", f"site={server.url}", "-a", "name=example")

    assert done.status == 0, done.err
    assert set(done.by_id) == {"example:1", "example:2"}
    first = done.by_id["example:1"]
    assert (first["headline"], first["body"]) == ("Post – number 1", "Text of post 1.\n\nIts end.")
    assert (first["published_at"], first["modified_at"]) == ("2025-05-01T09:00:00Z", None)
    assert (scrapy.data / "articles" / "example" / "2025-05.jsonl").is_file()


def test_the_outlet_of_a_wordpress_site_is_its_host(scrapy):
    with Server() as server:
        server.answer("/wp-json/wp/v2/posts", json.dumps([post_of(server, 1)]))

        done = scrapy("crawl", "wordpress", "-a", f"site={server.url}")

    assert [article["outlet"] for article in done.articles] == [server.url.removeprefix("http://").replace(":", "-")]


def test_a_site_whose_posts_are_all_elsewhere_is_told(scrapy):
    with Server(SITES / "www.iraqinews.com") as server:
        done = scrapy("crawl", "wordpress", "-a", f"site={server.url}")

    assert done.status == 1
    assert "but such as https://www.iraqinews.com/" in done.err
    assert done.report["sources"][0]["left_out"] == {"protected": 1, "on other sites": 23}
