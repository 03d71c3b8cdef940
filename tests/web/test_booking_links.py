"""The pages behind the links in mails: they prove before they show, and what is sent twice is done once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from html import unescape
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from clinic.booking.appointment import AppointmentStatus
from clinic.booking.errors import BookingUnavailable
from clinic.booking.waiting_entry import WaitingStatus
from tests.web.booking_pages import EMAIL, BookingSite, served_booking_site
from web.booking_links.proof import Proof, Proofs


@pytest.fixture
def site() -> Iterator[BookingSite]:
    with served_booking_site() as found:
        yield found


@pytest.fixture
def browser() -> Iterator[httpx.Client]:
    with httpx.Client(follow_redirects=True, timeout=20) as client:
        yield client


def proven(browser: httpx.Client, link: str, contact: str = EMAIL) -> httpx.Response:
    return browser.post(link, data={"contact": contact})


def press(browser: httpx.Client, page: httpx.Response, step: str, **fields: str) -> httpx.Response:
    """Send a form of a page as a browser would."""
    assert f'value="{step}"' in page.text, page.text
    return browser.post(str(page.url), data={"proof": hidden(page), "step": step, **fields})


def hidden(page: httpx.Response) -> str:
    found = re.search(r'name="proof" value="([^"]+)"', page.text)
    assert found is not None, page.text
    return found[1]


def title(page: httpx.Response) -> str:
    found = re.search(r"<h1>(.*?)</h1>", page.text, re.DOTALL)
    assert found is not None, page.text
    return unescape(found[1]).strip()


def alert(page: httpx.Response) -> str:
    found = re.search(r'role="alert".*?>(.*?)</div>', page.text, re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", found[1])).split()) if found else ""


def times(page: httpx.Response) -> list[str]:
    return re.findall(r'name="time" value="([^"]+)"', page.text)


def status_of(site: BookingSite, reference: str) -> AppointmentStatus:
    found = site.book.find(reference)
    assert found is not None
    return found.status


def test_opening_a_link_shows_nothing_changes_nothing_and_is_kept_by_nobody(
    site: BookingSite, browser: httpx.Client
) -> None:
    visit = site.booked()
    link = site.visit_link(visit)
    page = browser.get(link)
    assert page.status_code == 200
    assert "Ann" not in page.text
    assert "December" not in page.text
    assert visit.reference not in page.text
    for header, value in (("cache-control", "no-store"), ("referrer-policy", "no-referrer")):
        assert page.headers[header] == value
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "form-action 'self'" in policy
    assert "script" not in policy + page.text
    assert site.book.find(visit.reference) == visit


def test_a_link_asks_the_same_of_everybody_whether_its_visit_is_there_or_not(
    site: BookingSite, browser: httpx.Client
) -> None:
    visit, gone = site.booked(), site.booked(site.slot(14))
    site.book.cancel(gone.reference, site.now)
    links = [site.visit_link(visit), site.visit_link(gone), site.link_of_nobody()]
    assert len({browser.get(link).text for link in links}) == 1
    answers = [proven(browser, links[0], "bob@example.org"), proven(browser, links[1]), proven(browser, links[2])]
    assert len({re.sub(r'action="[^"]*"', "", answer.text) for answer in answers}) == 1
    assert {answer.status_code for answer in answers} == {404}
    assert "no coming visit" in alert(answers[0])


def test_after_proof_the_visit_is_shown_in_full(site: BookingSite, browser: httpx.Client) -> None:
    page = proven(browser, site.visit_link(site.booked()), "  ANN@example.org ")
    assert page.status_code == 200
    for part in ("First visit", "Dr. Demo One", "Thursday, December 3, 2026 at 9:00 AM EST"):
        assert part in page.text
    assert EMAIL not in str(page.url)


def test_an_empty_contact_is_asked_for_again_and_counts_as_no_try(site: BookingSite, browser: httpx.Client) -> None:
    link = site.visit_link(site.booked())
    for _ in range(7):
        assert proven(browser, link, "  ").status_code == 422
    assert proven(browser, link).status_code == 200


def test_a_visit_is_cancelled_after_a_question_and_a_second_click_says_the_same(
    site: BookingSite, browser: httpx.Client
) -> None:
    visit = site.booked()
    question = press(browser, proven(browser, site.visit_link(visit)), "cancel")
    assert title(question) == "Cancel this visit?"
    assert status_of(site, visit.reference) is AppointmentStatus.BOOKED
    with ThreadPoolExecutor(3) as threads:
        answers = list(threads.map(lambda _: press(browser, question, "cancel_now"), range(3)))
    answers.append(press(browser, question, "cancel_now"))
    assert {answer.status_code for answer in answers} == {200}
    assert {title(answer) for answer in answers} == {"Your visit is cancelled"}
    assert status_of(site, visit.reference) is AppointmentStatus.CANCELLED
    assert [e.kind for e in site.book.events() if e.target == "mail"].count("cancelled") == 1


def test_who_says_no_keeps_the_visit(site: BookingSite, browser: httpx.Client) -> None:
    visit = site.booked()
    page = press(browser, press(browser, proven(browser, site.visit_link(visit)), "cancel"), "show")
    assert title(page) == "Your visit"
    assert status_of(site, visit.reference) is AppointmentStatus.BOOKED


def test_a_visit_is_moved_to_a_chosen_time_once(site: BookingSite, browser: httpx.Client) -> None:
    visit = site.booked()
    page = press(browser, proven(browser, site.visit_link(visit)), "times")
    chosen = times(page)[3]
    with ThreadPoolExecutor(3) as threads:
        answers = list(threads.map(lambda _: press(browser, page, "move", time=chosen), range(3)))
    answers.append(press(browser, page, "move", time=chosen))
    assert {title(answer) for answer in answers} == {"Your visit has a new time"}
    moved = site.book.find(visit.reference)
    assert moved is not None
    assert f"{moved.slot.start.isoformat()}|{moved.slot.clinician}" == chosen
    assert moved.sequence == 1


def test_a_page_of_before_moves_and_cancels_nothing_any_more(site: BookingSite, browser: httpx.Client) -> None:
    visit = site.booked()
    old = press(browser, proven(browser, site.visit_link(visit)), "times")
    first, second = times(old)[:2]
    question = press(browser, proven(browser, site.visit_link(visit)), "cancel")
    moved = press(browser, old, "move", time=first)
    again = press(browser, press(browser, moved, "show"), "times")
    assert title(press(browser, again, "move", time=second)) == "Your visit has a new time"
    for answer in (press(browser, old, "move", time=first), press(browser, question, "cancel_now")):
        assert title(answer) == "Your visit"
        assert "changed" in alert(answer)
    found = site.book.find(visit.reference)
    assert found is not None
    assert (found.status, found.sequence) == (AppointmentStatus.BOOKED, 2)


def test_a_time_that_was_taken_meanwhile_is_said_so_with_the_nearest(site: BookingSite, browser: httpx.Client) -> None:
    visit = site.booked()
    page = press(browser, proven(browser, site.visit_link(visit)), "times")
    wanted = site.slot(10)
    site.booked(wanted, "bob@example.org")
    answer = press(browser, page, "move", time=f"{wanted.start.isoformat()}|a")
    assert answer.status_code == 409
    assert "taken" in alert(answer)
    assert times(answer)
    assert all("2026-12-03" in time for time in times(answer))
    assert title(press(browser, answer, "move", time=times(answer)[0])) == "Your visit has a new time"


def test_times_are_by_day_from_the_day_that_was_asked_for(site: BookingSite, browser: httpx.Client) -> None:
    page = proven(browser, site.visit_link(site.booked()))
    days = lambda answer: re.findall(r"<legend>(.*?)</legend>", answer.text)  # noqa: E731
    first = press(browser, page, "times")
    assert days(first)[0] == "Monday, November 30, 2026 (EST)"
    later = press(browser, page, "times", day="2026-12-12")
    assert days(later) == [f"{day}, 2026 (EST)" for day in
                           ("Monday, December 14", "Tuesday, December 15", "Wednesday, December 16")]  # fmt: skip
    assert not set(times(first)) & set(times(later))
    assert days(press(browser, page, "times", day="2020-01-01")) == days(first)
    nothing = press(browser, page, "times", day="9999-12-31")
    assert nothing.status_code == 200
    assert times(nothing) == []
    assert "No time is free" in nothing.text


def test_both_clinicians_times_are_there_and_the_other_is_named(site: BookingSite, browser: httpx.Client) -> None:
    page = press(browser, proven(browser, site.visit_link(site.booked())), "times", day="2026-12-03")
    others = [time for time in times(page) if time.endswith("|b")]
    assert {time.partition("T")[0] for time in others} == {"2026-12-03"}
    assert page.text.count("Dr. Demo Two") == len(others)
    assert any(time.endswith("|a") for time in times(page))


@pytest.mark.parametrize(
    "wrong",
    ["", "x", "|", "2026-12-03T09:00|a", "0001-01-01T00:00:00+00:00|a", "9999-12-31T23:59:59+00:00|a",
     "2026-12-03T03:00:00+00:00|a", "2026-12-03T15:00:00+00:00|nobody", "2026-12-03T15:00:00+00:00|b", "a" * 9_000],
)  # fmt: skip
def test_a_time_that_is_not_on_offer_moves_nothing(site: BookingSite, browser: httpx.Client, wrong: str) -> None:
    visit = site.booked()
    page = press(browser, proven(browser, site.visit_link(visit)), "times")
    answer = press(browser, page, "move", time=wrong)
    assert answer.status_code in (200, 409)
    assert alert(answer)
    assert times(answer)
    assert site.book.find(visit.reference) == visit


@pytest.mark.parametrize("day", ["31/12/2026", "2026-02-30", "tomorrow", "\x00"])
def test_a_day_that_is_none_is_said_so_and_times_are_shown_all_the_same(
    site: BookingSite, browser: httpx.Client, day: str
) -> None:
    answer = press(browser, proven(browser, site.visit_link(site.booked())), "times", day=day)
    assert answer.status_code == 422
    assert alert(answer)
    assert times(answer)


def test_wrong_contacts_are_limited_wherever_they_come_from(site: BookingSite, browser: httpx.Client) -> None:
    visit, other = site.booked(), site.booked(site.slot(14), "bob@example.org")
    link = site.visit_link(visit)
    for number in range(5):
        assert proven(browser, link, f"x{number}@example.org").status_code == 404
    answer = proven(browser, link)
    assert answer.status_code == 429
    assert answer.headers["retry-after"]
    assert 'name="contact"' not in answer.text
    assert proven(browser, site.visit_link(other), "bob@example.org").status_code == 200
    site.now += timedelta(minutes=16)
    assert proven(browser, link).status_code == 200


def test_a_link_that_was_changed_or_made_for_something_else_opens_nothing(
    site: BookingSite, browser: httpx.Client
) -> None:
    link = site.visit_link(site.booked())
    token = link.rpartition("/")[2]
    for wrong in (link[:-4], link.replace(token, "x"), link.replace("/visits/", "/offers/"),
                  link.replace("/visits/", "/waiting-list/"), f"{site.url}/visits/%00%ff"):  # fmt: skip
        for answer in (browser.get(wrong), browser.post(wrong, data={"contact": EMAIL})):
            assert answer.status_code == 404
            assert "link does not work" in alert(answer)


def test_a_proof_is_of_one_visit_and_for_a_quarter_of_an_hour(site: BookingSite, browser: httpx.Client) -> None:
    visit, other = site.booked(), site.booked(site.slot(14), "bob@example.org")
    page = proven(browser, site.visit_link(visit))
    stolen = browser.post(site.visit_link(other), data={"proof": hidden(page), "step": "cancel_now"})
    assert 'name="contact"' in stolen.text
    old = Proofs(site.settings.secret_key, seconds=-1).read(hidden(page), visit.reference)
    assert old is None
    forged = Proofs("x" * 40).sign(Proof(visit.reference, EMAIL, 0))
    for wrong in (forged, hidden(page)[:-3], "x", "\x00"):
        answer = browser.post(str(page.url), data={"proof": wrong, "step": "cancel_now"})
        assert 'name="contact"' in answer.text
        assert alert(answer)
    assert {status_of(site, v.reference) for v in (visit, other)} == {AppointmentStatus.BOOKED}


def test_a_visit_that_is_over_is_not_shown(site: BookingSite, browser: httpx.Client) -> None:
    visit = site.booked()
    page = proven(browser, site.visit_link(visit))
    site.now = visit.slot.start + timedelta(hours=1)
    for answer in (proven(browser, site.visit_link(visit)), press(browser, page, "cancel"),
                   browser.post(str(page.url), data={"proof": hidden(page), "step": "cancel_now"})):  # fmt: skip
        assert answer.status_code == 404
    assert status_of(site, visit.reference) is AppointmentStatus.BOOKED


def test_a_clinic_without_a_timetable_and_a_database_that_is_down_are_said_in_words(
    site: BookingSite, browser: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = site.visit_link(site.booked())

    def fail(*_: Any, **__: Any) -> None:
        raise BookingUnavailable("down")

    monkeypatch.setattr(site.desk, "look_up", fail)
    answers = [proven(browser, link)]
    site.has_timetable = False
    answers.append(proven(browser, link))
    for answer in answers:
        assert answer.status_code == 503
        assert "not working" in alert(answer)


def test_what_a_visitor_sends_stays_text(site: BookingSite, browser: httpx.Client) -> None:
    page = browser.post(site.visit_link(site.booked()), data={"contact": '"><b id=x>', "step": "<b>"})
    assert page.status_code == 404
    assert "<b id" not in page.text


def test_an_offer_is_shown_and_taken_once_however_often_it_is_sent(site: BookingSite, browser: httpx.Client) -> None:
    entry = site.waits()
    (link,) = site.offer_links()
    page = browser.get(link)
    assert "Thursday, December 3, 2026 at 9:00 AM EST" in page.text
    assert "Ann" not in page.text
    kept = site.store.find(entry.reference)
    assert kept is not None
    assert kept.status is WaitingStatus.WAITING
    with ThreadPoolExecutor(3) as threads:
        answers = list(threads.map(lambda _: browser.post(link), range(3)))
    assert {title(answer) for answer in [*answers, browser.get(link), browser.post(link)]} == {"This time is yours"}
    assert answers[0].history[0].status_code == 303
    booked = [e for e in site.book.events() if e.kind == "booked" and e.target == "mail"]
    assert len(booked) == 2  # who gave it up, and who took it


def test_taking_an_earlier_time_moves_the_visit_and_says_so_before(site: BookingSite, browser: httpx.Client) -> None:
    visit = site.booked(site.slot(14, day=8))
    site.waits(appointment=visit)
    (link,) = site.offer_links()
    assert "your visit moves to this time" in browser.get(link).text
    assert title(browser.post(link)) == "This time is yours"
    moved = site.book.find(visit.reference)
    assert moved is not None
    assert moved.slot == site.slot()


def test_who_comes_second_hears_so_and_goes_on_waiting(site: BookingSite, browser: httpx.Client) -> None:
    site.waits()
    second = site.waits("bob@example.org")
    first_link, second_link = site.offer_links()
    browser.post(first_link)
    for answer in (browser.get(second_link), browser.post(second_link)):
        assert answer.status_code == 409
        assert title(answer) == "This time is taken"
        assert "waiting list" in alert(answer)
    kept = site.store.find(second.reference)
    assert kept is not None
    assert kept.status is WaitingStatus.WAITING


def test_an_offer_that_is_too_near_is_said_so(site: BookingSite, browser: httpx.Client) -> None:
    site.waits()
    (link,) = site.offer_links()
    site.now = site.slot().start - timedelta(hours=1)
    for answer in (browser.get(link), browser.post(link)):
        assert answer.status_code == 410
        assert "too old" in alert(answer)


def test_the_list_is_left_after_a_question_and_an_offer_leads_there(site: BookingSite, browser: httpx.Client) -> None:
    entry = site.waits()
    (link,) = site.offer_links()
    found = re.search(r'href="(/waiting-list/[^"]+)"', browser.get(link).text)
    assert found is not None
    leave = site.url + found[1]
    assert leave == site.leave_link(entry)
    assert title(browser.get(leave)) == "Leave the waiting list?"
    assert [e.reference for e in site.store.waiting("first")] == [entry.reference]
    for answer in (browser.post(leave), browser.post(leave), browser.get(leave)):
        assert (answer.status_code, title(answer)) == (200, "You have left the waiting list")
    assert site.store.waiting("first") == []
    assert browser.post(link).status_code == 410


def test_who_was_served_has_nothing_to_leave(site: BookingSite, browser: httpx.Client) -> None:
    entry = site.waits()
    browser.post(site.offer_links()[0])
    assert browser.get(site.leave_link(entry)).status_code == 410


def test_every_text_of_the_pages_is_said_and_every_one_that_is_said_is_there() -> None:
    written = set(yaml.safe_load(Path("data/answers/booking_pages.yml").read_text("utf-8"))["responses"])
    folder = Path("web/booking_links")
    source = "".join(p.read_text("utf-8") for p in [*folder.glob("*.py"), *folder.glob("templates/*.html")])
    said = set(re.findall(r'(?:say\(|notice=)"(\w+)"', source))
    assert written == {f"utter_page_{name}" for name in said}


def test_the_style_sheets_of_a_page_are_there(site: BookingSite, browser: httpx.Client) -> None:
    page = browser.get(site.visit_link(site.booked()))
    for sheet in re.findall(r'rel="stylesheet" href="([^"]+)"', page.text):
        assert browser.get(site.url + sheet).headers["content-type"].startswith("text/css")
