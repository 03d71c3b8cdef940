"""The clinic's day: visits of some days, calls and questions."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

from clinic.adapters.sql.attempts import SqlAttempts
from clinic.adapters.sql.visit_notes import SqlVisitNotes
from clinic.answers import load_catalogue
from clinic.booking.desk import BookingDesk
from clinic.booking.front_desk import FrontDesk, with_no_lead
from clinic.booking.schedule_parts import PartKind, SchedulePart
from clinic.bootstrap.booking import appointment_book, current_timetable, request_desk, schedule_desk
from clinic.bootstrap.database import engine_of
from clinic.bootstrap.handoff import call_desk
from clinic.settings import Settings
from tools.demo.staff import DemoStaff

_NAMES = ("Ann Example", "Ben Sample", "Cleo Test", "Dan Draft", "Eve Mock", "Finn Trial", "Gus Proof", "Hana Model")
_WHY = ("legs that crawl at night", "cannot sleep", "", "second opinion", "swelling in the evening")
_KINDS = ("first_visit", "follow_up", "ultrasound")
_REQUESTS = (
    ("Ian Example", "+1 212 555 0142", "the cost of a first visit", "Tuesday morning"),
    ("Joy Sample", "joy@example.com", "a visit for my mother", "any afternoon"),
    ("Kim Test", "+1 212 555 0177", "the result of my scan", "after 5 PM"),
)
_QUESTIONS = (
    ("Leo Draft", "leo@example.com", "Do you have a lift? I use a wheelchair."),
    ("Mia Mock", "mia@example.com", "Which papers should I bring to the first visit?"),
)


def fill_the_book(settings: Settings, staff: DemoStaff) -> dict[str, str]:
    """Visits of the days around today; the places of one to come, one that was missed, a held time and a full day."""
    today = datetime.now(UTC).date()
    placed: dict[str, str] = {}
    for after in range(-6, 12):
        day = today + timedelta(days=after)
        for number, reference in enumerate(_book_day(settings, staff, day, 9 if after in range(1, 9) else 4)):
            if after > 0 and number == 2:
                placed.setdefault("visit", reference)
                placed.setdefault("day", day.isoformat())
            if after < 0 and number == 1:
                placed["missed"] = reference
    front = _front(settings, datetime.now(UTC))
    front.no_show(placed["missed"], staff.desk.id)
    return {**placed, "held": _hold_one(front, staff, date.fromisoformat(placed["day"]))}


def keep_open(settings: Settings, staff: DemoStaff) -> None:
    """The clinic has long hours without a break: whenever pictures are made on a working day, somebody is there."""
    desk, days = schedule_desk(settings), ("mon", "tue", "wed", "thu", "fri")
    hours = {day: ["07:00-20:00"] for day in days}
    seen = desk.current().version
    desk.save(SchedulePart(PartKind.HOURS), hours, seen=seen, by=staff.members["admin"].id)


def take_requests(settings: Settings, staff: DemoStaff, sender: str) -> dict[str, str]:
    """Calls and questions, some of them done; the references of one of each that is open."""
    requests, calls = request_desk(settings), call_desk(settings)
    no_visit = load_catalogue().variations("utter_ask_staff_no_visit")[0].text
    made = [
        requests.request_appointment(
            idempotency_key=uuid4().hex,
            sender=sender,
            name=name,
            contact=contact,
            reason=reason,
            preferred_time=when,
            is_question=when == no_visit,
        ).reference
        for name, contact, reason, when in (*_REQUESTS, *((*question, no_visit) for question in _QUESTIONS))
    ]
    calls.assign(staff.desk, made[1], staff.nurse, None)
    calls.finish(staff.desk, made[2], "Called, the result goes to her own doctor. Nothing left to do.")
    calls.answer(staff.nurse, made[4], uuid4().hex, "Please bring a list of your medicines and any letters.")
    return {"call": made[0], "question": made[3], "answered": made[4]}


def _front(settings: Settings, now: datetime) -> FrontDesk:
    """The front desk as it was at another time."""
    timetable, engine, book = current_timetable(settings), engine_of(settings.clinic_db_url), appointment_book(settings)
    if timetable is None:
        raise RuntimeError("the demonstration clinic has no hours: data/clinic/clinic.yml lacks `booking`")
    desk = BookingDesk(book, with_no_lead(timetable), SqlAttempts(engine), now=lambda: now)
    return FrontDesk(book, desk, SqlVisitNotes(engine), now=lambda: now)


def _book_day(settings: Settings, staff: DemoStaff, day: date, most: int) -> list[str]:
    """As staff booked them two days before."""
    opens = datetime.combine(day, datetime.min.time(), UTC)
    front, made = _front(settings, min(opens - timedelta(days=2), datetime.now(UTC))), []
    for number in range(most):
        kind = _KINDS[number % 3]
        free = front.times(kind, None, day)
        if not free:
            continue
        held = front.hold(uuid4().hex, staff.desk.id, free[(number * 5 + day.day) % len(free)])
        name = _NAMES[(number + day.day) % len(_NAMES)]
        contact = f"{name.split()[0].lower()}@example.com" if number % 3 else f"+1 212 555 01{10 + number}"
        patient, _ = front.read_patient(name, contact, _WHY[number % len(_WHY)])
        if patient is not None:
            made.append(front.book(held.reference, staff.desk.id, patient).reference)
    return made


def _hold_one(front: FrontDesk, staff: DemoStaff, day: date) -> str:
    free = front.times("follow_up", None, day)
    return front.hold(uuid4().hex, staff.desk.id, free[-1]).reference
