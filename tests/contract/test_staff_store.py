"""Accounts, sessions, tries and the record keep their promises on SQLite and on PostgreSQL."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import Engine, func, inspect, select, text
from sqlalchemy.exc import DBAPIError

from clinic.adapters.sql.engine import open_engine
from clinic.adapters.sql.staff_accounts import SqlAccounts
from clinic.adapters.sql.staff_record import SqlRecord
from clinic.adapters.sql.staff_sessions import SqlSessions, SqlTries
from clinic.adapters.sql.staff_tables import metadata, staff_account, staff_record, staff_record_head
from clinic.staff.account import Account, Enrolment, Invitation
from clinic.staff.errors import EmailTaken, LastAdmin, NoSuchAccount, StaffError, StaffStoreError
from clinic.staff.model import Role
from clinic.staff.record import Note, RecordFilter
from clinic.staff.session import StaffSession, Stage
from clinic.staff.tries import MOST, SECONDS
from tests.postgres_server import new_database
from tools.migrate import upgrade

NOW = 1_795_000_000.0
NOTE = Note("m_tester", "people.changed", "somebody", {"why": "a test"})


@dataclass
class Stores:
    engine: Engine
    accounts: SqlAccounts
    sessions: SqlSessions
    tries: SqlTries
    record: SqlRecord

    def somebody(self, role: Role = Role.EDITOR, *, is_enrolled: bool = True) -> Account:
        key = uuid4().hex[:10]
        account = Account(f"m_{key}", f"{key}@example.org", f"Demo {key}", role, NOW)
        self.accounts.add(account, NOTE)
        if is_enrolled:
            self.accounts.enrol(account.id, Enrolment("hash", "sealed", 5, ("c1", "c2")), NOW, NOTE)
        found = self.accounts.find(account.id)
        assert found is not None
        return found

    def noted(self) -> int:
        with self.engine.connect() as connection:
            return int(connection.execute(select(func.count()).select_from(staff_record)).scalar_one())


@pytest.fixture(params=["sqlite", "postgres"])
def stores(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Stores]:
    if request.param == "postgres":
        url = new_database(request.getfixturevalue("postgres_url"))  # of its own: who is the last admin counts here
    else:
        url = f"sqlite:///{tmp_path / 'clinic.db'}"
        upgrade(url)
    engine = open_engine(url)
    record = SqlRecord(engine)
    yield Stores(engine, SqlAccounts(engine, record), SqlSessions(engine), SqlTries(engine), record)
    engine.dispose()


def at_once(*acts: Callable[[], object]) -> list[object]:
    """What each gave or raised, all begun together."""
    start, results = threading.Barrier(len(acts)), []

    def run(act: Callable[[], object]) -> None:
        start.wait()
        try:
            results.append(act())
        except StaffError as error:
            results.append(error)

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_the_migration_makes_the_tables_that_the_stores_declare(stores: Stores) -> None:
    there = inspect(stores.engine)
    mine = [table for table in metadata.sorted_tables if table.name.startswith("staff_")]
    assert {t.name for t in mine} >= {"staff_account", "staff_session", "staff_record", "staff_try"}
    for table in (t for t in mine if t.name in there.get_table_names()):
        assert {c["name"] for c in there.get_columns(table.name)} == {c.name for c in table.columns}, table.name


def test_one_address_is_one_account_also_of_many_at_once(stores: Stores) -> None:
    accounts = [Account(f"m_{i}", "same@example.org", "Demo", Role.EDITOR, NOW) for i in range(6)]
    results = at_once(*(lambda a=account: stores.accounts.add(a, NOTE) for account in accounts))
    assert results.count(None) == 1
    assert sum(isinstance(r, EmailTaken) for r in results) == 5
    assert len(stores.accounts.all()) == stores.noted() == 1


def test_what_is_not_there_is_told_so(stores: Stores) -> None:
    assert stores.accounts.find("m_none") is None
    assert stores.accounts.find_by_email("none@example.org") is None
    for act in (
        lambda: stores.accounts.change_role("m_none", Role.ADMIN, NOTE),
        lambda: stores.accounts.unlock("m_none", NOTE),
        lambda: stores.accounts.enrolment("m_none"),
    ):
        with pytest.raises(NoSuchAccount):
            act()
    assert stores.noted() == 0


@pytest.mark.parametrize(
    "undo",
    [
        lambda accounts, who: accounts.change_role(who, Role.EDITOR, NOTE),
        lambda accounts, who: accounts.lock(who, NOW, NOTE),
        lambda accounts, who: accounts.reset(Invitation(who, uuid4().hex, "sealed", NOW), NOTE),
    ],
    ids=["demoted", "locked", "reset"],
)
def test_the_last_admin_who_can_sign_in_stays_one(stores: Stores, undo: Callable[[SqlAccounts, str], None]) -> None:
    first, second = stores.somebody(Role.ADMIN), stores.somebody(Role.ADMIN)
    stores.somebody(Role.ADMIN, is_enrolled=False)  # who never came counts for nobody
    undo(stores.accounts, first.id)
    noted = stores.noted()
    with pytest.raises(LastAdmin):
        undo(stores.accounts, second.id)
    assert stores.accounts.find(second.id) == second
    assert stores.noted() == noted


def test_of_two_admins_who_demote_each_other_at_once_one_stays(stores: Stores) -> None:
    for _ in range(5):
        first, second = stores.somebody(Role.ADMIN), stores.somebody(Role.ADMIN)
        results = at_once(
            lambda a=first: stores.accounts.change_role(a.id, Role.READER, NOTE),
            lambda b=second: stores.accounts.lock(b.id, NOW, NOTE),
        )
        admins = [a for a in stores.accounts.all() if a.role is Role.ADMIN and not a.is_locked]
        assert len(admins) == 1
        assert sum(isinstance(r, LastAdmin) for r in results) == 1
        stores.accounts.unlock(second.id, NOTE)
        for account in (first, second):
            with stores.engine.begin() as connection:
                connection.execute(staff_account.delete().where(staff_account.c.id == account.id))


def test_a_code_is_good_once_and_older_ones_are_not_after_it(stores: Stores) -> None:
    account = stores.somebody()
    results = at_once(*(lambda: stores.accounts.use_code(account.id, 7) for _ in range(6)))
    assert sorted(results) == [False] * 5 + [True]
    assert not stores.accounts.use_code(account.id, 6)
    assert stores.accounts.use_code(account.id, 8)


def test_a_recovery_code_is_good_once_and_for_its_owner_only(stores: Stores) -> None:
    account, other = stores.somebody(), stores.somebody()
    assert not stores.accounts.use_recovery_code(account.id, "c3", NOTE)
    results = at_once(*(lambda: stores.accounts.use_recovery_code(account.id, "c1", NOTE) for _ in range(6)))
    assert sorted(results) == [False] * 5 + [True]
    assert stores.accounts.recovery_codes_left(account.id) == 1
    assert stores.accounts.recovery_codes_left(other.id) == 2
    stores.accounts.set_recovery_codes(account.id, ("c8", "c9", "c10"), NOTE)
    assert stores.accounts.recovery_codes_left(account.id) == 3
    assert not stores.accounts.use_recovery_code(account.id, "c2", NOTE)


def test_an_invitation_is_used_up_once_and_a_newer_one_voids_it(stores: Stores) -> None:
    account = stores.somebody(is_enrolled=False)
    for token in ("old", "new"):
        stores.accounts.reset(Invitation(account.id, token, "sealed", NOW + 60), NOTE)
    assert stores.accounts.find_invitation("old") is None
    found = stores.accounts.find_invitation("new")
    assert found == Invitation(account.id, "new", "sealed", NOW + 60)
    enrolment = Enrolment("hash", "sealed", 9, ("c1",))
    assert not stores.accounts.enrol(account.id, enrolment, NOW, NOTE, invited_by="old")
    assert stores.accounts.enrolment(account.id) is None
    results = at_once(*(lambda: stores.accounts.enrol(account.id, enrolment, NOW, NOTE, "new") for _ in range(5)))
    assert sorted(results) == [False] * 4 + [True]
    kept = stores.accounts.enrolment(account.id)
    assert kept is not None
    assert (kept.password_hash, kept.totp_secret, kept.step) == ("hash", "sealed", 9)


def test_a_reset_leaves_nothing_that_proves_who_they_are(stores: Stores) -> None:
    account = stores.somebody()
    stores.accounts.reset(Invitation(account.id, "token", "sealed", NOW), NOTE)
    assert stores.accounts.enrolment(account.id) is None
    assert stores.accounts.recovery_codes_left(account.id) == 0


def test_sessions_are_found_touched_and_ended(stores: Stores) -> None:
    account, other = stores.somebody(), stores.somebody()
    mine = [StaffSession(uuid4().hex, account.id, Stage.FULL, NOW + i, NOW + i) for i in range(3)]
    theirs = StaffSession(uuid4().hex, other.id, Stage.CODE, NOW, NOW)
    for session in (*mine, theirs):
        stores.sessions.add(session)
    assert stores.sessions.find(theirs.id) == theirs
    stores.sessions.touch(theirs.id, NOW + 99)
    touched = stores.sessions.find(theirs.id)
    assert touched is not None
    assert touched.seen_at == NOW + 99
    stores.sessions.forget(NOW + 0.5)
    assert stores.sessions.find(mine[0].id) is None
    assert stores.sessions.end_all(account.id, but=mine[1].id) == 1
    assert stores.sessions.find(mine[1].id) == mine[1]
    stores.sessions.end(mine[1].id)
    assert stores.sessions.end_all(account.id) == 0


def test_five_tries_in_a_quarter_of_an_hour_and_no_more_however_many_come_at_once(stores: Stores) -> None:
    results = at_once(*(lambda: stores.tries.begin("sign-in a", NOW).free_at for _ in range(12)))
    assert results.count(None) == MOST
    assert set(results) == {None, NOW + SECONDS}
    assert stores.tries.begin("sign-in b", NOW).free_at is None
    assert stores.tries.begin("sign-in a", NOW + SECONDS - 1).free_at is not None
    assert stores.tries.begin("sign-in a", NOW + SECONDS).number == 1


def test_a_right_try_does_not_count_and_a_sign_in_forgets_those_before(stores: Stores) -> None:
    for i in range(20):
        assert stores.tries.begin("sign-in a", NOW + i).free_at is None
        stores.tries.take_back("sign-in a")
    for i in range(MOST - 1):
        stores.tries.begin("sign-in a", NOW + i)
    assert stores.tries.begin("sign-in a", NOW).is_last
    stores.tries.forget("sign-in a")
    assert stores.tries.begin("sign-in a", NOW).number == 1


def test_tries_and_sessions_hold_no_address_and_no_token(stores: Stores) -> None:
    stores.tries.begin("sign-in ann@example.org", NOW)
    with stores.engine.connect() as connection:
        kept = connection.execute(text("SELECT * FROM staff_try")).all()
    assert len(kept) == 1
    assert "ann" not in str(kept)


def test_a_change_that_cannot_be_recorded_is_not_made(stores: Stores) -> None:
    account = stores.somebody()
    with stores.engine.begin() as connection:  # what a full disk or a lost table does
        connection.execute(text("ALTER TABLE staff_record RENAME TO staff_record_away"))
    with pytest.raises(StaffStoreError):
        stores.accounts.change_role(account.id, Role.READER, NOTE)
    assert stores.accounts.find(account.id) == account


def test_rows_of_many_at_once_make_one_chain(stores: Stores) -> None:
    at_once(*(lambda i=i: stores.record.note(f"m_{i}", "inbox.assigned", "x", {"i": i}) for i in range(10)))
    rows = stores.record.entries(RecordFilter())
    assert [row.number for row in rows] == list(range(10, 0, -1))
    assert {row.by for row in rows} == {f"m_{i}" for i in range(10)}
    assert stores.record.first_break() is None


def test_the_record_is_read_by_who_area_subject_and_time(stores: Stores) -> None:
    times = iter(range(100))
    record = SqlRecord(stores.engine, now=lambda: NOW + next(times))
    for by, action, subject in (
        ("m_1", "inbox.assigned", "turn 100%"), ("m_2", "inbox.tagged", "turn 1000"), ("m_1", "inboxes.merged", "a_b"),
        ("m_1", "people.locked", "m_2"),
    ):  # fmt: skip
        record.note(by, action, subject)

    def found(**wanted: object) -> list[int]:
        return [row.number for row in record.entries(RecordFilter(**wanted))]  # type: ignore[arg-type]

    assert found(by="m_1") == [4, 3, 1]
    assert found(area="inbox") == [2, 1]
    assert found(subject="TURN 100%") == [1]
    assert found(subject="A_B") == [3]
    assert found(since=NOW + 1, until=NOW + 3) == [3, 2]
    assert found(before=3, most=1) == [2]
    assert found(most=None) == [4, 3, 2, 1]
    assert record.areas() == ["inbox", "inboxes", "people"]


FORBIDDEN = [
    "UPDATE staff_record SET details = '{}'",
    "DELETE FROM staff_record",
    "DELETE FROM staff_record WHERE number = 2",
    "UPDATE staff_record_head SET number = 1",
    "UPDATE staff_record_head SET hash = 'x'",
    "DELETE FROM staff_record_head",
    "INSERT INTO staff_record_head VALUES (2, 5, 'x')",
]
ONLY_ON = {
    "sqlite": ["INSERT OR REPLACE INTO staff_record VALUES (1, 1.0, 'm_9', 'a.b', 'c', '{}', 'x')"],
    "postgresql": ["TRUNCATE staff_record", "TRUNCATE staff_record_head"],
}


def test_the_database_refuses_to_change_the_record(stores: Stores) -> None:
    for _ in range(2):
        stores.record.note("m_1", "inbox.assigned", "x", {"to": "m_2"})
    rows = stores.record.entries(RecordFilter())
    for statement in FORBIDDEN + ONLY_ON[stores.engine.dialect.name]:
        with pytest.raises(DBAPIError, match="record"), stores.engine.begin() as connection:
            connection.execute(text(statement))
    assert stores.record.entries(RecordFilter()) == rows
    assert stores.record.first_break() is None


def _without_guards(engine: Engine) -> None:
    """What somebody does who owns the database."""
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            for table in ("staff_record", "staff_record_head"):
                connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER ALL"))
        else:
            names = connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).scalars().all()
            for name in names:
                connection.execute(text(f"DROP TRIGGER {name}"))


@pytest.mark.parametrize(
    ("tampering", "broken"),
    [
        ("UPDATE staff_record SET by = 'm_9' WHERE number = 3".replace("by", '"by"'), 3),
        ("UPDATE staff_record SET at = at - 86400 WHERE number = 2", 2),
        ("DELETE FROM staff_record WHERE number = 4", 4),
        ("DELETE FROM staff_record WHERE number = 6", 6),
        ("DELETE FROM staff_record", 1),
        ("UPDATE staff_record_head SET number = 5", 6),
    ],
)
def test_who_gets_around_the_guards_is_found_out(stores: Stores, tampering: str, broken: int) -> None:
    for number in range(6):
        stores.record.note("m_1", "inbox.assigned", f"turn {number}", {"to": "m_2"})
    assert stores.record.first_break() is None
    _without_guards(stores.engine)
    with stores.engine.begin() as connection:
        connection.execute(text(tampering))
    assert stores.record.first_break() == broken


def test_a_long_record_is_checked_in_pieces(stores: Stores, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("clinic.adapters.sql.staff_record._BATCH", 4)
    for number in range(11):
        stores.record.note("m_1", "inbox.assigned", f"turn {number}")
    assert stores.record.first_break() is None
    _without_guards(stores.engine)
    with stores.engine.begin() as connection:
        connection.execute(staff_record.update().where(staff_record.c.number == 9).values(subject="turn 99"))
    assert stores.record.first_break() == 9


def test_the_newest_row_is_known_beside_the_rows(stores: Stores) -> None:
    stores.record.note("m_1", "inbox.assigned", "x")
    with stores.engine.connect() as connection:
        head = connection.execute(select(staff_record_head)).one()
    newest = stores.record.entries(RecordFilter(most=1))[0]
    assert (head.number, head.hash) == (newest.number, newest.hash)


def test_text_that_no_database_takes_finds_nothing_and_is_no_failure(stores: Stores) -> None:
    stores.record.note("m_1", "inbox.assigned", "x")
    assert stores.accounts.find("m_\x00") is None
    assert stores.accounts.find_by_email("\x00@example.org") is None
    assert stores.tries.begin("sign-in \x00\ud800", NOW).number == 1
    for wanted in (RecordFilter(by="\x00"), RecordFilter(area="\x00"), RecordFilter(subject="\x00")):
        assert stores.record.entries(wanted) == []


def test_a_database_that_is_away_is_named_so_without_a_row(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path}/nowhere/clinic.db")
    with pytest.raises(StaffStoreError) as error:
        SqlAccounts(engine, SqlRecord(engine)).add(Account("m_1", "ann@example.org", "Ann", Role.ADMIN, NOW), NOTE)
    assert "ann" not in str(error.value)
    engine.dispose()
