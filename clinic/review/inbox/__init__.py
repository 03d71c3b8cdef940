"""What visitors said, as staff look at it: by reason, grouped by meaning, without names."""
