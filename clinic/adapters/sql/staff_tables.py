"""Tables of the staff: accounts, what proves who somebody is, sessions, tries to sign in, the record of changes."""

from __future__ import annotations

from sqlalchemy import Column, Float, ForeignKey, Integer, String, Table, Text

from clinic.adapters.sql.engine import metadata
from clinic.adapters.sql.store import SqlStore
from clinic.staff.errors import StaffStoreError

staff_account = Table(
    "staff_account",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("email", String(320), nullable=False, unique=True),
    Column("name", String(120), nullable=False),
    Column("role", String(20), nullable=False),
    Column("password_hash", String(255)),
    Column("totp_secret", String(255)),
    Column("totp_step", Integer, nullable=False, default=0, server_default="0"),
    Column("created_at", Float, nullable=False),
    Column("enrolled_at", Float),
    Column("locked_at", Float),
    Column("signed_in_at", Float),
)

_ACCOUNT = ("staff_account.id",)

staff_recovery_code = Table(
    "staff_recovery_code",
    metadata,
    Column("account_id", String(32), ForeignKey(*_ACCOUNT, ondelete="CASCADE"), primary_key=True),
    Column("code_hash", String(64), primary_key=True),
)

staff_invitation = Table(
    "staff_invitation",
    metadata,
    Column("account_id", String(32), ForeignKey(*_ACCOUNT, ondelete="CASCADE"), primary_key=True),
    Column("token_hash", String(64), nullable=False, unique=True),
    Column("totp_secret", String(255), nullable=False),
    Column("ends_at", Float, nullable=False),
)

staff_session = Table(
    "staff_session",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("account_id", String(32), ForeignKey(*_ACCOUNT, ondelete="CASCADE"), nullable=False, index=True),
    Column("stage", String(10), nullable=False),
    Column("begun_at", Float, nullable=False),
    Column("seen_at", Float, nullable=False),
)

staff_try = Table(
    "staff_try",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", String(64), nullable=False, index=True),
    Column("at", Float, nullable=False),
)

# No foreign key: a row outlives whom and what it speaks of.
staff_record = Table(
    "staff_record",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at", Float, nullable=False),
    Column("by", String(64), nullable=False),
    Column("action", String(80), nullable=False),
    Column("subject", String(200), nullable=False),
    Column("details", Text, nullable=False),
    Column("hash", String(64), nullable=False),
)

# One row, which only counts on: without it the newest rows could be taken away unseen.
staff_record_head = Table(
    "staff_record_head",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("number", Integer, nullable=False),
    Column("hash", String(64), nullable=False),
)


class StaffTables(SqlStore):
    """What the stores of the staff have in common: one transaction a method, and its errors as `StaffStoreError`."""

    unavailable = StaffStoreError
