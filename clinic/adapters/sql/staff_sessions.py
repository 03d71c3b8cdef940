"""Sessions of the staff, and tries to prove who one is, in SQL."""

from __future__ import annotations

import hashlib

from sqlalchemy import delete, func, select, update

from clinic.adapters.sql.staff_tables import StaffTables, staff_session, staff_try
from clinic.staff.session import StaffSession, Stage
from clinic.staff.tries import MOST, SECONDS, Try


class SqlSessions(StaffTables):
    """`SessionStore` over SQLAlchemy."""

    def add(self, session: StaffSession) -> None:
        """Keep a new one."""
        row = {
            "id": session.id, "account_id": session.account_id, "stage": session.stage.value,
            "begun_at": session.begun_at, "seen_at": session.seen_at,
        }  # fmt: skip
        with self._transaction() as connection:
            connection.execute(staff_session.insert().values(row))

    def find(self, session_id: str) -> StaffSession | None:
        """By id."""
        with self._reading() as connection:
            row = connection.execute(select(staff_session).where(staff_session.c.id == session_id)).first()
        return StaffSession(row.id, row.account_id, Stage(row.stage), row.begun_at, row.seen_at) if row else None

    def touch(self, session_id: str, at: float) -> None:
        """Somebody did something."""
        with self._transaction() as connection:
            connection.execute(update(staff_session).where(staff_session.c.id == session_id).values(seen_at=at))

    def end(self, session_id: str) -> None:
        """Over."""
        with self._transaction() as connection:
            connection.execute(delete(staff_session).where(staff_session.c.id == session_id))

    def end_all(self, account_id: str, but: str | None = None) -> int:
        """End all of somebody, but for one."""
        theirs = delete(staff_session).where(staff_session.c.account_id == account_id)
        with self._transaction() as connection:
            return connection.execute(theirs.where(staff_session.c.id != but) if but else theirs).rowcount

    def forget(self, before: float) -> None:
        """Those that began before a moment."""
        with self._transaction() as connection:
            connection.execute(delete(staff_session).where(staff_session.c.begun_at < before))


class SqlTries(StaffTables):
    """`TryStore` over SQLAlchemy; keys are kept hashed."""

    def begin(self, key: str, now: float) -> Try:
        """Count a try; see `TryStore`."""
        hashed, columns = _hashed(key), staff_try.c
        with self._transaction() as connection:
            if connection.dialect.name == "postgresql":
                # Nobody may have a row yet that could be locked: one at a time for each key.
                connection.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(hashed, 0))))
            connection.execute(delete(staff_try).where(columns.at <= now - SECONDS))
            made = select(columns.at).where(columns.key == hashed).order_by(columns.at.desc()).limit(MOST)
            last = connection.execute(made).scalars().all()
            if len(last) == MOST:
                return Try(MOST + 1, last[-1] + SECONDS)
            connection.execute(staff_try.insert().values(key=hashed, at=now))
            return Try(len(last) + 1)

    def take_back(self, key: str) -> None:
        """The last one was right."""
        mine = select(staff_try.c.id).where(staff_try.c.key == _hashed(key))
        last = mine.order_by(staff_try.c.id.desc()).limit(1).scalar_subquery()
        with self._transaction() as connection:
            connection.execute(delete(staff_try).where(staff_try.c.id == last))

    def forget(self, key: str) -> None:
        """Those of before do not count any more."""
        with self._transaction() as connection:
            connection.execute(delete(staff_try).where(staff_try.c.key == _hashed(key)))


def _hashed(key: str) -> str:
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()
