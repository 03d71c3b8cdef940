"""What changes something is taken from our own pages and this very session, and from nowhere else."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from clinic.staff.model import Role
from tests.web.staff.page_reading import words
from tests.web.staff.people import PASSWORD, SIGN_IN, form_token
from tests.web.staff.signed_in import StaffBrowser, StaffSite, staff_site
from web.staff.csrf import FIELD, HEADER

INVITE = "/staff/people/invite"
NEW = {"email": "new@example.org", "name": "New Person", "role": "reader"}


@pytest.fixture
def site() -> Iterator[StaffSite]:
    with staff_site() as found:
        yield found


@pytest.fixture
def admin(site: StaffSite) -> StaffBrowser:
    return site.signed_in(Role.ADMIN)


def was_invited(site: StaffSite) -> bool:
    return any(account.email == NEW["email"] for account in site.desks.people.all())


def test_a_form_of_an_own_page_is_taken(site: StaffSite, admin: StaffBrowser) -> None:
    token = form_token(admin.get(INVITE))
    assert admin.post(INVITE, data={FIELD: token, **NEW}).status_code == 200
    assert was_invited(site)


def test_htmx_sends_the_token_in_a_header(site: StaffSite, admin: StaffBrowser) -> None:
    assert f'hx-headers=\'{{"{HEADER}": "{admin.csrf}"}}\'' in admin.get(INVITE).text
    assert admin.post(INVITE, data=NEW, headers={HEADER: admin.csrf}).status_code == 200
    assert was_invited(site)


@pytest.mark.parametrize("kind", ["missing", "empty", "wrong", "of another", "odd", "in the address"])
def test_without_the_sessions_own_token_nothing_is_done(site: StaffSite, admin: StaffBrowser, kind: str) -> None:
    tokens = {
        "missing": {}, "empty": {FIELD: ""}, "wrong": {FIELD: "0" * 64}, "odd": {FIELD: "ü\x00"},
        "of another": {FIELD: site.signed_in(Role.ADMIN).csrf}, "in the address": {},
    }  # fmt: skip
    address = f"{INVITE}?{FIELD}={admin.csrf}" if kind == "in the address" else INVITE
    page = admin.post(address, data={**NEW, **tokens[kind]})
    assert page.status_code == 403
    assert "Nothing was changed" in words(page)
    assert not was_invited(site)


def test_a_token_of_before_signing_in_is_not_good_after_it(site: StaffSite) -> None:
    before = site.browser()
    token = form_token(before.get(SIGN_IN))
    admin = site.signed_in(Role.ADMIN)
    admin.cookies.update(before.cookies)
    assert admin.post(INVITE, data={FIELD: token, **NEW}).status_code == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://example.org"},
        {"Origin": "null"},
        {"Origin": "http://testserver.example.org"},
        {"Origin": "http://testserver:81"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_another_sites_page_is_refused_even_with_the_token(
    site: StaffSite, admin: StaffBrowser, headers: dict[str, str]
) -> None:
    assert admin.post(INVITE, data={FIELD: admin.csrf, **NEW}, headers=headers).status_code == 403
    assert not was_invited(site)


@pytest.mark.parametrize("headers", [{"Origin": "http://testserver"}, {"Sec-Fetch-Site": "same-origin"}])
def test_an_own_page_says_where_it_is(site: StaffSite, admin: StaffBrowser, headers: dict[str, str]) -> None:
    assert admin.post(INVITE, data={FIELD: admin.csrf, **NEW}, headers=headers).status_code == 200


def test_behind_a_proxy_that_ends_tls_the_public_origin_is_good() -> None:
    with staff_site(settings={"PUBLIC_URL": "https://chat.example.org"}) as site:
        admin = site.signed_in(Role.ADMIN)
        headers = {"Origin": "https://chat.example.org", "Host": "127.0.0.1:8080"}
        assert admin.post(INVITE, data={FIELD: admin.csrf, **NEW}, headers=headers).status_code == 200


@pytest.mark.parametrize("body", ["json", "text", "nothing"])
def test_bodies_of_another_kind_need_the_header(site: StaffSite, admin: StaffBrowser, body: str) -> None:
    sent = {"json": {"json": {FIELD: admin.csrf, **NEW}}, "text": {"content": f"{FIELD}={admin.csrf}"}, "nothing": {}}
    assert admin.post(INVITE, **sent[body]).status_code == 403


def test_signing_in_needs_a_form_of_this_browser(site: StaffSite) -> None:
    fields = {"email": "ann@example.org", "password": PASSWORD}
    assert site.browser().post(SIGN_IN, data=fields).status_code == 403
    one, other = site.browser(), site.browser()
    other.get(SIGN_IN)
    token = form_token(one.get(SIGN_IN))
    assert other.post(SIGN_IN, data={FIELD: token, **fields}).status_code == 403
    assert one.post(SIGN_IN, data={FIELD: token, **fields}).status_code == 401


def test_pages_let_little_in(admin: StaffBrowser) -> None:
    headers = admin.get(INVITE).headers
    policy = headers["content-security-policy"]
    rules = {rule.strip() for rule in policy.split(";")}
    assert rules >= {
        "default-src 'none'", "script-src 'self'", "style-src 'self'", "form-action 'self'", "frame-ancestors 'none'",
        "base-uri 'none'",
    }  # fmt: skip
    assert "unsafe" not in policy
    assert headers["cache-control"] == "no-store"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"  # with none, browsers would hide where our own forms come from


def test_what_was_done_is_said_once(site: StaffSite, admin: StaffBrowser) -> None:
    other = site.account(Role.READER)
    moved = admin.submit(f"/staff/people/{other.id}/role", role="editor")
    assert moved.status_code == 303
    first, second = (admin.get(moved.headers["location"]) for _ in range(2))
    assert "The role is changed" in words(first)
    assert "The role is changed" not in words(second)


def test_a_forged_word_of_what_was_done_is_not_said(admin: StaffBrowser) -> None:
    admin.cookies.set("staff-said", "IlBheSBoZXJlIg.aaaa.bbbb")
    assert 'role="status"' not in admin.get("/staff/people").text


def test_pages_lead_to_staff_pages_only(site: StaffSite) -> None:
    for address in ("https://example.org", "//example.org", "/", "/staffx", "/staff/../widget.js"):
        with pytest.raises(ValueError, match="no staff page"):
            site.pages.moved(address)


def test_files_of_the_pages_are_served_and_nothing_beside_them(site: StaffSite) -> None:
    browser = site.browser()
    style = browser.get("/staff/static/staff.css?v=1")
    assert style.headers["content-type"].startswith("text/css")
    assert "immutable" in style.headers["cache-control"]
    assert browser.get("/staff/static/staff.css").headers["cache-control"] == "no-cache"
    for name in ("", "vendor", "nothing.css", "..%2fpages.py", "%2fetc%2fpasswd", "....//pages.py", "%00"):
        assert browser.get(f"/staff/static/{name}").status_code == 404, name
