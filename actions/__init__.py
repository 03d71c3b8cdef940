"""What Rasa's action server runs: tracker in, events out. Logic lives in `clinic`, wording in `data/answers`."""
