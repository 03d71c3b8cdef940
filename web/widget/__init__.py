"""The chat widget as it is served: its built files, its words, and a full page that holds it."""
