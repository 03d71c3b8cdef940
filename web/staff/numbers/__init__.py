"""The numbers page and its tables as files."""
