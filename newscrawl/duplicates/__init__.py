"""Finds in the record the articles that tell the same text as another one, and tells of them."""
