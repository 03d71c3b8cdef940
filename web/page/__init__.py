"""The chat page at `/` and the session API it speaks."""
