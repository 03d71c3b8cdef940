"""The waiting list on one store, with a desk, a real SMTP peer and a clock that is moved by hand."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

from clinic.adapters.memory import MemoryAppointmentBook, MemoryAttempts
from clinic.adapters.memory_waiting_list import MemoryWaitingList
from clinic.adapters.offer_letters import ApprovedOfferLetters
from clinic.adapters.sql.appointments import SqlAppointmentBook
from clinic.adapters.sql.waiting_list import SqlWaitingList
from clinic.answers import load_catalogue
from clinic.answers.clinic_facts import load_clinic_facts
from clinic.booking.appointment import Appointment
from clinic.booking.availability import TimeSlot
from clinic.booking.desk import BookingDesk
from clinic.booking.links import LeaveLinks, OfferLinks
from clinic.booking.offer_desk import OfferDesk
from clinic.booking.timetable import Clinician, OpenInterval, Timetable, VisitType
from clinic.booking.waiting_entry import WaitingListEntry
from clinic.booking.waiting_list import WaitingList
from clinic.booking.waiting_list_sync import WaitingListSync
from tests.contract.smtp_inbox import Inbox, smtp

MORNING = (OpenInterval(time(9), time(12)),)
BOTH = frozenset({"first", "other"})
TABLE = Timetable(
    zone=ZoneInfo("America/New_York"),
    hours=dict.fromkeys(range(5), MORNING),
    clinicians=(Clinician("a", "Dr. A", BOTH), Clinician("b", "Dr. B", BOTH)),
    visit_types=(
        VisitType("first", "First visit", timedelta(minutes=40), timedelta(minutes=10)),
        VisitType("other", "Other visit", timedelta(minutes=40), timedelta(minutes=10)),
    ),
)
OFFERS, LEAVE = (kind("s" * 40, "https://clinic.example") for kind in (OfferLinks, LeaveLinks))
LETTERS = ApprovedOfferLetters(load_catalogue(), load_clinic_facts(), TABLE, "clinic.example", OFFERS, LEAVE)


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 11, 30, 15, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def passes(self, **time_span: int) -> None:
        self.now += timedelta(**time_span)


class OfferInbox(Inbox):
    """Finds the links in what it was sent."""

    def links(self, links: OfferLinks | LeaveLinks) -> dict[str, str]:
        """The reference in the newest mail's link, by who got the mail."""
        found = {}
        for mail in self.mails:
            text = mail.get_body().get_content()  # type: ignore[union-attr]
            token = re.search(rf"/{links.path}/(\S+)", text)
            assert token is not None, text
            found[mail["To"]] = links.reference_of(token[1])
        return found


@dataclass
class Clinic:
    """The parts on one store, a real SMTP peer, and what a test does over and over."""

    book: SqlAppointmentBook | MemoryAppointmentBook
    store: SqlWaitingList | MemoryWaitingList
    clock: Clock
    inbox: OfferInbox

    def __post_init__(self) -> None:
        attempts = MemoryAttempts(clock=lambda: self.clock().timestamp())
        self.desk = BookingDesk(self.book, TABLE, attempts, now=self.clock)
        self.waiting_list = WaitingList(self.store, self.book, self.desk, now=self.clock)
        self.offers = OfferDesk(self.store, self.book, self.desk, self.clock)

    def sync(self) -> WaitingListSync:
        return WaitingListSync(self.book, self.waiting_list, self.store, LETTERS, smtp(self.inbox), self.clock)

    def work_off(self) -> list[str]:
        """Who was written to, in order."""
        before = len(self.inbox.mails)
        self.sync().work_off()
        return [mail["To"].split("@")[0] for mail in self.inbox.mails[before:]]

    def slot(self, number: int = 0, clinician: str = "a", visit_type: str = "first", day: int = 3) -> TimeSlot:
        start = datetime(2026, 12, day, 9, 0, tzinfo=TABLE.zone) + timedelta(hours=number)
        start = start.astimezone(UTC)
        return TimeSlot(start, start + timedelta(minutes=40), clinician, visit_type)

    def booked(self, slot: TimeSlot, name: str = "giver") -> Appointment:
        held = self.desk.hold(uuid4().hex, name, slot)
        return self.desk.book(held.reference, name, name="Ann Example", contact=f"{name}@example.org", reason="legs")

    def waits(self, name: str, **changes: object) -> WaitingListEntry:
        wished = {"key": uuid4().hex, "sender": f"chat {name}", "visit_type": "first", "name": "Ann Example",
                  "contact": f"{name}@example.org", "reason": "restless legs", **changes}  # fmt: skip
        entry = self.waiting_list.join(**wished)  # type: ignore[arg-type]
        self.clock.passes(seconds=1)
        return entry

    def freed(self, slot: TimeSlot | None = None) -> TimeSlot:
        found = self.booked(slot or self.slot())
        self.book.cancel(found.reference, self.clock.now)
        return found.slot

    def offer_of(self, name: str) -> str:
        return self.inbox.links(OFFERS)[f"{name}@example.org"]
