"""The check of a set of changes before it may go live: what it compares, and who asks for it."""
