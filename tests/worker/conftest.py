"""A clinic with a mail server; whatever a test started is ended after it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.worker.clinic_with_worker import Clinic, MailServer


@pytest.fixture
def clinic(tmp_path: Path) -> Iterator[Clinic]:
    server = MailServer()
    server.start()
    found = Clinic(tmp_path, server)
    yield found
    found.end()
