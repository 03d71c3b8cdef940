"""What Rasa loads of ours in its NLU pipeline."""
