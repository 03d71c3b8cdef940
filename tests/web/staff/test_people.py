"""People: an admin invites, changes roles, locks, resets; the link works once; an admin is always left."""

from __future__ import annotations

import re

import pytest
from httpx import Response

from clinic.staff.model import Role
from clinic.staff.record import RecordFilter
from tests.web.staff.page_reading import error_of, heading, summary, value_of, words
from tests.web.staff.people import PASSWORD, Clock, enrol, give_password, is_in, join, send, sign_in
from tests.web.staff.signed_in import StaffBrowser, StaffSite

INVITE = "/staff/people/invite"


@pytest.fixture
def admin(site: StaffSite, clock: Clock) -> StaffBrowser:
    browser = site.browser()
    sign_in(browser, join(site, clock, Role.ADMIN, name="Ada Admin"))
    return browser


def link_on(page: Response) -> str:
    found = re.search(r'value="http://testserver(/staff/join/[\w-]+)"', page.text)
    assert found is not None, page.text
    return found[1]


def invite(
    admin: StaffBrowser, role: str = "editor", email: str = "ann@example.org", name: str = "Ann Example"
) -> Response:
    return send(admin, INVITE, INVITE, email=email, name=name, role=role)


def test_an_invited_person_sets_a_password_and_an_app_and_is_in(
    site: StaffSite, clock: Clock, admin: StaffBrowser
) -> None:
    made = invite(admin, "clinician", " Ann@Example.ORG ")
    link = link_on(made)
    account = next(a for a in site.desks.people.all() if a.email == "ann@example.org")
    assert "Invited" in words(admin.get("/staff/people"))
    browser = site.browser()
    assert "Welcome, Ann Example" in heading(browser.get(link))
    person, page = enrol(browser, clock, link.rpartition("/")[2], account.id, account.email)
    assert heading(page) == "Your recovery codes"
    assert len(person.recovery_codes) == 10
    assert is_in(browser)
    assert browser.get("/staff/profile").text.count("Clinician") == 1
    assert sign_in(site.browser(), person).status_code == 303


def test_a_link_works_once(site: StaffSite, clock: Clock, admin: StaffBrowser) -> None:
    link = link_on(invite(admin))
    enrol(site.browser(), clock, link.rpartition("/")[2], "", "ann@example.org")
    again = site.browser().get(link)
    assert again.status_code == 410
    assert "<input" not in again.text


def test_opening_a_link_uses_nothing_up_and_is_kept_by_nobody(site: StaffSite, admin: StaffBrowser) -> None:
    link = link_on(invite(admin))
    pages = [site.browser().get(link) for _ in range(3)]
    assert {page.status_code for page in pages} == {200}
    assert {page.headers["cache-control"] for page in pages} == {"no-store"}


def test_a_link_is_over_after_a_week_and_any_other_never_was_one(
    site: StaffSite, clock: Clock, admin: StaffBrowser
) -> None:
    link = link_on(invite(admin))
    clock.later(minutes=7 * 24 * 60)
    for address in (link, "/staff/join/abc", "/staff/join/%00", f"/staff/join/{'x' * 3000}"):
        assert site.browser().get(address).status_code == 410


def test_what_is_wrong_is_said_at_its_field_and_the_link_stays_good(
    site: StaffSite, clock: Clock, admin: StaffBrowser
) -> None:
    link = link_on(invite(admin))
    browser = site.browser()
    secret = re.search(r"<dd class=\"mono\">([A-Z2-7 ]+)</dd>", browser.get(link).text)
    for fields, field in (
        ({"password": "short", "again": "short", "code": "000000"}, "password"),
        ({"password": PASSWORD, "again": PASSWORD + "x", "code": "000000"}, "again"),
        ({"password": PASSWORD, "again": PASSWORD, "code": "000000"}, "code"),
        ({}, "password"),
    ):
        page = send(browser, link, link, **fields)
        assert page.status_code == 422
        assert error_of(page, field)
        assert summary(page) == error_of(page, field)
        assert secret is not None
        assert secret[1] in page.text  # the entry that was scanned is still the right one
    _, page = enrol(browser, clock, link.rpartition("/")[2], "", "ann@example.org")
    assert page.status_code == 200


def test_the_key_can_be_scanned_and_typed(site: StaffSite, admin: StaffBrowser) -> None:
    page = site.browser().get(link_on(invite(admin)))
    assert re.search(r'<svg role="img" aria-label="QR code for your app"', page.text)
    assert "style=" not in page.text
    assert re.search(r"<dd class=\"mono\">([A-Z2-7]{4} ){7}[A-Z2-7]{4}</dd>", page.text)


def test_bad_input_of_an_invitation_is_told_and_what_was_typed_stays(admin: StaffBrowser) -> None:
    for fields, field in (
        ({"email": "nobody", "name": "Ann", "role": "editor"}, "email"),
        ({"email": "ann@example.org", "name": " ", "role": "editor"}, "name"),
        ({"email": "ann@example.org", "name": "Ann", "role": "boss"}, "role"),
        ({"email": "admin@example.org", "name": "Ann", "role": "editor"}, "email"),
    ):
        page = send(admin, INVITE, INVITE, **fields)
        assert page.status_code == 422
        assert error_of(page, field)
        assert value_of(page, "email") == fields["email"]


def test_markup_in_a_name_is_shown_as_text(site: StaffSite, admin: StaffBrowser) -> None:
    invite(admin, name="Ann <script>alert(1)</script>")
    page = admin.get("/staff/people")
    assert "<script>alert" not in page.text
    assert "Ann <script>alert(1)</script>" in words(page)


def test_the_last_admin_stays(site: StaffSite, clock: Clock, admin: StaffBrowser) -> None:
    me = next(a for a in site.desks.people.all() if a.role is Role.ADMIN)
    page = admin.get(f"/staff/people/{me.id}")
    assert "This is you" in words(page)
    demoted = send(admin, page, f"/staff/people/{me.id}/role", role="reader")
    assert demoted.status_code == 422
    assert "last admin" in summary(demoted)
    second = join(site, clock, Role.ADMIN, "second@example.org")
    assert send(admin, page, f"/staff/people/{second.id}/role", role="reader").status_code == 303
    assert send(admin, page, f"/staff/people/{me.id}/lock").status_code == 422
    assert send(admin, page, f"/staff/people/{me.id}/reset").status_code == 422
    assert is_in(admin)


def test_two_admins_and_one_demotes_the_other(site: StaffSite, clock: Clock, admin: StaffBrowser) -> None:
    second = join(site, clock, Role.ADMIN, "second@example.org")
    assert send(admin, "/staff/people", f"/staff/people/{second.id}/role", role="reader").status_code == 303
    third = join(site, clock, Role.ADMIN, "third@example.org")
    assert send(admin, "/staff/people", f"/staff/people/{third.id}/lock").status_code == 303
    me = next(a for a in site.desks.people.all() if a.name == "Ada Admin")
    assert send(admin, "/staff/people", f"/staff/people/{me.id}/role", role="editor").status_code == 422


def test_a_locked_person_is_out_until_opened(site: StaffSite, clock: Clock, admin: StaffBrowser) -> None:
    person, browser = join(site, clock), site.browser()
    sign_in(browser, person)
    send(admin, "/staff/people", f"/staff/people/{person.id}/lock")
    assert not is_in(browser)
    assert "Locked" in words(admin.get("/staff/people"))
    assert give_password(site.browser(), person.email, PASSWORD).status_code == 403
    send(admin, "/staff/people", f"/staff/people/{person.id}/unlock")
    assert sign_in(site.browser(), person).status_code == 303


def test_an_admin_opens_what_too_many_wrong_tries_closed(site: StaffSite, clock: Clock, admin: StaffBrowser) -> None:
    person = join(site, clock)
    for _ in range(6):
        last = give_password(site.browser(), person.email, "wrong lamp river copper")
    assert last.status_code == 429
    send(admin, "/staff/people", f"/staff/people/{person.id}/unlock")
    assert sign_in(site.browser(), person).status_code == 303


def test_who_tried_too_often_to_prove_the_password_inside_may_too(
    site: StaffSite, clock: Clock, admin: StaffBrowser
) -> None:
    person, browser, codes = join(site, clock), site.browser(), "/staff/profile/recovery-codes"
    sign_in(browser, person)
    for _ in range(6):
        last = send(browser, codes, codes, old="wrong lamp river copper")
    assert last.status_code == 429
    send(admin, "/staff/people", f"/staff/people/{person.id}/unlock")
    assert heading(send(browser, codes, codes, old=PASSWORD)) == "Your recovery codes"


def test_after_a_reset_only_the_new_link_helps(site: StaffSite, clock: Clock, admin: StaffBrowser) -> None:
    person, browser = join(site, clock), site.browser()
    sign_in(browser, person)
    made = send(admin, "/staff/people", f"/staff/people/{person.id}/reset")
    assert not is_in(browser)
    assert give_password(site.browser(), person.email, PASSWORD).status_code == 401
    renewed, page = enrol(site.browser(), clock, link_on(made).rpartition("/")[2], person.id, person.email)
    assert page.status_code == 200
    assert renewed.app.secret != person.app.secret
    assert sign_in(site.browser(), renewed).status_code == 303


def test_a_new_link_voids_the_one_before(site: StaffSite, admin: StaffBrowser) -> None:
    first = link_on(invite(admin))
    account = next(a for a in site.desks.people.all() if a.email == "ann@example.org")
    second = link_on(send(admin, "/staff/people", f"/staff/people/{account.id}/reset"))
    assert site.browser().get(first).status_code == 410
    assert site.browser().get(second).status_code == 200


def test_a_locked_person_cannot_use_a_link(site: StaffSite, admin: StaffBrowser) -> None:
    link = link_on(invite(admin))
    account = next(a for a in site.desks.people.all() if a.email == "ann@example.org")
    send(admin, "/staff/people", f"/staff/people/{account.id}/lock")
    assert site.browser().get(link).status_code == 410


def test_who_is_not_there_is_told_so(admin: StaffBrowser) -> None:
    assert admin.get("/staff/people/m_none").status_code == 404
    for act in ("role", "lock", "unlock", "reset"):
        assert send(admin, "/staff/people", f"/staff/people/m_none/{act}", role="reader").status_code == 404


def test_all_of_it_stands_in_the_record_by_who_did_it(site: StaffSite, clock: Clock, admin: StaffBrowser) -> None:
    person = join(site, clock)
    me = next(a for a in site.desks.people.all() if a.role is Role.ADMIN)
    for act, fields in (("role", {"role": "clinician"}), ("lock", {}), ("unlock", {}), ("reset", {})):
        send(admin, "/staff/people", f"/staff/people/{person.id}/{act}", **fields)
    rows = site.record.entries(RecordFilter(by=me.id, area="people"))
    assert [(row.action, row.subject) for row in reversed(rows)] == [
        ("people.role_changed", person.id), ("people.locked", person.id), ("people.unlocked", person.id),
        ("people.reset", person.id),
    ]  # fmt: skip
    assert rows[-1].details == '{"from":"editor","to":"clinician"}'
    assert site.record.first_break() is None


def test_the_same_role_again_changes_nothing(site: StaffSite, clock: Clock, admin: StaffBrowser) -> None:
    person = join(site, clock)
    before = len(site.record.entries(RecordFilter()))
    assert send(admin, "/staff/people", f"/staff/people/{person.id}/role", role="editor").status_code == 303
    assert len(site.record.entries(RecordFilter())) == before
