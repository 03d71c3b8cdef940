"""The only place where adapters meet use cases; everything is built on first use, never at import.

A module an area: a process that sends mail must not load what reads names out of a text.
"""
