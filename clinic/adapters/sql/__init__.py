"""SQLAlchemy adapters: SQLite on one machine, PostgreSQL beyond it."""
