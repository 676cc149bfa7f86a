"""Pages as they came from a site, kept as WARC (ISO 28500): written while crawling, read anew without any request."""
