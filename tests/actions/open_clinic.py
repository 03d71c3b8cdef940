"""A clinic that is open every day, on stores in memory and a clock that can be put forward."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from played_chat import Chat
from played_conversation import SENDER
from rasa_sdk import Action

from actions import ask_choices, ask_visit, join_waiting_list, submit_appointment, submit_visit
from actions.appointment_form import ValidateAppointmentForm
from actions.ask_staff import AskStaff
from actions.offer import AnswerOffer
from actions.start_over import StartOver
from actions.stop_appointment import StopAppointment
from actions.talk_to_person import TalkToPerson
from actions.visit_form import ValidateVisitForm
from clinic.adapters.memory import MemoryAppointmentBook, MemoryAttempts, MemoryRequestStore
from clinic.adapters.memory_waiting_list import MemoryWaitingList
from clinic.booking import RequestDesk
from clinic.booking.appointment import Appointment, AppointmentStatus
from clinic.booking.availability import TimeSlot
from clinic.booking.desk import BookingDesk
from clinic.booking.errors import BookingUnavailable
from clinic.booking.model import REFERENCE_ALPHABET
from clinic.booking.spoken_times import in_full
from clinic.booking.timetable import Clinician, OpenInterval, Timetable, VisitType
from clinic.booking.waiting_list import WaitingList

ZONE = ZoneInfo("America/New_York")
# Every day of the week and no holidays: the tests speak of days counted from today, whichever that is.
TABLE = Timetable(
    zone=ZONE, hours=dict.fromkeys(range(7), (OpenInterval(time(8), time(20)),)),
    clinicians=(Clinician("ann", "Dr. Ann Rowe", frozenset({"first", "review"})),
                Clinician("ben", "Dr. Ben Lowe", frozenset({"first", "review"})),
                Clinician("sue", "Sue Sonner", frozenset({"scan"}))),
    visit_types=(VisitType("first", "First visit", timedelta(minutes=40), timedelta(minutes=20), ("new patient",)),
                 VisitType("review", "Follow-up visit", timedelta(minutes=20)),
                 VisitType("scan", "Vein ultrasound", timedelta(minutes=30), also=("ultrasound", "scan"))),
)  # fmt: skip
ANSWERS = {
    "visit_type": "First visit", "clinician": "Dr. Ann Rowe", "time": "", "name": "Anita Rowmark",
    "contact": "anita@example.com", "reason": "restless legs", "confirmed": "yes",
}  # fmt: skip
_CALLS = frozenset({"taken", "hold", "book", "move", "cancel", "find", "find_hold"})


class BreakableBook(MemoryAppointmentBook):
    """A book whose database can be taken down."""

    is_down = False

    def __getattribute__(self, name: str) -> Any:
        if name in _CALLS and object.__getattribute__(self, "is_down"):
            raise BookingUnavailable("the database is down")
        return super().__getattribute__(name)


class OpenClinic:
    """The desks, and what the actions are made of; `desk` may be set to `None`: no timetable."""

    def __init__(self) -> None:
        """Nothing is booked yet."""
        self.day = datetime.now(ZONE).date() + timedelta(days=3)  # far enough for every lead time
        self.later = timedelta(0)
        self.mails = True
        self.book, self.requests = BreakableBook(), MemoryRequestStore()
        references = (f"K7QM2XW{sign}" for sign in REFERENCE_ALPHABET)
        self.desk: BookingDesk | None = BookingDesk(
            self.book, TABLE, MemoryAttempts(), now=self.now, draw_reference=lambda: next(references)
        )
        self.entries = MemoryWaitingList()
        self.lists = WaitingList(self.entries, self.book, self.desk, now=self.now)
        self._keys = itertools.count()

    def now(self) -> datetime:
        """The clinic's clock."""
        return datetime.now(UTC) + self.later

    def chat(self) -> Chat:
        """A new conversation."""
        return Chat(self._actions())

    def slot(self, wall: time, visit_type: str = "first", clinician: str = "ann") -> TimeSlot:
        """A time on the clinic's `day`."""
        start = datetime.combine(self.day, wall, ZONE).astimezone(UTC)
        return TimeSlot(start, start + TABLE.visit_type(visit_type).length, clinician, visit_type)

    def take(self, slot: TimeSlot) -> None:
        """Let somebody else be faster."""
        self.somebodys_desk.hold(f"key-{next(self._keys)}", f"somebody-{next(self._keys)}", slot)

    @property
    def somebodys_desk(self) -> BookingDesk:
        """The desk, for those who are not in the conversation."""
        assert self.desk is not None
        return self.desk

    def with_status(self, status: AppointmentStatus) -> list[Appointment]:
        """What the conversation has held, booked or cancelled."""
        own = (found for found in self.book._appointments.values() if found.sender == SENDER)
        return [found for found in own if found.status is status]

    def begin(self, chat: Chat, field: str, **answers: str) -> Chat:
        """Fill in the form for a visit on `day` at 2 pm until `field` is asked for; `answers`: unusual ones."""
        chat.turn("I want to book a visit", "book_appointment")
        said = ANSWERS | {"time": f"{self.day:%A} at 2 pm"} | answers
        for each, answer in said.items():
            if chat.asked == f"appointment_{field}":
                return chat
            assert chat.asked == f"appointment_{each}", chat.heard
            chat.turn(answer)
        raise AssertionError(f"{field} was never asked for")

    def booked(self, chat: Chat, **answers: str) -> str:
        """Book a visit on `day` at 2 pm; its reference."""
        self.begin(chat, "confirmed", **answers).turn("yes", "affirm")
        reference: str = chat.slots["appointment_booked"]
        return reference

    def booked_elsewhere(self, **answers: str) -> str:
        """Book a visit on `day` at 2 pm in another chat, so that this one knows nothing of it; its reference."""
        return self.booked(self.chat(), **answers)

    def cancelling(self, chat: Chat) -> Chat:
        """Book a visit on `day` at 2 pm and go on until it is asked whether it shall be cancelled."""
        self.booked(chat)
        assert chat.turn("cancel my appointment", "cancel_appointment") == ["utter_ask_visit_confirmed_cancel"]
        return chat

    def moving(self, chat: Chat) -> Chat:
        """Book a visit on `day` at 2 pm and go on until the times for its move are shown."""
        self.booked(chat)
        chat.turn("change my appointment", "change_appointment")
        assert chat.shows_times
        return chat

    @property
    def only_booked(self) -> Appointment:
        """The one visit that the conversation has booked."""
        (found,) = self.with_status(AppointmentStatus.BOOKED)
        return found

    def _actions(self) -> list[Action]:
        def desk() -> BookingDesk | None:
            return self.desk

        asks = (ask_choices.AskVisitType, ask_choices.AskClinician, ask_choices.AskTime, ask_choices.AskConfirmed,
                ask_visit.AskVisitTime, ask_visit.AskVisitConfirmed)  # fmt: skip
        return [
            ValidateAppointmentForm(lambda: "US", desk),
            ValidateVisitForm(lambda: "US", desk, lambda: self.lists),
            *(ask(desk) for ask in asks),
            submit_appointment.SubmitAppointment(
                lambda: RequestDesk(self.requests), desk, lambda: self.lists, lambda: self.mails
            ),
            submit_visit.SubmitVisit(desk),
            submit_visit.StopVisit(),
            join_waiting_list.JoinWaitingList(desk, lambda: self.lists),
            *(action(desk) for action in (StopAppointment, AskStaff)),
            TalkToPerson(desk, lambda: None),
            AnswerOffer(),
            StartOver(desk=desk),
        ]


def spoken(slot: TimeSlot) -> str:
    """A time as the clinic says it, and as its buttons send it."""
    return in_full(slot.start.astimezone(ZONE))
