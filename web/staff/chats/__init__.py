"""Open conversations: who waits for a person, and one that a person answers."""
