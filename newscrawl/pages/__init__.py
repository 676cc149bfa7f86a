"""How an article is read from a page: pure, without Scrapy and without I/O."""
