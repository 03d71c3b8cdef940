"""One PostgreSQL server for all tests of this folder, and an SMTP server for each that wants one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.contract.smtp_inbox import Inbox
from tests.postgres_server import running_postgres
from tools.migrate import upgrade


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """Its first database, with the schema."""
    with running_postgres() as url:
        upgrade(url)
        yield url


@pytest.fixture
def inbox() -> Iterator[Inbox]:
    found = Inbox()
    with found.listening():
        yield found
