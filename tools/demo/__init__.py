"""A demonstration clinic for pictures of the staff pages: made-up people on databases of its own."""
