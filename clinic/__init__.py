"""All product logic of the assistant: pure Python, no Rasa, no web framework."""
