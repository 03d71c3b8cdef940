"""kill -9 at every named point of a booking: it is whole or absent, its client learns which, no mail comes twice.

`tests/prove/test_kill_9.py` does the same hundreds of times with other plans and at any statement.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.postgres_server import new_database
from tests.prove.after_a_kill import Mailbox, kill_and_try_again, open_mailbox
from tests.prove.crashing_process import PLAN, Death, Orders, Point
from tools.migrate import upgrade

# Each point once or twice; every one of every step is for the long version.
SOME = {
    "hold": (Point.CLAIMED, Point.COMMITTED),
    "book": (Point.BEFORE, Point.TOLD, Point.AT_COMMIT, Point.COMMITTED),
    "move": (Point.CLAIMED,),
    "cancel": (Point.TOLD, Point.AT_COMMIT),
    "mail": (Point.BEFORE, Point.BEFORE_MAIL, Point.MAILED),
}
DEATHS = [Death(PLAN.index(step), point) for step, points in SOME.items() for point in points]


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def database(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    if request.param == "postgres":
        return new_database(request.getfixturevalue("postgres_url"))
    url = f"sqlite:///{tmp_path_factory.mktemp('kill') / Path('clinic.db')}"
    upgrade(url)
    return url


@pytest.fixture(scope="module")
def mailbox() -> Iterator[Mailbox]:
    with open_mailbox() as found:
        yield found


@pytest.mark.parametrize("death", DEATHS, ids=lambda death: f"{PLAN[death.step]}, {death.point}")
def test_a_booking_whose_process_is_killed_is_whole_or_absent_and_goes_on(
    database: str, mailbox: Mailbox, death: Death
) -> None:
    was_killed, mails = kill_and_try_again(Orders(database, mailbox.port, PLAN, death=death), mailbox)
    assert was_killed
    lost = death.point in (Point.BEFORE_MAIL, Point.MAILED)
    assert mails["dead"] == lost
    arrived = sum(".booked@" in message_id for message_id in mailbox.message_ids)
    assert arrived == (0 if lost and death.point is not Point.MAILED else 1)
