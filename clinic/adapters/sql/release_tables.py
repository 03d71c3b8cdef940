"""Tables of releases, publications, Rasa servers and gate runs."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Float, ForeignKey, Index, Integer, String, Table, Text, text

from clinic.adapters.sql.engine import metadata

release = Table(
    "release",
    metadata,
    Column("id", String(12), primary_key=True),
    Column("engine", String(12), nullable=False),
    Column("commit_id", String(64)),
    Column("title", String(200), nullable=False),
    Column("made_by", String(80), nullable=False),
    Column("made_at", Float, nullable=False),
)

publication = Table(
    "publication",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("release_id", String(12), ForeignKey("release.id"), nullable=False),
    Column("state", String(20), nullable=False),
    Column("by", String(80), nullable=False),
    Column("why", String(400), nullable=False),
    Column("asked_at", Float, nullable=False),
    Column("live_at", Float),
    Column("fault", Text),
    Column("override", Text),
)
# At most one is live, and at most one on its way, whoever asks at the same moment.
Index("one_live", publication.c.state, unique=True, sqlite_where=text("state = 'live'"),
      postgresql_where=text("state = 'live'"))  # fmt: skip
Index("one_starting", publication.c.state, unique=True, sqlite_where=text("state = 'starting'"),
      postgresql_where=text("state = 'starting'"))  # fmt: skip

rasa_server = Table(
    "rasa_server",
    metadata,
    Column("engine", String(12), primary_key=True),
    Column("url", String(200), nullable=False),
    Column("is_ready", Boolean, nullable=False),
    Column("beat_at", Float, nullable=False),
)

gate_run = Table(
    "gate_run",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("change_set", String(64), nullable=False),
    Column("head", String(64), nullable=False),
    Column("state", String(20), nullable=False),
    Column("asked_by", String(80), nullable=False),
    Column("asked_at", Float, nullable=False),
    Column("beat_at", Float, nullable=False, server_default="0"),
    Column("ended_at", Float),
    Column("steps", Text, nullable=False, server_default="[]"),
    Column("report", Text, nullable=False, server_default="{}"),
    Column("release_id", String(12)),
    Column("fault", Text),
)
# A check takes the whole machine: one at a time, however many workers there are.
Index("one_running", gate_run.c.state, unique=True, sqlite_where=text("state = 'running'"),
      postgresql_where=text("state = 'running'"))  # fmt: skip
