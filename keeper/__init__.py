"""The process that keeps Rasa servers running: the live release's, and beside it the one of the release to come."""
