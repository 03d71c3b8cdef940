"""The pages of calls and questions: seen to by one, answered by mail or by phone, and told when a mail did not go."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from html import unescape
from uuid import uuid4

import pytest
from httpx import Response

from clinic.adapters.sql.appointment_requests import SqlRequestStore
from clinic.adapters.sql.handoff_calls import SqlCalls
from clinic.adapters.sql.handoff_outbox import SqlAnswerOutbox
from clinic.booking.appointment import EventState
from clinic.booking.model import AppointmentRequest, new_reference
from clinic.handoff import HandoffUnavailable
from clinic.handoff.call_desk import CallDesk
from clinic.intake import Contact, ContactKind
from clinic.staff.model import Role, StaffMember
from clinic.staff.record import RecordFilter
from tests.staff_stand_ins import BEN, no_dose
from tests.web.staff.signed_in import StaffBrowser, StaffSite, staff_site
from web.staff.calls.routes import calls_routes

NO_VISIT = "no visit, just a reply"
MAIL, PHONE = Contact(ContactKind.EMAIL, "anita@example.org"), Contact(ContactKind.PHONE, "+12025550117")


class Place:
    """The pages and the desk on one database."""

    site: StaffSite
    desk: CallDesk

    def __init__(self) -> None:
        self.colleagues: list[StaffMember] = [BEN]

    def open_desk(self) -> None:
        engine = self.site.engine
        self.requests, self.outbox = SqlRequestStore(engine), SqlAnswerOutbox(engine)
        self.desk = CallDesk(SqlCalls(engine), self.outbox, no_dose, self.site.record)

    def asked(self, contact: Contact = MAIL, preferred_time: str = NO_VISIT, name: str = "Anita Rowmark") -> str:
        now = datetime.now(UTC)
        reason = "can I <b>ski</b>?"
        request = AppointmentRequest(
            new_reference(), uuid4().hex, "s", name, contact, reason, preferred_time, now,
            is_question=preferred_time == NO_VISIT,
        )  # fmt: skip
        return self.requests.add(request).reference


@pytest.fixture(scope="module")
def place() -> Iterator[Place]:
    found = Place()
    with staff_site(
        lambda access, pages: calls_routes(access, pages, lambda: found.desk, lambda: found.colleagues)
    ) as site:
        found.site = site
        found.open_desk()
        yield found


@pytest.fixture(scope="module")
def ann(place: Place) -> StaffBrowser:
    browser = place.site.signed_in(Role.EDITOR, "Ann Example")
    place.colleagues.append(browser.member)
    return browser


def shown(answer: Response, status: int = 200) -> str:
    """The page as it is read."""
    assert answer.status_code == status, answer.text[:500]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())


def hidden(page: Response, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page.text)
    assert found, page.text
    return found[1]


def actions(place: Place, reference: str) -> list[str]:
    return [entry.action for entry in reversed(place.site.record.entries(RecordFilter(subject=reference)))]


def test_the_list_shows_who_waits_for_what(place: Place, ann: StaffBrowser) -> None:
    reference = place.asked(PHONE, "tuesday morning", "Bert Visitor")
    page = ann.get("/staff/calls")
    text = shown(page)
    assert f"/staff/calls/{reference}" in page.text
    for words in ("Bert Visitor", "Call back can I <b>ski</b>?", "tuesday morning", "Nobody's yet"):
        assert words in text


def test_a_request_is_taken_by_somebody_and_found_among_theirs(place: Place, ann: StaffBrowser) -> None:
    reference = place.asked()
    assert ann.submit(f"/staff/calls/{reference}/assign", to=ann.member.id).status_code == 303
    assert reference in ann.get("/staff/calls?whose=mine").text
    assert reference not in ann.get("/staff/calls?whose=nobody").text
    ann.submit(f"/staff/calls/{reference}/assign", to="", seen=ann.member.id)
    assert reference in ann.get("/staff/calls?whose=nobody").text
    assert ann.submit(f"/staff/calls/{reference}/assign", to="stranger").status_code == 422
    assert actions(place, reference) == ["call.assigned", "call.assigned"]


def test_who_takes_a_request_that_a_colleague_took_meanwhile_hears_who(place: Place, ann: StaffBrowser) -> None:
    reference = place.asked()
    seen = hidden(ann.get(f"/staff/calls/{reference}"), "seen")
    place.desk.assign(BEN, reference, BEN, None)
    late = ann.submit(f"/staff/calls/{reference}/assign", to=ann.member.id, seen=seen)
    assert "Ben Example sees to this now" in shown(late, 409)
    assert place.desk.call(reference).assigned_to == BEN.id
    again = ann.submit(f"/staff/calls/{reference}/assign", to=ann.member.id, seen=hidden(late, "seen"))
    assert again.status_code == 303
    assert place.desk.call(reference).assigned_to == ann.member.id


def test_a_list_that_is_cut_says_so(place: Place, ann: StaffBrowser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("clinic.handoff.call_desk.MOST_DONE", 1)
    monkeypatch.setattr("web.staff.calls.views.MOST_DONE", 1)
    for _ in range(2):
        place.desk.finish(ann.member, place.asked(), "called")
    assert "At most the 1 last done are shown" in shown(ann.get("/staff/calls?show=done"))


def test_a_question_with_an_address_is_answered_by_mail_and_done(place: Place, ann: StaffBrowser) -> None:
    reference, answer_id = place.asked(), uuid4().hex
    page = ann.get(f"/staff/calls/{reference}")
    assert "anita@example.org" in shown(page)
    for _ in range(2):  # a double click
        sent = ann.submit(f"/staff/calls/{reference}/answer", answer_id=answer_id, answer="Yes, if it does you good.")
        assert sent.status_code == 303
    text = shown(ann.get(f"/staff/calls/{reference}"))
    assert "The mail waits and goes out soon." in text
    assert "Yes, if it does you good." in text
    assert f"/staff/calls/{reference}" not in ann.get("/staff/calls").text
    assert f"/staff/calls/{reference}" in ann.get("/staff/calls?show=done").text


def test_a_phone_number_leads_to_a_call_and_its_note(place: Place, ann: StaffBrowser) -> None:
    reference = place.asked(PHONE, "any time")
    page = ann.get(f"/staff/calls/{reference}")
    assert "an answer cannot go out by mail. Call +12025550117" in shown(page)
    assert 'name="answer"' not in page.text
    refused = ann.submit(f"/staff/calls/{reference}/answer", answer_id=uuid4().hex, answer="Yes.")
    assert "no mail can go out" in shown(refused, 409)
    assert "Write something first" in shown(ann.submit(f"/staff/calls/{reference}/done", note=" "), 422)
    assert ann.submit(f"/staff/calls/{reference}/done", note="Called, all is well.").status_code == 303
    assert "Called, all is well." in shown(ann.get(f"/staff/calls/{reference}"))
    ann.submit(f"/staff/calls/{reference}/reopen")
    assert f"/staff/calls/{reference}" in ann.get("/staff/calls").text
    assert actions(place, reference) == ["call.done", "call.reopened"]


def test_an_answer_with_a_dose_stays_in_the_field_with_the_reason(place: Place, ann: StaffBrowser) -> None:
    reference, answer_id = place.asked(), uuid4().hex
    typed = "Take 300 mg.\n\nAt night."
    refused = ann.submit(f"/staff/calls/{reference}/answer", answer_id=answer_id, answer=typed)
    assert "names a dose" in shown(refused, 422)
    assert f">\n{typed}</textarea>" in refused.text
    assert answer_id in refused.text
    assert place.desk.call(reference).answer is None


def test_of_two_who_answer_the_second_hears_of_the_first_and_keeps_what_was_typed(
    place: Place, ann: StaffBrowser
) -> None:
    reference = place.asked()
    place.desk.finish(BEN, reference, "called")
    refused = ann.submit(f"/staff/calls/{reference}/answer", answer_id=uuid4().hex, answer="Yes, of course.")
    assert "Ben Example has already seen to this request" in shown(refused, 409)
    assert "Yes, of course." in shown(refused, 409)
    late = ann.submit(f"/staff/calls/{reference}/done", note="called too")
    assert "Ben Example has already seen to this request" in shown(late, 409)
    assert place.desk.call(reference).note == "called"


@pytest.mark.parametrize(
    ("error", "said"), [("sender_lost", "may have arrived"), ("SMTPDataError", "could not be sent")]
)
def test_a_mail_that_did_not_go_out_is_open_again_and_can_be_sent_again(
    place: Place, ann: StaffBrowser, error: str, said: str
) -> None:
    reference = place.asked()
    place.desk.answer(ann.member, reference, uuid4().hex, "Yes.")
    answer = place.desk.call(reference).answer
    assert answer is not None
    place.outbox.settle(answer, EventState.DEAD, time.time(), error)
    assert "Mail did not go out" in shown(ann.get("/staff/calls"))
    assert said in shown(ann.get(f"/staff/calls/{reference}"))
    assert ann.submit(f"/staff/calls/{reference}/send-again").status_code == 303
    found = place.desk.call(reference)
    assert found.is_done
    assert found.answer is not None
    assert found.answer.state is EventState.WAITING


def test_a_request_that_was_taken_back_says_so_and_asks_for_nothing(place: Place, ann: StaffBrowser) -> None:
    reference = place.asked()
    place.requests.withdraw(reference)
    page = ann.get(f"/staff/calls/{reference}")
    assert "has taken this request back" in shown(page)
    assert 'name="answer"' not in page.text


@pytest.mark.parametrize("address", ["ZZZZ9999", "short", "ZZZZ9999/done", "ZZZZ9999/reopen", "ZZZZ9999/send-again"])
def test_an_unknown_request_is_a_page_that_says_so(ann: StaffBrowser, address: str) -> None:
    found = ann.submit(f"/staff/calls/{address}", note="x") if "/" in address else ann.get(f"/staff/calls/{address}")
    assert found.status_code in {404, 422}
    assert "<h1>" in found.text


def test_who_may_only_read_sees_no_contact(place: Place) -> None:
    reader, reference = place.site.signed_in(Role.READER), place.asked()
    for answer in (
        reader.get("/staff/calls"), reader.get(f"/staff/calls/{reference}"),
        reader.submit(f"/staff/calls/{reference}/done", note="x"),
    ):  # fmt: skip
        assert answer.status_code == 403
        assert "anita@example.org" not in answer.text


def test_a_database_that_fails_is_a_page_that_says_so(
    place: Place, ann: StaffBrowser, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise HandoffUnavailable("OperationalError")

    reference = place.asked()
    for name in ("calls", "finish"):
        monkeypatch.setattr(SqlCalls, name, fails)
    assert "Not available right now" in shown(ann.get("/staff/calls"), 503)
    assert "Not available right now" in shown(ann.submit(f"/staff/calls/{reference}/done", note="x"), 503)
