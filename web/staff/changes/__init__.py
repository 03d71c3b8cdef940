"""The pages of the sets of changes: what will be published together."""
