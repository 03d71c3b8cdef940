"""The record as admins read it: filters, a file, and the check that finds what was altered."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

import pytest
from sqlalchemy import text

from clinic.staff.model import Role
from clinic.staff.record import RecordFilter
from tests.web.staff.page_reading import error_of, heading, words
from tests.web.staff.signed_in import StaffBrowser, StaffSite, staff_site


@pytest.fixture
def site() -> Iterator[StaffSite]:
    with staff_site() as found:
        yield found


@pytest.fixture
def admin(site: StaffSite) -> StaffBrowser:
    return site.signed_in(Role.ADMIN, "Ada Admin")


def rows_on(page: object) -> int:
    return str(page.text).count('data-label="When"')  # type: ignore[attr-defined]


def test_changes_are_shown_with_who_made_them(site: StaffSite, admin: StaffBrowser) -> None:
    site.record.note(admin.member.id, "inbox.marked_read", "turn 7", {"tag": "<b>hair</b>"})
    page = admin.get("/staff/audit")
    assert "Ada Admin" in words(page)
    assert "inbox: marked read" in words(page)
    assert "<b>hair" not in page.text


def test_filters_are_kept_and_narrow_what_is_shown(site: StaffSite, admin: StaffBrowser) -> None:
    for by, action, subject in (("m_1", "inbox.tagged", "turn 7"), ("m_2", "inbox.tagged", "turn 8"),
                                ("m_1", "people.locked", "m_2")):  # fmt: skip
        site.record.note(by, action, subject)
    assert rows_on(admin.get("/staff/audit")) == 3
    assert rows_on(admin.get("/staff/audit?by=m_1")) == 2
    assert rows_on(admin.get("/staff/audit?by=m_1&area=inbox")) == 1
    assert rows_on(admin.get("/staff/audit?subject=TURN")) == 2
    assert rows_on(admin.get("/staff/audit?until=2001-01-01")) == 0
    assert rows_on(admin.get("/staff/audit?since=2001-01-01")) == 3
    page = admin.get("/staff/audit?subject=TURN&area=inbox")
    assert 'value="TURN"' in page.text
    assert 'value="inbox" selected' in page.text
    assert "/staff/audit.csv?area=inbox&amp;subject=TURN" in page.text


@pytest.mark.parametrize("day", ["yesterday", "2026-13-01", "9999-12-31", "-1", "\x00"])
def test_a_day_that_is_none_is_told_at_its_field(admin: StaffBrowser, day: str) -> None:
    page = admin.get("/staff/audit", params={"until": day})
    assert page.status_code == 422
    assert error_of(page, "until")


@pytest.mark.parametrize(
    "query", ["before=x", "before=-1", "before=99999999999", "by=%00", "area=%25", "subject=%27%22--"]
)
def test_odd_filters_are_no_failure(site: StaffSite, admin: StaffBrowser, query: str) -> None:
    site.record.note("m_1", "inbox.tagged", "turn 7")
    assert admin.get(f"/staff/audit?{query}").status_code == 200


def test_a_long_record_has_pages(site: StaffSite, admin: StaffBrowser) -> None:
    for number in range(105):
        site.record.note("m_1", "inbox.tagged", f"turn {number}")
    page = admin.get("/staff/audit?by=m_1")
    assert rows_on(page) == 100
    assert 'href="/staff/audit?by=m_1&amp;before=6"' in page.text
    older = admin.get("/staff/audit?by=m_1&before=6")
    assert rows_on(older) == 5
    assert "Older" not in words(older)


def test_the_file_holds_all_rows_and_no_formula(site: StaffSite, admin: StaffBrowser) -> None:
    for number in range(120):
        site.record.note(admin.member.id, "inbox.tagged", "=1+1" if number == 3 else f"turn {number}")
    answer = admin.get("/staff/audit.csv?area=inbox")
    assert answer.headers["content-type"].startswith("text/csv")
    assert "attachment" in answer.headers["content-disposition"]
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert [row["number"] for row in rows] == [str(number) for number in range(120, 0, -1)]
    assert {row["by"] for row in rows} == {"Ada Admin"}
    assert rows[-4]["subject"] == "'=1+1"


def test_the_check_says_that_all_is_well_and_where_it_is_not(site: StaffSite, admin: StaffBrowser) -> None:
    for number in range(4):
        site.record.note("m_1", "inbox.tagged", f"turn {number}")
    sound = admin.get("/staff/audit/check")
    assert "none is missing" in words(sound)
    assert site.record.entries(RecordFilter(most=1))[0].hash in sound.text
    with site.engine.begin() as connection:
        connection.execute(text("DROP TRIGGER staff_record_no_update"))
        connection.execute(text("UPDATE staff_record SET subject = 'turn 99' WHERE number = 3"))
    broken = admin.get("/staff/audit/check")
    assert heading(broken) == "Check of the record"
    assert "Row number 3" in words(broken)


def test_details_are_shown_in_words_and_altered_ones_as_they_stand(site: StaffSite, admin: StaffBrowser) -> None:
    site.record.note("m_1", "people.role_changed", "m_2", {"from": "editor", "to": "clinician", "open_days": 3})
    assert "from: editor, open days: 3, to: clinician" in words(admin.get("/staff/audit"))
    with site.engine.begin() as connection:
        connection.execute(text("DROP TRIGGER staff_record_no_update"))
        connection.execute(text("UPDATE staff_record SET details = '{broken'"))
    assert "{broken" in words(admin.get("/staff/audit"))


def test_an_empty_record_is_sound(admin: StaffBrowser) -> None:
    assert "none is missing" in words(admin.get("/staff/audit/check"))
    assert "Nothing fits" in words(admin.get("/staff/audit"))
