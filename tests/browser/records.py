"""What the clinic's database, and the visitor's browser, hold of a chat."""

from __future__ import annotations

import sqlite3
import time
import uuid
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page

from clinic.bootstrap.database import turn_store
from clinic.settings import load_settings
from tests.processes import Processes
from web.chat_api.sessions import Sessions

KEY = "rls-chat"
TABLES = ("turn", "conversation", "button", "feedback")
STORES = """async () => ({
  tab: Object.keys(sessionStorage), device: Object.keys(localStorage), cookies: document.cookie,
  databases: (await indexedDB.databases()).map(({ name }) => name), caches: await caches.keys(),
})"""
NOTHING = {"tab": [], "device": [], "cookies": "", "databases": [], "caches": []}


class Record:
    """The conversation of the page's chat, found by the token that the browser keeps now."""

    def __init__(self, stack: Processes, page: Page) -> None:
        self._path = stack.environment["CLINIC_DB_URL"].removeprefix("sqlite:///")
        self._settings = load_settings(stack.environment)
        kept = page.evaluate(f"JSON.parse(sessionStorage['{KEY}'] ?? localStorage['{KEY}'])")
        self.sender = Sessions(self._settings.secret_key).sender(f"Bearer {kept['token']}")

    def ask(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        """Rows of the database; the sender stands first among the values."""
        with sqlite3.connect(self._path, timeout=10) as database:
            return list(database.execute(statement, (self.sender, *values)))

    @property
    def said(self) -> list[str]:
        """The visitor's messages in the order of their turns."""
        return [text for (text,) in self.ask("SELECT text FROM turn WHERE sender = ? ORDER BY number") if text]

    @property
    def states(self) -> list[str]:
        """The turns' states, in upper case, in order."""
        return [str(state).upper() for (state,) in self.ask("SELECT state FROM turn WHERE sender = ? ORDER BY number")]

    @property
    def rows(self) -> int:
        """Rows of the conversation in all tables."""
        return sum(self.ask(f"SELECT count(*) FROM {table} WHERE sender = ?")[0][0] for table in TABLES)

    def end_leases(self) -> None:
        """As if the time had passed that a turn of a killed process is waited for."""
        self.ask("UPDATE conversation SET leased_until = 0 WHERE sender = ?")

    def remind(self, text: str) -> None:
        """A later message of the clinic."""
        reply = {"text": text, "buttons": [], "metadata": {"kind": "notice", "topic": "reminder", "sources": []}}
        store = turn_store(self._settings)
        assert store.add_later(self.sender, uuid.uuid4().hex, [reply], "notice", 1.0) is not None


def stores(page: Page) -> dict[str, Any]:
    """What the page's origin keeps in the browser."""
    found: dict[str, Any] = page.evaluate(STORES)
    return found


def until(page: Page, condition: Callable[[], Any], seconds: float = 20, passing: int = 0) -> None:
    """Wait for something outside the page; `passing`: ms of the page's own clock that pass between two looks."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        if passing:
            page.clock.run_for(passing)
        page.wait_for_timeout(20)
