"""Visits in the clinic's calendar, on a real CalDAV server on loopback: each is there once, at its present time."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from clinic.adapters.caldav_calendar import CalDavCalendar
from clinic.adapters.calendar_file import Organizer, calendar_file, uid_of
from clinic.booking.appointment import EventKind, EventState, EventTarget
from clinic.booking.mirror import MirrorFailed, MirrorSync
from clinic.settings import CalendarSettings
from tests.contract.radicale import (
    A_WEEK_LATER,
    CALENDARS,
    ORGANIZER,
    TABLE,
    USER,
    VISIT,
    Clinic,
    Radicale,
    clinic_with,
    entry,
    running_radicale,
    slot,
)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Radicale]:
    with running_radicale(tmp_path_factory.mktemp("radicale")) as found:
        yield found


@pytest.fixture
def radicale(server: Radicale) -> Radicale:
    server.empty()
    return server


@pytest.fixture
def clinic(radicale: Radicale, tmp_path: Path) -> Iterator[Clinic]:
    with clinic_with(radicale.settings, tmp_path) as found:
        yield found


def test_a_booked_visit_is_there_at_its_wall_clock_time_and_tells_nothing_of_the_patient(
    radicale: Radicale, clinic: Clinic
) -> None:
    visit = clinic.books(slot("09:00", day=A_WEEK_LATER))
    assert (clinic.sync.push(), clinic.sync.push()) == (1, 0)
    ((stored,), (event,)) = radicale.read("dra"), radicale.events("dra")
    (zone,) = stored.walk("VTIMEZONE")
    assert event["dtstart"].params["TZID"] == zone["tzid"] == "America/New_York"
    assert {part.name for part in zone.subcomponents} == {"STANDARD", "DAYLIGHT"}
    assert f"{event['dtstart'].dt:%Y-%m-%d %H:%M %z}" == "2026-11-05 09:00 -0500"
    assert event["dtend"].dt - event["dtstart"].dt == VISIT.length
    assert str(event["summary"]) == f"First visit, {visit.reference}"
    assert str(event["uid"]) == uid_of(visit, ORGANIZER)
    assert "method" not in stored
    assert not {"attendee", "organizer"} & {name.lower() for name in event}
    text = stored.to_ical().decode()
    assert not [word for word in ("Ann", "ann@", "restless legs") if word in text]
    assert radicale.read("drb") == []


def test_a_visit_that_moves_is_one_event_and_not_two(radicale: Radicale, clinic: Clinic) -> None:
    visit = clinic.books(slot("09:00"))
    clinic.sync.push()
    (before,) = radicale.events("dra")
    moved = clinic.moves(visit, slot("11:00"))
    clinic.sync.push()
    (after,) = radicale.events("dra")
    assert after["uid"] == before["uid"]
    assert after["sequence"] > before["sequence"]
    assert after["dtstart"].dt == moved.slot.start


def test_a_visit_that_changes_its_clinician_changes_the_calendar(radicale: Radicale, clinic: Clinic) -> None:
    visit = clinic.books(slot("09:00", "a"))
    clinic.sync.push()
    clinic.moves(visit, slot("10:00", "b"))
    clinic.sync.push()
    assert radicale.read("dra") == []
    assert [str(event["uid"]) for event in radicale.events("drb")] == [uid_of(visit, ORGANIZER)]


def test_a_cancelled_visit_is_gone_and_the_others_stay(radicale: Radicale, clinic: Clinic) -> None:
    visit, other = clinic.books(slot("09:00")), clinic.books(slot("10:00"))
    radicale.put("dra", "theirs", entry("DTSTART:20261029T150000Z\nDURATION:PT1H"))
    clinic.sync.push()
    clinic.cancels(visit)
    assert clinic.sync.push() == 1
    assert {str(event["uid"]) for event in radicale.events("dra")} == {uid_of(other, ORGANIZER), "theirs"}


def test_what_is_told_twice_or_late_changes_nothing(radicale: Radicale, clinic: Clinic) -> None:
    visit = clinic.books(slot("09:00"))
    clinic.sync.push()
    (first,) = clinic.events()
    clinic.moves(visit, slot("11:00"))
    clinic.sync.push()
    clinic.book.settle(first, EventState.WAITING, clinic.clock.now)
    assert clinic.sync.push() == 1
    assert [event["dtstart"].dt for event in radicale.events("dra")] == [slot("11:00").start]
    clinic.cancels(visit)
    for _ in range(2):
        clinic.sync.push()
        clinic.book.settle(first, EventState.WAITING, clinic.clock.now)
    assert clinic.sync.push() == 1
    assert radicale.read("dra") == []


def test_several_workers_at_once_leave_one_event_for_each_visit_at_its_last_time(
    radicale: Radicale, clinic: Clinic
) -> None:
    visits = [clinic.books(slot(wall)) for wall in ("09:00", "10:00", "11:00")]
    walls = ("09:15", "10:15", "11:15")
    last = [clinic.moves(visit, slot(wall, "b")) for visit, wall in zip(visits, walls, strict=True)]
    with ThreadPoolExecutor(3) as threads:
        assert sum(threads.map(lambda _: clinic.sync.push(), range(3))) == 6
    assert radicale.read("dra") == []
    starts = {str(event["uid"]): event["dtstart"].dt for event in radicale.events("drb")}
    assert starts == {uid_of(visit, ORGANIZER): visit.slot.start for visit in last}


def test_a_server_that_was_down_is_told_when_it_is_back(radicale: Radicale, clinic: Clinic) -> None:
    clinic.books(slot("09:00"))
    with radicale.down():
        assert clinic.sync.push() == 0
        (event,) = clinic.events()
        assert (event.state, event.error) == (EventState.WAITING, "ConnectionError")
    assert clinic.sync.push() == 0
    clinic.clock.now = event.due_at
    assert clinic.sync.push() == 1
    assert len(radicale.events("dra")) == 1


def test_an_entry_that_stands_under_another_name_is_the_same_one(radicale: Radicale, clinic: Clinic) -> None:
    """As after the clinic took its calendar to another server by a file."""
    visit = clinic.books(slot("09:00"))
    radicale.put("dra", "taken-in", calendar_file(visit, EventKind.BOOKED, visit.created_at, TABLE, ORGANIZER))
    clinic.moves(visit, slot("10:00"))
    clinic.sync.push()
    assert [event["dtstart"].dt for event in radicale.events("dra")] == [slot("10:00").start]
    clinic.cancels(visit)
    clinic.sync.push()
    assert radicale.read("dra") == []


def test_after_the_clinics_mail_domain_changed_there_is_still_one_entry(radicale: Radicale, clinic: Clinic) -> None:
    visit = clinic.books(slot("09:00"))
    clinic.sync.push()
    renamed = Organizer(ORGANIZER.name, "visits@new.example")
    CalDavCalendar(radicale.settings, CALENDARS, TABLE, renamed).put(visit)
    assert [str(event["uid"]) for event in radicale.events("dra")] == [uid_of(visit, renamed)]
    clinic.calendar.remove(visit)
    assert radicale.read("dra") == []


def test_a_calendar_can_be_named_by_its_path_and_two_clinicians_may_share_one(
    radicale: Radicale, clinic: Clinic
) -> None:
    shared = CalDavCalendar(radicale.settings, {"a": f"/{USER}/drb", "b": "Dr. B's day"}, TABLE, ORGANIZER)
    visit = clinic.books(slot("09:00", "a"))
    shared.put(visit)
    shared.put(clinic.moves(visit, slot("10:00", "b")))
    assert [event["dtstart"].dt for event in radicale.events("drb")] == [slot("10:00").start]
    assert radicale.read("dra") == []


def test_a_visit_with_somebody_who_has_no_calendar_is_shown_in_none(radicale: Radicale, clinic: Clinic) -> None:
    only_a = CalDavCalendar(radicale.settings, {"a": "dra"}, TABLE, ORGANIZER)
    visit = clinic.books(slot("09:00", "a"))
    only_a.put(visit)
    assert len(radicale.read("dra")) == 1
    only_a.put(clinic.moves(visit, slot("10:00", "b")))
    assert radicale.read("dra") + radicale.read("drb") == []


@pytest.mark.parametrize("name", ["Dr. Nobody", f"/{USER}/nothing-here/"])
def test_a_calendar_that_does_not_exist_is_named_and_tried_again(clinic: Clinic, name: str) -> None:
    nowhere = CalDavCalendar(clinic.settings, {"a": name}, TABLE, ORGANIZER)
    with pytest.raises(MirrorFailed, match=f"calendar_not_found: {name}") as failure:
        nowhere.put(clinic.books(slot("09:00")))
    assert not failure.value.is_final


def test_a_wrong_password_kills_no_event(radicale: Radicale, clinic: Clinic) -> None:
    clinic.books(slot("09:00"))
    wrong = CalDavCalendar(CalendarSettings(radicale.url, USER, "wrong"), CALENDARS, TABLE, ORGANIZER)
    assert MirrorSync(clinic.book, clinic.book, wrong, EventTarget.CALENDAR, clinic.clock).push() == 0
    (event,) = clinic.events()
    assert (event.state, event.error) == (EventState.WAITING, "AuthorizationError")


def test_the_file_of_a_mail_can_be_stored_and_its_next_version_moves_the_one_event(
    radicale: Radicale, clinic: Clinic
) -> None:
    visit = clinic.books(slot("09:00"))
    for number, version in enumerate((visit, clinic.moves(visit, slot("10:00", day=A_WEEK_LATER)))):
        kind = EventKind.MOVED if number else EventKind.BOOKED
        file = calendar_file(version, kind, visit.created_at, TABLE, ORGANIZER)
        radicale.put("dra", "invitation", file)
        (event,) = radicale.events("dra")
        assert (event["sequence"], event["dtstart"].dt) == (number, version.slot.start)
        assert str(event["uid"]) == uid_of(visit, ORGANIZER)
        assert str(event["attendee"]) == "mailto:ann@example.org"
    with pytest.raises(httpx.HTTPStatusError, match="409"):  # it knows the event by its UID
        radicale.put("dra", "a-second-one", file)
