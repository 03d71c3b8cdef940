"""`web` with the staff's side of the chats, as `web.app` and `clinic.bootstrap` put it together."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest

from clinic.adapters.handoff_notices import TurnStoreVisitors
from clinic.adapters.sql.engine import open_engine
from clinic.adapters.sql.handoff_chats import SqlHandoffStore
from clinic.adapters.sql.turns import SqlTurnStore
from clinic.answers import load_catalogue
from clinic.answers.clinic_facts import load_clinic_facts
from clinic.booking.timetable import Timetable
from clinic.handoff import HandoffTimes
from clinic.handoff.chat_desk import ChatDesk
from clinic.handoff.waiting_room import WaitingRoom
from tests.staff_stand_ins import ALWAYS_OPEN, Audit, NothingPersonal, no_dose
from tests.web import conftest
from web import app
from web.chat.second_net import SecondNet
from web.chat.turns import TurnDesk
from web.chat.with_person import WithPerson
from web.chat.wording import Wording


class StaffSide:
    """Desk and waiting room on a test's database."""

    def __init__(self, url: str, times: HandoffTimes = HandoffTimes()) -> None:  # noqa: B008
        self.engine, self.audit = open_engine(url), Audit()
        self.store, self.turns = SqlHandoffStore(self.engine), SqlTurnStore(self.engine)
        self.timetable: Timetable | None = ALWAYS_OPEN
        visitors = TurnStoreVisitors(
            self.turns, load_catalogue, lambda: load_clinic_facts(country="US"), lambda: self.timetable
        )
        self.room = WaitingRoom(self.store, visitors, lambda: self.timetable, times)
        self.desk = ChatDesk(self.store, self.turns, visitors, NothingPersonal(), no_dose, self.audit, times)

    def left_long_ago(self, seconds: float = 3_600) -> None:
        """As if so much time had passed since all that a person did."""
        with self.engine.begin() as connection:
            connection.exec_driver_sql(
                f"UPDATE handoff SET active_at = active_at - {seconds}, asked_at = asked_at - {seconds}"
            )


@contextmanager
def web_with_staff(
    environment: dict[str, str], side: StaffSide, monkeypatch: pytest.MonkeyPatch
) -> Iterator[httpx.Client]:
    """`web` whose turns know who has a conversation."""

    def desk(*parts: Any) -> TurnDesk:
        net, wording = parts[3], parts[5]
        assert isinstance(net, SecondNet)
        assert isinstance(wording, Wording)
        return TurnDesk(*parts[:6], WithPerson(side.room, net, wording))

    with monkeypatch.context() as patched:
        patched.setattr(app, "TurnDesk", desk)
        with conftest.running_web(environment) as client:
            yield client
