"""Scrapy's own command line, extended."""
