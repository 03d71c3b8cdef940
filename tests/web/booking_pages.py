"""The booking pages alone, on a real port, on memory and a clock that stands: what `create_app` mounts of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from fastapi import FastAPI

from clinic.adapters.memory import MemoryAppointmentBook, MemoryAttempts
from clinic.adapters.memory_waiting_list import MemoryWaitingList
from clinic.booking.appointment import Appointment, EventTarget
from clinic.booking.availability import TimeSlot
from clinic.booking.desk import BookingDesk
from clinic.booking.links import LeaveLinks, OfferLinks, VisitLinks
from clinic.booking.offer_desk import OfferDesk
from clinic.booking.timetable import Clinician, OpenInterval, Timetable, VisitType
from clinic.booking.waiting_entry import WaitingListEntry
from clinic.booking.waiting_list import WaitingList
from clinic.settings import load_settings
from tests.serving import Served
from web.booking_links.routes import booking_link_routes

EMAIL = "ann@example.org"
TABLE = Timetable(
    zone=ZoneInfo("America/New_York"),
    hours=dict.fromkeys(range(5), (OpenInterval(time(9), time(12)), OpenInterval(time(13), time(17)))),
    clinicians=(
        Clinician("a", "Dr. Demo One", frozenset({"first"})),
        Clinician("b", "Dr. Demo Two", frozenset({"first"}), hours={3: (OpenInterval(time(16), time(19)),)}),
    ),
    visit_types=(VisitType("first", "First visit", timedelta(minutes=40), timedelta(minutes=10)),),
)


@dataclass
class BookingSite:
    """Desks on memory, and the pages on them."""

    now: datetime = datetime(2026, 11, 30, 15, 0, tzinfo=UTC)
    url: str = ""
    has_timetable: bool = True
    book: MemoryAppointmentBook = field(
        default_factory=lambda: MemoryAppointmentBook((EventTarget.MAIL, EventTarget.WAITING_LIST))
    )
    store: MemoryWaitingList = field(default_factory=MemoryWaitingList)

    def __post_init__(self) -> None:
        self.settings = load_settings({"SECRET_KEY": "s" * 40})
        attempts = MemoryAttempts(clock=lambda: self.clock().timestamp())
        self.desk = BookingDesk(self.book, TABLE, attempts, now=self.clock)
        self.waiting_list = WaitingList(self.store, self.book, self.desk, now=self.clock)
        self.offers = OfferDesk(self.store, self.book, self.desk, self.clock)

    def clock(self) -> datetime:
        return self.now

    def app(self) -> FastAPI:
        app = FastAPI()
        desks: list[Any] = [self.desk, self.waiting_list, self.offers]
        asked = [(lambda desk=desk: desk if self.has_timetable else None) for desk in desks]
        app.include_router(booking_link_routes(self.settings, *asked, now=self.clock))
        return app

    def slot(self, hour: int = 9, day: int = 3, clinician: str = "a") -> TimeSlot:
        start = datetime(2026, 12, day, hour, 0, tzinfo=TABLE.zone).astimezone(UTC)
        return TimeSlot(start, start + timedelta(minutes=40), clinician, "first")

    def booked(self, slot: TimeSlot | None = None, contact: str = EMAIL, name: str = "Ann Example") -> Appointment:
        held = self.desk.hold(uuid4().hex, uuid4().hex, slot or self.slot())
        return self.desk.book(held.reference, held.sender, name=name, contact=contact, reason="restless legs")

    def visit_link(self, appointment: Appointment) -> str:
        return self._link(VisitLinks, appointment.reference)

    def link_of_nobody(self) -> str:
        return self._link(VisitLinks, "ZZZZ9999")

    def leave_link(self, entry: WaitingListEntry) -> str:
        return self._link(LeaveLinks, entry.reference)

    def waits(self, contact: str = EMAIL, appointment: Appointment | None = None) -> WaitingListEntry:
        self.now += timedelta(seconds=1)
        return self.waiting_list.join(
            key=uuid4().hex, sender="chat", visit_type="first", name="Ann Example", contact=contact,
            reason="restless legs", appointment=appointment,
        )  # fmt: skip

    def offer_links(self) -> list[str]:
        """Those of everybody who fits a time that was freed just now, in order."""
        freed = self.booked(contact="giver@example.org")
        self.book.cancel(freed.reference, self.now)
        self.waiting_list.offer(self.book.events()[-1])
        links = []
        while offer := self.store.take_due_offer(self.now, self.now + timedelta(minutes=5)):
            links.append(self._link(OfferLinks, offer.reference))
        return links

    def _link(self, kind: type[VisitLinks | OfferLinks | LeaveLinks], reference: str) -> str:
        return f"{self.url}/{kind.path}/{kind(self.settings.secret_key, self.url).token(reference)}"


@contextmanager
def served_booking_site() -> Iterator[BookingSite]:
    """The pages, answering, and stopped afterwards."""
    site = BookingSite()
    served = Served(site.app())
    site.url = served.url
    try:
        yield site
    finally:
        served.stop()
