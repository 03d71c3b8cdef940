"""Releases: check a set of changes, publish it, go back."""
