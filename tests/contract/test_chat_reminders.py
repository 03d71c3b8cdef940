"""A reminder comes into the conversation that booked, once, in time, and whatever becomes of the mail."""

from __future__ import annotations

import time as clock_time
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine

from clinic.adapters.chat_reminders import TurnStoreConversations
from clinic.adapters.sql.appointments import SqlAppointmentBook, appointment
from clinic.adapters.sql.turns import SqlTurnStore
from clinic.answers import load_catalogue
from clinic.answers.clinic_facts import load_clinic_facts
from clinic.booking.appointment import (
    Appointment,
    AppointmentEvent,
    AppointmentStatus,
    EventKind,
    EventState,
    EventTarget,
    Patient,
)
from clinic.booking.availability import TimeSlot, cells
from clinic.booking.chat_reminders import ChatReminders
from clinic.booking.model import new_reference
from clinic.booking.timetable import Clinician, OpenInterval, Timetable, VisitType
from clinic.intake import Contact, ContactKind
from clinic.turns import Turn, TurnStoreError
from tests.contract.databases import database

VISIT = VisitType("first", "First visit", timedelta(minutes=40))
TABLE = Timetable(
    zone=ZoneInfo("America/New_York"), hours={0: (OpenInterval(time(9), time(12)),)},
    clinicians=(Clinician("a", "Dr. A", frozenset({"first"})),), visit_types=(VISIT,),
)  # fmt: skip
NOW, VISIT_AT = datetime(2026, 11, 30, 15, 0, tzinfo=UTC), datetime(2026, 12, 7, 14, 0, tzinfo=UTC)
DAY = timedelta(days=1)


class BreakableTurns(SqlTurnStore):
    """A store that can be taken down, and whose callers can be killed before they hear that it was written."""

    is_down = dies_afterwards = False

    def add_later(self, *arguments: Any, **named: Any) -> Turn | None:
        if self.is_down:
            raise TurnStoreError("OperationalError")
        added = super().add_later(*arguments, **named)
        if self.dies_afterwards:
            raise KeyboardInterrupt
        return added


class Clinic:
    """One database with its book and its conversations, and a clock."""

    def __init__(self, engine: Engine) -> None:
        self.engine, self.now = engine, NOW
        self.book = SqlAppointmentBook(engine, told=(EventTarget.MAIL, EventTarget.CHAT))
        self.turns = BreakableTurns(engine)
        facts = load_clinic_facts(country="US")
        conversations = TurnStoreConversations(self.turns, load_catalogue(), facts, TABLE)
        self.reminders = ChatReminders(self.book, self.book, conversations, lambda: self.now)

    def conversation(self) -> str:
        sender, now = uuid4().hex, clock_time.time()
        self.turns.add(sender, "m-1", "book a visit", now, now + 20)
        return sender

    def booked(self, sender: str, contact: str = "202-555-0117") -> str:
        slot = at(VISIT_AT)
        wished = Appointment(new_reference(), uuid4().hex, sender, slot, AppointmentStatus.HELD, self.now + DAY, NOW)
        kind = ContactKind.EMAIL if "@" in contact else ContactKind.PHONE
        person = Patient("Ann Example", Contact(kind, contact), "restless legs")
        self.book.hold(wished, cells(slot, VISIT), self.now)
        self.book.book(wished.reference, person, cells(slot, VISIT), self.now, remind_at=VISIT_AT - DAY)
        return wished.reference

    def notices(self, sender: str) -> list[Turn]:
        return [turn for turn in self.turns.history(sender) if turn.by == "notice"]

    @property
    def event(self) -> AppointmentEvent:
        (found,) = [event for event in self.book.events() if event.target is EventTarget.CHAT]
        return found


@pytest.fixture(params=["sqlite", "postgres"])
def clinic(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Clinic]:
    with database(request, tmp_path, appointment) as engine:
        yield Clinic(engine)


def at(start: datetime) -> TimeSlot:
    return TimeSlot(start, start + VISIT.length, "a", "first")


@pytest.mark.parametrize("contact", ["202-555-0117", "ann@example.org"])
def test_the_reminder_comes_the_day_before_and_says_which_visit(clinic: Clinic, contact: str) -> None:
    sender = clinic.conversation()
    reference = clinic.booked(sender, contact)
    assert clinic.reminders.work_off() == 0
    assert clinic.notices(sender) == []
    clinic.now = VISIT_AT - DAY
    assert (clinic.reminders.work_off(), clinic.reminders.work_off()) == (1, 0)
    (notice,) = clinic.notices(sender)
    (reply,) = notice.replies
    assert notice.text is None
    assert notice.event is not None
    assert "{" not in reply["text"]
    assert "Monday, December 7, 2026 at 9:00 AM EST" in reply["text"]
    assert reply["metadata"]["kind"] == "booking"
    assert reply["metadata"]["topic"] == "visit_reminder"
    assert reply["metadata"]["appointment"] == {
        "reference": reference, "status": "booked", "title": "First visit", "clinician": "Dr. A",
        "start": "2026-12-07T09:00:00-05:00", "end": "2026-12-07T09:40:00-05:00", "time_zone": "America/New_York",
    }  # fmt: skip
    assert clinic.event.state is EventState.SENT


def test_its_buttons_can_be_pressed_in_this_conversation_alone(clinic: Clinic) -> None:
    sender = clinic.conversation()
    clinic.booked(sender)
    clinic.now = VISIT_AT - DAY
    clinic.reminders.work_off()
    buttons = clinic.notices(sender)[0].replies[0]["buttons"]
    leads_to = [clinic.turns.resolve_button(sender, button["payload"]) for button in buttons]
    assert [found[0] for found in leads_to[:2] if found] == ["/change_appointment", "/cancel_appointment"]
    assert clinic.turns.resolve_button(clinic.conversation(), buttons[0]["payload"]) is None


def test_a_visit_that_moves_is_recalled_at_its_new_time_only(clinic: Clinic) -> None:
    sender = clinic.conversation()
    reference = clinic.booked(sender)
    later = at(VISIT_AT + DAY)
    clinic.book.move(reference, later, cells(later, VISIT), clinic.now, remind_at=later.start - DAY)
    clinic.now = VISIT_AT - DAY
    assert clinic.reminders.work_off() == 0
    clinic.now = VISIT_AT
    assert clinic.reminders.work_off() == 1
    (notice,) = clinic.notices(sender)
    assert "Tuesday, December 8" in notice.replies[0]["text"]


def test_a_cancelled_visit_is_not_recalled(clinic: Clinic) -> None:
    sender = clinic.conversation()
    clinic.book.cancel(clinic.booked(sender), clinic.now)
    clinic.now = VISIT_AT - DAY
    assert clinic.reminders.work_off() == 0
    assert clinic.notices(sender) == []
    assert clinic.event.state is EventState.DROPPED


@pytest.mark.parametrize("over", ["never there", "erased", "ended"])
def test_without_its_conversation_the_reminder_is_dropped_and_none_is_made(clinic: Clinic, over: str) -> None:
    sender = uuid4().hex if over == "never there" else clinic.conversation()
    clinic.booked(sender)
    if over == "erased":
        clinic.turns.erase(sender, clock_time.time())
    if over == "ended":
        clinic.turns.end(sender, clock_time.time())
    clinic.now = VISIT_AT - DAY
    assert clinic.reminders.work_off() == 0
    assert clinic.notices(sender) == []
    assert clinic.event.state is EventState.DROPPED


def test_conversations_that_fail_are_tried_again_until_the_visit_and_said_once(clinic: Clinic) -> None:
    sender = clinic.conversation()
    clinic.booked(sender)
    clinic.now, clinic.turns.is_down = VISIT_AT - DAY, True
    assert clinic.reminders.work_off() == 0
    assert (clinic.event.state, clinic.event.error) == (EventState.WAITING, "OperationalError")
    clinic.turns.is_down = False
    clinic.now += timedelta(minutes=1)
    assert (clinic.reminders.work_off(), clinic.reminders.work_off()) == (1, 0)
    assert len(clinic.notices(sender)) == 1


def test_a_reminder_that_comes_after_the_visit_is_dropped(clinic: Clinic) -> None:
    sender = clinic.conversation()
    clinic.booked(sender)
    clinic.now = VISIT_AT
    assert clinic.reminders.work_off() == 0
    assert clinic.notices(sender) == []
    assert clinic.event.state is EventState.DROPPED


def test_who_dies_after_saying_it_leaves_it_to_another_and_it_is_there_once(clinic: Clinic) -> None:
    sender = clinic.conversation()
    clinic.booked(sender)
    clinic.now, clinic.turns.dies_afterwards = VISIT_AT - DAY, True
    with pytest.raises(KeyboardInterrupt):
        clinic.reminders.work_off()
    assert clinic.event.state is EventState.SENDING
    clinic.now += timedelta(minutes=6)
    clinic.turns.dies_afterwards = False
    clinic.reminders.work_off()
    assert len(clinic.notices(sender)) == 1
    assert clinic.event.state is EventState.SENT


def test_the_chat_hears_of_no_change_and_the_mail_of_all(clinic: Clinic) -> None:
    clinic.booked(clinic.conversation())
    told = [(event.target, event.kind) for event in clinic.book.events()]
    assert sorted(told) == [
        (EventTarget.CHAT, EventKind.REMINDER), (EventTarget.MAIL, EventKind.BOOKED),
        (EventTarget.MAIL, EventKind.REMINDER),
    ]  # fmt: skip
