"""What a crawl by Scrapy alone does: `python -m benchmarks.scrapy_crawls download|feed ORIGIN PAGES DELAY FILE`.

In: the origin of `news_site.py`, and how many of its pages to take, so many seconds apart. Out: JSON in FILE with the
pages, and the seconds from the spider's opening to its end. `download` takes each page of the sitemap and does nothing
with it. `feed` reads the fields of an article with parsel, as Scrapy's documentation does, and exports them to a JSON
Lines feed beside FILE. Settings are Scrapy's own but for as many requests at once as all contestants make, their delay,
and a log without a line for each page.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scrapy import Request, Spider
from scrapy.crawler import CrawlerProcess

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from scrapy.http import Response

AT_ONCE = 64
SETTINGS = {
    "CONCURRENT_REQUESTS": AT_ONCE,
    "CONCURRENT_REQUESTS_PER_DOMAIN": AT_ONCE,
    "LOG_LEVEL": "INFO",
}


class Download(Spider):
    name = "download"

    async def start(self) -> AsyncIterator[Request]:
        yield Request(f"{self.origin}/here.xml", self.parse_sitemap)

    def parse_sitemap(self, response: Response) -> Iterator[Request]:
        for address in re.findall(rb"<loc>(.*?)</loc>", response.body)[: self.pages]:
            yield Request(address.decode())

    def parse(self, response: Response) -> Iterator[dict[str, Any]]:
        assert response.status == 200
        return iter(())


class Feed(Download):
    name = "feed"

    def parse(self, response: Response) -> Iterator[dict[str, Any]]:
        yield {
            "url": response.url,
            "headline": response.css("h1.entry-title::text").get(),
            "description": response.css('meta[property="og:description"]::attr(content)').get(),
            "body": "\n\n".join("".join(p.css("::text").getall()) for p in response.css(".entry-content > p")),
            "authors": response.css(".entry-meta a[rel=author]::text").getall(),
            "sections": response.css('a[rel~="category"]::text').getall(),
            "topics": response.css(".entry-footer a[rel=tag]::text").getall(),
            "published_at": response.css('meta[property="article:published_time"]::attr(content)').get(),
            "image": response.css('meta[property="og:image"]::attr(content)').get(),
        }


def main(kind: str, origin: str, pages: int, delay: float, file: Path) -> None:
    settings: dict[str, Any] = SETTINGS | {"DOWNLOAD_DELAY": delay}
    if kind == "feed":
        settings["FEEDS"] = {str(file.with_suffix(".jsonl")): {"format": "jsonlines", "overwrite": True}}
    process = CrawlerProcess(settings)
    crawler = process.create_crawler({"download": Download, "feed": Feed}[kind])
    process.crawl(crawler, origin=origin, pages=pages)
    process.start()
    assert crawler.stats is not None
    # Without the sitemap.
    taken = crawler.stats.get_value("response_received_count", 0) - 1
    file.write_text(json.dumps({"pages": taken, "seconds": crawler.stats.get_value("elapsed_time_seconds")}))


if __name__ == "__main__":
    kind, origin, pages, delay, file = sys.argv[1:]
    main(kind, origin, int(pages), float(delay), Path(file))
