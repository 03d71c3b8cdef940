"""A visitor waits for a person only while one is here and the clinic is open."""

from __future__ import annotations

from datetime import UTC, datetime, time
from pathlib import Path
from uuid import uuid4

import pytest

from clinic.adapters.handoff_notices import RESPONSES, TurnStoreVisitors
from clinic.adapters.sql.engine import metadata, open_engine
from clinic.adapters.sql.handoff_chats import SqlHandoffStore
from clinic.adapters.sql.turns import SqlTurnStore
from clinic.answers import load_catalogue
from clinic.answers.clinic_facts import load_clinic_facts
from clinic.booking.timetable import OpenInterval, Timetable
from clinic.handoff import HandoffTimes
from clinic.handoff.callback import callback_when
from clinic.handoff.waiting_room import WaitingRoom
from tests.staff_stand_ins import TABLE_ZONE

MONDAY_10, MONDAY_20 = datetime(2026, 11, 30, 15, 0, tzinfo=UTC), datetime(2026, 12, 1, 1, 0, tzinfo=UTC)
NINE_TO_FIVE = Timetable(
    zone=TABLE_ZONE, hours={0: (OpenInterval(time(9), time(17)),)}, clinicians=(), visit_types=()
)  # fmt: skip


class Clinic:
    """A waiting room on a database of its own, and a clock."""

    def __init__(self, folder: Path) -> None:
        engine = open_engine(f"sqlite:///{folder / 'clinic.db'}")
        metadata.create_all(engine)
        self.now, self.timetable = MONDAY_10, NINE_TO_FIVE
        self.turns, self.store = SqlTurnStore(engine), SqlHandoffStore(engine)
        visitors = TurnStoreVisitors(self.turns, load_catalogue, load_clinic_facts, lambda: self.timetable)
        self.room = WaitingRoom(self.store, visitors, lambda: self.timetable, HandoffTimes(), lambda: self.clock)

    @property
    def clock(self) -> float:
        return self.now.timestamp()

    def visitor(self) -> str:
        sender = uuid4().hex
        self.turns.add(sender, "m-1", "may I talk to somebody", self.clock, self.clock + 20)
        return sender

    def is_here(self, seconds: float = 900) -> None:
        self.store.note_here("ann", "Ann", self.clock + seconds)


@pytest.fixture
def clinic(tmp_path: Path) -> Clinic:
    return Clinic(tmp_path)


def test_without_anybody_here_nobody_waits(clinic: Clinic) -> None:
    sender = clinic.visitor()
    assert not clinic.room.ask(sender)
    assert clinic.store.open_one(sender) is None


def test_somebody_here_in_opening_hours_is_waited_for(clinic: Clinic) -> None:
    clinic.is_here()
    sender = clinic.visitor()
    assert clinic.room.ask(sender)
    assert clinic.room.ask(sender)
    assert clinic.room.person_in(sender) is None
    assert clinic.store.open_one(sender) is not None


def test_somebody_who_pressed_long_ago_is_not_here(clinic: Clinic) -> None:
    clinic.is_here(-1)
    assert not clinic.room.ask(clinic.visitor())


def test_after_hours_nobody_is_waited_for_whoever_is_here(clinic: Clinic) -> None:
    clinic.now = MONDAY_20
    clinic.is_here()
    assert not clinic.room.ask(clinic.visitor())


def test_where_hours_are_not_known_who_is_here_is_believed(clinic: Clinic) -> None:
    clinic.now, clinic.timetable = MONDAY_20, None
    clinic.is_here()
    assert clinic.room.ask(clinic.visitor())


def test_a_conversation_that_nobody_could_answer_is_not_waited_in(clinic: Clinic) -> None:
    clinic.is_here()
    assert not clinic.room.ask("of rasa shell")


def test_who_asks_again_after_nobody_came_waits_again(clinic: Clinic) -> None:
    clinic.is_here()
    sender = clinic.visitor()
    assert clinic.room.ask(sender)
    first = clinic.store.open_one(sender)
    clinic.now = datetime.fromtimestamp(clinic.clock + 200, UTC)
    assert clinic.room.ask(sender)
    second = clinic.store.open_one(sender)
    assert first and second and first.id != second.id
    said = [turn.replies[0]["metadata"]["topic"] for turn in clinic.turns.history(sender) if turn.by == "notice"]
    assert said == ["nobody_came"]


@pytest.mark.parametrize(("timetable", "now", "says"), [
    (NINE_TO_FIVE, MONDAY_10, "open now, until Monday, November 30, 2026 at 5:00 PM EST"),
    (NINE_TO_FIVE, MONDAY_20, "closed now and opens Monday, December 7, 2026 at 9:00 AM EST"),
    (None, MONDAY_10, "do not know the clinic's opening hours"),
])  # fmt: skip
def test_a_call_back_is_said_with_the_hours_as_they_are(timetable: Timetable | None, now: datetime, says: str) -> None:
    assert says in callback_when(timetable, load_catalogue(), now)


def test_all_news_have_a_text_that_names_nothing_unfilled(clinic: Clinic) -> None:
    sender = clinic.visitor()
    clinic.store.take(sender, "ann", "Ann", clinic.clock, 0)
    for name in RESPONSES.values():
        assert load_catalogue().find(name) is not None
    clinic.room.work_off()
    clinic.store.hand_back(sender, "ann", clinic.clock)
    clinic.room.work_off()
    texts = [turn.replies[0]["text"] for turn in clinic.turns.history(sender) if turn.by == "notice"]
    assert len(texts) == 2
    assert not any("{" in text for text in texts)
