"""`python -m tools.staff`: the first admin, and the way out."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from tests.web.staff.people import enrol, is_in, site_on_a_clock
from tests.web.staff.signed_in import fresh_database
from tools import staff

Run = Callable[..., tuple[int | str | None, str]]


@pytest.fixture
def database(tmp_path: Path) -> str:
    return fresh_database(tmp_path)


@pytest.fixture
def run(database: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Its exit code or last words, and what it printed."""
    environment = {"SECRET_KEY": "s" * 40, "CLINIC_DB_URL": database, "PUBLIC_URL": "http://testserver"}
    for name, value in environment.items():
        monkeypatch.setenv(name, value)

    def command(*arguments: str) -> tuple[int | str | None, str]:
        with pytest.raises(SystemExit) as ended:
            staff.main(list(arguments))
        return ended.value.code, capsys.readouterr().out

    return command


def test_the_first_admin_comes_in_by_the_link_that_is_printed(run: Run, database: str) -> None:
    code, said = run("add-admin", "ada@example.org", "--name", "Ada Admin")
    assert code == 0
    link = re.search(r"http://testserver/staff/join/(\S+)", said)
    assert link is not None
    with site_on_a_clock(database=database) as (site, clock):
        clock.now = site.desks.people.by_email("ada@example.org").created_at
        browser = site.browser()
        enrol(browser, clock, link[1], "", "ada@example.org")
        assert is_in(browser)
        assert browser.get("/staff/people").status_code == 200
    assert "active" in run("list")[1]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["add-admin", "nobody", "--name", "Ada"], "no e-mail address"),
        (["add-admin", "ada@example.org", "--name", " "], "name"),
        (["invite", "ada@example.org", "--name", "Ada", "--role", "boss"], "reader, editor, clinician, admin"),
        (["unlock", "none@example.org"], "nobody has the address none@example.org"),
        (["reset", "none@example.org"], "nobody has the address none@example.org"),
        (["unlock", "none"], "no e-mail address"),
    ],
)
def test_bad_input_is_refused_in_words(run: Run, arguments: list[str], says: str) -> None:
    code, said = run(*arguments)
    assert says in str(code)
    assert said == ""


def test_an_unknown_command_or_a_missing_name_is_refused(run: Run) -> None:
    for arguments in (["dance"], ["add-admin", "ada@example.org"], []):
        assert run(*arguments)[0] == 2


def test_the_same_address_again_is_refused(run: Run) -> None:
    assert run("add-admin", "ada@example.org", "--name", "Ada")[0] == 0
    assert "already an account" in str(run("add-admin", "ADA@example.org", "--name", "Ada")[0])


def test_a_lost_phone_of_the_last_admin_is_mended_from_the_command_line(run: Run) -> None:
    first = run("add-admin", "ada@example.org", "--name", "Ada")[1]
    code, second = run("reset", "ada@example.org")
    assert code == 0
    assert "/staff/join/" in second
    assert first != second


def test_people_are_listed_and_their_state_changes(run: Run) -> None:
    assert "nobody yet" in run("list")[1]
    run("invite", "rose@example.org", "--name", "Rose", "--role", "reader")
    assert run("role", "rose@example.org", "clinician")[0] == 0
    assert run("lock", "rose@example.org")[0] == 0
    listed = run("list")[1]
    assert re.search(r"rose@example.org +Rose +clinician +locked +never", listed)
    assert run("unlock", "rose@example.org")[0] == 0
    assert "invited" in run("list")[1]


def test_the_record_is_checked_and_what_the_command_did_stands_in_it(run: Run, database: str) -> None:
    for number in range(3):
        run("invite", f"rose{number}@example.org", "--name", "Rose", "--role", "reader")
    assert run("verify-record") == (0, "the record is as it was written\n")
    engine = create_engine(database)
    with engine.begin() as connection:
        by = connection.execute(text('SELECT DISTINCT "by" FROM staff_record')).scalars().all()
        assert by == ["command line"]
        connection.execute(text("DROP TRIGGER staff_record_no_update"))
        connection.execute(text("UPDATE staff_record SET action = 'people.nothing' WHERE number = 4"))
    engine.dispose()
    code, said = run("verify-record")
    assert code == 1
    assert "row 4" in said


def test_a_database_without_tables_says_what_makes_them(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLINIC_DB_URL", f"sqlite:///{tmp_path}/empty.db")
    assert "tools.migrate" in str(run("list")[0])
