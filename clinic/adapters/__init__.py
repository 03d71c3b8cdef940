"""Edges to the world: databases, clocks; chosen in `clinic.bootstrap` only."""
