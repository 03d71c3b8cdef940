"""The public door: chat page, REST contract, and nothing that does not go through a turn."""
