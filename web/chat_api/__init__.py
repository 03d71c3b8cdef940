"""The chat API below `/chat`: what the widget speaks, with a session's token."""
