"""Staff accounts in SQL; each change and its row of the record are one transaction."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Column, Connection, Engine, delete, func, select, update

from clinic.adapters.sql.staff_record import SqlRecord
from clinic.adapters.sql.staff_tables import StaffTables, staff_account, staff_invitation, staff_recovery_code
from clinic.staff.account import Account, Enrolment, Invitation
from clinic.staff.errors import EmailTaken, LastAdmin, NoSuchAccount
from clinic.staff.model import Role
from clinic.staff.record import Note

_COLUMNS = ("id", "email", "name", "role", "created_at", "locked_at", "enrolled_at", "signed_in_at")


class SqlAccounts(StaffTables):
    """`AccountStore` over SQLAlchemy."""

    def __init__(self, engine: Engine, record: SqlRecord) -> None:
        """`record` lies in the same database."""
        super().__init__(engine)
        self._record = record

    def add(self, account: Account, note: Note) -> None:
        """Keep a new one; raises `EmailTaken`."""
        row = {**{name: getattr(account, name) for name in _COLUMNS}, "role": account.role.value, "totp_step": 0}
        with self._noted(note) as connection:
            added = self._insert(staff_account).values(row).on_conflict_do_nothing(index_elements=["email"])
            if connection.execute(added.returning(staff_account.c.id)).scalar() is None:
                raise EmailTaken

    def find(self, account_id: str) -> Account | None:
        """By id."""
        return self._found(staff_account.c.id, account_id)

    def find_by_email(self, email: str) -> Account | None:
        """By address, lower case."""
        return self._found(staff_account.c.email, email)

    def all(self) -> list[Account]:
        """By name."""
        query = select(staff_account).order_by(func.lower(staff_account.c.name), staff_account.c.id)
        with self._reading() as connection:
            return [_account(row) for row in connection.execute(query).mappings()]

    def change_role(self, account_id: str, role: Role, note: Note) -> None:
        """See `AccountStore`."""
        with self._noted(note) as connection:
            if role is not Role.ADMIN:
                _ensure_another_admin(connection, account_id)
            _change(connection, account_id, role=role.value)

    def lock(self, account_id: str, at: float, note: Note) -> None:
        """See `AccountStore`."""
        with self._noted(note) as connection:
            _ensure_another_admin(connection, account_id)
            _change(connection, account_id, locked_at=at)

    def unlock(self, account_id: str, note: Note) -> None:
        """Let them in again."""
        with self._noted(note) as connection:
            _change(connection, account_id, locked_at=None)

    def reset(self, invitation: Invitation, note: Note, *, must_leave_an_admin: bool = True) -> None:
        """See `AccountStore`."""
        account_id = invitation.account_id
        row = {name: getattr(invitation, name) for name in ("account_id", "token_hash", "totp_secret", "ends_at")}
        with self._noted(note) as connection:
            if must_leave_an_admin:
                _ensure_another_admin(connection, account_id)
            _change(connection, account_id, password_hash=None, totp_secret=None, enrolled_at=None)
            _keep_recovery_codes(connection, account_id, ())
            connection.execute(delete(staff_invitation).where(staff_invitation.c.account_id == account_id))
            connection.execute(staff_invitation.insert().values(row))

    def note_sign_in(self, account_id: str, at: float, note: Note) -> None:
        """When somebody came in last; with the clinic's own service nobody enrols before."""
        first = func.coalesce(staff_account.c.enrolled_at, at)
        with self._noted(note) as connection:
            _change(connection, account_id, signed_in_at=at, enrolled_at=first)

    def enrolment(self, account_id: str) -> Enrolment | None:
        """What proves who somebody is, without the recovery codes; raises `NoSuchAccount`."""
        columns = staff_account.c
        query = select(columns.password_hash, columns.totp_secret, columns.totp_step).where(columns.id == account_id)
        with self._reading() as connection:
            row = connection.execute(query).first()
        if row is None:
            raise NoSuchAccount
        if row.password_hash is None or row.totp_secret is None:
            return None
        return Enrolment(row.password_hash, row.totp_secret, row.totp_step)

    def set_password(self, account_id: str, password_hash: str, note: Note) -> None:
        """Another password."""
        with self._noted(note) as connection:
            _change(connection, account_id, password_hash=password_hash)

    def enrol(
        self, account_id: str, enrolment: Enrolment, at: float, note: Note, invited_by: str | None = None
    ) -> bool:
        """See `AccountStore`."""
        columns = staff_invitation.c
        used = delete(staff_invitation).where(columns.account_id == account_id, columns.token_hash == invited_by)
        with self._transaction() as connection:
            if invited_by is not None and connection.execute(used).rowcount != 1:
                return False
            _change(
                connection, account_id, password_hash=enrolment.password_hash, totp_secret=enrolment.totp_secret,
                totp_step=enrolment.step, enrolled_at=at,
            )  # fmt: skip
            _keep_recovery_codes(connection, account_id, enrolment.recovery_codes)
            self._record.note_in(connection, note)
            return True

    def set_recovery_codes(self, account_id: str, hashed: tuple[str, ...], note: Note) -> None:
        """Those of before are gone."""
        with self._noted(note) as connection:
            _keep_recovery_codes(connection, account_id, hashed)

    def use_code(self, account_id: str, step: int) -> bool:
        """One statement: of two at once one is refused."""
        fresh = (staff_account.c.id == account_id) & (staff_account.c.totp_step < step)
        with self._transaction() as connection:
            return connection.execute(update(staff_account).where(fresh).values(totp_step=step)).rowcount == 1

    def use_recovery_code(self, account_id: str, code_hash: str, note: Note) -> bool:
        """See `AccountStore`."""
        columns = staff_recovery_code.c
        this = (columns.account_id == account_id) & (columns.code_hash == code_hash)
        with self._transaction() as connection:
            if connection.execute(delete(staff_recovery_code).where(this)).rowcount != 1:
                return False
            self._record.note_in(connection, note)
            return True

    def recovery_codes_left(self, account_id: str) -> int:
        """How many are unused."""
        query = select(func.count()).where(staff_recovery_code.c.account_id == account_id)
        with self._reading() as connection:
            return int(connection.execute(query).scalar_one())

    def find_invitation(self, token_hash: str) -> Invitation | None:
        """One that was not used."""
        query = select(staff_invitation).where(staff_invitation.c.token_hash == token_hash)
        with self._reading() as connection:
            row = connection.execute(query).first()
        return Invitation(row.account_id, row.token_hash, row.totp_secret, row.ends_at) if row else None

    def _found(self, column: Column[str], value: str) -> Account | None:
        if "\x00" in value:  # PostgreSQL takes no such text, not even to look for it
            return None
        with self._reading() as connection:
            row = connection.execute(select(staff_account).where(column == value)).mappings().first()
        return _account(row) if row else None

    @contextmanager
    def _noted(self, note: Note) -> Iterator[Connection]:
        """A transaction that ends with a row of the record: the record's lock, which all want, is held shortest."""
        with self._transaction() as connection:
            yield connection
            self._record.note_in(connection, note)


def _change(connection: Connection, account_id: str, **values: Any) -> None:
    changed = update(staff_account).where(staff_account.c.id == account_id).values(**values)
    if connection.execute(changed).rowcount != 1:
        raise NoSuchAccount


def _keep_recovery_codes(connection: Connection, account_id: str, hashed: tuple[str, ...]) -> None:
    connection.execute(delete(staff_recovery_code).where(staff_recovery_code.c.account_id == account_id))
    rows = [{"account_id": account_id, "code_hash": code} for code in hashed]
    if rows:
        connection.execute(staff_recovery_code.insert(), rows)


def _ensure_another_admin(connection: Connection, account_id: str) -> None:
    """All admins' rows are locked first: of two admins who demote each other at once, the second sees the first."""
    columns = staff_account.c
    able = (columns.role == Role.ADMIN.value) & columns.locked_at.is_(None) & columns.enrolled_at.is_not(None)
    rows = connection.execute(select(columns.id).where(able).order_by(columns.id).with_for_update())
    if [row.id for row in rows] == [account_id]:
        raise LastAdmin


def _account(row: Mapping[Any, Any]) -> Account:
    return Account(**{name: row[name] for name in _COLUMNS if name != "role"}, role=Role(row["role"]))
