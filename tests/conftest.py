"""One real stack for all suites that need it."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator

import pytest

from tests.processes import Processes, Visitor


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Processes]:
    processes = Processes(tmp_path_factory.mktemp("stack"))
    processes.start("actions", "rasa", "web")
    try:
        processes.wait_until_ready()
        yield processes
    finally:
        processes.end_all()


@pytest.fixture
def visitor(stack: Processes) -> Visitor:
    return Visitor(stack, uuid.uuid4().hex)


@pytest.fixture
def new_visitor(stack: Processes) -> Callable[[], Visitor]:
    return lambda: Visitor(stack, uuid.uuid4().hex)
