"""Call backs and questions: each is seen to once, and an answer by mail is neither lost nor sent twice."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import Engine

from clinic.adapters.answer_letters import ApprovedAnswerLetters
from clinic.adapters.mail import FolderMailer
from clinic.adapters.sql.appointment_requests import SqlRequestStore, appointment_request
from clinic.adapters.sql.handoff_calls import SqlCalls
from clinic.adapters.sql.handoff_outbox import SqlAnswerOutbox
from clinic.answers import load_catalogue
from clinic.answers.clinic_facts import load_clinic_facts
from clinic.booking.appointment import EventState
from clinic.booking.model import AppointmentRequest, new_reference
from clinic.booking.post_office import Letter, Mailer
from clinic.handoff import DoneAlready, NoMailAddress, NoSuchCall, TakenByOther, WordsRefused
from clinic.handoff.answer_post import AnswerPost
from clinic.handoff.call_desk import CallDesk
from clinic.handoff.calls import CallKind, StaffAnswer
from clinic.intake import Contact, ContactKind
from tests.contract.databases import database
from tests.contract.smtp_inbox import Inbox, smtp
from tests.staff_stand_ins import ANN, BEN, TABLE_ZONE, Audit, no_dose

ASKED_AT = datetime(2026, 11, 30, 15, 0, tzinfo=UTC)
MAIL, PHONE = Contact(ContactKind.EMAIL, "anita@example.org"), Contact(ContactKind.PHONE, "+12025550117")


class Calls:
    """One database with its requests, the desk, and a clock."""

    def __init__(self, engine: Engine) -> None:
        self.engine, self.now, self.audit = engine, ASKED_AT.timestamp() + 3_600, Audit()
        self.requests, self.store = SqlRequestStore(engine), SqlCalls(engine)
        self.outbox = SqlAnswerOutbox(engine)
        self.desk = CallDesk(self.store, self.outbox, no_dose, self.audit, lambda: self.now)

    def asked(self, contact: Contact = MAIL, *, is_question: bool = True, **more: Any) -> str:
        at = more.pop("at", ASKED_AT)
        request = AppointmentRequest(
            new_reference(), uuid4().hex, "s", "Anita Rowmark", contact, "can I ski?", "any time", at,
            is_question=is_question, **more,
        )  # fmt: skip
        return self.requests.add(request).reference

    def post(self, mailer: Mailer) -> AnswerPost:
        letters = ApprovedAnswerLetters(
            load_catalogue, lambda: load_clinic_facts(country="US"), lambda: TABLE_ZONE, "clinic.example"
        )
        return AnswerPost(self.outbox, self.store, letters, mailer, lambda: self.now)

    def answered(self, text: str = "Yes, if it does you good.") -> str:
        reference = self.asked()
        self.desk.answer(ANN, reference, uuid4().hex, text)
        return reference

    def state(self, reference: str) -> tuple[EventState, str | None, bool]:
        call = self.desk.call(reference)
        assert call.answer is not None
        return call.answer.state, call.answer.error, call.is_done


@pytest.fixture(params=["sqlite", "postgres"])
def calls(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Calls]:
    with database(request, tmp_path, appointment_request) as engine:
        yield Calls(engine)


class Dying:
    """Sends, and is killed before anybody hears of it."""

    def __init__(self) -> None:
        self.sent: list[Letter] = []

    def send(self, letter: Letter) -> None:
        self.sent.append(letter)
        raise KeyboardInterrupt


def test_open_requests_come_oldest_first_and_say_what_they_are(calls: Calls) -> None:
    later = calls.asked(PHONE, is_question=False, at=ASKED_AT + timedelta(hours=1))
    first = calls.asked()
    found = calls.desk.open_calls()
    assert [(call.request.reference, call.kind, call.has_mail, call.assigned_to) for call in found] == [
        (first, CallKind.QUESTION, True, None), (later, CallKind.CALL_BACK, False, None),
    ]  # fmt: skip
    assert found[0].request == calls.requests.find(first)


def test_what_was_taken_back_is_not_to_be_done(calls: Calls) -> None:
    reference = calls.asked()
    calls.requests.withdraw(reference)
    assert calls.desk.open_calls() == []
    assert calls.desk.call(reference).is_withdrawn


def test_an_unknown_reference_is_named_as_such(calls: Calls) -> None:
    for act in (
        lambda: calls.desk.call("ZZZZ9999"), lambda: calls.desk.assign(ANN, "ZZZZ9999", ANN, None),
        lambda: calls.desk.finish(ANN, "ZZZZ9999", "called"), lambda: calls.desk.reopen(ANN, "ZZZZ9999"),
        lambda: calls.desk.answer(ANN, "ZZZZ9999", uuid4().hex, "yes"),
    ):  # fmt: skip
        with pytest.raises(NoSuchCall):
            act()


def test_a_request_is_somebody_s_until_it_is_nobody_s(calls: Calls) -> None:
    reference = calls.asked()
    calls.desk.assign(ANN, reference, BEN, None)
    assert calls.desk.call(reference).assigned_name == BEN.name
    calls.desk.assign(ANN, reference, None, BEN.id)
    assert calls.desk.call(reference).assigned_to is None


def test_of_two_who_take_a_request_at_once_one_gets_it_and_the_others_hear_who(calls: Calls) -> None:
    reference = calls.asked()
    refused: list[str] = []

    def take(number: int) -> None:
        member = replace(ANN, id=f"m{number}", name=f"Member {number}")
        try:
            calls.desk.assign(member, reference, member, None)
        except TakenByOther as error:
            refused.append(error.name)

    threads = [threading.Thread(target=take, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert refused == [calls.desk.call(reference).assigned_name] * 5
    assert [action for _, action, _, _ in calls.audit.notes] == ["call.assigned"]


def test_who_gives_on_what_a_colleague_gave_back_hears_of_it(calls: Calls) -> None:
    reference = calls.asked()
    calls.desk.assign(ANN, reference, BEN, None)
    calls.desk.assign(BEN, reference, None, BEN.id)
    with pytest.raises(TakenByOther):
        calls.desk.assign(ANN, reference, ANN, BEN.id)
    assert calls.desk.call(reference).assigned_to is None


def test_a_list_of_somebody_s_is_not_cut_by_the_work_of_others(calls: Calls) -> None:
    *others, mine = (calls.asked(at=ASKED_AT + timedelta(hours=n)) for n in range(4))
    for reference in others:
        calls.desk.assign(ANN, reference, BEN, None)
    calls.desk.assign(ANN, mine, ANN, None)
    found = calls.store.calls(is_done=False, most=2, whose=ANN.id)
    assert [call.request.reference for call in found] == [mine]
    assert calls.desk.open_calls(whose="") == []
    assert len(calls.desk.open_calls()) == 4


def test_done_with_a_note_it_leaves_the_list_and_can_come_back(calls: Calls) -> None:
    reference = calls.asked(PHONE)
    with pytest.raises(WordsRefused, match="empty"):
        calls.desk.finish(ANN, reference, " \n")
    calls.desk.finish(ANN, reference, "Called, comes on Monday.")
    assert calls.desk.open_calls() == []
    (done,) = calls.desk.done_calls()
    assert (done.note, done.done_by_name, done.done_at) == ("Called, comes on Monday.", ANN.name, calls.now)
    calls.desk.reopen(BEN, reference)
    assert [call.note for call in calls.desk.open_calls()] == ["Called, comes on Monday."]
    assert [action for _, action, _, _ in calls.audit.notes] == ["call.done", "call.reopened"]


def test_of_two_at_once_one_sees_to_it_and_the_other_hears_who(calls: Calls) -> None:
    reference = calls.asked()
    refused: list[DoneAlready] = []

    def act(number: int) -> None:
        member = replace(ANN, id=f"m{number}", name=f"Member {number}")
        try:
            if number % 2:
                calls.desk.finish(member, reference, f"called by {number}")
            else:
                calls.desk.answer(member, reference, uuid4().hex, f"answer of {number}")
        except DoneAlready as error:
            refused.append(error)

    threads = [threading.Thread(target=act, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    done = calls.desk.call(reference)
    assert {error.name for error in refused} == {done.done_by_name}
    assert len(refused) == 7
    assert (done.answer is None) == str(done.note).startswith("called")


def test_an_answer_reaches_the_person_by_mail_once(calls: Calls, inbox: Inbox) -> None:
    reference = calls.answered("Yes.\n\nBut {clinic_name} is {no template}.")
    post = calls.post(smtp(inbox))
    assert (post.deliver(), post.deliver()) == (1, 0)
    (mail,) = inbox.mails
    body = mail.get_content()
    assert mail["To"] == "anita@example.org"
    assert mail["Subject"].startswith("An answer from ")
    assert "Hello Anita Rowmark," in body
    assert "Monday, November 30, 2026" in body
    assert "But {clinic_name} is {no template}." in body
    assert "can I ski" not in body
    assert reference in body
    assert calls.state(reference) == (EventState.SENT, None, True)


def test_the_same_form_sent_twice_is_one_answer(calls: Calls, inbox: Inbox) -> None:
    reference, answer_id = calls.asked(), uuid4().hex
    for _ in range(2):
        calls.desk.answer(ANN, reference, answer_id, "yes")
    assert calls.post(smtp(inbox)).deliver() == 1


def test_an_answer_with_a_dose_or_without_words_is_not_kept(calls: Calls) -> None:
    reference = calls.asked()
    for text, code in (("Take 300 mg at night.", "dose"), ("", "empty"), ("x" * 4_001, "long")):
        with pytest.raises(WordsRefused, match=code):
            calls.desk.answer(ANN, reference, uuid4().hex, text)
    call = calls.desk.call(reference)
    assert (call.answer, call.is_done, calls.audit.notes) == (None, False, [])


def test_a_phone_number_gets_no_mail(calls: Calls) -> None:
    reference = calls.asked(PHONE)
    with pytest.raises(NoMailAddress):
        calls.desk.answer(ANN, reference, uuid4().hex, "yes")
    assert not calls.desk.call(reference).is_done


def test_a_server_that_says_later_is_asked_again_and_one_that_refuses_opens_the_request(
    calls: Calls,
    inbox: Inbox,
) -> None:
    reference, post = calls.answered(), calls.post(smtp(inbox))
    inbox.answer = "451 later"
    assert post.deliver() == 0
    state, _, is_done = calls.state(reference)
    assert (state, is_done) == (EventState.WAITING, True)
    calls.now += 90
    inbox.answer = "550 no"
    assert post.deliver() == 0
    state, error, is_done = calls.state(reference)
    assert (state, is_done) == (EventState.DEAD, False)
    assert error
    assert [call.request.reference for call in calls.desk.open_calls()] == [reference]


def test_after_a_day_of_failures_a_person_has_to_look(calls: Calls, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    reference, post = calls.answered(), calls.post(FolderMailer(tmp_path / "file", "visits@clinic.example"))
    for _ in range(12):
        post.deliver()
        calls.now += 6 * 3_600
    assert calls.state(reference)[0] is EventState.DEAD


def test_an_answer_that_is_sent_again_is_tried_for_another_day(calls: Calls, inbox: Inbox) -> None:
    reference, post = calls.answered(), calls.post(smtp(inbox))
    inbox.answer = "550 no"
    post.deliver()
    calls.now += 3 * 24 * 3_600
    assert calls.desk.send_again(BEN, reference)
    inbox.answer = "451 later"
    for seconds in (90, 6 * 60, 0):
        assert post.deliver() == 0
        assert calls.state(reference)[0] is EventState.WAITING
        calls.now += seconds
    calls.now += 24 * 3_600
    assert post.deliver() == 0
    assert calls.state(reference)[0] is EventState.DEAD


def test_the_list_waits_for_nobody_who_writes(calls: Calls) -> None:
    reference = calls.asked()
    with calls.engine.begin():
        assert [call.request.reference for call in calls.desk.open_calls()] == [reference]
        assert calls.desk.call(reference).request.reference == reference


def test_a_kill_while_sending_neither_doubles_the_mail_nor_hides_it(calls: Calls, inbox: Inbox) -> None:
    reference, dying = calls.answered(), Dying()
    with pytest.raises(KeyboardInterrupt):
        calls.post(dying).deliver()
    assert calls.state(reference)[0] is EventState.SENDING
    post = calls.post(smtp(inbox))
    assert post.deliver() == 0
    calls.now += 6 * 60
    assert post.deliver() == 0
    assert calls.state(reference) == (EventState.DEAD, "sender_lost", False)
    assert calls.desk.send_again(BEN, reference)
    assert not calls.desk.send_again(BEN, reference)
    assert post.deliver() == 1
    assert inbox.mails[0]["Message-ID"] == dying.sent[0].message_id
    assert calls.state(reference) == (EventState.SENT, None, True)


def test_a_kill_before_the_answer_is_kept_leaves_the_request_open(
    calls: Calls, monkeypatch: pytest.MonkeyPatch
) -> None:
    reference, real = calls.asked(), SqlCalls.answer

    def killed(store: SqlCalls, answer: StaffAnswer, note: str) -> None:
        real(store, replace(answer, text=None), note)  # type: ignore[arg-type] # the second write fails

    monkeypatch.setattr(SqlCalls, "answer", killed)
    with pytest.raises(Exception, match="IntegrityError"):
        calls.desk.answer(ANN, reference, uuid4().hex, "yes")
    call = calls.desk.call(reference)
    assert (call.is_done, call.answer) == (False, None)


def test_two_workers_at_once_send_each_answer_once(calls: Calls, inbox: Inbox) -> None:
    for number in range(6):
        calls.answered(f"answer {number}")
    threads = [threading.Thread(target=calls.post(smtp(inbox)).deliver) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({mail["Message-ID"] for mail in inbox.mails}) == len(inbox.mails) == 6


def test_the_record_holds_nothing_of_the_patient(calls: Calls) -> None:
    calls.desk.assign(ANN, reference := calls.answered("Call me, Anita."), BEN, None)
    notes = str(calls.audit.notes)
    assert reference in notes
    for personal in ("Anita", "anita@example.org", "ski", "Call me"):
        assert personal not in notes
