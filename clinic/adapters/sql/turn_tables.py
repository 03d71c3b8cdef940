"""Tables of conversations: turns, buttons, feedback, and that something was erased."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Float, ForeignKey, Integer, String, Table, Text, UniqueConstraint

from clinic.adapters.sql.engine import metadata

conversation = Table(
    "conversation",
    metadata,
    Column("sender", String(80), primary_key=True),
    Column("turns", Integer, nullable=False, default=0),
    Column("leased_turn", Integer),
    Column("leased_until", Float, nullable=False, default=0.0),
    Column("alarm", String(80)),
    Column("alarm_at", Float, index=True),
    Column("events", Integer, nullable=False, default=0, server_default="0"),
    Column("ended_at", Float),
)

turn = Table(
    "turn",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("sender", String(80), ForeignKey("conversation.sender", ondelete="CASCADE"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("message_id", String(120), nullable=False),
    Column("text", Text),
    Column("state", String(20), nullable=False),
    Column("waits_until", Float, nullable=False),
    Column("created_at", Float, nullable=False),
    Column("completed_at", Float),
    Column("replies", Text),
    Column("trace", Text),
    Column("event", Integer),
    Column("button", String(60)),
    Column("said_by", String(20), nullable=False, default="assistant", server_default="assistant"),
    UniqueConstraint("sender", "number"),
    UniqueConstraint("sender", "message_id"),
)

button = Table(
    "button",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("sender", String(80), ForeignKey("conversation.sender", ondelete="CASCADE"), nullable=False, index=True),
    Column("payload", String(120), nullable=False),
    Column("title", String(200), nullable=False),
)

feedback = Table(
    "feedback",
    metadata,
    Column("sender", String(80), ForeignKey("conversation.sender", ondelete="CASCADE"), primary_key=True),
    Column("message_id", String(120), primary_key=True),
    Column("reply", Integer, primary_key=True, autoincrement=False),
    Column("helpful", Boolean, nullable=False),
    Column("word", Text),
    Column("at", Float, nullable=False),
)

# No word of the conversation and no foreign key: it outlives what it speaks of.
erasure = Table(
    "erasure",
    metadata,
    Column("sender", String(80), primary_key=True),
    Column("asked_at", Float, nullable=False),
    Column("settled_at", Float),
)
