"""Tables of chats with a person, of who is here for them, and of what staff make of requests."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Float, ForeignKey, Index, Integer, String, Table, Text

from clinic.adapters.sql.appointment_requests import appointment_request
from clinic.adapters.sql.engine import metadata
from clinic.adapters.sql.turn_tables import conversation, turn
from clinic.handoff.model import HandoffState

# Goes with its conversation when the visitor erases that.
handoff = Table(
    "handoff",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("sender", String(80), ForeignKey(conversation.c.sender, ondelete="CASCADE"), nullable=False, index=True),
    Column("state", String(16), nullable=False),
    Column("asked_at", Float),
    Column("taken_at", Float),
    Column("member", String(64)),
    Column("member_name", String(200)),
    Column("active_at", Float),
    Column("first_message_id", String(120)),
    Column("over_at", Float),
    Column("ending", String(16)),
    Column("told", String(16)),
)
# A conversation is with one person at most, whatever calls at once.
_is_open = handoff.c.state != HandoffState.OVER.value
Index("uq_handoff_open", handoff.c.sender, unique=True, sqlite_where=_is_open, postgresql_where=_is_open)

# The list of open chats is asked for every few seconds.
Index("ix_turn_created_at", turn.c.created_at)

staff_presence = Table(
    "staff_presence",
    metadata,
    Column("member", String(64), primary_key=True),
    Column("name", String(200), nullable=False),
    Column("until", Float, nullable=False),
)

# What staff make of a request; a request without a row is open and nobody's.
request_task = Table(
    "request_task",
    metadata,
    Column("reference", String(8), ForeignKey(appointment_request.c.reference, ondelete="CASCADE"), primary_key=True),
    Column("is_done", Boolean, nullable=False, default=False),
    Column("assigned_to", String(64)),
    Column("assigned_name", String(200)),
    Column("note", Text),
    Column("done_by", String(64)),
    Column("done_by_name", String(200)),
    Column("done_at", Float),
)

# An answer and its place in the outbox: written together, or a kill between the two would lose it.
staff_answer = Table(
    "staff_answer",
    metadata,
    Column("id", String(32), primary_key=True),
    Column(
        "reference", String(8), ForeignKey(appointment_request.c.reference, ondelete="CASCADE"), nullable=False,
        index=True,
    ),
    Column("text", Text, nullable=False),
    Column("written_by", String(64), nullable=False),
    Column("written_by_name", String(200), nullable=False),
    Column("written_at", Float, nullable=False),
    Column("state", String(16), nullable=False),
    Column("due_at", Float, nullable=False, index=True),
    Column("attempts", Integer, nullable=False, default=0),
    Column("error", String(80)),
)  # fmt: skip
