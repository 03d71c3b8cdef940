"""The pages on which answers are read, written on and approved."""
