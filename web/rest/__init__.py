"""The REST contract for integrations: Rasa's own shape, with a key."""
