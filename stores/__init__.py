"""Rasa's stores, ours: conversations that fail loudly, wording that needs no training."""
