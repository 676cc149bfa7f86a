"""Labelled pairs of news texts, on which the search for near-duplicates is measured.

In: the material beside this file (stories, frames of daily notices, background, updates), written for the purpose.
Out: pairs of eleven classes, the same at every run. `python -m benchmarks.similarity_pairs wire_copy` shows a class.
"""
