"""One PostgreSQL server for all tests of this folder; `postgres_url` is its first database, with the schema."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.postgres_server import running_postgres
from tools.migrate import upgrade


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    with running_postgres() as url:
        upgrade(url)
        yield url
