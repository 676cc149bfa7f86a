"""Reads pages in processes of their own, beside the crawl, where READERS says so."""
