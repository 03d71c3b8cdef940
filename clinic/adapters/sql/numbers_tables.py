"""What turns and replies count as, read out of their JSON once: a page of numbers adds up narrow rows only.

All of it follows from `turn`, goes with its turn when that is erased, and can be read anew at any time.
"""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Float, ForeignKey, Index, Integer, String, Table

from clinic.adapters.sql.engine import metadata

turn_count = Table(
    "turn_count",
    metadata,
    Column("turn_id", Integer, ForeignKey("turn.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("sender", String(80), nullable=False),
    Column("number", Integer, nullable=False),
    Column("said_by", String(20), nullable=False),  # "visitor", else who wrote a later message
    Column("asked_at", Float, nullable=False),
    Column("completed_at", Float),
    Column("quarter", Integer, nullable=False),
    Column("handled", String(20), nullable=False),
    Column("answer_ms", Integer),
    Column("is_booking", Boolean, nullable=False),  # whether one of the next two says something
    Column("step", Integer),
    Column("mark", String(20)),
    # By which rules it was read; 0 while the turn may still change.
    Column("version", Integer, nullable=False),
    # They hold all that is counted, so that the rows themselves need not be looked up.
    Index("ix_turn_count_asked_at", "asked_at", "said_by", "quarter", "handled", "answer_ms", "sender"),
    Index("ix_turn_count_booking", "is_booking", "asked_at"),
    Index("ix_turn_count_version", "version", "turn_id"),
)

reply_count = Table(
    "reply_count",
    metadata,
    Column("turn_id", Integer, ForeignKey("turn.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("reply", Integer, primary_key=True, autoincrement=False),
    Column("sender", String(80), nullable=False),
    Column("asked_at", Float, nullable=False),
    Column("kind", String(20), nullable=False),
    Column("topic", String(80), nullable=False),
    Column("counted", String(20)),
    Index("ix_reply_count_asked_at", "asked_at", "counted", "topic", "sender"),
)
