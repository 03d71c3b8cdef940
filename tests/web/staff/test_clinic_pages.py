"""The clinic's set-up: what is saved holds, mistakes are told at their fields, nobody's work is lost."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import pytest
from httpx import Response

from clinic.staff.model import Role
from clinic.staff.record import RecordFilter
from tests.web.staff.day_site import GIVEN, DaySite, day_site
from tests.web.staff.page_reading import error_of, summary, value_of, words
from tests.web.staff.signed_in import StaffBrowser
from web.staff.clinic_setup.words import hours_typed

HOURS = "/staff/clinic/hours"
MORNINGS = {day: ["09:00-12:00"] for day in ("mon", "tue", "wed", "thu", "fri")}


@pytest.fixture
def place(tmp_path: Path) -> Iterator[DaySite]:
    with day_site(tmp_path) as found:
        yield found


@pytest.fixture
def dana(place: DaySite) -> StaffBrowser:
    return place.site.signed_in(Role.ADMIN, "Dana Demo")


def save(browser: StaffBrowser, address: str, seen: int = 0, **fields: Any) -> Response:
    return browser.submit(address, fields.pop("fields", {}), seen=seen, **fields)


def hidden(page: Response) -> dict[str, str]:
    """The fields that the page's first form sends without anybody typing."""
    (form,) = re.findall(r'<form method="post" action="/staff/clinic/.*?</form>', page.text, re.DOTALL)[:1]
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', form)
    return {name: unescape(value) for name, value in found}


def document(place: DaySite) -> dict[str, Any]:
    return dict(place.schedule().current().document)


def test_the_set_up_is_for_those_who_manage_the_clinic(place: DaySite) -> None:
    for role in (Role.READER, Role.EDITOR, Role.CLINICIAN):
        browser = place.site.signed_in(role)
        assert browser.get("/staff/clinic").status_code == 403
        assert save(browser, HOURS, fields=hours_typed(MORNINGS)).status_code == 403
    assert document(place) == GIVEN


def test_the_overview_tells_hours_days_people_and_visits(dana: StaffBrowser) -> None:
    page = words(dana.get("/staff/clinic"))
    for told in ("Monday: 9:00 AM to 12:00 noon, 1:00 PM to 5:00 PM", "Thursday, December 24, 2026", "Dr. Demo Two",
                 "Tuesday: 9:00 AM to 11:00 AM", "Vein scan", "came with the program"):  # fmt: skip
        assert told in page


def test_hours_that_are_saved_hold_for_the_chat_and_are_in_the_record(place: DaySite, dana: StaffBrowser) -> None:
    done = save(dana, HOURS, fields=hours_typed(MORNINGS))
    assert done.headers["location"] == "/staff/clinic"
    assert {slot.start.hour for slot in place.desk().offers("first", "a", number=40)} <= {14, 15, 16}
    (entry,) = place.record.entries(RecordFilter())
    assert (entry.action, entry.subject, entry.by) == ("schedule.saved", "hours", dana.member.id)
    assert "Dana Demo" in words(dana.get("/staff/clinic"))


def test_a_form_shows_what_it_saved(dana: StaffBrowser) -> None:
    fields = {**hours_typed(MORNINGS), "sat_0_from": "20:00", "sat_0_to": "00:00"}
    save(dana, HOURS, fields=fields)
    page = dana.get(HOURS)
    assert {name: value_of(page, name) for name in fields} == fields


def test_mistakes_stand_at_their_fields_and_at_the_top_with_all_that_was_typed(
    place: DaySite, dana: StaffBrowser
) -> None:
    fields = {"mon_0_from": "13:00", "mon_0_to": "12:00", "tue_0_from": "8ish", "tue_0_to": "12:00"}
    page = save(dana, HOURS, fields=fields)
    assert page.status_code == 422
    assert error_of(page, "mon_0_to")
    assert error_of(page, "tue_0_from")
    assert "Monday" in summary(page)
    assert {name: value_of(page, name) for name in fields} == fields
    assert place.schedule().current().version == 0


def test_two_people_on_one_form_the_second_is_told_sees_both_and_decides(place: DaySite, dana: StaffBrowser) -> None:
    eve = place.site.signed_in(Role.ADMIN, "Eve Demo")
    save(dana, HOURS, fields=hours_typed(MORNINGS))
    mine = {"mon_0_from": "10:00", "mon_0_to": "16:00"}
    told = save(eve, HOURS, seen=0, fields=mine)
    assert told.status_code == 409
    assert "Dana Demo saved this" in words(told)
    assert "Monday: 9:00 AM to 12:00 noon" in words(told)
    assert (value_of(told, "mon_0_from"), value_of(told, "seen")) == ("10:00", "1")
    assert document(place)["hours"] == MORNINGS
    assert save(eve, HOURS, seen=1, fields=mine).status_code == 303
    assert document(place)["hours"] == {"mon": ["10:00-16:00"]}


def test_two_people_on_different_forms_both_save(place: DaySite, dana: StaffBrowser) -> None:
    save(dana, HOURS, fields=hours_typed(MORNINGS))
    kind = {"title": "Check-up", "minutes": "20", "buffer": "0"}
    assert save(dana, "/staff/clinic/visit-types/new", seen=0, **kind).status_code == 303
    found = document(place)
    assert (found["hours"], found["visit_types"][-1]["id"]) == (MORNINGS, "check_up")


def test_visits_that_would_lie_outside_are_listed_and_kept_when_staff_say_so(
    place: DaySite, dana: StaffBrowser
) -> None:
    visit = place.booked(place.slot(14))
    asked = save(dana, HOURS, fields=hours_typed(MORNINGS))
    assert asked.status_code == 409
    assert "Ann Example" in words(asked)
    assert place.schedule().current().version == 0
    assert dana.submit(HOURS, hidden(asked)).status_code == 303
    assert document(place)["hours"] == MORNINGS
    assert place.book.find(visit.reference) == visit
    assert "1 visit lies outside" in words(dana.get("/staff/clinic"))


def test_whoever_goes_back_finds_the_change_as_it_was_typed(place: DaySite, dana: StaffBrowser) -> None:
    place.booked(place.slot(14))
    asked = save(dana, HOURS, fields=hours_typed(MORNINGS))
    sent = {name: value for name, value in hidden(asked).items() if name != "keep"}
    page = dana.submit(HOURS, {**sent, "back": "1"})
    assert (page.status_code, value_of(page, "mon_0_to"), value_of(page, "mon_1_from")) == (200, "12:00", "")
    assert place.schedule().current().version == 0


def test_a_clinician_with_visits_is_taken_off_the_list_only_knowingly_and_visits_stay(
    place: DaySite, dana: StaffBrowser
) -> None:
    visit = place.booked()
    asked = save(dana, "/staff/clinic/clinicians/a/remove")
    assert "Ann Example" in words(asked)
    dana.submit("/staff/clinic/clinicians/a/remove", hidden(asked))
    assert [entry["id"] for entry in document(place)["clinicians"]] == ["b"]
    day = words(dana.get("/staff/day?day=2026-12-01"))
    assert "Dr. Demo One (not here any more)" in day
    assert "Ann Example" in day
    assert "Dr. Demo One" in words(dana.get(f"/staff/day/visits/{visit.reference}"))


def test_a_clinician_comes_back_from_the_list_of_former_ones(place: DaySite, dana: StaffBrowser) -> None:
    save(dana, "/staff/clinic/clinicians/a/remove")
    page = dana.get("/staff/clinic/clinicians/a")
    assert "bring Dr. Demo One back" in words(page)
    save(dana, "/staff/clinic/clinicians/a", seen=1, name="Dr. Demo One", sees_first="1")
    assert [entry["id"] for entry in document(place)["clinicians"]] == ["b", "a"]


def test_a_kind_of_visit_in_use_is_not_taken_off_the_list(place: DaySite, dana: StaffBrowser) -> None:
    page = save(dana, "/staff/clinic/visit-types/scan/remove")
    assert page.status_code == 422
    assert "Dr. Demo Two" in error_of(page, "remove")
    assert value_of(page, "title") == "Vein scan"
    save(dana, "/staff/clinic/clinicians/b", name="Dr. Demo Two", sees_first="1")
    assert save(dana, "/staff/clinic/visit-types/scan/remove", seen=1).status_code == 303
    assert [kind["id"] for kind in document(place)["visit_types"]] == ["first"]


def test_a_clinician_is_added_with_own_hours_and_a_bad_short_name_is_told(place: DaySite, dana: StaffBrowser) -> None:
    fields = {"name": "Dr. Demo Three", "sees_scan": "1", "own_hours": "1", "wed_0_from": "08:00", "wed_0_to": "11:00"}
    refused = save(dana, "/staff/clinic/clinicians/new", fields={**fields, "id": "dr three"})
    assert error_of(refused, "id")
    assert value_of(refused, "name") == "Dr. Demo Three"
    assert save(dana, "/staff/clinic/clinicians/new", fields=fields).status_code == 303
    assert document(place)["clinicians"][-1] == {
        "id": "dr_demo_three", "name": "Dr. Demo Three", "visit_types": ["scan"], "hours": {"wed": ["08:00-11:00"]},
    }  # fmt: skip


def test_closed_days_and_rules_are_saved(place: DaySite, dana: StaffBrowser) -> None:
    save(dana, "/staff/clinic/closed", fields={"from": "2027-02-01", "to": "2027-02-02", "keep_2026-12-24": "1"})
    rules = {"lead_hours": "2", "horizon_days": "30", "hold_minutes": "5", "start_every_minutes": "20",
             "remind_hours_before": "48", "time_zone": "America/Chicago"}  # fmt: skip
    save(dana, "/staff/clinic/rules", seen=1, fields=rules)
    found = document(place)
    assert found["closed_days"] == ["2026-12-24", "2027-02-01", "2027-02-02"]
    assert found["public_holidays"] is False
    assert (found["lead_hours"], found["time_zone"]) == (2, "America/Chicago")


def test_staff_pages_tell_times_by_the_zone_that_was_saved(place: DaySite, dana: StaffBrowser) -> None:
    noon_in_utc = 1_764_590_400.0
    rules = {"lead_hours": "2", "horizon_days": "30", "hold_minutes": "5", "start_every_minutes": "20",
             "remind_hours_before": "48"}  # fmt: skip
    for seen, (zone, clock) in enumerate((("America/Chicago", "06:00"), ("Asia/Tokyo", "21:00"))):
        save(dana, "/staff/clinic/rules", seen=seen, fields={**rules, "time_zone": zone})
        until = monotonic() + 5  # the schedule is read at most once a second
        while clock not in (told := place.site.pages.when(noon_in_utc)) and monotonic() < until:
            sleep(0.1)
        assert f">1 Dec 2025, {clock}<" in told


def test_a_clinic_that_has_given_nothing_sets_itself_up_by_the_forms(place: DaySite, dana: StaffBrowser) -> None:
    place.has_schedule = False
    kind = {"title": "First visit", "minutes": "40", "buffer": "10"}
    assert save(dana, HOURS, fields=hours_typed(MORNINGS)).status_code == 303
    assert save(dana, "/staff/clinic/visit-types/new", seen=1, **kind).status_code == 303
    assert save(dana, "/staff/clinic/clinicians/new", seen=2, name="Dr. Demo", sees_first_visit="1").status_code == 303
    assert place.desk().offers("first_visit", number=1)


@pytest.mark.parametrize("address", ["/staff/clinic/clinicians/zeno", "/staff/clinic/visit-types/zeno"])
def test_what_is_not_there_cannot_be_changed(dana: StaffBrowser, address: str) -> None:
    assert dana.get(address).status_code == 404
    assert save(dana, address, name="X").status_code == 404


@pytest.mark.parametrize("seen", ["", "-1", "x", "77", "99999999999"])
def test_a_form_of_no_version_of_ours_is_refused(place: DaySite, dana: StaffBrowser, seen: str) -> None:
    assert dana.submit(HOURS, {"seen": seen, **hours_typed(MORNINGS)}).status_code == 422
    assert place.schedule().current().version == 0
