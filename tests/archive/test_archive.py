"""Pages are kept as they came, in files that can be read whatever happened to whoever wrote them."""

import gzip
import json
import os
import signal
from datetime import UTC, datetime
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from newscrawl.archive.captured import answer_of, response_of
from newscrawl.archive.warc import Damage, Damaged, WarcFile
from newscrawl.archive.writing import PageFiles, cut_torn_record
from newscrawl.dataset import pages_folder
from tests.archive.warcs import Warc, chunked
from tests.crash.killing import finish, start
from tests.crash.site import WordPress, archive, serve_pages
from tests.server import Server

DAY = datetime(2025, 7, 22, 9, 30, 0, 123456, tzinfo=UTC)
URL = "https://www.iraqinews.com/iraq/canal/"
HTML = b"<html><body><p>Engineers let the water in.</p></body></html>"


def kept(folder: Path) -> list[tuple[str, str, bytes]]:
    """Type, address and content of all records, by warcio, which checks their digests."""
    found = []
    for file in sorted(folder.glob("**/*.warc.gz")):
        with file.open("rb") as stream:
            for record in ArchiveIterator(stream, check_digests="raise"):
                url = record.rec_headers.get_header("WARC-Target-URI") or ""
                found.append((record.rec_type, url, record.content_stream().read()))
    return found


def pages_of(folder: Path) -> list[tuple[str, bytes]]:
    return [(url, body) for kind, url, body in kept(folder) if kind == "response"]


def keep(files: PageFiles, number: int, moment: datetime = DAY) -> None:
    files.append(f"https://www.iraqinews.com/{number}/", moment, 200, [("Content-Type", "text/html")], HTML * number)


def test_a_crawl_keeps_pages_as_they_came_from_the_wire(scrapy):
    """Compressed as the site sent them, with the moment that the article names as its reading."""
    stories = archive(3)
    with Server() as server:
        serve_pages(server, stories)
        html = {"Content-Type": "text/html; charset=utf-8"}
        packed = gzip.compress(stories[0].page().encode())
        secret = {**html, "Content-Encoding": "gzip", "Set-Cookie": "session=12345", "X-Cache": "HIT"}
        server.answer(stories[0].path, packed, headers=secret)
        second = (
            stories[1].page().replace("</article>", f'<a class="post-page-numbers" href="{stories[1].path}2/">2</a>')
        )
        server.answer(stories[1].path, second, headers=html)
        server.answer(stories[1].path + "2/", "<div class='entry-content'><p>The second page.</p></div>", headers=html)
        crawl = scrapy("crawl", "iraqinews", "-a", f"base_url={server.url}", KEEP_PAGES=True)
        assert crawl.status == 0, crawl.err
        asked = {server.url + path for path in (*(story.path for story in stories), stories[1].path + "2/")}

    folder = crawl.data / "pages" / "iraqinews"
    (file,) = folder.iterdir()
    assert file.name == f"{datetime.fromisoformat(crawl.articles[0]['crawled_at']):%Y-%m}.warc.gz"
    assert {url for url, _ in pages_of(folder)} == asked, "pages and their parts, and no sitemap, feed or robots.txt"
    raw = gzip.decompress(file.read_bytes())
    assert raw.startswith(b"WARC/1.1\r\nWARC-Type: warcinfo\r\n")
    assert b"software: newscrawl/" in raw
    assert packed in raw
    assert b"X-Cache: HIT" in raw
    assert b"session=12345" not in raw
    with file.open("rb") as stream:
        dates = {
            record.rec_headers.get_header("WARC-Target-URI"): record.rec_headers.get_header("WARC-Date")
            for record in ArchiveIterator(stream)
        }
    assert dates[server.url + stories[0].path] == crawl.by_id["iraqinews:1"]["crawled_at"]
    assert len(crawl.articles) == 3


def test_without_the_setting_nothing_is_kept(scrapy):
    with WordPress(stories=archive(2)) as server:
        crawl = scrapy("crawl", "iraqinews", "-a", f"base_url={server.url}")

    assert crawl.status == 0
    assert not (crawl.data / "pages").exists()


def test_a_page_that_cannot_be_kept_costs_no_article(scrapy):
    """A full disk is told once, as an error; the record is worth more than the pages."""
    month = datetime.now(UTC).strftime("%Y-%m")
    folder = scrapy.data / "pages" / "iraqinews"
    folder.mkdir(parents=True)
    (folder / f"{month}.warc.gz").symlink_to("/dev/full")
    with Server() as server:
        serve_pages(server, archive(5))
        crawl = scrapy("crawl", "iraqinews", "-a", f"base_url={server.url}", KEEP_PAGES=True)

    assert len(crawl.articles) == 5
    assert crawl.status == 1
    assert crawl.report["errors"] == [f"pages are no longer kept: {folder} cannot be written: No space left on device"]
    assert crawl.err.count("ERROR: pages are no longer kept") == 1
    assert "Traceback" not in crawl.err


def test_a_crawl_killed_within_a_record_leaves_files_that_can_be_read(tmp_path):
    middlewares = {
        "newscrawl.archive.keeping.KeepPages": None,
        "tests.archive.dying_keeper.DyingKeeper": 595,
    }
    with Server() as server:
        serve_pages(server, archive(6))
        dying = start(server, tmp_path, KEEP_PAGES=True, DOWNLOADER_MIDDLEWARES=json.dumps(middlewares), DIE_AT=4)
        dying.communicate(timeout=120)
        assert dying.returncode == -signal.SIGKILL
        (file,) = (tmp_path / "pages" / "iraqinews").iterdir()
        torn = file.stat().st_size
        status, said = finish(server, tmp_path, KEEP_PAGES=True)

    assert status == 0, said
    found = pages_of(file.parent)
    assert {body for _, body in found} == {story.page().encode() for story in archive(6)}
    assert file.stat().st_size > torn
    warc = WarcFile(file)
    assert not [head for head in warc.heads() if isinstance(head, Damage)]
    warc.close()


def test_wherever_a_record_is_torn_the_whole_ones_before_it_stay(tmp_path):
    files = PageFiles(tmp_path)
    keep(files, 1)
    file = tmp_path / "2025-07.warc.gz"
    one = file.stat().st_size
    keep(files, 2)
    files.close()
    whole = file.read_bytes()
    for size in range(one, len(whole)):
        file.write_bytes(whole[:size])
        cut_torn_record(file)
        assert file.read_bytes() == whole[:one], f"torn at byte {size}"
    file.write_bytes(whole + bytes(5000))
    cut_torn_record(file)
    assert file.read_bytes() == whole, "what a power cut left behind the last record"
    file.write_bytes(whole[:100])
    again = PageFiles(tmp_path)
    keep(again, 3)
    again.close()
    assert [body for _, body in pages_of(tmp_path)] == [HTML * 3]


def test_what_is_set_aside_takes_the_place_of_nothing(tmp_path):
    file = tmp_path / "2025-07.warc.gz"
    for size in (100, 200, 300):
        file.write_bytes(bytes(size))
        cut_torn_record(file)

    assert sorted(aside.stat().st_size for aside in tmp_path.iterdir()) == [100, 200, 300]


def test_a_file_has_a_month_and_a_bound(tmp_path):
    files = PageFiles(tmp_path, largest=1200)
    for number in range(1, 5):
        keep(files, number)
    keep(files, 9, datetime(2025, 8, 1, tzinfo=UTC))
    files.close()
    again = PageFiles(tmp_path, largest=1200)
    keep(again, 5)
    again.close()

    assert sorted(file.name for file in tmp_path.iterdir()) == [
        "2025-07-2.warc.gz",
        "2025-07.warc.gz",
        "2025-08.warc.gz",
    ]
    assert all(file.stat().st_size < 2000 for file in tmp_path.iterdir())
    assert sorted(len(body) // len(HTML) for _, body in pages_of(tmp_path)) == [1, 2, 3, 4, 5, 9]
    assert [kind for kind, _, _ in kept(tmp_path)].count("warcinfo") == 3


def test_names_and_passwords_of_addresses_are_not_kept(tmp_path):
    files = PageFiles(tmp_path)
    files.append("https://editor:geheim@www.iraqinews.com/draft/", DAY, 200, [], HTML)
    files.close()

    assert [url for url, _ in pages_of(tmp_path)] == ["https://www.iraqinews.com/draft/"]
    assert b"geheim" not in gzip.decompress((tmp_path / "2025-07.warc.gz").read_bytes())


def test_headers_are_kept_in_the_bytes_that_the_site_sent(tmp_path):
    """Scrapy's headers are bytes, and those beyond ASCII are mostly UTF-8."""
    place, link = "بغداد".encode(), "</iraq/قناة/>; rel=shortlink".encode()
    files = PageFiles(tmp_path)
    sent = [(name, value.decode("latin-1")) for name, value in (("X-Place", place), ("Link", link))]
    files.append(URL, DAY, 200, sent, HTML)
    files.close()

    raw = gzip.decompress((tmp_path / "2025-07.warc.gz").read_bytes())
    assert b"X-Place: %s\r\nLink: %s\r\n" % (place, link) in raw
    assert pages_of(tmp_path) == [(URL, HTML)]
    _, head = heads(tmp_path / "2025-07.warc.gz")
    assert answer_of(head.opening).headers["Link"] == link


@pytest.mark.parametrize(
    ("outlet", "name"),
    [("iraqinews", "iraqinews"), ("../../etc", "..%2F..%2Fetc"), ("..", "%2E%2E"), ("a/b", "a%2Fb"), ("", "")],
)
def test_no_outlet_name_leads_out_of_the_folder(outlet, name):
    assert pages_folder(Path("data"), outlet) == Path("data/pages") / name


# --- reading ---


def heads(file: Path) -> list:
    warc = WarcFile(file)
    try:
        return list(warc.heads())
    finally:
        warc.close()


def three_pages(*, gzip: bool) -> Warc:
    warc = Warc(gzip=gzip)
    for number in (1, 2, 3):
        warc.response(f"https://www.iraqinews.com/{number}/", "2025-07-22T09:30:00Z", os.urandom(3000))
    return warc


@pytest.mark.parametrize("gzip", [True, False])
def test_a_damaged_record_costs_no_other(tmp_path, gzip):
    warc = three_pages(gzip=gzip)
    first, second, third = warc.records
    file = tmp_path / "a.warc"
    file.write_bytes(first + second[:1500] + third)

    found = heads(file)

    assert [getattr(one, "uri", "damage") for one in found] == [
        "https://www.iraqinews.com/1/",
        "damage",
        "https://www.iraqinews.com/3/",
    ]
    assert found[1].place == len(first)


@pytest.mark.parametrize("gzip", [True, False])
def test_a_file_that_is_cut_off_is_read_as_far_as_it_goes(tmp_path, gzip):
    warc = three_pages(gzip=gzip)
    file = warc.write(tmp_path / "a.warc")
    os.truncate(file, file.stat().st_size - 500)

    *whole, last = heads(file)

    assert [head.uri for head in whole] == ["https://www.iraqinews.com/1/", "https://www.iraqinews.com/2/"]
    assert last == Damage(len(warc.records[0]) + len(warc.records[1]), "it is cut off")


def test_a_file_compressed_as_a_whole_is_told_with_the_remedy(tmp_path):
    warc = three_pages(gzip=False)
    file = tmp_path / "a.warc.gz"
    file.write_bytes(gzip.compress(b"".join(warc.records)))

    (damage,) = heads(file)

    assert "`warcio recompress`" in damage.reason


def test_a_length_that_no_file_has_is_damage(tmp_path):
    warc = three_pages(gzip=False)
    lying = b"WARC/1.0\r\nWARC-Type: response\r\nContent-Length: %s\r\n\r\n" % (b"9" * 5000)
    file = tmp_path / "a.warc"
    file.write_bytes(lying + warc.records[0])

    damage, head = heads(file)

    assert damage == Damage(0, "it is cut off")
    assert head.uri == "https://www.iraqinews.com/1/"


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 a zip", b"\x1f\x8b\x08 no gzip either"])
def test_what_is_no_warc_file_is_damage_and_no_exception(tmp_path, content):
    file = tmp_path / "a.warc"
    file.write_bytes(content)
    try:
        found = heads(file)
    except Damaged as damaged:
        assert str(damaged) in {"is empty", "is no WARC file"}  # noqa: PT017
    else:
        assert [type(one) for one in found] == [Damage]


def block(body: bytes, **headers: str) -> bytes:
    lines = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
    return f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n{lines}\r\n".encode() + body


@pytest.mark.parametrize(
    "stored",
    [
        block(HTML),
        block(HTML, Content_Length=str(len(HTML))),
        block(chunked(HTML), Transfer_Encoding="chunked"),
        block(HTML, Transfer_Encoding="chunked"),
        block(gzip.compress(HTML), Content_Encoding="gzip"),
        block(HTML, Content_Encoding="gzip"),
        block(HTML, Content_Encoding="br"),
        block(HTML, Content_Encoding="identity"),
        block(chunked(gzip.compress(HTML)), Transfer_Encoding="chunked", Content_Encoding="gzip"),
        block(chunked(HTML, end=b"0\r\nX-Checked: " + b"a" * 2000 + b"\r\n\r\n"), Transfer_Encoding="chunked"),
        block(chunked(HTML, end=b"0;last=yes\r\n\r\n"), Transfer_Encoding="chunked"),
        block(chunked(HTML, end=b"000\r\n\r\n"), Transfer_Encoding="chunked"),
        block(chunked(HTML, end=b"0\r\n"), Transfer_Encoding="chunked"),
        block(HTML).replace(b"\r\n", b"\n"),
    ],
)
def test_content_is_decoded_whether_or_not_the_archive_did_so_already(stored):
    assert response_of(stored, URL, DAY).body == HTML


@pytest.mark.parametrize(
    "stored",
    [
        block(HTML[:30], Content_Length=str(len(HTML))),
        block(chunked(HTML)[:40], Transfer_Encoding="chunked"),
        block(chunked(HTML, end=b"zz\r\n<p>More.</p>\r\n0\r\n\r\n"), Transfer_Encoding="chunked"),
        block(chunked(HTML + b"\r\n0\r\n and more")[:-10], Transfer_Encoding="chunked"),
        block(HTML, Content_Length="9" * 5000),
        block(gzip.compress(HTML)[:-12], Content_Encoding="gzip"),
        b"no answer at all",
        b"",
    ],
)
def test_half_an_answer_is_none(stored):
    with pytest.raises(Damaged):
        response_of(stored, URL, DAY)


def test_an_answer_is_read_whatever_its_address_is():
    """Archives of the whole web have addresses that no crawl would ask for."""
    odd = "https://w[::1]ww.@iraqinews.com/iraq/canal/"

    assert response_of(block(gzip.compress(HTML), Content_Encoding="gzip"), odd, DAY).body == HTML


def test_an_answer_without_a_date_has_that_of_its_record():
    assert response_of(block(HTML), URL, DAY).headers["Date"] == b"Tue, 22 Jul 2025 09:30:00 GMT"
