"""Tables of sets of changes and of what is said about them; what they change lies in git."""

from __future__ import annotations

from sqlalchemy import Column, Float, ForeignKey, Integer, String, Table, Text

from clinic.adapters.sql.engine import metadata

change_set = Table(
    "change_set",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("title", String(120), nullable=False),
    Column("state", String(16), nullable=False),
    Column("created_by", String(80), nullable=False),
    Column("created_at", Float, nullable=False, index=True),
    Column("branch", String(80), nullable=False),
    Column("head", String(64), nullable=False),
)

change_comment = Table(
    "change_comment",
    metadata,
    Column("id", Integer, primary_key=True),  # the order in which they were made
    Column("change_set", String(40), ForeignKey("change_set.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("by", String(80), nullable=False),
    Column("at", Float, nullable=False),
    Column("text", Text, nullable=False),
)
