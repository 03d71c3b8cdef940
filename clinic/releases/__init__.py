"""Releases: immutable bundles of what is said and how it is understood, and which one is live."""
