"""Sending, stopping and cancelling."""

from played_conversation import Conversation, responses

from actions.cancel_request import CancelRequest
from actions.slots import APPOINTMENT
from actions.stop_appointment import StopAppointment
from actions.submit_appointment import SubmitAppointment
from clinic.adapters.memory import MemoryRequestStore
from clinic.booking import RequestDesk
from clinic.booking.errors import BookingUnavailable

_FILLED = {
    "appointment_name": "Anita Rowmark",
    "appointment_contact": "+12025550117",
    "appointment_reason": "restless legs",
    "appointment_preferred_time": "tuesday morning",
    "appointment_confirmed": True,
    "appointment_form_run": "run-1",
}


class _FullStore(MemoryRequestStore):
    def add(self, request: object) -> object:
        raise BookingUnavailable("disk full")


def _filled(conversation: Conversation, **changes: object) -> Conversation:
    conversation.slots = {**_FILLED, **changes}
    return conversation


def _is_empty(conversation: Conversation) -> bool:
    return all(conversation.slots[slot] is None for slot in APPOINTMENT)


def test_a_confirmed_request_is_kept_and_its_reference_given(conversation: Conversation) -> None:
    store = MemoryRequestStore()
    (message,), _ = _filled(conversation).run(SubmitAppointment(lambda: RequestDesk(store)))
    assert message["response"] == "utter_appointment_requested"
    kept = store.find(message["reference"])
    assert kept is not None
    assert (kept.sender, kept.name, kept.contact.value) == ("sender-1", "Anita Rowmark", "+12025550117")
    assert _is_empty(conversation)


def test_sending_the_same_run_twice_keeps_one_request(conversation: Conversation) -> None:
    desk = RequestDesk(MemoryRequestStore())
    submit = SubmitAppointment(lambda: desk)
    (first,), _ = _filled(conversation).run(submit)
    (second,), _ = _filled(conversation).run(submit)
    assert first["reference"] == second["reference"]


def test_a_no_sends_nothing_and_forgets(conversation: Conversation) -> None:
    store = MemoryRequestStore()
    messages, _ = _filled(conversation, appointment_confirmed=False).run(SubmitAppointment(lambda: RequestDesk(store)))
    assert responses(messages) == ["utter_appointment_not_confirmed"]
    assert not store._requests
    assert _is_empty(conversation)


def test_a_form_left_by_a_word_sends_nothing_and_forgets(conversation: Conversation) -> None:
    store = MemoryRequestStore()
    messages, _ = _filled(conversation, appointment_confirmed=None).run(SubmitAppointment(lambda: RequestDesk(store)))
    assert responses(messages) == ["utter_appointment_stopped"]
    assert not store._requests
    assert _is_empty(conversation)


def test_when_keeping_fails_the_patient_is_told_and_nothing_typed_is_lost(conversation: Conversation) -> None:
    messages, _ = _filled(conversation).run(SubmitAppointment(lambda: RequestDesk(_FullStore())))
    assert responses(messages) == ["utter_booking_unavailable"]
    assert conversation.slots == {**_FILLED, "appointment_confirmed": None}


def test_stopping_ends_the_loop_and_forgets(conversation: Conversation) -> None:
    messages, events = _filled(conversation).run(StopAppointment())
    assert responses(messages) == ["utter_appointment_stopped"]
    assert {"event": "active_loop", "timestamp": None, "name": None} in events
    assert conversation.slots["requested_slot"] is None
    assert _is_empty(conversation)


def test_cancelling_outside_the_form_promises_nothing(conversation: Conversation) -> None:
    messages, events = conversation.say("cancel my visit", "cancel_appointment").run(CancelRequest())
    assert responses(messages) == ["utter_cancel_needs_person"]
    assert events == []
