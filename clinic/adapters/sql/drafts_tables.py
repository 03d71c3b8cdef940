"""Tables of answer drafts, their texts and the approvals."""

from __future__ import annotations

from sqlalchemy import Column, Float, ForeignKey, Integer, String, Table, Text, UniqueConstraint

from clinic.adapters.sql.engine import metadata

answer_draft = Table(
    "answer_draft",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("answer", String(120), nullable=False),
    Column("variation", Integer, nullable=False),
    Column("live", Integer),  # 1, or NULL once it is over: of live ones there is one an answer
    Column("version", Integer, nullable=False),
    Column("text_version", Integer, nullable=False),
    Column("state", String(20), nullable=False),
    Column("based_on", String(40), nullable=False),
    Column("changed_at", Float, nullable=False),
    Column("reason", Text),
    Column("sent_back_by", String(200)),
    UniqueConstraint("answer", "variation", "live"),
)

answer_draft_text = Table(
    "answer_draft_text",
    metadata,
    Column("draft", String(40), ForeignKey("answer_draft.id", ondelete="CASCADE"), primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("member", String(80), nullable=False),
    Column("member_name", String(200), nullable=False),
    Column("at", Float, nullable=False),
    Column("text", Text, nullable=False),
    Column("rests_on", Text, nullable=False),
)

answer_approval = Table(
    "answer_approval",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("answer", String(120), nullable=False, index=True),
    Column("variation", Integer, nullable=False),
    Column("signature", String(40), nullable=False),
    Column("member", String(80), nullable=False),
    Column("member_name", String(200), nullable=False),
    Column("on_day", String(10), nullable=False),
    Column("due_day", String(10), nullable=False),
    Column("draft", String(40)),
    Column("commit_id", String(64), nullable=False),
    Column("change_set", String(80)),
    Column("at", Float, nullable=False),
)
