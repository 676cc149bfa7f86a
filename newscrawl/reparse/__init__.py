"""Reads kept pages anew with today's page classes, and compares what they give with the record."""
