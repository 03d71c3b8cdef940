"""The day's pages: what staff see, book, move, cancel and note; no time is had twice, no name is in an address."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from httpx import Response

from clinic.booking.appointment import AppointmentStatus, EventKind, EventTarget
from clinic.booking.errors import TimeTaken
from clinic.staff.model import Role
from clinic.staff.record import RecordFilter
from tests.web.staff.day_site import DaySite, day_site
from tests.web.staff.page_reading import error_of, heading, value_of, words
from tests.web.staff.signed_in import StaffBrowser

TUESDAY = "2026-12-01"


@pytest.fixture
def place(tmp_path: Path) -> Iterator[DaySite]:
    with day_site(tmp_path) as found:
        yield found


@pytest.fixture
def dana(place: DaySite) -> StaffBrowser:
    return place.site.signed_in(Role.EDITOR, "Dana Demo")


def times_on(page: Response) -> list[str]:
    return re.findall(r'name="time" value="([^"]+)"', page.text)


def actions(place: DaySite) -> list[str]:
    return [entry.action for entry in reversed(place.record.entries(RecordFilter()))]


def take_time(dana: StaffBrowser, time: str = "", **typed: str) -> Response:
    """Choose the first free time of Tuesday, or this one."""
    page = dana.get(f"/staff/day/book?visit_type=first&day={TUESDAY}")
    wish = {"visit_type": "first", "clinician": "", "day": TUESDAY}
    return dana.submit(
        "/staff/day/book/hold", time=time or times_on(page)[0], key=value_of(page, "key"), **wish, **typed
    )


def book(dana: StaffBrowser, name: str = "Ann Example", contact: str = "ann@example.org", reason: str = "") -> Response:
    details = take_time(dana).headers["location"]
    return dana.submit(details, name=name, contact=contact, reason=reason)


def test_a_day_is_a_table_with_a_column_for_each_clinician(place: DaySite, dana: StaffBrowser) -> None:
    place.booked()
    gone = place.booked(place.slot(14), "Bob Example")
    place.book.cancel(gone.reference, place.now)
    page = dana.get(f"/staff/day?day={TUESDAY}")
    assert heading(page) == "Tuesday, December 1, 2026"
    assert re.findall(r'<th scope="col">(.*?)</th>', page.text) == ["Time", "Dr. Demo One", "Dr. Demo Two"]
    (row,) = re.findall(r'<tr>\s*<th scope="row">10:00 AM</th>(.*?)</tr>', page.text, re.DOTALL)
    one, two = re.findall(r"<td.*?</td>", row, re.DOTALL)
    assert "Ann Example" in one
    assert 'data-label="Dr. Demo One"' in one
    assert "Ann Example" not in two
    assert "Bob Example" not in page.text
    assert "1 cancelled visit" in words(page)


def test_a_week_is_a_row_a_day_and_the_weekend_only_where_somebody_is_in(place: DaySite, dana: StaffBrowser) -> None:
    place.booked()
    page = dana.get(f"/staff/day/week?day={TUESDAY}")
    days = re.findall(r'<th scope="row"><a[^>]*>(\w+),', page.text)
    assert days == ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday"]
    assert "Ann Example" in page.text


@pytest.mark.parametrize("day", ["tomorrow", "0001-01-01", "9999-12-31", "2026-02-30", ""])
def test_a_day_that_no_calendar_has_is_today(dana: StaffBrowser, day: str) -> None:
    for page in ("", "/week", "/list"):
        assert dana.get(f"/staff/day{page}", params={"day": day, "first": day, "last": day}).status_code == 200
    assert heading(dana.get(f"/staff/day?day={day}")) == "Monday, November 30, 2026"


def test_the_list_is_narrowed_by_days_clinician_and_status(place: DaySite, dana: StaffBrowser) -> None:
    place.booked()
    place.booked(place.slot(9, clinician="b"), "Bob Example")
    place.booked(place.slot(10, day=9), "Cleo Example")
    of_week = words(dana.get(f"/staff/day/list?first={TUESDAY}"))
    assert "2 visits" in of_week
    assert "Cleo" not in of_week
    assert "Bob" not in words(dana.get(f"/staff/day/list?first={TUESDAY}&clinician=a"))
    assert "No visits" in words(dana.get(f"/staff/day/list?first={TUESDAY}&status=cancelled"))


@pytest.mark.parametrize("text", ["ann", "EXAMPLE.org", "(202) 555-0143", "0143"])
def test_a_patient_is_found_by_name_mail_or_phone(place: DaySite, dana: StaffBrowser, text: str) -> None:
    place.booked(contact="202-555-0143" if any(c.isdigit() for c in text) else "ann@example.org")
    assert "Ann Example" in words(dana.submit("/staff/day/list", text=text))


def test_a_visit_is_found_by_its_reference_as_people_write_it(place: DaySite, dana: StaffBrowser) -> None:
    reference = place.booked().reference
    written = f"{reference[:4]}-{reference[4:]}".lower()
    assert "Ann Example" in words(dana.submit("/staff/day/list", text=written))
    assert "Nothing was found" in words(dana.submit("/staff/day/list", text="zeno"))
    assert "Type a part" in words(dana.submit("/staff/day/list", text="  "))


def test_what_is_searched_for_is_not_taken_from_an_address(place: DaySite, dana: StaffBrowser) -> None:
    place.booked()
    page = dana.get("/staff/day/list?text=zeno")
    assert "zeno" not in page.text


def test_a_visit_is_booked_for_a_patient_on_the_phone(place: DaySite, dana: StaffBrowser) -> None:
    done = book(dana, "Ann Good", "ann@example.org", "tired legs")
    (visit,) = place.front().visits(place.slot().start.date(), place.slot().start.date())  # type: ignore[union-attr]
    assert done.headers["location"] == f"/staff/day/visits/{visit.reference}"
    assert visit.patient is not None
    assert (visit.patient.name, visit.patient.reason) == ("Ann Good", "tired legs")
    assert [e.kind for e in place.book.events_of(visit.reference) if e.target is EventTarget.MAIL] == [EventKind.BOOKED]
    page = words(dana.get(done.headers["location"]))
    assert "Dana Demo" in page
    assert "Mail will be sent" in page
    assert actions(place) == ["visit.booked"]


def test_a_time_that_staff_keep_is_nobody_elses_and_given_up_it_is_free(place: DaySite, dana: StaffBrowser) -> None:
    details = take_time(dana).headers["location"]
    with pytest.raises(TimeTaken):
        place.booked(place.slot(9))
    dana.submit(f"{details}/give-up")
    assert place.booked(place.slot(9)).status is AppointmentStatus.BOOKED


def test_a_time_that_the_chat_took_meanwhile_is_told_and_others_are_shown(place: DaySite, dana: StaffBrowser) -> None:
    page = dana.get(f"/staff/day/book?visit_type=first&clinician=a&day={TUESDAY}")
    place.booked(place.slot(9))
    refused = take_time(dana, times_on(page)[0])
    assert refused.status_code == 409
    assert "Somebody else" in error_of(refused, "times")
    assert times_on(page)[0] not in times_on(refused)


@pytest.mark.parametrize("time", [
    "x", "2026-12-01T10:00|2026-12-01T10:40|a|first", "2026-12-01T03:00:00+00:00|2026-12-01T03:40:00+00:00|a|first",
    "2026-12-01T15:00:00+00:00|2026-12-01T15:40:00+00:00|a|nothing",
])  # fmt: skip
def test_a_time_made_up_is_refused(dana: StaffBrowser, time: str) -> None:
    assert take_time(dana, time).status_code == 409


def test_mistakes_are_told_at_their_fields_with_everything_still_there(dana: StaffBrowser) -> None:
    details = take_time(dana).headers["location"]
    page = dana.submit(details, name="", contact="555-01", reason="<b>tired</b> legs")
    assert page.status_code == 422
    assert error_of(page, "name")
    assert error_of(page, "contact")
    assert (value_of(page, "contact"), value_of(page, "reason")) == ("555-01", "<b>tired</b> legs")
    assert heading(page) == "Who is the visit for?"


def test_what_was_typed_survives_a_hold_that_ran_out(place: DaySite, dana: StaffBrowser) -> None:
    details = take_time(dana).headers["location"]
    place.now += timedelta(minutes=11)
    place.booked(place.slot(9), "Bob Example")
    place.booked(place.slot(9, clinician="b"), "Cleo Example")
    page = dana.submit(details, name="Ann Example", contact="ann@example.org")
    assert page.status_code == 409
    assert value_of(page, "name") == "Ann Example"
    again = take_time(dana, times_on(page)[0], name="Ann Example", contact="ann@example.org")
    assert (again.status_code, value_of(again, "name")) == (200, "Ann Example")


def test_two_clicks_book_once(place: DaySite, dana: StaffBrowser) -> None:
    details = take_time(dana).headers["location"]
    first, second = (dana.submit(details, name="Ann Example", contact="ann@example.org") for _ in range(2))
    assert first.headers["location"] == second.headers["location"]
    assert len(place.book.search("ann", 10)) == 1
    assert actions(place) == ["visit.booked"]


def test_a_hold_of_somebody_else_is_nobodys_business(place: DaySite, dana: StaffBrowser) -> None:
    details = take_time(dana).headers["location"]
    other = place.site.signed_in(Role.EDITOR)
    assert other.get(details).status_code == 404
    assert other.submit(details, name="X", contact="x@example.org").status_code == 404


def test_staff_may_book_for_this_very_hour(dana: StaffBrowser) -> None:
    page = dana.get("/staff/day/book?visit_type=first&day=2026-11-30")
    assert times_on(page)[0].startswith("2026-11-30T14:00")


def test_a_visit_is_moved_and_its_history_says_who_and_from_when(place: DaySite, dana: StaffBrowser) -> None:
    visit = place.booked()
    address = f"/staff/day/visits/{visit.reference}"
    form = dana.get(f"{address}/move?day=2026-12-02")
    done = dana.submit(f"{address}/move", time=times_on(form)[0], seen="0", day="2026-12-02", reason="asked by phone")
    assert done.headers["location"] == address
    page = words(dana.get(address))
    assert "Wednesday, December 2, 2026 at 9:00 AM EST" in page
    assert "It was on Tuesday, December 1, 2026 at 10:00 AM EST" in page
    assert "asked by phone" in page
    assert "Dana Demo" in page
    place.booked(visit.slot, "Bob Example")  # the old time is free
    assert EventKind.MOVED in [event.kind for event in place.book.events_of(visit.reference)]


def test_a_visit_is_cancelled_with_a_reason_and_the_patient_is_told(place: DaySite, dana: StaffBrowser) -> None:
    visit = place.booked()
    address = f"/staff/day/visits/{visit.reference}"
    without = dana.submit(f"{address}/cancel", seen="0", reason=" ")
    assert (without.status_code, bool(error_of(without, "reason"))) == (422, True)
    for _ in range(2):
        assert dana.submit(f"{address}/cancel", seen="0", reason="the patient is ill").status_code == 303
    page = words(dana.get(address))
    assert "the patient is ill" in page
    assert [e.kind for e in place.book.events_of(visit.reference)].count(EventKind.CANCELLED) == 2  # mail, waiting list
    assert actions(place) == ["visit.cancelled"]


def test_a_page_that_is_older_than_the_visit_changes_nothing(place: DaySite, dana: StaffBrowser) -> None:
    visit = place.booked()
    address = f"/staff/day/visits/{visit.reference}"
    form = dana.get(f"{address}/move?day=2026-12-02")
    patient = place.desk().move(visit.reference, "ann@example.org", place.slot(14), "chat")
    for refused in (
        dana.submit(f"{address}/move", time=times_on(form)[0], seen="0", day="2026-12-02"),
        dana.submit(f"{address}/cancel", seen="0", reason="ill"),
    ):
        assert refused.status_code == 409
        assert "Somebody has changed this visit" in words(refused)
    assert place.book.find(visit.reference) == patient


def test_who_did_not_come_is_noted_after_the_visit_began_and_can_be_put_right(
    place: DaySite, dana: StaffBrowser
) -> None:
    visit = place.booked()
    address = f"/staff/day/visits/{visit.reference}"
    assert dana.submit(f"{address}/no-show").status_code == 409
    place.now = visit.slot.start + timedelta(minutes=20)
    for _ in range(2):
        dana.submit(f"{address}/no-show")
    assert "Did not come" in words(dana.get(f"/staff/day?day={TUESDAY}"))
    dana.submit(f"{address}/no-show", came="1")
    found = place.book.find(visit.reference)
    assert found is not None
    assert found.status is AppointmentStatus.BOOKED
    history = words(dana.get(address))
    assert "Marked: did not come" in history
    assert "Mark taken back" in history
    assert actions(place) == ["visit.no_show", "visit.came"]


def test_a_visit_that_is_over_cannot_be_moved_or_cancelled(place: DaySite, dana: StaffBrowser) -> None:
    visit = place.booked()
    place.now = visit.slot.start + timedelta(hours=1)
    for page in ("move", "cancel"):
        assert dana.get(f"/staff/day/visits/{visit.reference}/{page}").status_code == 409
    refused = dana.submit(f"/staff/day/visits/{visit.reference}/cancel", seen="0", reason="ill")
    assert refused.status_code == 409
    assert place.book.find(visit.reference) == visit


def test_a_visit_that_is_none_is_a_page_that_says_so(dana: StaffBrowser) -> None:
    for page in ("", "/move", "/cancel"):
        assert dana.get(f"/staff/day/visits/ZZZZ9999{page}").status_code == 404


def test_alarms_nobody_has_seen_are_on_top_of_the_day_the_gravest_first(place: DaySite, dana: StaffBrowser) -> None:
    place.alarm("Ann has chest pain", at=1_000)
    place.alarm("my leg is swollen", "urgent", "clot", at=2_000)
    page = dana.get("/staff/day")
    text = words(page)
    assert "2 emergencies nobody has seen yet" in text
    assert text.index("Chest pain") < text.index("blood clot")
    assert "[name] has chest pain" in text
    assert "Ann" not in text


def test_an_alarm_is_acknowledged_once_with_a_note(place: DaySite, dana: StaffBrowser) -> None:
    sender = place.alarm()
    for note in ("called back", "me too"):
        dana.submit("/staff/day/emergencies/seen", sender=sender, message_id="m1", note=note)
    assert "nobody has seen" not in words(dana.get("/staff/day"))
    page = words(dana.get("/staff/day/emergencies"))
    assert "Seen by Dana Demo" in page
    assert "called back" in page
    assert "me too" not in page
    assert actions(place) == ["emergency.acknowledged"]


def test_a_reader_sees_and_changes_nothing(place: DaySite) -> None:
    reader, visit = place.site.signed_in(Role.READER), place.booked()
    sender = place.alarm()
    assert "Book" not in words(reader.get(f"/staff/day?day={TUESDAY}")).replace("Booked", "")
    for address in ("/staff/day/book", f"/staff/day/visits/{visit.reference}/move"):
        assert reader.get(address).status_code == 403
    for address in (f"/staff/day/visits/{visit.reference}/cancel", "/staff/day/emergencies/seen"):
        sent = reader.submit(address, seen="0", reason="ill", sender=sender, message_id="m1")
        assert sent.status_code == 403
    assert place.book.find(visit.reference) == visit
    assert place.emergencies().unseen() == 1


def test_a_clinic_without_a_schedule_says_so_and_still_shows_alarms(place: DaySite, dana: StaffBrowser) -> None:
    place.has_schedule = False
    place.alarm()
    assert "no clinicians, hours and kinds of visit yet" in words(dana.get("/staff/day"))
    assert "Chest pain" in words(dana.get("/staff/day/emergencies"))


def test_a_database_that_fails_is_a_page_that_says_so(place: DaySite, dana: StaffBrowser) -> None:
    with place.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE appointment RENAME TO away")
    assert dana.get(f"/staff/day?day={TUESDAY}").status_code == 503
