"""Signing in with the clinic's own service: known people with a confirmed address, and nobody by a forged word."""

from __future__ import annotations

import time
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from httpx import Response
from joserfc.jwk import RSAKey

from clinic.staff.model import Role
from clinic.staff.record import COMMAND_LINE, RecordFilter
from tests.processes import free_port
from tests.web.staff.page_reading import summary, words
from tests.web.staff.people import SIGN_IN, is_in
from tests.web.staff.sign_in_service import SignInService, running_sign_in_service
from tests.web.staff.signed_in import StaffBrowser, StaffSite, staff_site

ANN = {"email": "Ann@Example.org", "email_verified": True}
BEGIN = f"{SIGN_IN}/clinic"


@pytest.fixture(scope="module")
def running() -> Iterator[SignInService]:
    with running_sign_in_service() as service:
        yield service


@pytest.fixture
def service(running: SignInService) -> SignInService:
    running.person, running.claims, running.key, running.algorithm = dict(ANN), {}, None, "RS256"
    return running


@pytest.fixture
def site(service: SignInService) -> Iterator[StaffSite]:
    with staff_site(settings=service.settings) as found:
        found.desks.people.invite(COMMAND_LINE, "ann@example.org", "Ann Example", "editor")
        yield found


def there_and_back(browser: StaffBrowser, back: str = "/staff/profile") -> Response:
    """As a browser goes: to the service, and with its answer to our own page."""
    return browser.get(answer_of_the_service(browser, back))


def answer_of_the_service(browser: StaffBrowser, back: str = "/staff/profile") -> str:
    there = browser.get(BEGIN, params={"next": back})
    assert there.status_code == 303, there.text
    returned = httpx.get(there.headers["location"], follow_redirects=False)
    return str(returned.headers["location"])


def test_a_known_person_is_in_and_led_on_by_a_page_of_ours(site: StaffSite) -> None:
    browser = site.browser()
    assert "clinic account" in words(browser.get(SIGN_IN))
    page = there_and_back(browser)
    assert page.status_code == 200
    # Not by a redirect: after one from another site, browsers keep a strict cookie back.
    assert 'http-equiv="refresh" content="0; url=/staff/profile"' in page.text
    assert is_in(browser)
    rows = site.record.entries(RecordFilter(area="account"))
    assert [(row.action, row.details) for row in rows] == [("account.signed_in", '{"how":"clinic account"}')]


def test_without_a_service_there_is_no_such_way() -> None:
    with staff_site() as site:
        assert "clinic account" not in words(site.browser().get(SIGN_IN))
        assert site.browser().get(BEGIN).status_code == 404


@pytest.mark.parametrize(
    "person",
    [
        {"email": "stranger@example.org", "email_verified": True},
        {"email": "ann@example.org", "email_verified": False},
        {"email": "ann@example.org", "email_verified": "true"},
        {"email": "ann@example.org"},
        {"email_verified": True},
    ],
)
def test_who_is_not_known_by_a_confirmed_address_stays_out(
    site: StaffSite, service: SignInService, person: dict[str, object]
) -> None:
    service.person = person
    browser = site.browser()
    page = there_and_back(browser)
    assert page.status_code == 401
    assert "Ask an admin" in summary(page)
    assert not is_in(browser)


def test_a_locked_person_stays_out(site: StaffSite) -> None:
    account = site.desks.people.by_email("ann@example.org")
    site.desks.people.lock(COMMAND_LINE, account.id)
    browser = site.browser()
    assert there_and_back(browser).status_code == 403
    assert not is_in(browser)


@pytest.mark.parametrize(
    "claims",
    [
        {"nonce": "another"}, {"nonce": None}, {"aud": "another-client"}, {"aud": ["staff-pages", "other"]},
        {"iss": "https://example.org"}, {"exp": 1_000_000_000}, {"exp": None}, {"sub": None},
        {"iat": int(time.time()) + 86_400},
    ],
)  # fmt: skip
def test_a_token_that_is_not_meant_for_this_sign_in_is_not_believed(
    site: StaffSite, service: SignInService, claims: dict[str, object]
) -> None:
    service.claims = claims
    browser = site.browser()
    assert there_and_back(browser).status_code == 401
    assert not is_in(browser)


def test_a_token_signed_with_another_key_is_not_believed(site: StaffSite, service: SignInService) -> None:
    service.key = RSAKey.generate_key(2048, {"kid": "one"})
    browser = site.browser()
    assert there_and_back(browser).status_code == 401
    assert not is_in(browser)


def test_a_service_that_changed_its_keys_is_believed_again_at_once(site: StaffSite, service: SignInService) -> None:
    assert there_and_back(site.browser()).status_code == 200
    service.change_keys()
    browser = site.browser()
    assert there_and_back(browser).status_code == 200
    assert is_in(browser)


def test_an_answer_belongs_to_the_browser_that_asked(site: StaffSite) -> None:
    """Nobody is signed in as somebody else by following a link of theirs."""
    attacker, victim = site.browser(), site.browser()
    answer = answer_of_the_service(attacker)
    assert victim.get(answer).status_code == 401
    assert not is_in(victim)
    answer_of_the_service(victim)
    assert victim.get(answer).status_code == 401
    assert not is_in(victim)


def test_an_answer_is_good_once(site: StaffSite) -> None:
    browser = site.browser()
    answer = answer_of_the_service(browser)
    assert browser.get(answer).status_code == 200
    assert browser.get(answer).status_code == 401


@pytest.mark.parametrize(
    "answer", ["error=access_denied&state={state}", "state={state}", "code=made-up&state={state}", "", "code=x"]
)
def test_an_answer_without_a_sign_in_is_told_in_words(site: StaffSite, answer: str) -> None:
    browser = site.browser()
    there = browser.get(BEGIN)
    state = parse_qs(urlsplit(there.headers["location"]).query)["state"][0]
    page = browser.get(f"{BEGIN}/back?{answer.format(state=state)}")
    assert page.status_code == 401
    assert summary(page)
    assert not is_in(browser)


def test_a_service_that_does_not_answer_is_told_and_the_password_still_works() -> None:
    settings = {"OIDC_ISSUER": f"http://127.0.0.1:{free_port()}", "OIDC_CLIENT_ID": "a", "OIDC_CLIENT_SECRET": "b"}
    with staff_site(settings=settings) as site:
        page = site.browser().get(BEGIN)
    assert page.status_code == 401
    assert "does not answer" in summary(page)
    assert 'name="password"' in page.text


def test_nobody_is_led_to_another_place_by_the_way(site: StaffSite) -> None:
    page = there_and_back(site.browser(), "https://example.org")
    assert "url=/staff/inbox" in page.text


def test_an_admin_who_signs_in_that_way_counts_as_one(site: StaffSite) -> None:
    account = site.desks.people.by_email("ann@example.org")
    site.desks.people.change_role(COMMAND_LINE, account.id, "admin")
    browser = site.browser()
    there_and_back(browser)
    second = site.signed_in(Role.ADMIN)
    assert second.submit(f"/staff/people/{second.member.id}/role", role="reader").status_code == 303
    assert browser.get("/staff/people").status_code == 200
