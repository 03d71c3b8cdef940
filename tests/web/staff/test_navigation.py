"""The bar of the real application: emergencies that nobody has acknowledged, and who waits, stand on every page."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from httpx import Response
from sqlalchemy import Engine, text

from clinic.adapters.sql.engine import open_engine
from clinic.adapters.sql.handoff_chats import SqlHandoffStore
from clinic.adapters.sql.turns import SqlTurnStore
from clinic.bootstrap.staff import staff_accounts
from clinic.settings import load_settings
from clinic.staff.model import Role
from tests.web.staff.page_reading import words
from tests.web.staff.signed_in import SETTINGS, StaffBrowser, fresh_database, new_account
from web.app import create_app
from web.staff.access import SESSION
from web.staff.csrf import Csrf

ALARMS = "/staff/day/emergencies"


@dataclass
class RealSite:
    engine: Engine
    turns: SqlTurnStore
    reader: StaffBrowser
    editor: StaffBrowser
    nobody: StaffBrowser


@pytest.fixture
def real(tmp_path: Path) -> Iterator[RealSite]:
    database = fresh_database(tmp_path)
    settings = load_settings({**SETTINGS, "CLINIC_DB_URL": database})
    app, sessions, csrf = create_app(settings), staff_accounts(settings).sessions, Csrf(settings)

    def browser(role: Role | None = None) -> StaffBrowser:
        made = StaffBrowser(app, base_url=settings.public_url, follow_redirects=False)
        if role:
            token = sessions.begin(new_account(database, role).id)
            made.cookies.set(SESSION, token)
            made.csrf = csrf.token(token)
        return made

    engine = open_engine(database)
    yield RealSite(engine, SqlTurnStore(engine), browser(Role.READER), browser(Role.EDITOR), browser())
    engine.dispose()


def bar(page: Response) -> str:
    """The links of the bar as they are read out."""
    found = re.search(r'<nav class="areas".*?</nav>', page.text, re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", found[0]).split()) if found else ""


@pytest.mark.parametrize("address", ["/staff/inbox", "/staff/profile", ALARMS, "/staff/inbox/conversations/gone"])
def test_what_nobody_has_acknowledged_is_counted_on_every_page_in_words(real: RealSite, address: str) -> None:
    assert "Emergencies" not in bar(real.reader.get("/staff/profile"))
    real.turns.note_alarm("ann", "emergency_suicide", time.time())
    real.turns.note_alarm("bob", "urgent_clot", time.time())
    page = real.reader.get(address)
    assert bar(page).startswith("Emergencies 2 not acknowledged yet")
    assert f'href="{ALARMS}"' in page.text
    assert page.text.count('<a href="/staff/day" aria-current="page"') == 0


def test_an_emergency_that_was_acknowledged_is_counted_no_more(real: RealSite) -> None:
    now = round(time.time(), 3)
    real.turns.note_alarm("ann", "emergency_suicide", now)
    answer = real.editor.submit(f"{ALARMS}/seen", sender="ann", message_id=f"at {now:.3f}")
    page = real.editor.get(answer.headers["location"])
    assert "Noted" in words(page)
    assert "Emergencies" not in bar(page)


def test_visitors_who_wait_for_a_person_are_counted_on_every_page_until_somebody_comes(real: RealSite) -> None:
    now, chats = time.time(), SqlHandoffStore(real.engine)
    assert "waiting" not in bar(real.reader.get("/staff/profile"))
    for sender in ("ann", "bob"):
        real.turns.add(sender, f"hello of {sender}", "a person please", now, now + 20)
        chats.ask(sender, now)
    assert "Chats 2 waiting for a person" in bar(real.reader.get("/staff/inbox"))
    chats.take("ann", "m_1", "Nora Lind", now, now - 600)
    assert "Chats 1 waiting for a person" in bar(real.reader.get("/staff/inbox"))


def test_who_is_not_signed_in_learns_of_no_emergency(real: RealSite) -> None:
    real.turns.note_alarm("ann", "emergency_suicide", time.time())
    assert "Emergencies" not in words(real.nobody.get("/staff/sign-in"))


def test_a_database_that_cannot_count_them_breaks_no_page(real: RealSite) -> None:
    real.turns.note_alarm("ann", "emergency_suicide", time.time())
    with real.engine.begin() as connection:
        connection.execute(text("DROP TABLE emergency_seen"))
    page = real.reader.get("/staff/profile")
    assert page.status_code == 200
    assert bar(page).startswith("Inbox")
