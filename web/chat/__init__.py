"""One message in, all replies out: the turn that widget and REST share."""
