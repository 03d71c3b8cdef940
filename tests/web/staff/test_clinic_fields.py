"""What is typed into the set-up's forms is read, and each mistake is told at its field."""

from __future__ import annotations

from typing import Any

import pytest

from clinic.booking.timetable_file import load_schedule, read_timetable
from web.staff.clinic_setup.fields import (
    in_use,
    read_clinician,
    read_closed,
    read_rules,
    read_visit_type,
)
from web.staff.clinic_setup.hours import Mistakes, read_hours

GIVEN: dict[str, Any] = load_schedule() or {}
RULES = {"lead_hours": "4", "horizon_days": "60", "hold_minutes": "10", "start_every_minutes": "15",
         "remind_hours_before": "24", "time_zone": "America/New_York"}  # fmt: skip
SEER = {"name": "Dr. Demo Three", "sees_first_visit": "1"}
KIND = {"title": "Check-up", "minutes": "20", "buffer": "5", "also": "checkup, check up,, Checkup"}


def mistakes(read: Any, *arguments: Any) -> set[str]:
    with pytest.raises(Mistakes) as found:
        read(*arguments)
    assert all(sentence.endswith(".") for sentence in found.value.by_field.values())
    return set(found.value.by_field)


@pytest.mark.parametrize(("opens", "closes", "shift"), [
    ("08:00", "12:00", "08:00-12:00"), ("8:00", "5:30 pm", "08:00-17:30"), ("8am", "12 PM", "08:00-12:00"),
    ("20:00", "00:00", "20:00-24:00"), ("12 am", "12 am", "00:00-24:00"), ("08:00:00", "9", "08:00-09:00"),
])  # fmt: skip
def test_times_are_read_as_people_and_browsers_write_them(opens: str, closes: str, shift: str) -> None:
    found = read_hours({"mon_0_from": opens, "mon_0_to": closes})
    assert found == {"mon": [shift]}
    read_timetable({**GIVEN, "hours": found})


def test_times_of_a_day_come_in_order_and_empty_days_are_closed() -> None:
    fields = {"tue_1_from": "08:00", "tue_1_to": "12:00", "tue_0_from": "13:00", "tue_0_to": "17:00", "wed_0_to": " "}
    assert read_hours(fields) == {"tue": ["08:00-12:00", "13:00-17:00"]}


@pytest.mark.parametrize(("fields", "wrong"), [
    ({"mon_0_from": "13:00", "mon_0_to": "12:00"}, {"mon_0_to"}),
    ({"mon_0_from": "12:00", "mon_0_to": "12:00"}, {"mon_0_to"}),
    ({"mon_0_from": "08:00", "mon_0_to": "12:00", "mon_1_from": "11:00", "mon_1_to": "13:00"}, {"mon_1_from"}),
    ({"mon_0_from": "08:00", "mon_0_to": "12:00", "mon_1_from": "08:00", "mon_1_to": "12:00"}, {"mon_1_from"}),
    ({"mon_0_from": "08:03", "mon_0_to": "12:00"}, {"mon_0_from"}),
    ({"mon_0_from": "eight", "mon_0_to": "25:00"}, {"mon_0_from", "mon_0_to"}),
    ({"mon_0_from": "13 pm", "mon_0_to": "18:60"}, {"mon_0_from", "mon_0_to"}),
    ({"mon_0_from": "08:00"}, {"mon_0_to"}),
    ({"fri_1_to": "12:00"}, {"fri_1_from"}),
])  # fmt: skip
def test_hours_that_cannot_be_are_told_at_their_field(fields: dict[str, str], wrong: set[str]) -> None:
    assert mistakes(read_hours, fields) == wrong


def test_closed_days_are_added_as_a_span_and_taken_away_by_their_mark() -> None:
    given = {"closed_days": ["2026-12-24", "2026-12-31"], "public_holidays": True}
    fields = {"keep_2026-12-31": "1", "from": "2027-02-01", "to": "2027-02-03"}
    assert read_closed(fields, given) == {
        "closed_days": ["2026-12-31", "2027-02-01", "2027-02-02", "2027-02-03"], "public_holidays": False,
    }  # fmt: skip
    assert read_closed({"from": "2027-02-01"}, given)["closed_days"] == ["2027-02-01"]


@pytest.mark.parametrize(("first", "last", "wrong"), [
    ("2027-02-03", "2027-02-01", {"to"}), ("2027-02-30", "", {"from", "to"}), ("soon", "2027-02-01", {"from"}),
    ("2027-01-01", "2029-01-01", {"to"}),
])  # fmt: skip
def test_a_span_that_cannot_be_is_told_at_its_field(first: str, last: str, wrong: set[str]) -> None:
    given = {"closed_days": [], "public_holidays": True}
    assert mistakes(read_closed, {"from": first, "to": last}, given) == wrong


def test_rules_are_numbers_within_reason() -> None:
    assert read_rules(RULES)["lead_hours"] == 4
    broken = {**RULES, "lead_hours": "-1", "horizon_days": "9999999999", "hold_minutes": "", "start_every_minutes": "7",
              "remind_hours_before": "½", "time_zone": "../etc/passwd"}  # fmt: skip
    assert mistakes(read_rules, broken) == set(RULES)


def test_a_new_clinician_gets_an_id_of_the_name_and_never_one_that_was_used() -> None:
    assert read_clinician(SEER, GIVEN, None)["id"] == "dr_demo_three"
    again = {**GIVEN, "former_clinicians": [{"id": "dr_demo_three", "name": "Dr. Demo Three", "visit_types": []}]}
    assert read_clinician(SEER, again, None)["id"] == "dr_demo_three_2"
    assert read_clinician({**SEER, "name": "李"}, GIVEN, None)["id"] == "clinician"


def test_no_entry_gets_the_id_under_which_the_form_for_a_new_one_lies() -> None:
    assert read_clinician({**SEER, "name": "New"}, GIVEN, None)["id"] == "new_2"
    assert mistakes(read_clinician, {**SEER, "id": "new"}, GIVEN, None) == {"id"}
    assert read_visit_type({**KIND, "title": "NEW!"}, GIVEN, None)["id"] != "new"
    assert mistakes(read_visit_type, {**KIND, "id": "new"}, GIVEN, None) == {"id"}


@pytest.mark.parametrize(("fields", "wrong"), [
    ({"id": "dr three"}, {"id"}), ({"id": "Dr"}, {"id"}), ({"id": "demo_one"}, {"id"}), ({"name": " "}, {"name"}),
    ({"name": "x" * 81}, {"name"}), ({"sees_first_visit": ""}, {"visit_types"}),
    ({"own_hours": "1"}, {"own_hours"}),
    ({"own_hours": "1", "mon_0_from": "13:00", "mon_0_to": "12:00"}, {"mon_0_to"}),
    ({"own_hours": "1", "mon_0_from": "13:00", "mon_0_to": "12:00", "name": ""}, {"mon_0_to", "name"}),
])  # fmt: skip
def test_a_clinician_that_cannot_be_is_told_at_the_field(fields: dict[str, str], wrong: set[str]) -> None:
    assert mistakes(read_clinician, {**SEER, **fields}, GIVEN, None) == wrong


def test_own_hours_count_with_their_mark_alone() -> None:
    hours = {"mon_0_from": "08:00", "mon_0_to": "12:00"}
    entry = read_clinician({**SEER, **hours, "own_hours": "1"}, GIVEN, "demo_one")
    assert (entry["id"], entry["hours"]) == ("demo_one", {"mon": ["08:00-12:00"]})
    others = [seer for seer in GIVEN["clinicians"] if seer["id"] != "demo_one"]
    assert "hours" not in read_clinician({**SEER, **hours}, {**GIVEN, "clinicians": [*others, entry]}, "demo_one")


@pytest.mark.parametrize("known", [None, "three"])
def test_own_hours_that_were_typed_without_their_mark_are_not_dropped_unsaid(known: str | None) -> None:
    document = {**GIVEN, "clinicians": [{"id": "three", "name": "Dr. Demo Three", "visit_types": ["first_visit"]}]}
    assert mistakes(read_clinician, {**SEER, "tue_1_from": "08:00"}, document, known) == {"own_hours"}


def test_a_kind_of_visit_has_a_name_of_its_own_and_whole_steps_of_five_minutes() -> None:
    entry = read_visit_type(KIND, GIVEN, None)
    assert (entry["id"], entry["minutes"], entry["also"]) == ("check_up", 20, ["checkup", "check up"])
    read_timetable({**GIVEN, "visit_types": [*GIVEN["visit_types"], entry]})
    broken = {**KIND, "title": "first VISIT", "minutes": "0", "buffer": "3"}
    assert mistakes(read_visit_type, broken, GIVEN, None) == {"title", "minutes", "buffer"}
    assert read_visit_type({**KIND, "title": "First visit"}, GIVEN, "first_visit")["title"] == "First visit"


def test_who_still_offers_a_kind_of_visit_is_known() -> None:
    assert in_use("ultrasound", GIVEN) == ["Demo Sonographer"]
