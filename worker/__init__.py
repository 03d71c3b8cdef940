"""The worker process: what has to be done without anybody asking, on huey (docs/adr/0022)."""
