"""Radicale, an independent CalDAV server, on a free loopback port; and a clinic whose calendar it keeps."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from datetime import time as wall_time
from pathlib import Path
from zoneinfo import ZoneInfo

import httpx
from caldav.davclient import DAVClient
from icalendar import Calendar, Component

from clinic.adapters.caldav_calendar import CalDavCalendar
from clinic.adapters.calendar_file import Organizer
from clinic.adapters.memory import MemoryAttempts
from clinic.adapters.memory_busy_times import MemoryBusyTimes
from clinic.adapters.sql.appointments import SqlAppointmentBook
from clinic.adapters.sql.engine import open_engine
from clinic.booking.appointment import Appointment, AppointmentEvent, EventTarget
from clinic.booking.availability import TimeSlot
from clinic.booking.busy import refresh_busy
from clinic.booking.desk import BookingDesk
from clinic.booking.mirror import MirrorSync
from clinic.booking.timetable import Clinician, OpenInterval, Timetable, VisitType
from clinic.booking.wish import Wish
from clinic.settings import ROOT, CalendarSettings
from tests.processes import free_port
from tools.migrate import upgrade

USER, PASSWORD = "clinic", "plain-secret"
ZONE = ZoneInfo("America/New_York")
VISIT = VisitType("first", "First visit", timedelta(minutes=40), timedelta(minutes=5))
TABLE = Timetable(
    zone=ZONE, hours=dict.fromkeys(range(5), (OpenInterval(wall_time(9), wall_time(12)),)),
    clinicians=(Clinician("a", "Dr. A", frozenset({"first"})), Clinician("b", "Dr. B", frozenset({"first"}))),
    visit_types=(VISIT,),
)  # fmt: skip
CALENDARS = {"a": "Dr. A's day", "b": "drb"}  # one by the name it is shown with, one by the end of its address
ORGANIZER = Organizer("Truffles Vein Specialists", "visits@clinic.example", "1 Main St")
PERSON = {"name": "Ann Example", "contact": "ann@example.org", "reason": "restless legs"}
THURSDAY = date(2026, 10, 29)
A_WEEK_LATER = THURSDAY + timedelta(days=7)  # the clocks changed on Sunday


class Radicale:
    """The server with two calendars of one user, who has to give a password."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._port = folder, free_port()
        (folder / "users").write_text(f"{USER}:{PASSWORD}\n")

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}/"

    @property
    def settings(self) -> CalendarSettings:
        return CalendarSettings(self.url, USER, PASSWORD)

    def start(self) -> None:
        options = {
            "config": "", "hosts": f"127.0.0.1:{self._port}", "storage-filesystem-folder": f"{self._folder}/data",
            "auth-type": "htpasswd", "auth-htpasswd-filename": f"{self._folder}/users",
            "auth-htpasswd-encryption": "plain", "auth-delay": "0", "logging-level": "warning",
        }  # fmt: skip
        command = [str(ROOT / ".venv-peers/bin/python"), "-m", "radicale"]
        command += [part for name, value in options.items() for part in (f"--{name}", value)]
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(command, stdout=log, stderr=log)
        until = time.monotonic() + 30
        while time.monotonic() < until:
            try:
                httpx.get(self.url)
                return
            except httpx.TransportError:
                time.sleep(0.05)
        self.stop()
        raise AssertionError((self._folder / "log").read_text("utf-8", "replace"))

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait(20)

    @contextmanager
    def down(self) -> Iterator[None]:
        """Stopped for a while; what it keeps, it keeps."""
        self.stop()
        try:
            yield
        finally:
            self.start()

    def empty(self) -> None:
        """Two calendars without an entry."""
        with DAVClient(self.url, username=USER, password=PASSWORD, enable_rfc6764=False) as client:
            for calendar in client.get_calendars():
                calendar.delete()
            client.principal().make_calendar(name="Dr. A's day", cal_id="dra")
            client.principal().make_calendar(name="Dr. B's day", cal_id="drb")

    def put(self, calendar: str, name: str, entry: bytes | str) -> None:
        """An entry as another program stores it."""
        url, headers = f"{self.url}{USER}/{calendar}/{name}.ics", {"Content-Type": "text/calendar; charset=utf-8"}
        httpx.put(url, content=entry, headers=headers, auth=(USER, PASSWORD)).raise_for_status()

    def read(self, calendar: str) -> list[Calendar]:
        """All entries of a calendar, each as it is stored."""
        parts = (self._folder / "data" / "collection-root" / USER / calendar).glob("*.ics")
        found = [Calendar.from_ical(part.read_bytes()) for part in parts]
        return [entry for entry in found if isinstance(entry, Calendar)]

    def events(self, calendar: str) -> list[Component]:
        """The events of a calendar; each entry has one."""
        found = [entry.walk("VEVENT") for entry in self.read(calendar)]
        assert all(len(events) == 1 for events in found)
        return [event for (event,) in found]


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 10, 26, 12, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@dataclass
class Clinic:
    """A clinic with a database of its own that shows its visits in a calendar, and heeds what else is in it."""

    settings: CalendarSettings
    book: SqlAppointmentBook
    clock: Clock = field(default_factory=Clock)
    busy_times: MemoryBusyTimes = field(default_factory=MemoryBusyTimes)

    def __post_init__(self) -> None:
        attempts = MemoryAttempts(clock=lambda: self.clock().timestamp())
        self.desk = BookingDesk(self.book, TABLE, attempts, busy=self.busy_times, now=self.clock)
        self.calendar = CalDavCalendar(self.settings, CALENDARS, TABLE, ORGANIZER, self.clock)
        self.sync = MirrorSync(self.book, self.book, self.calendar, EventTarget.CALENDAR, self.clock)

    def books(self, at: TimeSlot) -> Appointment:
        held = self.desk.hold(f"key of {at}", "s", at)
        return self.desk.book(held.reference, "s", **PERSON)

    def moves(self, visit: Appointment, at: TimeSlot) -> Appointment:
        return self.desk.move(visit.reference, PERSON["contact"], at, "w")

    def cancels(self, visit: Appointment) -> None:
        self.desk.cancel(visit.reference, PERSON["contact"], "w")

    def events(self) -> list[AppointmentEvent]:
        """What the calendar has to be told."""
        return [event for event in self.book.events() if event.target is EventTarget.CALENDAR]

    def refreshes(self) -> int:
        return refresh_busy(self.calendar, self.busy_times, self.clock.now, TABLE.horizon)

    def offers(self, clinician: str, day: date) -> list[str]:
        """The starts that are free on a day, on the clinic's wall clock."""
        slots = self.desk.offers("first", clinician, Wish(first_day=day, last_day=day), number=50)
        return [f"{found.start.astimezone(ZONE):%H:%M}" for found in slots]


@contextmanager
def clinic_with(settings: CalendarSettings, folder: Path) -> Iterator[Clinic]:
    """A clinic on a new SQLite file."""
    url = f"sqlite:///{folder / 'clinic.db'}"
    upgrade(url)
    engine = open_engine(url)
    yield Clinic(settings, SqlAppointmentBook(engine, told=(EventTarget.MAIL, EventTarget.CALENDAR)))
    engine.dispose()


@contextmanager
def running_radicale(folder: Path) -> Iterator[Radicale]:
    """The server, ended afterwards."""
    found = Radicale(folder)
    found.start()
    try:
        yield found
    finally:
        found.stop()


def slot(wall: str = "09:00", clinician: str = "a", day: date = THURSDAY) -> TimeSlot:
    start = datetime.combine(day, wall_time.fromisoformat(wall), ZONE).astimezone(UTC)
    return TimeSlot(start, start + VISIT.length, clinician, "first")


def entry(lines: str) -> str:
    """What another program stores, by the lines that matter."""
    event = f"BEGIN:VEVENT\nUID:theirs\nDTSTAMP:20261001T000000Z\nSUMMARY:Secret\n{lines}\nEND:VEVENT\n"
    text = f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//Somebody else//EN\n{event}END:VCALENDAR\n"
    return text.replace("\n", "\r\n")
