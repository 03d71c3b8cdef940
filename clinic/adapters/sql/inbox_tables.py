"""The inbox: what visitors' turns were taken for, what staff noted of them, and what missed ones mean.

All of it goes with its turn when that is erased. What a turn was taken for follows from `turn` and can be read anew.
"""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Float, ForeignKey, Index, Integer, LargeBinary, String, Table

from clinic.adapters.sql.engine import metadata

inbox_turn = Table(
    "inbox_turn",
    metadata,
    Column("turn_id", Integer, ForeignKey("turn.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("sender", String(80), nullable=False, index=True),
    Column("number", Integer, nullable=False),
    Column("asked_at", Float, nullable=False),
    Column("completed_at", Float),
    Column("outcome", String(20), nullable=False),
    Column("topic", String(80)),
    Column("intent", String(80)),
    Column("confidence", Float),
    Column("margin", Float),
    Column("is_typed", Boolean, nullable=False),
    Column("is_form_answer", Boolean, nullable=False),
    Column("gives_name", Boolean, nullable=False),
    Column("is_form_open", Boolean, nullable=False),  # and nothing came after it yet
    Column("missed", Boolean, nullable=False),
    Column("unsure", Boolean, nullable=False),
    Column("close", Boolean, nullable=False),
    Column("refused", Boolean, nullable=False),
    Column("emergency", Boolean, nullable=False),
    Column("left_form", Boolean, nullable=False),
    Column("repeat", Boolean, nullable=False),
    Column("failed", Boolean, nullable=False),
    Column("sample", Boolean, nullable=False),
    Column("reviewed_at", Float),
    Column("reviewed_by", String(64)),
    Column("assigned_to", String(64)),
    # By which rules it was read; 0 while the turn may still change.
    Column("version", Integer, nullable=False),
    Index("ix_inbox_turn_version", "version", "turn_id"),
    Index("ix_inbox_turn_is_form_open", "is_form_open", "asked_at"),
    Index("ix_inbox_turn_missed", "missed", "turn_id"),
    Index("ix_inbox_turn_reviewed_at", "reviewed_at", "turn_id"),
)

inbox_tag = Table(
    "inbox_tag",
    metadata,
    Column("turn_id", Integer, ForeignKey("turn.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("tag", String(30), primary_key=True),
    Index("ix_inbox_tag_tag", "tag", "turn_id"),
)

# Half as many bytes as the numbers of the encoder; what is lost is far below what tells messages apart.
inbox_vector = Table(
    "inbox_vector",
    metadata,
    Column("turn_id", Integer, ForeignKey("turn.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("vector", LargeBinary, nullable=False),
)
