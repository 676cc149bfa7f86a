"""Tells when a site changed under its page class: how complete articles are, and were before."""
