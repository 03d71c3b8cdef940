"""The end of the form: sent, booked, stopped, and what happens where that fails."""

from __future__ import annotations

from datetime import time, timedelta

import pytest
from open_clinic import OpenClinic, spoken
from played_chat import Chat
from played_conversation import SENDER, Conversation, responses

from actions.slots import APPOINTMENT
from actions.stop_appointment import StopAppointment
from actions.submit_appointment import SubmitAppointment
from clinic.adapters.memory import MemoryRequestStore
from clinic.booking import RequestDesk
from clinic.booking.appointment import AppointmentStatus, EventKind
from clinic.booking.errors import BookingUnavailable

_FILLED = {
    "appointment_purpose": "callback",
    "appointment_name": "Anita Rowmark",
    "appointment_contact": "+12025550117",
    "appointment_reason": "restless legs",
    "appointment_preferred_time": "tuesday morning",
    "appointment_confirmed": True,
    "appointment_form_run": "run-1",
}
BOOKED = ["utter_appointment_booked_by_mail"]
READ_BACK = "utter_ask_appointment_confirmed_visit"


class _FullStore(MemoryRequestStore):
    def add(self, request: object) -> object:
        raise BookingUnavailable("disk full")


def _submit(desk: RequestDesk) -> SubmitAppointment:
    return SubmitAppointment(lambda: desk, desk=lambda: None, lists=lambda: None, mails=lambda: True)


def _filled(conversation: Conversation, **changes: object) -> Conversation:
    conversation.slots = {**_FILLED, **changes}
    return conversation


def _is_empty(conversation: Conversation) -> bool:
    return all(conversation.slots[slot] is None for slot in APPOINTMENT)


def test_a_confirmed_request_is_kept_and_its_reference_given(conversation: Conversation) -> None:
    store = MemoryRequestStore()
    (message,), _ = _filled(conversation).run(_submit(RequestDesk(store)))
    assert message["response"] == "utter_appointment_requested"
    kept = store.find(message["reference"])
    assert kept is not None
    assert (kept.sender, kept.name, kept.contact.value) == (SENDER, "Anita Rowmark", "+12025550117")
    assert _is_empty(conversation)


@pytest.mark.parametrize(("purpose", "is_question"), [("callback", False), ("question", True)])
def test_a_question_is_kept_as_one_whatever_stands_for_its_time(
    conversation: Conversation, purpose: str, is_question: bool
) -> None:
    store = MemoryRequestStore()
    (message,), _ = _filled(conversation, appointment_purpose=purpose).run(_submit(RequestDesk(store)))
    kept = store.find(message["reference"])
    assert kept is not None
    assert kept.is_question is is_question


def test_sending_the_same_run_twice_keeps_one_request(conversation: Conversation) -> None:
    submit = _submit(RequestDesk(MemoryRequestStore()))
    (first,), _ = _filled(conversation).run(submit)
    (second,), _ = _filled(conversation).run(submit)
    assert first["reference"] == second["reference"]


def test_a_no_sends_nothing_and_forgets(conversation: Conversation) -> None:
    store = MemoryRequestStore()
    messages, _ = _filled(conversation, appointment_confirmed=False).run(_submit(RequestDesk(store)))
    assert responses(messages) == ["utter_appointment_not_confirmed"]
    assert not store._requests
    assert _is_empty(conversation)


def test_a_form_left_by_a_word_sends_nothing_and_forgets(conversation: Conversation) -> None:
    store = MemoryRequestStore()
    messages, _ = _filled(conversation, appointment_confirmed=None).run(_submit(RequestDesk(store)))
    assert responses(messages) == ["utter_appointment_stopped"]
    assert not store._requests
    assert _is_empty(conversation)


def test_when_keeping_fails_the_patient_is_told_and_nothing_typed_is_lost(conversation: Conversation) -> None:
    messages, _ = _filled(conversation).run(_submit(RequestDesk(_FullStore())))
    assert responses(messages) == ["utter_booking_unavailable"]
    assert conversation.slots == {**_FILLED, "appointment_confirmed": None}


def test_stopping_ends_the_loop_and_forgets(conversation: Conversation) -> None:
    messages, events = _filled(conversation).run(StopAppointment(desk=lambda: None))
    assert responses(messages) == ["utter_appointment_stopped"]
    assert {"event": "active_loop", "timestamp": None, "name": None} in events
    assert conversation.slots["requested_slot"] is None
    assert _is_empty(conversation)


def test_a_time_that_cannot_be_given_up_is_no_reason_not_to_stop(clinic: OpenClinic, chat: Chat) -> None:
    clinic.begin(chat, "name")
    clinic.book.is_down = True
    assert chat.turn("stop", "stop") == ["utter_appointment_stopped"]
    assert chat.loop is None


def test_yes_to_the_read_back_books_what_was_read_back(clinic: OpenClinic, chat: Chat) -> None:
    clinic.begin(chat, "confirmed")
    read_back = chat.told(READ_BACK)
    assert read_back["visit_when"] == spoken(clinic.slot(time(14)))
    assert chat.turn("yes", "affirm") == BOOKED
    (booked,) = clinic.with_status(AppointmentStatus.BOOKED)
    assert booked.slot == clinic.slot(time(14))
    assert booked.patient is not None
    assert (booked.patient.name, booked.patient.reason) == ("Anita Rowmark", "restless legs")
    told = chat.told(*BOOKED)
    assert told["reference"] == chat.slots["appointment_booked"] == booked.reference
    assert {name: told[name] for name in ("visit_title", "visit_clinician", "visit_when")} == {
        name: read_back[name] for name in ("visit_title", "visit_clinician", "visit_when")
    }
    assert _is_empty(chat)


def test_nothing_is_booked_before_the_yes(clinic: OpenClinic, chat: Chat) -> None:
    clinic.begin(chat, "confirmed")
    assert not clinic.with_status(AppointmentStatus.BOOKED)
    assert not clinic.book.events()


@pytest.mark.parametrize(("contact", "mails"), [("202-555-0117", True), ("anita@example.com", False)])
def test_a_mail_is_spoken_of_only_where_one_leaves(clinic: OpenClinic, chat: Chat, contact: str, mails: bool) -> None:
    clinic.mails = mails
    clinic.begin(chat, "confirmed", contact=contact)
    assert chat.turn("yes", "affirm") == ["utter_appointment_booked_without_mail"]


def test_booking_the_same_run_twice_gives_the_same_reference(clinic: OpenClinic, chat: Chat) -> None:
    clinic.begin(chat, "confirmed").say("yes", "affirm").slots["appointment_confirmed"] = True
    submit = chat.action("action_submit_appointment")
    (first,), _ = chat.call(submit)
    (second,), _ = chat.call(submit)
    assert first["reference"] == second["reference"]
    assert [event.kind for event in clinic.book.events() if event.kind is EventKind.BOOKED] == [EventKind.BOOKED]


def test_a_hold_that_ran_out_is_booked_where_its_time_is_still_free(clinic: OpenClinic, chat: Chat) -> None:
    clinic.begin(chat, "confirmed")
    clinic.later = timedelta(minutes=25)
    assert chat.turn("yes", "affirm") == BOOKED
    (booked,) = clinic.with_status(AppointmentStatus.BOOKED)
    assert booked.slot == clinic.slot(time(14))


def test_where_somebody_took_it_that_is_said_and_only_the_time_is_asked_again(clinic: OpenClinic, chat: Chat) -> None:
    clinic.begin(chat, "confirmed")
    clinic.later = timedelta(minutes=25)
    clinic.take(clinic.slot(time(14)))
    assert chat.turn("yes", "affirm") == ["utter_booking_hold_expired", "utter_ask_time_nearest"]
    assert (chat.loop, chat.asked) == ("appointment_form", "appointment_time")
    assert not clinic.with_status(AppointmentStatus.BOOKED)
    assert chat.turn("the first one") == ["utter_appointment_time_held", READ_BACK]
    assert chat.turn("yes", "affirm") == BOOKED
    (booked,) = clinic.with_status(AppointmentStatus.BOOKED)
    assert booked.patient is not None
    assert (booked.patient.name, booked.patient.reason) == ("Anita Rowmark", "restless legs")


def test_a_database_that_is_down_is_said_and_nothing_typed_is_lost(clinic: OpenClinic, chat: Chat) -> None:
    before = dict(clinic.begin(chat, "confirmed").slots)
    clinic.book.is_down = True
    assert chat.turn("yes", "affirm") == ["utter_booking_unavailable"]
    assert {name: chat.slots[name] for name in before} == before | {"requested_slot": None}
    clinic.book.is_down = False
    assert chat.turn("/book_appointment", "book_appointment") == [READ_BACK]
    assert chat.turn("yes", "affirm") == BOOKED
    assert len(clinic.with_status(AppointmentStatus.BOOKED)) == 1


def test_the_log_of_a_failure_holds_nothing_of_the_patient(
    clinic: OpenClinic, chat: Chat, caplog: pytest.LogCaptureFixture
) -> None:
    clinic.begin(chat, "confirmed")
    clinic.book.is_down = True
    chat.turn("yes", "affirm")
    assert "BookingUnavailable" in caplog.text
    assert not any(word in caplog.text for word in ("Anita", "anita@", "restless"))


def test_after_a_booking_another_one_is_a_visit_of_its_own(clinic: OpenClinic, chat: Chat) -> None:
    clinic.booked(chat)
    assert chat.turn("I want to book a visit", "book_appointment") == ["utter_ask_appointment_visit_type"]
    chat.turn("stop", "stop")
    assert len(clinic.with_status(AppointmentStatus.BOOKED)) == 1
