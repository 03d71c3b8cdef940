"""Staff pages on a clock that a test moves, for all who do not make their own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.web.staff.people import Clock, site_on_a_clock
from tests.web.staff.signed_in import StaffSite


@pytest.fixture
def place() -> Iterator[tuple[StaffSite, Clock]]:
    with site_on_a_clock() as found:
        yield found


@pytest.fixture
def site(place: tuple[StaffSite, Clock]) -> StaffSite:
    return place[0]


@pytest.fixture
def clock(place: tuple[StaffSite, Clock]) -> Clock:
    return place[1]
