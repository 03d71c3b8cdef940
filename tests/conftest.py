"""One real stack for all suites that need it."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator

import pytest

from tests.processes import Processes, Visitor, running_processes


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Processes]:
    with running_processes(tmp_path_factory.mktemp("stack")) as processes:
        yield processes


@pytest.fixture
def visitor(stack: Processes) -> Visitor:
    return Visitor(stack, uuid.uuid4().hex)


@pytest.fixture
def new_visitor(stack: Processes) -> Callable[[], Visitor]:
    return lambda: Visitor(stack, uuid.uuid4().hex)
