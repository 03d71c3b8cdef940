"""A visitor's message becomes a sentence of a topic, a new topic, or words that mean danger."""
