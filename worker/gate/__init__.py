"""The gate at work: a set of changes trained, measured and tried beside what is live."""
