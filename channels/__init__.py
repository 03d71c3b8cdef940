"""Rasa's door to `web`; nothing else may call it."""
