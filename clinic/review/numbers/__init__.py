"""What the assistant did, counted: figures and tables, and nothing of what was said."""
