"""Signing in: two steps, codes that are good once, and no word about who has an account."""

from __future__ import annotations

import pytest

from clinic.adapters.sql.staff_sessions import SqlTries
from clinic.staff.model import Role
from clinic.staff.record import COMMAND_LINE, RecordFilter
from tests.web.staff.page_reading import error_of, heading, summary, value_of, words
from tests.web.staff.people import (
    CODE,
    PASSWORD,
    SIGN_IN,
    Clock,
    Person,
    give_password,
    is_in,
    join,
    send,
    sign_in,
    site_on_a_clock,
)
from tests.web.staff.signed_in import QuickHasher, StaffSite

WRONG = "wrong lamp river copper"


@pytest.fixture
def person(site: StaffSite, clock: Clock) -> Person:
    return join(site, clock)


def test_password_and_code_lead_to_where_somebody_wanted_to_go(site: StaffSite, person: Person) -> None:
    browser = site.browser()
    asked = browser.get("/staff/profile?x=1")
    assert asked.headers["location"] == "/staff/sign-in?next=/staff/profile%3Fx%3D1"
    page = browser.get(asked.headers["location"])
    assert heading(page) == "Sign in"
    done = sign_in(browser, person, value_of(page, "next"))
    assert (done.status_code, done.headers["location"]) == (303, "/staff/profile?x=1")
    assert "Rose Tremont" in words(browser.get("/staff/profile"))


def test_staff_begins_at_the_inbox(site: StaffSite, person: Person) -> None:
    assert site.browser().get("/staff").headers["location"] == "/staff/inbox"
    assert sign_in(site.browser(), person, back="").headers["location"] == "/staff/inbox"


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://example.org", "//example.org", "/staff/../", "/staff\\..\\x", "/\\example.org", "/staffx",
        "javascript:x", "/staff/x\nSet-Cookie: a",
    ],
)  # fmt: skip
def test_nobody_is_led_to_another_place(site: StaffSite, person: Person, elsewhere: str) -> None:
    browser = site.browser()
    page = browser.get(SIGN_IN, params={"next": elsewhere})
    assert value_of(page, "next") == "/staff/inbox"
    to_code = send(browser, page, SIGN_IN, email=person.email, password=PASSWORD, next=elsewhere)
    done = send(browser, to_code.headers["location"], CODE, code=person.code(), next=elsewhere)
    assert done.headers["location"] == "/staff/inbox"


def test_the_password_alone_opens_nothing(site: StaffSite, person: Person) -> None:
    browser = site.browser()
    assert give_password(browser, person.email, PASSWORD).status_code == 303
    assert not is_in(browser)
    assert browser.get("/staff/session").status_code == 303


def test_an_address_without_an_account_is_told_the_same_as_a_wrong_password(site: StaffSite, person: Person) -> None:
    invited = site.desks.people.invite(COMMAND_LINE, "new@example.org", "New Person", "editor").account
    known, unknown, not_yet = (
        give_password(site.browser(), email, WRONG) for email in (person.email, "none@example.org", invited.email)
    )
    assert known.status_code == unknown.status_code == not_yet.status_code == 401
    assert summary(known) == summary(unknown) == summary(not_yet) != ""
    assert words(known) == words(unknown) == words(not_yet)


def test_a_password_is_computed_for_whoever_tries() -> None:
    """What takes the time is done in each case: nobody hears from the clock who has an account."""

    class Counted(QuickHasher):
        computed = 0

        def verify(self, password: str, password_hash: str | None) -> bool:
            assert password_hash is None or password_hash.startswith("$argon2id$")
            self.computed += 1
            return super().verify(password, password_hash)

    hasher = Counted()
    with site_on_a_clock(hasher=hasher) as (site, clock):
        person = join(site, clock)
        for email in (person.email, "none@example.org", "", "x" * 5000):
            before = hasher.computed
            give_password(site.browser(), email, WRONG)
            assert hasher.computed == before + 1


def test_an_unknown_address_takes_as_long_to_compute(site: StaffSite) -> None:
    """The hash that stands in for a missing one has the parameters of the real ones."""
    hasher = QuickHasher()
    parameters = [made.split("$")[3] for made in (hasher.hash(PASSWORD), hasher._nobodys)]
    assert parameters[0] == parameters[1]


def test_a_wrong_password_keeps_the_address_and_not_the_password(site: StaffSite, person: Person) -> None:
    page = give_password(site.browser(), person.email, WRONG)
    assert value_of(page, "email") == person.email
    assert WRONG not in page.text


def test_letter_case_and_spaces_around_the_address_do_not_matter(site: StaffSite, person: Person) -> None:
    assert give_password(site.browser(), f"  {person.email.upper()} ", PASSWORD).status_code == 303


def test_a_wrong_code_can_be_typed_again(site: StaffSite, person: Person) -> None:
    browser = site.browser()
    give_password(browser, person.email, PASSWORD)
    page = send(browser, CODE, CODE, code="000000")
    assert page.status_code == 401
    assert error_of(page, "code")
    assert send(browser, page, CODE, code=person.code()).status_code == 303
    assert is_in(browser)


def test_a_code_is_good_once_also_at_another_browser(site: StaffSite, person: Person) -> None:
    first, second = site.browser(), site.browser()
    for browser in (first, second):
        give_password(browser, person.email, PASSWORD)
    code = person.code()
    assert send(first, CODE, CODE, code=code).status_code == 303
    replayed = send(second, CODE, CODE, code=code)
    assert replayed.status_code == 401
    assert not is_in(second)
    assert send(second, replayed, CODE, code=person.code()).status_code == 303


def test_a_code_of_the_enrolment_is_not_good_again(site: StaffSite, clock: Clock) -> None:
    person = join(site, clock)
    browser = site.browser()
    give_password(browser, person.email, PASSWORD)
    assert send(browser, CODE, CODE, code=person.app.at(int(clock.now))).status_code == 401


def test_a_recovery_code_is_good_once_and_however_it_is_typed(site: StaffSite, person: Person) -> None:
    assert len(set(person.recovery_codes)) == 10
    code = person.recovery_codes[3]
    browser = site.browser()
    give_password(browser, person.email, PASSWORD)
    assert send(browser, CODE, CODE, code=f" {code.upper().replace('-', ' ')} ").status_code == 303
    assert "9 left" in words(browser.get("/staff/profile"))
    again = site.browser()
    give_password(again, person.email, PASSWORD)
    assert send(again, CODE, CODE, code=code).status_code == 401


def test_a_recovery_code_of_somebody_else_is_wrong(site: StaffSite, clock: Clock, person: Person) -> None:
    other = join(site, clock, Role.READER)
    browser = site.browser()
    give_password(browser, person.email, PASSWORD)
    assert send(browser, CODE, CODE, code=other.recovery_codes[0]).status_code == 401


@pytest.mark.parametrize("code", ["", " ", "-", "x" * 10_000, "12345", "\x00", "'; drop table staff_account; --"])
def test_odd_codes_are_wrong_and_no_failure(site: StaffSite, person: Person, code: str) -> None:
    browser = site.browser()
    give_password(browser, person.email, PASSWORD)
    assert send(browser, CODE, CODE, code=code).status_code == 401


def test_the_second_step_is_over_after_five_minutes(site: StaffSite, clock: Clock, person: Person) -> None:
    browser = site.browser()
    give_password(browser, person.email, PASSWORD)
    page = browser.get(CODE)
    clock.later(minutes=5)
    late = send(browser, page, CODE, code=person.code())
    assert late.status_code == 401
    assert heading(late) == "Sign in"
    assert not is_in(browser)


def test_five_wrong_passwords_close_the_door_for_a_quarter_of_an_hour_and_that_is_said(
    site: StaffSite, clock: Clock, person: Person
) -> None:
    for _ in range(5):
        assert give_password(site.browser(), person.email, WRONG).status_code == 401
        clock.later(seconds=10)
    closed = give_password(site.browser(), person.email, PASSWORD)
    assert closed.status_code == 429
    assert "15 minutes" in summary(closed)
    clock.later(minutes=14)
    assert give_password(site.browser(), person.email, PASSWORD).status_code == 429
    clock.later(minutes=1)
    assert give_password(site.browser(), person.email, PASSWORD).status_code == 303


def test_an_address_without_an_account_is_closed_with_the_same_words(site: StaffSite, person: Person) -> None:
    for _ in range(5):
        for email in (person.email, "none@example.org"):
            give_password(site.browser(), email, WRONG)
    known, unknown = (give_password(site.browser(), email, WRONG) for email in (person.email, "none@example.org"))
    assert known.status_code == unknown.status_code == 429
    assert words(known) == words(unknown)


def test_wrong_codes_count_with_wrong_passwords_and_a_right_password_opens_no_new_round(
    site: StaffSite, person: Person
) -> None:
    browser = site.browser()
    give_password(browser, person.email, WRONG)
    wrong = 1
    while give_password(browser, person.email, PASSWORD).status_code == 303:
        assert send(browser, CODE, CODE, code="000000").status_code == 401
        wrong += 1
        assert wrong < 10
    assert wrong == 5


def test_right_ones_do_not_count_as_wrong(site: StaffSite, clock: Clock, person: Person) -> None:
    for _ in range(6):
        assert sign_in(site.browser(), person).status_code == 303
    for _ in range(4):
        give_password(site.browser(), person.email, WRONG)
    assert sign_in(site.browser(), person).status_code == 303
    for _ in range(4):
        assert give_password(site.browser(), person.email, WRONG).status_code == 401


def test_who_is_locked_by_an_admin_hears_so_only_with_the_right_password(site: StaffSite, person: Person) -> None:
    site.desks.people.lock(COMMAND_LINE, person.id)
    wrong, right = (give_password(site.browser(), person.email, text) for text in (WRONG, PASSWORD))
    assert (wrong.status_code, right.status_code) == (401, 403)
    assert "locked" not in summary(wrong)
    assert "locked" in summary(right)


def test_from_one_address_only_so_many_tries_a_minute(site: StaffSite) -> None:
    browser = site.browser()
    statuses = [give_password(browser, f"nobody{i}@example.org", WRONG).status_code for i in range(44)]
    assert statuses[:40] == [401] * 40
    assert set(statuses[40:]) == {429}


def test_signing_in_and_out_stand_in_the_record(site: StaffSite, person: Person) -> None:
    browser = site.browser()
    sign_in(browser, person)
    assert send(browser, "/staff/profile", "/staff/sign-out").headers["location"] == SIGN_IN
    assert not is_in(browser)
    rows = site.record.entries(RecordFilter(by=person.id))
    assert [row.action for row in rows][:3] == ["account.signed_out", "account.signed_in", "account.enrolled"]
    assert person.email not in str(rows)


def test_the_last_wrong_try_stands_in_the_record_without_what_was_typed(site: StaffSite, person: Person) -> None:
    for _ in range(7):
        give_password(site.browser(), person.email, WRONG)
    rows = site.record.entries(RecordFilter(by="nobody"))
    assert [(row.action, row.subject) for row in rows] == [("account.last_try", person.id)]


def test_a_server_with_another_key_says_what_to_do(site: StaffSite, clock: Clock, person: Person) -> None:
    with site_on_a_clock(database=site.url, settings={"SECRET_KEY": "t" * 40}) as (changed, _):
        browser = changed.browser()
        give_password(browser, person.email, PASSWORD)
        page = send(browser, CODE, CODE, code=person.code())
    assert page.status_code == 422
    assert "reset" in summary(page)


def test_in_production_nobody_signs_in_over_plain_http(clock: Clock) -> None:
    settings = {"APP_ENV": "production", "PUBLIC_URL": "http://chat.example.org", "API_KEYS": ""}
    with site_on_a_clock(settings=settings) as (site, _):
        browser = site.browser()
        for page in (browser.get(SIGN_IN), browser.get(CODE), browser.get("/staff/join/abc")):
            assert page.status_code == 403
            assert "https" in words(page)
            assert "<input" not in page.text
        assert browser.post(SIGN_IN, data={"email": "a@example.org", "password": PASSWORD}).status_code == 403


@pytest.mark.parametrize("address", ["http://127.0.0.1:8080", "http://localhost:8080", "https://chat.example.org"])
def test_in_production_https_and_the_own_machine_are_good(address: str) -> None:
    with site_on_a_clock(settings={"APP_ENV": "production", "PUBLIC_URL": address, "API_KEYS": ""}) as (site, clock):
        browser = site.browser()
        assert sign_in(browser, join(site, clock)).status_code == 303
        assert is_in(browser)


def test_tries_are_forgotten_with_time(site: StaffSite, clock: Clock) -> None:
    tries = SqlTries(site.engine)
    tries.begin("sign-in x", clock.now)
    clock.later(minutes=15)
    assert tries.begin("sign-in x", clock.now).number == 1
