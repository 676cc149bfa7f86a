"""The static site: the record as people look at it, in files that need no server. docs/site.md"""
